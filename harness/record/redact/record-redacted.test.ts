import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCapture } from '../../pcap/capture-reader.ts';
import { reassemble } from '../../pcap/reassemble.ts';
import { startReference } from '../../reference/index.ts';
import { freePort } from '../../target/free-port.ts';
import { CaptureProgram } from '../../wire/capture-program.ts';
import { CaptureFile } from '../capture-file.ts';
import { aboutInterface, recordInterface } from '../record-interface.ts';
import { aboutLink, recordLink } from '../record-link.ts';
import { RedactingFile } from './redacting-file.ts';

const onPath = (program: string) => spawnSync(program, ['-v']).error === undefined;
const hasWireshark = ['tshark', 'capinfos'].every(onPath);
if (!hasWireshark) console.warn('skipped: tshark and capinfos are not on PATH');
const noCapture = await CaptureProgram.start({ args: ['-i', 'lo'], ports: [1], onChunk: () => undefined }).then(
  async (program) => void (await program.stop()),
  (error: Error) => error.message,
);
if (noCapture) console.warn(`skipped: ${noCapture}`);

const folder = mkdtempSync(join(tmpdir(), 'mywire-record-redacted-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = (name: string) => join(folder, `${name}.pcapng`);

/** What nobody but the two ends may know. */
const SECRETS = ['mywire-secret', 'a-row-of-mine', 'attribute-of-mine', "'a-row-of-mine'", 'bound-value-of-mine'];

/** The same traffic by four files: the relay and tcpdump, each as it is and redacted. */
beforeAll(async () => {
  const reference = await startReference({ host: '127.0.0.1', port: await freePort(), dialect: 'mysql' });
  const [front, back] = [await freePort(), await freePort()];
  const relay = async (name: string, listen: number, to: number, redact: boolean) => {
    const link = { listen: { host: '127.0.0.1', port: listen }, to: { host: '127.0.0.1', port: to } };
    const file = new CaptureFile({ path: path(name), about: aboutLink(link, '9.9.9') });
    const redacting = redact ? new RedactingFile(file) : undefined;
    const recording = await recordLink(link, redacting ?? file, () => undefined);
    return async () => {
      await recording.stop();
      redacting?.end();
      file.close();
    };
  };
  const tcpdump = async (name: string, redact: boolean) => {
    const from = { name: 'lo', ports: [front] };
    const file = new CaptureFile({ path: path(name), about: aboutInterface(from, '9.9.9') });
    const redacting = redact ? new RedactingFile(file) : undefined;
    const recording = await recordInterface(from, redacting ?? file, () => undefined);
    return async () => {
      await recording.stop();
      redacting?.end();
      file.close();
    };
  };
  const stops = [await relay('link', back, reference.endpoint.port, false), await relay('link-redacted', front, back, true)];
  if (!noCapture) stops.push(await tcpdump('lo', false), await tcpdump('lo-redacted', true));
  const client = await mysql.createConnection({
    host: '127.0.0.1',
    port: front,
    user: 'mywire',
    password: 'mywire-secret',
    connectAttributes: { mine: 'attribute-of-mine' },
  });
  await client.query("SELECT 'a-row-of-mine'");
  await client.execute('SELECT ?', ['bound-value-of-mine']).catch(() => undefined);
  await client.query('SELEKT').catch(() => undefined);
  await client.end();
  for (const stop of stops.reverse()) await stop();
  await reference.stop();
}, 60_000);

const of = (name: string) => {
  const bytes = readFileSync(path(name));
  const [connection] = reassemble(readCapture(new Uint8Array(bytes)).frames).connections;
  const said = (side: string) =>
    Buffer.concat((connection?.events ?? []).flatMap((event) => (event.kind === 'data' && event.from === side ? [event.bytes] : [])));
  return { bytes, client: said('client'), server: said('server') };
};

/** The headers of packets, one behind the other. */
function headers(stream: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at + 4 <= stream.length; at += 4 + stream.readUIntLE(at, 3)) found.push(stream.subarray(at, at + 4).toString('hex'));
  return found;
}

const pairs = [['link', 'link-redacted'] as const, ...(noCapture ? [] : [['lo', 'lo-redacted'] as const])];

describe.each(pairs)('record --redact: %s', (raw, redacted) => {
  test('no secret is in the file, in no encoding that passed; all were in the traffic', () => {
    const [open, shut] = [of(raw), of(redacted)];
    // The answer to the challenge stands behind 32 bytes and the user's name, with its length before it.
    const login = open.client.subarray(4, 4 + open.client.readUIntLE(0, 3));
    const proofAt = 32 + 'mywire'.length + 1;
    const proof = login.subarray(proofAt + 1, proofAt + 1 + (login[proofAt] as number));
    expect(proof.length).toBeGreaterThan(19);
    for (const secret of [...SECRETS.slice(1).map((text) => Buffer.from(text)), proof, Buffer.from('SELEKT')]) {
      expect(open.bytes.includes(secret), secret.toString()).toBe(true);
      expect(shut.bytes.includes(secret), secret.toString()).toBe(false);
    }
    for (const secret of SECRETS) expect(shut.bytes.includes(secret)).toBe(false);
    // The server's version has the word too, and is shown.
    expect([open.client.includes('mywire'), shut.client.includes('mywire')]).toEqual([true, false]);
  });

  test('each packet is there with its length and its sequence id, in segments of the same lengths', () => {
    const [open, shut] = [of(raw), of(redacted)];
    expect(headers(shut.client)).toEqual(headers(open.client));
    expect(headers(shut.server)).toEqual(headers(open.server));
    expect(headers(open.client).length).toBeGreaterThan(4);
    expect(headers(open.server).length).toBeGreaterThan(10);
  });

  test.skipIf(!hasWireshark)('capinfos and tshark take it, and tshark finds the same packets in it', () => {
    const fields = (name: string) => {
      const port = /:(\d+)$/.exec(
        reassemble(readCapture(new Uint8Array(readFileSync(path(name)))).frames).connections[0]?.server.text ?? '',
      )?.[1];
      const wanted = ['mysql.packet_length', 'mysql.packet_number', 'mysql.command', 'mysql.error_code'].flatMap((field) => ['-e', field]);
      const args = ['-r', path(name), '-d', `tcp.port==${port},mysql`, '-Y', 'mysql', '-T', 'fields', ...wanted];
      const { status, stdout, stderr } = spawnSync('tshark', args, { encoding: 'utf8' });
      expect([status, stderr.replace(/^Running as .*\n/, '')]).toEqual([0, '']);
      return stdout.trim().split('\n');
    };
    expect(fields(redacted)).toEqual(fields(raw));
    expect(fields(raw).length).toBeGreaterThan(10);
    const info = spawnSync('capinfos', [path(redacted)], { encoding: 'utf8' });
    expect([info.status, info.stderr.replace(/^Running as .*\n/, '')]).toEqual([0, '']);
    const malformed = spawnSync('tshark', ['-r', path(redacted), '-Y', '_ws.malformed || tcp.analysis.flags'], { encoding: 'utf8' });
    expect(malformed.stdout).toBe('');
  });
});
