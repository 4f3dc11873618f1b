import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CaptureFile } from '../record/capture-file.ts';
import { aboutLink, recordLink } from '../record/record-link.ts';
import { startReference } from '../reference/index.ts';
import { freePort } from '../target/free-port.ts';
import { bundle } from './bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'mywire-bundle-redacted-'));
afterAll(() => rmSync(folder, { recursive: true }));
const dir = join(folder, 'evidence');
const SECRETS = ['canary0user', 'canary0password', 'canary0row', 'canary0parameter', 'canary0statement', 'canary0database'];

/** As a run could have said them: plain, in hex, in base64 at any place. */
const encodings = (secret: string): string[] => [
  secret,
  Buffer.from(secret).toString('hex'),
  Buffer.from(secret).toString('hex').toUpperCase(),
  ...[0, 1, 2].map((skip) => {
    const whole = Buffer.from(`${'.'.repeat(skip)}${secret}`)
      .toString('base64')
      .replaceAll('=', '');
    return whole.slice(skip === 0 ? 0 : skip + 1, -1);
  }),
];
const told = SECRETS.flatMap(encodings);

beforeAll(async () => {
  mkdirSync(dir);
  const [user, password] = ['canary0user', 'canary0password'];
  const reference = await startReference({
    host: '127.0.0.1',
    port: 0,
    dialect: 'mysql',
    accounts: [{ user, password, plugin: 'mysql_native_password' }],
  });
  const listen = { host: '127.0.0.1', port: await freePort() };
  const file = new CaptureFile({ path: join(dir, 'wire.pcapng'), about: aboutLink({ listen, to: reference.endpoint }, '9.9.9') });
  const recording = await recordLink({ listen, to: reference.endpoint }, file, () => undefined);
  const client = await mysql.createConnection({ ...listen, user, password });
  await client.query("SELECT 'canary0row'");
  await client.execute('SELECT ?', ['canary0parameter']).catch(() => undefined);
  await client.query('SELECT canary0statement FROM nowhere').catch(() => undefined);
  await client.end();
  await mysql.createConnection({ ...listen, user, password, database: 'canary0database' }).catch(() => undefined);
  await recording.stop();
  file.close();
  await reference.stop();
  writeFileSync(join(dir, 'transcript.txt'), told.join('\n'));
  writeFileSync(join(dir, 'issue.md'), told.join('\n'));
  writeFileSync(join(dir, 'case.json'), JSON.stringify({ script: told }));
  writeFileSync(join(dir, 'cases.json'), JSON.stringify([{ script: told }]));
  const result = {
    case: 'own/lost-row',
    delivery: 'whole',
    target: '127.0.0.1:3306',
    title: told[0],
    source: [{ says: told[0] }],
    level: 'MUST',
  };
  writeFileSync(
    join(dir, 'result.json'),
    JSON.stringify({ ...result, reason: told[2], deviation: { got: told.join() }, transcript: told }),
  );
}, 60_000);

test('a redacted bundle has the transcript and the issue, and no secret in plain, hex or base64', async () => {
  const { path, files, notes } = await bundle(dir, { out: join(folder, 'out.tar.gz'), mywire: '9.9.9', environment: {}, redact: true });
  expect(files).toEqual(['issue.md', 'transcript.txt', 'wire.pcapng']);
  expect(notes.filter((line) => line.startsWith('left out')).length).toBe(3);
  const tar = gunzipSync(readFileSync(path));
  expect(told.filter((secret) => tar.includes(secret))).toEqual([]);
  for (const said of ['tcp.stream 0', 'tcp.stream 1', 'COM_QUERY', 'HandshakeV10', 'ERR', 'own/lost-row, delivery whole'])
    expect(tar.includes(said), said).toBe(true);
});

test('of a case of ours the issue says what must hold, and the case is there', async () => {
  rmSync(join(dir, 'cases.json'));
  const result = { case: 'commands/ping', delivery: 'whole', target: 'x', title: 'COM_PING gets OK', level: 'MUST' };
  const source = [{ manual: 'mysql', page: 'COM_PING', url: 'https://dev.mysql.com/ping', says: 'OK is the answer' }];
  writeFileSync(join(dir, 'result.json'), JSON.stringify({ ...result, source, reason: 'canary0row' }));
  writeFileSync(join(dir, 'case.json'), '{"id":"commands/ping"}');
  const { path, files } = await bundle(dir, { out: join(folder, 'ours.tar.gz'), mywire: '9.9.9', environment: {}, redact: true });
  expect(files).toEqual(['case.json', 'issue.md', 'transcript.txt', 'wire.pcapng']);
  const tar = gunzipSync(readFileSync(path));
  expect(told.filter((secret) => tar.includes(secret))).toEqual([]);
  expect(tar.includes('What should hold (MUST): COM\\_PING gets OK.')).toBe(true);
  expect(tar.includes('* OK is the answer (mysql, COM\\_PING: <https://dev.mysql.com/ping>)')).toBe(true);
});

test('captures of the same name in several forms are all there, each with a name of its own', async () => {
  const several = join(folder, 'several');
  mkdirSync(several);
  const capture = readFileSync(join(dir, 'wire.pcapng'));
  for (const name of ['one.pcapng', 'one.cap', 'two.pcap']) writeFileSync(join(several, name), capture);
  for (const name of ['one.pcapng.gz', 'two.pcapng.gz']) writeFileSync(join(several, name), gzipSync(capture));
  const { files } = await bundle(several, { out: join(folder, 'several.tar.gz'), redact: true, mywire: '9.9.9', environment: {} });
  expect(files).toEqual(['one.cap.pcapng', 'one.pcapng', 'one.pcapng.gz.pcapng', 'two.pcapng', 'two.pcapng.gz.pcapng']);
});
