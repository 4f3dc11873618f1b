import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { greeting, packet, response41, text } from '../codec/scripted-conversation.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { inspectCapture, inspectFrames } from './inspect-capture.ts';
import { captureOfTurns } from './testing/capture-of.ts';

const pcap = (name: string): Uint8Array => readFileSync(new URL(`../../pcaps/${name}.pcap`, import.meta.url));
const recording = (name: string): Uint8Array => readFileSync(new URL(`../codec/recordings/${name}.pcap`, import.meta.url));

/** Which bytes each connection carries stands in pcaps/README.md; endings, errors and frames were read with tshark 4.0.17. */
describe('pcaps/mysql-9.7.4-handshake-variants', () => {
  const { connections } = inspectCapture(pcap('mysql-9.7.4-handshake-variants'));
  test('has 15 connections, the numbers of tcp.stream', () => {
    expect(connections.map(({ stream }) => stream)).toEqual(Array.from({ length: 15 }, (_, i) => i));
  });
  test.each([
    [0, { early: true, user: undefined, login: 'none', error: 1156, how: 'fin+rst', by: 'server' }],
    [2, { early: true, user: 'haproxy_check', login: 'refused', error: 1251, how: 'fin+rst', by: 'server' }],
    [3, { early: false, user: 'haproxy_check', login: 'refused', error: 1251, how: 'fin', by: 'server' }],
    [6, { early: true, user: 'haproxy_check', login: 'refused', error: 1251, how: 'fin+rst', by: 'server' }],
    [13, { early: true, user: undefined, login: 'none', error: 1156, how: 'fin+rst', by: 'server' }],
    [14, { early: false, user: undefined, login: 'none', error: 1158, how: 'fin', by: 'client' }],
  ])('tcp.stream %d', (stream, wanted) => {
    const one = connections[stream];
    const { how, by } = one?.ending ?? {};
    expect({ early: one?.early, user: one?.user, login: one?.login, error: one?.errors[0]?.code, how, by }).toEqual(wanted);
    expect(one).toMatchObject({ serverVersion: '9.7.4-2', dialect: 'mysql', beginning: 'seen' });
  });
  test("knows HAProxy's checks by their bytes, where they come in one segment", () => {
    expect(connections.map(({ check }) => check)).toEqual([
      ...[undefined, undefined, 'post-41', undefined, undefined, 'post-41', 'pre-41', undefined, undefined],
      ...[undefined, undefined, undefined, undefined, undefined, 'no user'],
    ]);
  });
});

// An ERR in place of the greeting, as servers send it: without an SQL state.
const refused = packet(0, `ff6a04${text("Host '127.0.0.1' is not allowed to connect to this MariaDB server")}`);
test.each([
  ['saw the greeting and left', [{ from: 'server', bytes: greeting }, { from: 'client' }, { from: 'server' }], 'no user'],
  ['is still there when the capture ends', [{ from: 'server', bytes: greeting }], undefined],
  ['was refused before it could speak', [{ from: 'server', bytes: refused }, { from: 'server' }, { from: 'client' }], undefined],
  ['left before the greeting came', [{ from: 'client' }, { from: 'server', bytes: greeting }, { from: 'server' }], undefined],
] as const)('a client that says nothing and %s: is it a check of HAProxy?', (_what, turns, check) => {
  const { connections } = inspectCapture(captureOfTurns(turns));
  expect(connections).toHaveLength(1);
  expect(connections[0]?.check).toBe(check);
});

const header = Buffer.from('PROXY TCP4 192.0.2.1 192.0.2.2 56324 3306\r\n');
test.each([
  [
    'a header, and a login behind the greeting',
    [
      { from: 'client', bytes: header },
      { from: 'server', bytes: greeting },
      { from: 'client', bytes: response41 },
    ],
    false,
  ],
  [
    'a header and a login',
    [
      { from: 'client', bytes: Buffer.concat([header, response41]) },
      { from: 'server', bytes: greeting },
    ],
    true,
  ],
] as const)('a proxy always writes its header before the greeting, which makes no early data of it: %s', (_what, turns, early) => {
  expect(inspectCapture(captureOfTurns(turns)).connections[0]?.early).toBe(early);
});

