import type { ListedValue } from '../../case/step.ts';
import { columnType as T } from '../../codec/column-type.ts';
import type { Chance } from './chance.ts';

export const UNSIGNED = 0x8000;
export const textHex = (chars: string): string => Buffer.from(chars, 'latin1').toString('hex');

/** A binary value per type (mysql/page_protocol_binary_resultset): its bytes, without the length in front of them. */
const values: readonly (readonly [type: number, hex: (chance: Chance) => string])[] = [
  [T.TINY, (c) => c.of(['00', '05', '7f', '80', 'ff'])],
  [T.TINY | UNSIGNED, (c) => c.of(['00', 'ff'])],
  [T.SHORT, (c) => c.of(['0000', '0180', 'ffff'])],
  [T.SHORT | UNSIGNED, (c) => c.of(['ffff', '0080'])],
  [T.LONG, (c) => c.of(['00000000', '2a000000', 'ffffff7f', '00000080'])],
  [T.LONG | UNSIGNED, (c) => c.of(['ffffffff', '01000000'])],
  [T.LONGLONG, (c) => c.of(['0000000000000000', '2a00000000000000', 'ffffffffffffff7f', '0000000000000080'])],
  [T.LONGLONG | UNSIGNED, (c) => c.of(['ffffffffffffffff', '0100000000000000'])],
  [T.FLOAT, (c) => c.of(['00000000', '0000c03f', '000080bf', 'db0f4940', 'cdcccc3d', 'ffff7f7f'])],
  [T.DOUBLE, (c) => c.of(['0000000000000000', '000000000000f83f', '00000000000002c0', '9a9999999999b93f', 'ffffffffffffef7f'])],
  [T.DATE, (c) => c.of(['ea070b1a', ''])],
  // Midnight, midnight and a fraction, a fraction of zero.
  [
    T.DATETIME,
    (c) => c.of(['ea070b1a', 'ea070b1a0c2238', 'ea070b1a0c223894090c00', '', 'ea070b1a00000001000000', 'ea070b1a0c223800000000']),
  ],
  [T.TIMESTAMP, (c) => c.of(['ea070b1a0c2238', 'ea070b1a0c223894090c00', 'ea070b1a00000020a10700', 'ea070b1a'])],
  // Whole days, less than a second, less than an hour below zero, the longest.
  [
    T.TIME,
    (c) =>
      c.of([
        ...['', '00000000000c2238', '01010000000c2238', '00000000000c223894090c00', '0102000000000000', '010000000000000001000000'],
        ...['0100000000003b00', '0122000000163b3b', '000000000000000000000000'],
      ]),
  ],
  // More digits than a DOUBLE has, zeros at the end.
  [
    T.NEWDECIMAL,
    (c) => textHex(c.of(['0', '-12345.67', '99999999.99', '12345678901234567890.123456789', '-1.50', '100', '9007199254740993'])),
  ],
  // Lengths at the edges of a length-encoded integer, a NUL, what is not ASCII, quotes.
  [T.VAR_STRING, (c) => c.of(['', textHex('mywire'), textHex('a\0b'), textHex('n\xc3\xa4\xe2\x82\xac'), textHex('\'\\"')])],
  [
    T.VAR_STRING,
    (c) => '78'.repeat(c.of([250, 251, 255, 256, c.oneIn(4) ? 65_535 : 252, c.oneIn(4) ? 65_536 : 1, c.oneIn(4) ? 70_000 : 2])),
  ],
  [T.VARCHAR, (c) => textHex(c.of(['', 'mywire', 'a\0b']))],
  [T.STRING, (c) => c.of(['', textHex('a')])],
  [T.BLOB, (c) => c.of(['', '00ff0a27', '00'.repeat(300), '80ff'.repeat(126)])],
  [T.TINY_BLOB, (c) => c.of(['', '00ff80'])],
  [T.LONG_BLOB, (c) => c.of(['00ff80', 'c3a4'])],
];
const integers = values.filter(([type]) => [T.TINY, T.SHORT, T.LONG, T.LONGLONG].includes((type & 0xff) as 1));

/** Of a table that has a key: the same few again and again. */
const keys: readonly ListedValue[] = [
  { type: T.LONGLONG, value: '0700000000000000' },
  { type: T.TINY, value: '08' },
  { type: T.VAR_STRING, value: textHex('7') },
  { type: T.VAR_STRING, value: textHex('9') },
];

/** A parameter of any type, NULL now and then. */
export function parameter(chance: Chance, takes: 'text' | 'integer' | 'key' | undefined, canary: string): ListedValue {
  if (takes === 'key') return chance.of(keys);
  if (takes === 'text') return { type: T.VAR_STRING, value: chance.oneIn(8) ? null : textHex(chance.of([canary, canary, '', 'x'])) };
  const [type, hex] = chance.of(takes === 'integer' ? integers : values);
  if (chance.oneIn(8)) return { type: chance.oneIn(2) ? T.NULL : type, value: null };
  if (type === T.VAR_STRING && chance.oneIn(2)) return { type, value: textHex(canary) };
  return { type, value: hex(chance) };
}

/** Nobody says that each has one, or one of its own. */
const names: readonly (readonly [number, (i: number) => string])[] = [
  [8, (i) => `n${i}`],
  [1, () => ''],
  [1, () => 'trace'],
  [1, () => 'n1'],
];
/** Query attributes: parameters with names. */
export function attributesOfQuery(chance: Chance, canary: string): readonly ListedValue[] {
  return Array.from({ length: chance.of([1, 1, 2, 8, 9]) }, (_, i) => ({
    ...(i === 0 ? { type: T.STRING, value: textHex(canary) } : parameter(chance, undefined, canary)),
    name: i === 0 ? 'trace' : chance.weighted(names)(i),
  }));
}
