import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Xxh64 } from '../zstd/xxh64.ts';
import { UnzstdStream } from './unzstd-stream.ts';

const hasZstd = spawnSync('zstd', ['--version']).status === 0;
if (!hasZstd) console.warn('skipped: zstd is not on PATH');

async function unzstd(bytes: Uint8Array, portion = 5000): Promise<{ content: Uint8Array; fault: string | undefined }> {
  const stream = new UnzstdStream();
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length && !stream.fault; at += portion) out.push(...(await stream.push(bytes.slice(at, at + portion))));
  out.push(...(await stream.end()));
  return { content: Buffer.concat(out), fault: stream.fault };
}
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!hasZstd)('what zstd(1) compresses', () => {
  const folder = new URL('../../pcaps/', import.meta.url);
  const captures = Buffer.concat(
    readdirSync(folder).flatMap((name) => (name.endsWith('.pcap') ? [readFileSync(new URL(name, folder))] : [])),
  );
  // Bytes that do not compress: hashes, which are the same in each run.
  const noise = Buffer.concat(Array.from({ length: 6000 }, (_, i) => createHash('sha256').update(String(i)).digest()));
  const contents: Record<string, Buffer> = {
    captures,
    noise,
    'one byte': Buffer.from('x'),
    nothing: Buffer.alloc(0),
    zeros: Buffer.alloc(700_000),
    'all of them, twice': Buffer.concat([captures, noise, Buffer.alloc(300_000), captures, noise]),
    'two symbols': Buffer.from(Array.from({ length: 60_000 }, (_, i) => ((i * i) >> 3) & 1)),
  };
  test.each(Object.keys(contents))('%s, at every kind of level', async (name) => {
    const content = contents[name] as Buffer;
    for (const level of [
      ['--fast=7', '--no-check'],
      ['-1'],
      ['-3'],
      ['-9'],
      ['-19', '--long=27'],
      ['--ultra', '-22'],
      ['-3', '--no-compress-literals'],
    ]) {
      const { stdout } = spawnSync('zstd', ['-q', '-c', ...level], { input: content, maxBuffer: 1 << 26 });
      const found = await unzstd(stdout);
      expect([level, found.fault, found.content.length, sha(found.content)]).toEqual([level, undefined, content.length, sha(content)]);
    }
  });

  test('any byte changed is noticed, if only by the checksum', async () => {
    const { stdout } = spawnSync('zstd', ['-q', '-c', '-19'], { input: captures.subarray(0, 20_000) });
    for (let at = 0; at < stdout.length; at += 7) {
      const bad = Uint8Array.from(stdout);
      bad[at] = (bad[at] as number) ^ (1 << (at % 8));
      const found = await unzstd(bad);
      // The low bits of the header's content size and window may be told by nothing else.
      if (found.fault === undefined) expect(sha(found.content)).toBe(sha(captures.subarray(0, 20_000)));
    }
  });
});

describe('hostile frames', () => {
  const frame = (...parts: string[]) => new Uint8Array(Buffer.from(`28b52ffd${parts.join('')}`.replaceAll(' ', ''), 'hex'));
  test.each([
    // One symbol has all states, so no state ever takes a bit: fzstd 0.1.1 does not come back from it.
    ['a Huffman description without an end', frame('20 0a', '550000', 'a28001', '04 f003 ffff', '00', '00'), 'too many symbols'],
    ['a window of 2 GiB', frame('00 a8'), 'window of 2147483648'],
    ['a dictionary', frame('21 07 05'), 'dictionary'],
    ['a block of a reserved type', frame('20 05', '070000'), 'reserved type'],
    ['a block of 2 MiB', frame('20 05', 'fcffff'), 'more than 128 KiB'],
    ['less content than announced', frame('20 05', '090000 61'), '1 bytes of content where 5'],
    ['more content than announced', frame('20 01', '110000 6161'), '2 bytes of content where 1'],
    ['another checksum', frame('24 01', '090000 61', '00000000'), 'checksum'],
    ['no frame behind a frame', frame('20 01', '090000 61', '61626364'), 'no frame begins'],
    ['half a header', frame('20'), 'cut'],
  ])('%s', async (_, bytes, fault) => {
    for (const portion of [1, 5000]) expect((await unzstd(bytes, portion)).fault).toContain(fault);
  });

  test('a run costs what it gives, not more', async () => {
    // RLE blocks of 128 KiB: 4 bytes each. A stream gives out one block at a time.
    const blocks = Array.from({ length: 50 }, (_, i) => (i === 49 ? '030010 61' : '020010 61')).join('');
    const { content, fault } = await unzstd(frame('00 38', blocks));
    expect([content.length, fault]).toEqual([50 * 131_072, undefined]);
  });
});

test.each([
  // xxhsum -H1 of these.
  ['', 'ef46db3751d8e999'],
  ['a', 'd24ec4f1a98c6e5b'],
  ['abc', '44bc2cf5ad770999'],
  ['Nobody inspects the spammish repetition', 'fbcea83c8a378bf1'],
])('XXH64 of %j', (text, digest) => {
  const hash = new Xxh64();
  for (const byte of Buffer.from(text)) hash.update(Uint8Array.of(byte));
  expect(hash.low32().toString(16).padStart(8, '0')).toBe(digest.slice(8));
});