test('a connection that the server ended without a byte is known by what the client said', () => {
  const { connections } = inspectCapture(pcap('proxysql-2.0.17-early-data-race'));
  expect(connections).toHaveLength(40);
  const silent = connections.filter(({ serverVersion }) => serverVersion === undefined);
  expect(silent).toHaveLength(36);
  for (const { check, ending } of silent) {
    expect(check).toBe('post-41');
    expect(ending).toMatchObject({ how: 'fin+rst', by: 'server', waiting: [{ packet: 'HandshakeResponse41', begun: false }] });
  }
});

test('TLS is told with its version and cipher, as in the ServerHello', () => {
  const { connections } = inspectCapture(recording('mysql-9.7.4-clients'));
  // tshark: tls.handshake.extensions.supported_version 0x0304, tls.handshake.ciphersuite 4865
  expect(connections[4]).toMatchObject({
    tls: { version: 'TLS 1.3', suite: 'TLS_AES_128_GCM_SHA256', decrypted: false, stopped: 'no-secrets' },
    login: 'unseen',
  });
  expect(connections[7]).toMatchObject({ compression: 'zlib', user: 'app', plugin: 'caching_sha2_password' });
  expect(connections[8]).toMatchObject({ compression: 'zstd' });
});

describe('a capture that begins in the middle', () => {
  const { frames } = readCapture(recording('mysql-9.7.4-commands'));
  const whole = inspectFrames(frames);
  const stream = 0;
  const names = (list: typeof whole.packets): string[] =>
    list.filter((one) => one.stream === stream).map(({ packet }) => `${packet.at} ${packet.name}`);
  const all = names(whole.packets);
  // The frame behind the login's OK.
  const login = whole.packets.find(({ packet }) => packet.name === 'OK')?.packet.at ?? 0;

  test('is joined at the first command that stands alone, and reads the same from there', () => {
    const cut = inspectFrames(frames.slice(login + 2));
    const [one] = cut.connections;
    expect(one).toMatchObject({ beginning: 'missing', login: 'unseen' });
    const told = names(cut.packets);
    expect(told.length).toBeGreaterThan(20);
    expect(all.slice(-told.length)).toEqual(told);
  });

  test('goes on behind bytes that are missing', () => {
    const data = frames.filter(({ number }) => number > login + 3);
    const lost = data[4]?.number;
    const cut = inspectFrames(frames.filter(({ number }) => number !== lost));
    const [one] = cut.connections;
    expect((one?.missing.client ?? 0) + (one?.missing.server ?? 0)).toBeGreaterThan(0);
    expect(one).toMatchObject({ beginning: 'seen', login: 'accepted', user: 'root' });
    expect(all).toEqual(expect.arrayContaining(names(cut.packets)));
  });

  test('knows behind missing bytes at which offset of its stream a packet stands', () => {
    const places = (list: typeof whole.packets): string[] =>
      list.filter((one) => one.stream === stream).map(({ packet }) => `${packet.at} ${packet.name} ${packet.offset}`);
    const lost = frames.filter(({ number }) => number > login + 3)[4]?.number;
    const cut = places(inspectFrames(frames.filter(({ number }) => number !== lost)).packets);
    expect(cut.length).toBeGreaterThan(20);
    expect(places(whole.packets)).toEqual(expect.arrayContaining(cut));
  });
});

test.each([
  ['nothing at all', 0],
  ['the SYN alone', 1],
  ['half a handshake', 4],
])('%s gives no connection of MySQL or an open one, and no error', (_what, count) => {
  const { connections } = inspectFrames(readCapture(pcap('mysql-9.7.4-handshake-variants')).frames.slice(0, count));
  for (const one of connections) expect(one.ending.how).toBe('open');
});

test('what is said in TLS is read with the secrets of the capture, and TLS without them is told', () => {
  // tshark shows user app and SELECT 1 in each session (harness/pcap/testdata/tls/README.md).
  const { connections } = inspectCapture(readFileSync(new URL('../pcap/testdata/tls/mysql-9.7.4.pcapng', import.meta.url)));
  expect(connections.length).toBeGreaterThan(1);
  for (const { user, errors, login, tls } of connections.filter((one) => one.tls?.decrypted)) {
    expect(user).toBe('app');
    expect(login).toBe(errors[0]?.answers === 'login' ? 'refused' : 'accepted');
    expect(tls?.version).toMatch(/^TLS 1\.[23]$/);
  }
});
