import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { zstdFrame } from '../codec/zstd.ts';
import { readCapture } from '../pcap/capture-reader.ts';
import { writePcapng } from '../pcap/pcapng-writer.ts';
import { type BundleOptions, bundle } from './bundle.ts';
import { tarHeader, tarPadding } from './tar.ts';

const clients = fileURLToPath(new URL('../codec/recordings/mysql-9.7.4-clients.pcap', import.meta.url));
const insideTls = fileURLToPath(new URL('../pcap/testdata/tls/mysql-9.7.4.pcapng', import.meta.url));
const checks = fileURLToPath(new URL('../../pcaps/proxysql-2.0.17-haproxy-2.6.12-post41.pcap', import.meta.url));

let folder = '';
let dir = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-bundle-test-'));
  dir = join(folder, 'evidence');
  mkdirSync(dir);
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(dir, name)), { recursive: true });
  writeFileSync(join(dir, name), content);
};
const make = (options: Partial<BundleOptions> = {}) =>
  bundle(dir, { out: join(folder, 'out.tar.gz'), mywire: '9.9.9', environment: {}, ...options });
/** As tar(1) unpacks it. */
function unpacked(path: string): Record<string, string> {
  const to = mkdtempSync(join(folder, 'unpacked-'));
  expect(spawnSync('tar', ['-xzf', path, '-C', to]).status).toBe(0);
  const files = readdirSync(to, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    files.map((one) => [join(one.parentPath, one.name).slice(to.length + 1), readFileSync(join(one.parentPath, one.name), 'latin1')]),
  );
}

describe('the archive', () => {
  test('holds every file, below the name of the folder, as tar(1) reads it; names of any length and language', async () => {
    const long = `${'deep/'.repeat(40)}file.txt`;
    const contents = { 'issue.md': 'x'.repeat(512), 'empty.txt': '', 'nodes/ä€.cfg': 'threads 4', [long]: 'y' };
    for (const [name, content] of Object.entries(contents)) put(name, content);
    copyFileSync(checks, join(dir, 'wire.pcap'));
    const { path, files, notes } = await make();
    expect(notes).toEqual([]);
    const found = unpacked(path);
    expect(Object.keys(found).sort()).toEqual(files.map((name) => `evidence/${name}`).sort());
    for (const [name, content] of Object.entries(contents)) expect(found[`evidence/${name}`]).toBe(content);
    expect(found['evidence/wire.pcap']).toBe(readFileSync(checks, 'latin1'));
  });

  test('is the same, byte for byte, for the same files: whatever their times', async () => {
    put('b', '2');
    put('a', '1');
    const first = readFileSync((await make()).path);
    utimesSync(join(dir, 'a'), 1, 1);
    const second = readFileSync((await make({ out: join(folder, 'again.tar.gz') })).path);
    expect(second.equals(first)).toBe(true);
    // No time, no system.
    expect(first.subarray(4, 10).toString('hex')).toMatch(/^00000000..ff$/);
  });

  test('follows no link, and does not hold itself', async () => {
    put('a', '1');
    symlinkSync('/etc/passwd', join(dir, 'link'));
    const out = join(dir, 'out.tar.gz');
    await make({ out });
    const { files, notes } = await make({ out });
    expect(files).toEqual(['a']);
    expect(notes).toEqual(['left out: link (no file)']);
  });

  test('of nothing is not made', async () => {
    await expect(make()).rejects.toMatchObject({ code: 'BUNDLE_NO_FOLDER' });
    await expect(bundle(join(folder, 'absent'), { mywire: '1', environment: {} })).rejects.toMatchObject({ code: 'BUNDLE_NO_FOLDER' });
  });
});

