import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { frame } from '../codec/frame.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { parseTarget } from '../target/parse-target.ts';
import { startReferenceTarget } from '../target/reference.ts';
import { playBytes } from './byte-player.ts';
import { byteScript } from './byte-script.ts';
import { type Captured, Capturing } from './captured.ts';
import type { OtherOutcome } from './replayed.ts';
import { playersOf } from './users.ts';

function captured(file: string, stream: number): Captured {
  const capturing = new Capturing({ choice: { streams: [stream] }, keepsEvents: true });
  const bytes = readFileSync(new URL(`../../${file}`, import.meta.url));
  capturing.push(readCapture(file.endsWith('.gz') ? gunzipSync(bytes) : bytes).frames);
  return capturing.end().connections[0] as Captured;
}

async function played(file: string, stream: number, name: string, users: Record<string, string> = {}): Promise<OtherOutcome> {
  const target = await startReferenceTarget(parseTarget(name) as Parameters<typeof startReferenceTarget>[0]);
  try {
    const { tcp, ending } = captured(file, stream);
    const known = new Map(
      [['haproxy_check', ''], ...Object.entries(users)].map(([user, password]) => [
        user as string,
        { user: user as string, password: password as string },
      ]),
    );
    return await playBytes(byteScript(tcp), ending, { ...target.front, playsAs: playersOf(known) }, { timing: 'fast', limitMs: 1500 });
  } finally {
    await target.stop();
  }
}

describe('what the client had when it spoke', () => {
  // Connections of pcaps/README.md; frames and ACKs as tshark shows them.
  test.each([
    ['before the greeting', 2, [0]],
    ['after the greeting', 3, [1]],
    ['COM_QUIT after the answer', 4, [1, 2]],
    ['two packets in one segment', 5, [1]],
  ])('%s', (_what, stream, after) => {
    const { turns } = byteScript(captured('pcaps/mariadb-10.11.19-handshake-variants.pcap', stream).tcp);
    expect(turns.filter(({ does }) => typeof does !== 'string').map((turn) => turn.after)).toEqual(after);
  });
});

const mariadb = 'pcaps/mariadb-10.11.19-handshake-variants.pcap';
const proxysql = 'pcaps/proxysql-2.0.17-handshake-variants.pcap';

describe('on the reference server', () => {
  // MariaDB resets who sends what it does not expect; the reference server ends with FIN.
  test.each([
    ['HandshakeResponse41 and COM_QUIT before the greeting', 2, ['fin', 'fin']],
    ['COM_QUIT after the greeting', 1, ['rst', 'fin']],
    ['pipelined commands', 10, ['fin', 'fin']],
    ['a wrong sequence id', 12, ['rst', 'fin']],
  ])('%s is answered as by MariaDB', async (_what, stream, [then, now]) => {
    const { difference, endings, gaveUp } = await played(mariadb, stream, 'reference?dialect=mariadb');
    expect([difference, gaveUp]).toEqual([undefined, undefined]);
    expect(endings).toEqual({ captured: then, replayed: now, same: then === now });
  });

  test('ProxySQL 2.0.17 gave no byte to an early HandshakeResponse41; now there is a greeting, and the end is another', async () => {
    const { difference, endings } = await played(proxysql, 2, 'reference?dialect=mariadb');
    expect(difference).toMatchObject({ packets: { replayed: { name: 'HandshakeV10' } } });
    expect(difference?.packets?.captured).toBeUndefined();
    expect(endings).toEqual({ captured: 'fin+rst', replayed: 'fin', same: false });
  });

  test('and a server with that fault does it again', async () => {
    const { difference, endings } = await played(proxysql, 2, 'reference?dialect=mariadb&defect=early-data-closes-without-greeting');
    expect(difference).toBeUndefined();
    expect(endings?.captured).toBe('fin+rst');
  });
});

