import { expect, test } from 'vitest';
import { filledTemplate, fixturePath } from './fixture.ts';
import { haproxyConfig } from './haproxy.ts';
import { maxscaleConfig } from './maxscale.ts';
import { nginxConfig } from './nginx.ts';
import { proxysqlConfig } from './proxysql.ts';
import { chained } from './wiring.ts';

const here = { host: '127.0.0.1', port: 1 };

test('a template without one of its values, or with one that it does not have, is an error', () => {
  expect(() => filledTemplate('configs/haproxy.cfg', { STATS: '', BIND_FRONT: '' })).toThrow('no value for {{SERVER_NEXT}}');
  expect(() => filledTemplate('configs/haproxy.cfg', { STATS: '', BIND_FRONT: '', SERVER_NEXT: '', MORE: '' })).toThrow('has no {{MORE}}');
  expect(() => fixturePath('configs/none')).toThrow('fixtures/configs/none is missing');
});

test('HAProxy passes connections on to what stands behind it', () => {
  const config = haproxyConfig('stats socket /s', chained(here, { host: '::1', port: 3306 }));
  expect(config).toContain('\n    stats socket /s\n');
  expect(config).toContain('\n    bind 127.0.0.1:1\n');
  expect(config).toContain('\n    server next [::1]:3306\n');
});

test('nginx passes connections on, and keeps what it writes in its folder', () => {
  const config = nginxConfig('/f', chained(here, { host: '::1', port: 3306 }));
  expect(config).toContain('\npid /f/nginx.pid;\n');
  expect(config).toMatch(/\n {8}listen 127\.0\.0\.1:1;\n {8}proxy_pass \[::1\]:3306;\n/);
});

test('MaxScale: every section names its type, and what it speaks of is there', () => {
  const config = maxscaleConfig(chained(here, { host: 'db', port: 3306 }));
  const sections = new Map(
    config
      .split(/^\[/m)
      .slice(1)
      .map((text) => [
        text.slice(0, text.indexOf(']')),
        new Map([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, key, value]) => [key, value])),
      ]),
  );
  expect([...sections].map(([name, values]) => [name, values.get('type')])).toEqual([
    ['maxscale', undefined],
    ['next', 'server'],
    ['watch', 'monitor'],
    ['route', 'service'],
    ['front', 'listener'],
  ]);
  expect(sections.get('next')).toEqual(new Map(Object.entries({ type: 'server', address: 'db', port: '3306' })));
  expect(sections.get('front')).toEqual(
    new Map(Object.entries({ type: 'listener', service: 'route', protocol: 'mariadbprotocol', address: '127.0.0.1', port: '1' })),
  );
  for (const name of ['watch', 'route']) expect(sections.get(name)?.get('servers')).toBe('next');
});

test('ProxySQL 3 opens its PostgreSQL side on loopback only; before there is none', () => {
  const setting = { folder: '/f', wiring: chained(here, here), admin: here };
  expect(proxysqlConfig(setting)).not.toContain('pgsql');
  expect(proxysqlConfig({ ...setting, pgsql: { admin: 6, front: 7 } })).toMatch(
    /pgsql_ifaces="127\.0\.0\.1:6"[\s\S]*pgsql_variables=\n\{\n\tinterfaces="127\.0\.0\.1:7"\n\}/,
  );
});