describe('secrets', () => {
  const { frames } = readCapture(new Uint8Array(readFileSync(checks)));
  const keyLog = `CLIENT_RANDOM ${'0'.repeat(64)} ${'1'.repeat(96)}\n`;
  test.each([
    [
      'TLS secrets of another capture',
      'wire.pcapng',
      writePcapng({ application: 'x', tlsSecrets: keyLog }, frames),
      'wire.pcapng: TLS secrets',
    ],
    [
      'a login inside TLS that the secrets open',
      'wire.pcapng',
      readFileSync(insideTls),
      'wire.pcapng: the login of "app", and what it said',
    ],
    ['a login of somebody else', 'wire.pcap', readFileSync(clients), 'wire.pcap: the login of "app", and what it said'],
    ['a capture as tcpdump -C names it', 'wire.pcap1', readFileSync(clients), 'wire.pcap1: the login of "app", and what it said'],
    ['a compressed one of any name', 'bug', gzipSync(readFileSync(clients)), 'bug: the login of "app", and what it said'],
    ['one through zstd', 'bug.z', zstdFrame(readFileSync(clients)), 'bug.z: the login of "app", and what it said'],
    [
      'a capture that begins behind the login',
      'wire.pcapng',
      writePcapng({ application: 'x' }, readCapture(new Uint8Array(readFileSync(clients))).frames.slice(12)),
      'login was before the capture',
    ],
    ['a key log', 'keys.log', keyLog, 'keys.log: TLS secrets'],
    ['a private key', 'nodes/a/key.pem', '-----BEGIN PRIVATE KEY-----\nx', 'a private key'],
    ['a password in a configuration', 'nodes/a/proxysql.cnf', 'password="canary"', 'nodes/a/proxysql.cnf: a password or its hash'],
    ['a command line in free text', 'issue.md', 'I ran `mysql -u app -pcanary`', 'issue.md: a password on a command line'],
    ['MYSQL_PWD in a log', 'notes', 'MYSQL_PWD=canary mysql -u app', 'notes: a password on a command line'],
    ['the password of the environment', 'story.txt', 'logged in with canary-word', 'the password of MYWIRE_PASSWORD'],
  ])('%s: refused, and no archive is left', async (_, name, content, says) => {
    put(name, content);
    const environment = { MYWIRE_PASSWORD: 'canary-word' };
    await expect(make({ environment })).rejects.toMatchObject({ code: 'BUNDLE_HAS_SECRETS', message: expect.stringContaining(says) });
    await expect(make({ environment })).rejects.toMatchObject({ message: expect.not.stringContaining('canary') });
    expect(readdirSync(folder)).toEqual(['evidence']);
    // Told to, it does.
    expect((await make({ environment, asIs: true })).files).toEqual([name]);
  });

  test('redacted: captures without names and statements, nothing that tells them as text, and the archive may leave', async () => {
    copyFileSync(clients, join(dir, 'wire.pcap'));
    for (const name of ['transcript.txt', 'result.json', 'issue.md', 'story.txt', 'recording.json', 'plot.svg']) put(name, 'SELECT canary');
    put('nodes.json', '[]');
    put('nodes/a/haproxy.cfg', 'mode tcp');
    const { path, files, notes } = await make({ redact: true });
    expect(files).toEqual(['nodes.json', 'nodes/a/haproxy.cfg', 'transcript.txt', 'wire.pcapng']);
    expect(notes.filter((line) => line.startsWith('left out')).length).toBe(5);
    const tar = gunzipSync(readFileSync(path));
    // The recordings' user and statements; S3cret!pass is their password.
    for (const canary of ['canary', 'S3cret', 'SELECT', 'select ', 'Denied', 'denied']) expect(tar.includes(canary)).toBe(false);
  });
});

test.each([
  ['a size of 8 GiB and more', 'big', 9_000_000_000, 'size=9000000000'],
  ['a name of 300 characters', 'n'.repeat(300), 1, `path=${'n'.repeat(300)}`],
])('%s stands in a pax record', (_, name, size, says) => {
  const header = Buffer.from(tarHeader(name, size));
  expect(header.includes(says)).toBe(true);
  expect((header.length + tarPadding(size).length + size) % 512).toBe(0);
});
