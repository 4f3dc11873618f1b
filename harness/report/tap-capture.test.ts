import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { ending } from '../pcap/ending.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { openTap } from '../target/tap/tap.ts';
import type { TapEvent, TappedConnection } from '../target/tap/tapped-connection.ts';
import { type TappedLink, tapsAsPcapng } from './tap-capture.ts';
import { haproxyResponse, mariadbGreeting, okAfterLogin, quit } from './testdata/reports.ts';

const about = 'haproxy+mariadb, S1';
const T0 = 1_795_225_349_000.25;
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'mywire-tap-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Undated = TapEvent extends infer E ? (E extends unknown ? Omit<E, 'at'> : never) : never;
function connection(number: number, events: readonly Undated[], more: Partial<TappedConnection> = {}): TappedConnection {
  return {
    number,
    openedAt: T0 + number,
    client: `127.0.0.1:${40_000 + number}`,
    server: `127.0.0.1:${50_000 + number}`,
    events: events.map((event, i) => ({ at: T0 + number + (i + 1) / 10, ...event }) as TapEvent),
    over: true,
    cut: false,
    ...more,
  };
}
const link = (name: string, port: number, connections: readonly TappedConnection[]): TappedLink => ({
  link: name,
  endpoint: { host: '127.0.0.1', port },
  connections,
});
const login: readonly Undated[] = [
  { from: 'server', kind: 'bytes', bytes: mariadbGreeting },
  { from: 'client', kind: 'bytes', bytes: haproxyResponse },
  { from: 'server', kind: 'bytes', bytes: okAfterLogin },
  { from: 'client', kind: 'bytes', bytes: quit },
  { from: 'server', kind: 'fin' },
  { from: 'client', kind: 'fin' },
];

/** Both links have a client at the same address and port at the same time. */
const front = link('client-haproxy', 20_001, [
  connection(1, login),
  connection(2, [{ from: 'server', kind: 'refused', detail: 'ECONNREFUSED' }], { server: undefined }),
  connection(3, [
    { from: 'server', kind: 'bytes', bytes: mariadbGreeting, lost: 3 },
    { from: 'server', kind: 'fin' },
    { from: 'server', kind: 'rst' },
  ]),
]);
const back = link('haproxy-mariadb', 20_002, [
  connection(1, login),
  connection(2, [{ from: 'tap', kind: 'rst' }], { cut: true }),
  connection(3, login, { client: '[::1]:40003' }),
]);

describe('read back', () => {
  const capture = readCapture(tapsAsPcapng([front, back], about));
  const { connections, skipped } = reassemble(capture.frames);

  test('an interface per link, by name', () => {
    expect(capture.fault).toBeUndefined();
    expect(capture.interfaces.map(({ name }) => name)).toEqual(['client-haproxy', 'haproxy-mariadb']);
    const byInterface = capture.frames.map(({ interfaceId, bytes }) => [interfaceId, bytes]);
    expect(new Set(byInterface.map(([id]) => id))).toEqual(new Set([0, 1]));
    expect([...skipped]).toEqual([]);
  });

  test('six connections, with the bytes of each, and the endings of both sides', () => {
    const told = connections.map((one) => [
      `${one.client.text} > ${one.server.text}`,
      `${ending(one, 'client').how}, ${ending(one, 'server').how}`,
      Buffer.concat(one.events.flatMap((e) => (e.kind === 'data' ? [e.bytes] : []))).equals(
        Buffer.concat([mariadbGreeting, haproxyResponse, okAfterLogin, quit]),
      ),
    ]);
    expect(told.toSorted()).toEqual([
      ['127.0.0.1:40001 > 192.0.2.1:3306', 'fin, fin', true],
      ['127.0.0.1:40001 > 192.0.2.2:3306', 'fin, fin', true],
      ['127.0.0.1:40002 > 192.0.2.1:3306', 'open, rst', false],
      ['127.0.0.1:40002 > 192.0.2.2:3306', 'rst, rst', false],
      ['127.0.0.1:40003 > 192.0.2.1:3306', 'open, fin+rst', false],
      ['[::1]:40003 > [2001:db8::2]:3306', 'fin, fin', true],
    ]);
  });

  test('times of the relay, and comments that tell what it did', () => {
    const comments = capture.frames.map(({ comment }) => comment ?? '').join('\n');
    expect(comments).toContain('Connection 1. The server knows it as 127.0.0.1:50001.');
    expect(comments).toContain('The server was never reached.');
    expect(comments).toContain('could not connect to the server: ECONNREFUSED');
    expect(comments).toContain(`The last 3 of these ${mariadbGreeting.length} bytes were not passed on.`);
    expect(comments).toContain('Made by the relay');
    expect(comments).toContain('More passed than was kept');
    expect(comments).toContain('Synthesised');
    expect(capture.frames[0]?.timeNs).toBe(1_795_225_349_001_250_000n);
  });

  test('the file says that it comes from relays, and which link is which', () => {
    const file = Buffer.from(tapsAsPcapng([front, back], about)).toString('utf8');
    expect(file).toContain('haproxy+mariadb, S1\nSeen by a relay on each link, not on the wire');
    expect(file).toContain('stands for the server of link haproxy-mariadb, tapped at 127.0.0.1:20002.');
  });
});

