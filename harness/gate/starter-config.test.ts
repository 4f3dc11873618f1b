import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Surroundings } from '../target/look-around.ts';
import { parseTarget } from '../target/parse-target.ts';
import { checkedConfig } from './config.ts';
import { starterConfig } from './starter-config.ts';

const container = (name: string, product: 'haproxy' | 'mariadb' | 'proxysql', version: string) => ({
  name,
  image: `registry.example/${product}:${version}`,
  part: { product, version },
});
const read = (around: Partial<Surroundings>, images: readonly string[] = []) => {
  const text = starterConfig({ containers: [], servers: [], ...around }, images);
  const config = checkedConfig(parse(text), 'mywire.config.yaml', () => undefined, { MYWIRE_PASSWORD: 'hush' });
  for (const target of [config.baseline, config.candidate]) expect(parseTarget(target ?? '').name).toBe(target);
  return { text, config };
};

describe('mywire init writes what mywire gate reads', () => {
  test('out of a proxy and a server that run, and the images that are here', () => {
    const { config, text } = read({ containers: [container('shop-proxy', 'haproxy', '2.6'), container('shop-db', 'mariadb', '10.11')] }, [
      'haproxy:2.6',
      'mywire/haproxy:3.0',
      'haproxy:2.10',
      'mariadb:10.11',
    ]);
    expect(config).toMatchObject({ baseline: 'haproxy:2.6+mariadb:10.11', candidate: 'haproxy:3.0+mariadb:10.11' });
    expect(config.gate?.stop).toEqual({ regression: ['MUST', 'SHOULD', 'MAY', 'OBSERVE'], lost: ['MUST', 'SHOULD'] });
    expect(text).toContain('#   container shop-proxy: registry.example/haproxy:2.6');
  });

  test('out of a server alone, and a newer image of it', () => {
    const { config } = read({ containers: [container('db', 'mariadb', '10.11')] }, ['mariadb:11.8']);
    expect(config).toMatchObject({ baseline: 'mariadb:10.11', candidate: 'mariadb:11.8' });
  });

  test('out of images alone', () => {
    const { config } = read({}, ['haproxy:2.6', 'haproxy:3.0', 'mariadb:11.8']);
    expect(config).toMatchObject({ baseline: 'haproxy:2.6+mariadb:11.8', candidate: 'haproxy:3.0+mariadb:11.8' });
  });

  test('out of an address, whose accounts it asks for', () => {
    const { config } = read({ servers: [{ endpoint: { host: '127.0.0.1', port: 6033 }, version: '8.0.11 (ProxySQL)' }] });
    expect(config).toMatchObject({ baseline: '127.0.0.1:6033', accounts: { password: 'hush' } });
  });

  test('out of nothing', () => {
    expect(read({}).text).toContain('It found no running server and no container.');
  });
});
