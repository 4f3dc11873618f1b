import { expect, test } from 'vitest';
import { chained } from '../wiring.ts';
import { parsePlace, placeName } from './choice.ts';
import { serverOptionsOf } from './server-options.ts';
import { wiringOf } from './taps.ts';
import { linkEnd, linkName, type Topology } from './topology.ts';

const topology: Topology = {
  id: 'haproxy+a+b',
  says: 'HAProxy with two ports in front of two servers',
  nodes: {
    haproxy: { product: 'haproxy', config: 'haproxy-dual-master.cfg', ports: ['front', 'writer'], behind: ['a', 'b'] },
    a: { product: 'mariadb' },
    b: { product: 'mysql', options: ['--read-only=ON'] },
  },
  taps: ['haproxy-a', 'client-haproxy.writer'],
};

test('a place is local, docker, or versions by product', () => {
  expect(parsePlace('local')).toEqual({ on: 'local' });
  expect(placeName(parsePlace('haproxy:2.2+mariadb:10.5'), topology)).toBe('haproxy:2.2+mariadb:10.5+mysql:9.7');
  for (const wrong of ['', 'mariadb', 'haproxi:3.0', 'mariadb:10.5+', 'reference:1', '127.0.0.1:3306'])
    expect(() => parsePlace(wrong)).toThrow(expect.objectContaining({ code: 'TARGET_BAD_NAME' }));
});

test('a link leads to a node and one of its ports', () => {
  expect(linkEnd(topology, linkName('haproxy', 'a'))).toEqual({ node: 'a', port: 'front' });
  expect(linkEnd(topology, 'client-haproxy.writer')).toEqual({ node: 'haproxy', port: 'writer' });
  expect(() => linkEnd(topology, 'haproxy-c')).toThrow('haproxy-c');
});

test('a proxy finds what stands behind it at the tap of that link, else directly', () => {
  const at = (port: number) => ({ host: '127.0.0.1', port });
  const taps = {
    all: [],
    at: (link: string, direct: ReturnType<typeof at>) => (link === 'haproxy-a' ? at(9) : direct),
    stop: async () => {},
  };
  const behind = (node: string) => at(node === 'a' ? 1 : 2);
  const plan = topology.nodes['haproxy'];
  expect(plan && wiringOf(plan, 'haproxy', { front: at(3) }, behind, taps).servers).toEqual({ a: at(9), b: at(2) });
  expect(wiringOf({ product: 'haproxy', behind: ['b'] }, 'haproxy', { front: at(3) }, behind, taps)).toEqual(chained(at(3), at(2)));
});

test('each server knows who it is among the others', () => {
  expect(serverOptionsOf(topology, 'a')).toContain('--server-id=1');
  expect(serverOptionsOf(topology, 'b')).toEqual(expect.arrayContaining(['--server-id=2', '--gtid-mode=ON', '--read-only=ON']));
});
