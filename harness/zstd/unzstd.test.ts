import { describe, expect, test } from 'vitest';
import { unzstd } from './unzstd.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const refusal = (frame: string, most: number): string => {
  try {
    return `taken: ${Buffer.from(unzstd(bytes(frame), most)).toString('hex')}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
};

// printf 'mywire mywire mywire mywire mywire ' > z; zstd -19 --no-check z (zstd 1.5.4)
const compressed = '28b52ffd 2023 6d0000 38 6d7977697265200100628a11';

describe('unzstd', () => {
  test.each([
    ['two frames, one behind a skippable one', '28b52ffd 2001 090000 61 502a4d18 02000000 ffff 28b52ffd 2001 090000 62', 2, 'taken: 6162'],
    ['a run', '28b52ffd 2005 2b0000 78', 5, 'taken: 7878787878'],
    ['more than was announced', '28b52ffd 2005 2b0000 78', 4, 'ZstdFault: more than the 4 bytes announced'],
    ['a frame that is cut', '28b52ffd 2005 2b0000', 5, 'ZstdFault: the data is cut'],
    ['nothing', '', 5, 'ZstdFault: the data is cut'],
    ['bytes behind the frame', '28b52ffd 2005 2b0000 78 00000000', 5, 'ZstdFault: no frame begins here'],
    // fzstd 0.1.1 does not come back from this one.
    ['a Huffman description in which one symbol has all states', '28b52ffd 200a 550000 a28001 04 f003ffff 0000', 10, 'ZstdFault'],
  ])('%s', (_, frame, most, says) => {
    expect(refusal(frame, most).startsWith(says), refusal(frame, most)).toBe(true);
  });
});

test('a compressed block, as zstd(1) writes it', () => {
  expect(refusal(compressed, 35)).toBe(`taken: ${Buffer.from('mywire '.repeat(5)).toString('hex')}`);
});