test('what no side may still send does not stop the file', () => {
  const odd = connection(1, [{ from: 'tap', kind: 'rst' }, ...login, { from: 'client', kind: 'rst' }], { client: 'unknown:0' });
  expect(readCapture(tapsAsPcapng([link('odd', 20_003, [odd])], about)).frames.length).toBe(5);
});

test('no tap, no connection, too many links', () => {
  expect(readCapture(tapsAsPcapng([], about)).frames).toEqual([]);
  expect(readCapture(tapsAsPcapng([link('idle', 1, [])], about)).frames).toEqual([]);
  expect(() => tapsAsPcapng(new Array(255).fill(front), about)).toThrow(RangeError);
});

describe.skipIf(!hasTshark)(`in tshark${hasTshark ? '' : ' (not on PATH)'}`, () => {
  function tshark(file: Uint8Array, ...fields: readonly string[]): string[][] {
    const path = join(folder, 'taps.pcapng');
    writeFileSync(path, file);
    const run = spawnSync('tshark', ['-r', path, '-T', 'fields', ...fields.flatMap((f) => ['-e', f])], { encoding: 'utf8' });
    expect(run.status, run.stderr).toBe(0);
    return run.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
  }

  test('six streams on two interfaces, all MySQL, nothing malformed, no number out of place', () => {
    const frames = tshark(
      tapsAsPcapng([front, back], about),
      'tcp.stream',
      'frame.interface_name',
      '_ws.col.Protocol',
      '_ws.malformed',
      'tcp.analysis.flags',
      'tcp.len',
    );
    expect(new Set(frames.map(([stream]) => stream)).size).toBe(6);
    expect(new Set(frames.map(([, name]) => name))).toEqual(new Set(['client-haproxy', 'haproxy-mariadb']));
    expect(frames.map(([, , , malformed, analysis]) => `${malformed ?? ''}${analysis ?? ''}`).join('')).toBe('');
    expect(frames.filter(([, , , , , length]) => Number(length) > 0).map(([, , protocol]) => protocol)).toEqual(
      new Array(13).fill('MySQL'),
    );
  });

  test('what a tap saw on a real link', async () => {
    const server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(mariadbGreeting))).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const tap = await openTap('client-server', () => ({ host: '127.0.0.1', port: (server.address() as { port: number }).port }));
    for (let i = 0; i < 3; i++) {
      const client = connect(tap.endpoint);
      client.end(quit);
      client.resume();
      await once(client, 'close');
    }
    await tap.until((all) => all.length === 3 && all.every(({ over }) => over), 5000);
    const frames = tshark(tapsAsPcapng([tap], about), 'tcp.stream', 'tcp.flags.fin', 'tcp.srcport', '_ws.malformed', 'tcp.analysis.flags');
    await tap.stop();
    server.close();
    const fins = frames.filter(([, fin]) => fin === '1').map(([stream, , port]) => `${stream} ${port === '3306' ? 'server' : 'client'}`);
    expect(fins.toSorted()).toEqual(['0 client', '0 server', '1 client', '1 server', '2 client', '2 server']);
    expect(frames.map(([, , , malformed, analysis]) => `${malformed ?? ''}${analysis ?? ''}`).join('')).toBe('');
  });
});
