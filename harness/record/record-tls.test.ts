import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mysql from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCapture } from '../pcap/capture-reader.ts';
import { ending } from '../pcap/ending.ts';
import { reassemble } from '../pcap/reassemble.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { localhostCertificate, type ReferenceServer, startReference } from '../reference/index.ts';
import { freePort } from '../target/free-port.ts';
import { Connection } from '../wire/connection.ts';
import { CaptureFile } from './capture-file.ts';
import { aboutLink, type Recording, recordLink } from './record-link.ts';
import type { RecordedConnection } from './recorded-connection.ts';

const host = '127.0.0.1';
const LIMIT = 5000;
const hasTshark = spawnSync('tshark', ['-v']).status === 0;
if (!hasTshark) console.warn('skipped: tshark is not on PATH');
const { cert, key } = localhostCertificate;

let folder: string;
let reference: ReferenceServer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-record-tls-'));
  reference = await startReference({ host, port: 0, dialect: 'mysql', certificate: localhostCertificate });
});
afterAll(async () => {
  await reference.stop();
  rmSync(folder, { recursive: true });
});

const open: { recording: Recording; file: CaptureFile }[] = [];
afterEach(async () => {
  for (const { recording, file } of open.splice(0)) {
    await recording.stop();
    file.close();
  }
});

let files = 0;
async function record({
  tls = { cert, key },
  to = reference.endpoint,
  mostBytes,
}: {
  tls?: { cert: string; key: string; ca?: string } | null;
  to?: { host: string; port: number };
  mostBytes?: number;
} = {}) {
  const link = { listen: { host, port: await freePort() }, to, tls: tls ?? undefined };
  const file = new CaptureFile({ path: join(folder, `${++files}.pcapng`), about: aboutLink(link, '9.9.9'), mostBytes });
  const over: RecordedConnection[] = [];
  const recording = await recordLink(link, file, (one) => over.push(one));
  open.push({ recording, file });
  const untilOver = async (n: number): Promise<void> => {
    for (const end = Date.now() + LIMIT; over.length < n && Date.now() < end; ) await new Promise((resolve) => setTimeout(resolve, 5));
    file.flush();
    expect(over.length).toBe(n);
  };
  return { port: link.listen.port, file, path: join(folder, `${files}.pcapng`), over, untilOver };
}

type Version = 'TLSv1.2' | 'TLSv1.3';
const login = (port: number, version: Version, more: object = {}) =>
  mysql.createConnection({
    host,
    port,
    user: 'mywire',
    password: 'mywire-secret',
    ssl: { rejectUnauthorized: false, minVersion: version, maxVersion: version },
    ...more,
  });
const connectionsOf = (path: string) => reassemble(readCapture(new Uint8Array(readFileSync(path))).frames).connections;
const tshark = (path: string, port: number, ...args: string[]) =>
  spawnSync('tshark', ['-r', path, '-d', `tcp.port==${port},mysql`, ...args], { encoding: 'utf8' }).stdout;

describe.skipIf(!hasTshark)('what tshark decrypts', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '%s: login and statements, with the secrets of the file alone',
    { timeout: 30_000 },
    async (version) => {
      const { port, path, untilOver, over } = await record();
      const client = await login(port, version);
      const [rows] = await client.query("SELECT 'inside TLS'");
      expect(JSON.stringify(rows)).toContain('inside TLS');
      await client.end();
      await untilOver(1);
      const fields = tshark(path, port, '-Y', 'mysql', '-T', 'fields', '-e', 'mysql.user', '-e', 'mysql.query', '-e', 'tls.record.version');
      expect(fields).toContain('mywire\t');
      expect(fields).toContain("\tSELECT 'inside TLS'\t");
      expect(tshark(path, port, '-Y', '_ws.malformed || tcp.analysis.flags')).toBe('');
      expect(over[0]?.says).toEqual(['SSLRequest', 'user mywire']);
      // On the wire it stands encrypted.
      const sent = connectionsOf(path)[0]?.events.flatMap((event) => (event.kind === 'data' ? [event.bytes] : [])) ?? [];
      expect(Buffer.concat(sent).includes('inside TLS')).toBe(false);
      expect(Buffer.concat(sent).includes('mywire-secret')).toBe(false);
      const info = spawnSync('capinfos', [path], { encoding: 'utf8' });
      expect([info.status, info.stderr.replace(/^Running as .*\n/, '')]).toEqual([0, '']);
    },
  );

  test('many connections at once, also from several files joined again', { timeout: 60_000 }, async () => {
    const { port, file, path, untilOver } = await record({ mostBytes: 40_000 });
    await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const client = await login(port, i % 2 === 0 ? 'TLSv1.2' : 'TLSv1.3');
        for (let n = 0; n < 20; n++) await client.query(`SELECT 'statement ${i} ${n}'`);
        await client.end();
      }),
    );
    await untilOver(12);
    expect(file.paths.length).toBeGreaterThan(1);
    const joined = join(folder, 'joined.pcapng');
    expect(spawnSync('mergecap', ['-a', '-w', joined, ...file.paths]).status).toBe(0);
    expect(file.paths[0]).toBe(path);
    const read = tshark(joined, port, '-Y', 'mysql.query', '-T', 'fields', '-e', 'mysql.query');
    expect(new Set(read.match(/statement \d+ \d+/g)).size).toBe(12 * 20);
  });
});

