import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readCapture } from '../capture-reader.ts';
import { SecretsType } from '../pcapng-block.ts';
import { reassemble } from '../reassemble.ts';
import type { Side, TcpConnection } from '../tcp-connection.ts';
import { suiteName } from './cipher-suite.ts';
import { TlsSecrets } from './key-log.ts';
import { TlsSession } from './tls-session.ts';

const testdata = (name: string) => new Uint8Array(readFileSync(new URL(`../testdata/tls/${name}`, import.meta.url)));
const FILES = ['mariadb-10.11.19.pcapng', 'mysql-9.7.4.pcapng', 'openssl-3.0.22.pcapng'];
const captures = new Map(FILES.map((name) => [name, readCapture(testdata(name))]));
const rows = new TextDecoder()
  .decode(testdata('tshark.tsv'))
  .trimEnd()
  .split('\n')
  .map((line) => line.split('\t') as [string, string, string, string, string, string, string, string, string, string]);

const connection = (file: string, stream: string) =>
  reassemble(captures.get(file)?.frames ?? []).connections[Number(stream)] as TcpConnection;
function secretsOf(file: string): TlsSecrets {
  const secrets = new TlsSecrets();
  for (const { type, bytes } of captures.get(file)?.secrets ?? []) if (type === SecretsType.tlsKeyLog) secrets.add(bytes);
  return secrets;
}
/** MySQL speaks in the clear before its SSLRequest is answered: TLS begins at the first record of a ClientHello. */
function tlsOf({ events }: TcpConnection, size = Number.POSITIVE_INFINITY) {
  const started = { client: false, server: false };
  return events.flatMap((event) => {
    if (event.kind !== 'data') return [];
    let { bytes } = event;
    if (!started[event.from]) {
      const at = event.from === 'client' && bytes.length > 36 && bytes[36] === 22 ? 36 : 0;
      if (bytes[at] !== 22 && bytes[at] !== 21) return [];
      started[event.from] = true;
      bytes = bytes.subarray(at);
    }
    const pieces: { from: Side; bytes: Uint8Array }[] = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push({ from: event.from, bytes: bytes.slice(at, at + size) });
    return pieces;
  });
}
function decrypt(session: TlsSession, chunks: readonly { from: Side; bytes: Uint8Array }[]) {
  const said: Record<Side, Uint8Array[]> = { client: [], server: [] };
  for (const { from, bytes } of chunks) for (const part of session.push(from, bytes) ?? []) said[part.from].push(part.bytes);
  return { client: Buffer.concat(said.client), server: Buffer.concat(said.server) };
}
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
const VERSIONS: Record<string, string> = { '0x0301': 'TLS 1.0', '0x0302': 'TLS 1.1', '0x0303': 'TLS 1.2', '0x0304': 'TLS 1.3' };

test('the secrets of every session are in the files', () => {
  expect(FILES.map((file) => secretsOf(file).size)).toEqual([17, 6, 6]);
});

describe('what tshark 4.0.17 reads in the same files (follow,tls,raw)', () => {
  test.each(rows)('%s stream %s', (file, stream, clientLength, clientSha, serverLength, serverSha, version, suite, sni, alerts) => {
    const session = new TlsSession(secretsOf(file));
    const said = decrypt(session, tlsOf(connection(file, stream)));
    expect([said.client.length, sha(said.client), said.server.length, sha(said.server)].map(String)).toEqual([
      clientLength,
      clientSha,
      serverLength,
      serverSha,
    ]);
    const { about } = session;
    expect(about.stopped).toBeUndefined();
    expect(about.version).toBe(VERSIONS[version]);
    expect(about.suite).toBe(suite === '' ? undefined : suiteName(Number(suite)));
    expect(about.serverName).toBe(sni);
    const levels = { warning: 1, fatal: 2 };
    const codes: Record<string, number> = { close_notify: 0, protocol_version: 70 };
    expect(about.alerts.map((alert) => `${alert.from} ${levels[alert.level]} ${codes[alert.description]}`).join('; ')).toBe(alerts);
  });
});

describe('however the bytes are cut', () => {
  test.each([1, 4, 1000])('%i at a time', (size) => {
    for (const [file, stream, , clientSha, , serverSha] of rows.filter(([, stream]) => Number(stream) < 2 || size > 1)) {
      const said = decrypt(new TlsSession(secretsOf(file)), tlsOf(connection(file, stream), size));
      expect([sha(said.client), sha(said.server)]).toEqual([clientSha, serverSha]);
    }
  });

  test('a capture that has all of the client before all of the server', () => {
    for (const [file, stream, , clientSha, , serverSha] of rows) {
      const chunks = tlsOf(connection(file, stream));
      // Renegotiation needs the order: its second ServerHello stands among the data.
      if (file.startsWith('openssl') && stream === '1') continue;
      const sides = (first: Side) => chunks.filter(({ from }) => from === first);
      for (const first of ['client', 'server'] as const) {
        const said = decrypt(new TlsSession(secretsOf(file)), [...sides(first), ...sides(first === 'client' ? 'server' : 'client')]);
        expect([file, stream, first, sha(said.client), sha(said.server)]).toEqual([file, stream, first, clientSha, serverSha]);
      }
    }
  });
});

