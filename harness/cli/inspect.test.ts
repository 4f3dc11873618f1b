import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { inspectFile } from './inspect-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'mywire-inspect-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const pcap = (name: string): string => fileURLToPath(new URL(`../../pcaps/${name}.pcap`, import.meta.url));
const variants = pcap('mysql-9.7.4-handshake-variants');
function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function inspected(path: string, options: Partial<Parameters<typeof inspectFile>[1]> = {}) {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    text += chunk;
    return true;
  });
  const exit = await inspectFile(path, { color: false, ...options });
  vi.restoreAllMocks();
  return { exit, text, lines: text.split('\n') };
}

describe('what is no capture is refused with a sentence', () => {
  test.each([
    ['a file that is not there', join(folder, 'nowhere'), 'CLI_NO_FILE'],
    ['a folder', folder, 'CLI_NO_FILE'],
    ['an empty file', file('empty', ''), 'PCAP_NOT_A_CAPTURE'],
    ['a text', file('text', 'hello, this is no capture\n'), 'PCAP_NOT_A_CAPTURE'],
  ])('%s', async (_what, path, code) => {
    await expect(inspected(path)).rejects.toMatchObject({ code });
  });

  test('it says which file it is', async () => {
    await expect(inspected(file('junk', 'hello, this is no capture\n'))).rejects.toThrow(`${join(folder, 'junk')}: The file starts with`);
  });

  test('--packets with a filter by user cannot read standard input twice', async () => {
    await expect(inspected('-', { packets: true, user: 'app' })).rejects.toMatchObject({ code: 'CLI_BAD_OPTION' });
  });
  test('a key log without a secret', async () => {
    await expect(inspected(variants, { keylog: file('no.log', '# nothing\n') })).rejects.toMatchObject({ code: 'CLI_BAD_OPTION' });
  });
});

test.each([
  ['a user', { user: 'nobody' }, ' (there are 15 others: user (empty), haproxy_check)'],
  ['a user, packet by packet', { user: 'nobody', packets: true }, ' (there are 15 others: user (empty), haproxy_check)'],
  ['an error code', { error: 4711 }, ' (there are 15 others: ERR 1156, 1251, 1158)'],
  ['an ending', { ending: 'open' as const }, ' (there are 15 others: ending fin+rst, fin)'],
  ['frames', { frames: { from: 90_000, to: 90_001 } }, ' (there are 15 others: frames 1 to 167)'],
  ['a stream', { connection: [4711] }, ' (without --connection all are shown)'],
])('who asks for %s that is not there learns what is', async (_what, options, told) => {
  const { exit, text } = await inspected(variants, options);
  expect(exit).toBe(3);
  expect(text).toContain(`no MySQL connection is what was asked for${told}`);
});

describe('what is there is told, and what is missing', () => {
  const whole = readFileSync(variants);
  test('a capture without a frame', async () => {
    expect(await inspected(file('none.pcap', whole.subarray(0, 24)))).toMatchObject({ exit: 3, text: expect.stringContaining('no frame') });
  });
  test('a capture that is cut', async () => {
    const { exit, text } = await inspected(file('cut.pcap', whole.subarray(0, 5000)));
    expect(exit).toBe(1); // what stands before the cut has a client that sends COM_QUIT in place of a login
    expect(text).toContain('The capture is cut at byte 5000');
  });
  test('a capture of something else', async () => {
    const other = fileURLToPath(new URL('../pcap/testdata/tls/openssl-3.0.22.pcapng', import.meta.url));
    expect(await inspected(other)).toMatchObject({ exit: 3, text: expect.stringContaining('no MySQL connection was found') });
  });
});

describe('filters', () => {
  test.each([
    [{ connection: [2] }, 1],
    [{ user: 'haproxy_check' }, 10],
    [{ user: 'nobody' }, 0],
    [{ error: true as const }, 15],
    [{ error: 1156 }, 5],
    [{ ending: 'fin' }, 6],
    [{ frames: { from: 22, to: 32 } }, 1],
  ])('%j', async (filter, connections) => {
    const { lines } = await inspected(variants, { ...filter, json: true });
    const totals = JSON.parse(lines.at(-2) ?? '');
    expect(totals).toMatchObject({ schema: 'mywire.inspect/1', type: 'totals', connections });
    expect(lines).toHaveLength(connections + 2);
  });
});

test('--packets shows each packet with its frame, early ones as what they are', async () => {
  const { text } = await inspected(variants, { packets: true, connection: [2] });
  // tshark calls both "Request Quit" (pcaps/README.md).
  expect(text).toContain('frame 25  01:42:34.333815  #2 -> HandshakeResponse41, sequence id 1, 51 bytes, at offset 0 (early');
  expect(text).toContain('frame 25  01:42:34.333815  #2 -> COM_QUIT, sequence id 0, 5 bytes, at offset 51 (early');
});

test('no byte of the wire reaches the terminal but as text', async () => {
  const evil = Buffer.from(readFileSync(variants));
  for (let at = evil.indexOf('haproxy_check'); at >= 0; at = evil.indexOf('haproxy_check', at + 1))
    evil.write('\x1b[31m\x07\x9b\u202e', at, 'latin1');
  const { text } = await inspected(file('evil.pcap', evil), { packets: true });
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
});

test('connections that did the same are told once where there are many', async () => {
  const { lines } = await inspected(fileURLToPath(new URL('../../pcaps/areas/mysql-9.7.4.pcap', import.meta.url)));
  expect(lines.filter((line) => /^\d+ connections? {2}to /.test(line)).length).toBeGreaterThan(3);
  expect(lines.filter((line) => /^#\d+ {2}/.test(line))).toEqual([]);
});