describe('logins through it', () => {
  test.each(['mywire_native', 'mywire_sha2', 'mywire_sha256', 'mywire_tls'])('%s', async (user) => {
    const { port } = await record();
    const client = await login(port, 'TLSv1.3', { user });
    await client.query('SELECT 1');
    await client.end();
  });

  test('a client without TLS is passed through in the clear', async () => {
    const { port, untilOver, over, path } = await record();
    const client = await mysql.createConnection({ host, port, user: 'mywire', password: 'mywire-secret' });
    await client.query("SELECT 'in the clear'");
    await client.end();
    await untilOver(1);
    expect(over[0]?.says).toEqual(['user mywire']);
    expect(readFileSync(path).includes("SELECT 'in the clear'")).toBe(true);
  });

  test('without a certificate TLS passes untouched, and is recorded as it is', async () => {
    const { port, untilOver, over, path } = await record({ tls: null });
    const client = await login(port, 'TLSv1.3', { ssl: { ca: cert, verifyIdentity: false } }); // the server's own certificate
    await client.query("SELECT 'inside TLS'");
    await client.end();
    await untilOver(1);
    expect(over[0]?.says).toEqual(['SSLRequest', 'TLS']);
    expect(readFileSync(path).includes('inside TLS')).toBe(false);
    expect(readCapture(new Uint8Array(readFileSync(path))).secrets).toEqual([]);
  });
});

describe('what does not work', () => {
  test('a certificate of the server that the CA has not signed', async () => {
    const other = localhostCertificate.cert;
    const server = createServer(); // never asked
    server.close();
    const strangers = readFileSync(new URL('../../fixtures/certs/server-cert.pem', import.meta.url), 'utf8');
    const { port, untilOver, over } = await record({ tls: { cert: other, key, ca: strangers } });
    await expect(login(port, 'TLSv1.3')).rejects.toThrow();
    await untilOver(1);
    expect(over[0]?.ended.at(-1)).toMatch(/^TLS with the server has failed: \w*(SELF_SIGNED|UNABLE_TO_VERIFY|DEPTH_ZERO)\w*/);
  });

  test('a client that does not take our certificate', async () => {
    const { port, untilOver, over } = await record();
    const strangers = readFileSync(new URL('../../fixtures/certs/server-cert.pem', import.meta.url), 'utf8');
    await expect(login(port, 'TLSv1.3', { ssl: { ca: strangers } })).rejects.toThrow();
    await untilOver(1);
    expect(over[0]?.ended.length).toBeGreaterThan(0);
  });

  test('a key that does not belong to the certificate', async () => {
    const strangers = readFileSync(new URL('../../fixtures/certs/server-key.pem', import.meta.url), 'utf8');
    await expect(record({ tls: { cert, key: strangers } })).rejects.toMatchObject({ code: 'RECORD_BAD_CERTIFICATE' });
  });
});

test.each(['rst', 'fin'] as const)('a client that ends with %s in the middle of TLS: passed on and recorded', async (how) => {
  const { port, untilOver, over, path } = await record();
  const client = await Connection.open({ host, port });
  await client.wait('greeting', LIMIT, () => client.events.some((event) => event.kind === 'received'));
  const request = Buffer.from('2000000105aa0a00000000012d00000000000000000000000000000000000000000000000000'.slice(0, 72), 'hex');
  request.writeUInt32LE(0x000aae05, 4); // PROTOCOL_41, SSL, SECURE_CONNECTION, PLUGIN_AUTH
  await client.send([request], 'SSLRequest');
  await client.startTls(LIMIT);
  if (how === 'rst') client.reset();
  else client.halfClose();
  if (how === 'fin') await client.ending(LIMIT);
  client.close();
  await untilOver(1);
  expect(ending(connectionsOf(path)[0] as TcpConnection, 'client')).toMatchObject({ how, first: 'client' });
  expect(over[0]?.ended[0]).toBe(`client ${how.toUpperCase()}`);
});

test('--cert with --redact is refused: it says why, and what to do instead', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const options = [
    '--listen',
    '1',
    '--to',
    '127.0.0.1:2',
    '--cert',
    'c.pem',
    '--key',
    'k.pem',
    '--redact',
    '--write',
    join(folder, 'no.pcapng'),
  ];
  const { status, stderr } = spawnSync(process.execPath, ['dist/harness/cli/main.js', 'record', ...options], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /a redacted file has no secrets of TLS.*Record with --cert alone.*or record with --redact alone.*--ssl-mode=DISABLED/s,
  );
});