describe('a server that is none', () => {
  const LIMIT_MS = 1500;
  const endless = frame(Buffer.from('0a35'.repeat(20), 'hex')); // its version has no NUL

  async function playedTo(bytes: Uint8Array): Promise<OtherOutcome> {
    const server = createServer((socket) => void socket.on('error', () => undefined).write(bytes)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { tcp, ending } = captured(mariadb, 4);
    try {
      const target = { host: '127.0.0.1', port, playsAs: playersOf(new Map()) };
      return await playBytes(byteScript(tcp), ending, target, { timing: 'fast', limitMs: LIMIT_MS });
    } finally {
      server.close();
    }
  }

  test.each([
    ['speaks HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), /^what the target sends is no packet of MySQL: HTTP/],
    [
      'begins a packet of 16 MB',
      Buffer.from('ffffff000a', 'hex'),
      /^what the target sends is no packet of MySQL: at byte 0: a packet of \d+ bytes or more/,
    ],
  ])('it %s, and is not waited for', async (_what, bytes, gaveUp) => {
    const from = performance.now();
    expect((await playedTo(bytes)).gaveUp).toMatch(gaveUp);
    expect(performance.now() - from).toBeLessThan(LIMIT_MS);
  });

  test('it greets with what cannot be read: that is the difference', async () => {
    expect((await playedTo(endless)).difference?.packets?.replayed?.name).toBe('HandshakeV10');
  });
});

describe('a proof of the password is made anew for the scramble of the target', () => {
  const areas = 'pcaps/areas/mariadb-10.11.19.pcap';

  test('the right one gets in as in the capture, in as many bytes', async () => {
    const { difference, notes } = await played(areas, 91, 'reference?dialect=mariadb', { mywire: 'mywire-secret' });
    expect(notes ?? []).toEqual([]);
    // What follows the login is not the reference server's to know.
    expect(difference?.packets?.captured?.name).not.toBe('ERR');
    expect(difference?.step ?? 9).toBeGreaterThan(1);
  });

  // Without the password a refusal is what there must be: it tells nothing about the target.
  test.each<[string, Record<string, string>]>([
    ['a wrong one', { mywire: 'no' }],
    ['the captured one, as nobody knows the password,', {}],
  ])('%s does not get in, and nothing is judged', async (_, users) => {
    const { difference, endings, gaveUp, unjudged } = await played(areas, 91, 'reference?dialect=mariadb', users);
    expect({ difference, endings, unjudged }).toEqual({ unjudged: true });
    expect(gaveUp).toContain('the login failed: 1045');
  });
});

// MySQL says ERR 1158 to who leaves at the AuthSwitchRequest, and hangs up; in this recording the client's host cut it off there.
test('whose client left before the login was answered leaves again, and is not let in', async () => {
  const left = 'pcaps/areas/mysql-9.7.4/regression.pcapng.gz';
  const { difference, endings, notes, gaveUp } = await played(left, 9, 'reference?dialect=mysql', { mywire: 'mywire-secret' });
  expect({ endings, notes, gaveUp }).toEqual({});
  expect(difference?.captured).toBe('2:AuthSwitchRequest caching_sha2_password');
  // This account of the reference server has another plugin: the proof decides there.
  expect(difference?.replayed).toBe('2:ERR 1045#28000');
});

describe('ids of prepared statements are those of the target', () => {
  // The reference server counts from another number on than MariaDB.
  const prepared = 'pcaps/areas/mariadb-10.11.19/prepared.pcapng.gz';
  test.each([2, 3, 4, 5, 7, 8, 9, 10, 11])('connection %i: it knows each statement', async (stream) => {
    const { difference, gaveUp, notes } = await played(prepared, stream, 'reference?dialect=mariadb', { mywire: 'mywire-secret' });
    expect({ gaveUp, notes }).toEqual({});
    // What it says of the columns is another matter.
    expect(difference?.replayed ?? '').not.toContain('ERR 1243');
  });
});