describe('what is told of a session', () => {
  const about = (file: string, stream: number, secrets = secretsOf(file)) => {
    const session = new TlsSession(secrets);
    decrypt(session, tlsOf(connection(file, String(stream))));
    return session.about;
  };
  test('certificates, and whether it was taken up again', () => {
    expect(about('mariadb-10.11.19.pcapng', 0)).toMatchObject({
      suite: 'TLS_AES_256_GCM_SHA384',
      resumed: false,
      serverCertificate: { subject: 'O=mywire, CN=rsa.example', issuer: 'O=mywire, CN=rsa.example' },
    });
    expect(about('mysql-9.7.4.pcapng', 2).serverCertificate).toMatchObject({
      subject: 'O=mywire, CN=db.example',
      issuer: 'CN=mywire test CA',
    });
    for (const stream of [3, 6]) {
      expect(about('mariadb-10.11.19.pcapng', stream)).toMatchObject({ resumed: true });
      expect(about('mariadb-10.11.19.pcapng', stream)).not.toHaveProperty('serverCertificate');
    }
    for (const stream of [3, 4]) expect(about('openssl-3.0.22.pcapng', stream).clientCertificate?.subject).toBe('CN=client of mywire');
  });

  test('without secrets: all that goes in the clear', () => {
    const none = new TlsSecrets();
    expect(about('mariadb-10.11.19.pcapng', 4, none)).toMatchObject({
      version: 'TLS 1.2',
      suite: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      serverName: 'db.example',
      serverCertificate: { subject: 'O=mywire, CN=rsa.example' },
      stopped: { why: 'no-secrets', from: 'client' },
    });
    expect(about('mariadb-10.11.19.pcapng', 0, none)).toMatchObject({
      version: 'TLS 1.3',
      serverName: 'db.example',
      stopped: { why: 'no-secrets', from: 'server' },
    });
    expect(about('mariadb-10.11.19.pcapng', 0, none)).not.toHaveProperty('serverCertificate');
    expect(about('openssl-3.0.22.pcapng', 5, none)).toMatchObject({
      alerts: [{ from: 'server', level: 'fatal', description: 'protocol_version' }],
    });
  });
});

describe('what cannot be read', () => {
  const spoilt = rows.filter(([, , length]) => Number(length) > 0);
  test.each(spoilt)('%s stream %s with a bit of each side changed: no other plaintext, and why it ends', (file, stream) => {
    const whole = tlsOf(connection(file, stream));
    const good = decrypt(new TlsSession(secretsOf(file)), whole);
    for (const side of ['client', 'server'] as const) {
      const chunks = whole.map(({ from, bytes }) => ({ from, bytes: bytes.slice() }));
      const reading = new TlsSession(secretsOf(file));
      const bad = chunks.filter(({ from, bytes }) => reading.push(from, bytes)?.some((said) => said.from === side) && from === side).at(-1);
      if (!bad) throw new Error('no record to spoil');
      bad.bytes[bad.bytes.length - 3] = (bad.bytes.at(-3) as number) ^ 4;
      const session = new TlsSession(secretsOf(file));
      const said = decrypt(session, chunks);
      expect(session.about.stopped).toMatchObject({ why: 'bad-record', from: side });
      for (const each of ['client', 'server'] as const) expect(good[each].subarray(0, said[each].length)).toEqual(said[each]);
      expect(said[side].length).toBeLessThan(good[side].length);
    }
  });

  test('missing bytes', () => {
    const chunks = tlsOf(connection('mariadb-10.11.19.pcapng', '0'));
    const session = new TlsSession(secretsOf('mariadb-10.11.19.pcapng'));
    const before = decrypt(session, chunks.slice(0, 8));
    session.lost('server');
    expect(session.push('server', new Uint8Array(100))).toBeUndefined();
    expect(session.push('client', new Uint8Array(100))).toBeUndefined();
    expect(before.client.length).toBeGreaterThan(0);
    expect(session.about.stopped).toMatchObject({ why: 'bytes-missing', from: 'server' });
  });

  test('what is no TLS', () => {
    const session = new TlsSession();
    expect(session.push('client', Buffer.from('GET / HTTP/1.0\r\n\r\n'))).toBeUndefined();
    expect(session.about).toEqual({ alerts: [], stopped: { why: 'malformed', from: 'client', offset: 0 } });
  });

  test('records that hold zeros (mywire redact leaves them so); a HelloRequest has no other bytes', () => {
    const record = (length: number) => Buffer.from([22, 3, 1, 0, length, ...new Uint8Array(length)]);
    const session = new TlsSession();
    expect(session.push('client', record(4))).toEqual([]);
    expect(session.about.stopped).toBeUndefined();
    expect(session.push('client', record(200))).toBeUndefined();
    expect(session.about.stopped).toEqual({ why: 'zeros', from: 'client', offset: 9 });
  });

  test('secrets of another session', () => {
    const chunks = tlsOf(connection('mariadb-10.11.19.pcapng', '4'));
    const random = Buffer.from(chunks[0]?.bytes.subarray(11, 43) ?? []).toString('hex');
    const secrets = new TlsSecrets();
    expect(
      secrets.add(`# a comment\nCLIENT_RANDOM ${random} ${'ab'.repeat(48)}\nEXPORTER_SECRET ${random} ${'ab'.repeat(32)}\nnonsense\n`),
    ).toBe(1);
    const session = new TlsSession(secrets);
    expect(decrypt(session, chunks).client.length).toBe(0);
    expect(session.about.stopped).toMatchObject({ why: 'bad-record', from: 'client' });
  });
});
