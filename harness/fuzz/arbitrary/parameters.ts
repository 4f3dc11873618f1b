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
  [T.LONG, (c) => c.of(['00000000', '2a000000', 'ffffff7f', '00000080'])],
  [T.LONG | UNSIGNED, (c) => c.of(['ffffffff', '01000000'])],
  [T.LONGLONG, (c) => c.of(['0000000000000000', '2a00000000000000', 'ffffffffffffff7f', '0000000000000080'])],
  [T.LONGLONG | UNSIGNED, (c) => c.of(['ffffffffffffffff', '0100000000000000'])],
  [T.FLOAT, (c) => c.of(['00000000', '0000c03f', '000080bf'])],
  [T.DOUBLE, (c) => c.of(['0000000000000000', '000000000000f83f', '00000000000002c0'])],
  [T.DATE, (c) => c.of(['ea070b1a', ''])],
  [T.DATETIME, (c) => c.of(['ea070b1a', 'ea070b1a0c2238', 'ea070b1a0c223894090c00', ''])],
  [T.TIMESTAMP, (c) => c.of(['ea070b1a0c2238', 'ea070b1a0c223894090c00'])],
  [T.TIME, (c) => c.of(['', '00000000000c2238', '01010000000c2238', '00000000000c223894090c00'])],
  [T.NEWDECIMAL, (c) => c.of([textHex('0'), textHex('-12345.67'), textHex('99999999.99')])],
  [T.VAR_STRING, (c) => c.of(['', textHex('mywire'), '78'.repeat(250), '78'.repeat(251)])],
  [T.STRING, (c) => c.of(['', textHex('a')])],
  [T.BLOB, (c) => c.of(['', '00ff0a27', '00'.repeat(300)])],
];
const integers = values.filter(([type]) => [T.TINY, T.SHORT, T.LONG, T.LONGLONG].includes((type & 0xff) as 1));

/** A parameter of any type, NULL now and then. */
export function parameter(chance: Chance, takes: 'text' | 'integer' | undefined, canary: string): ListedValue {
  if (takes === 'text') return { type: T.VAR_STRING, value: chance.oneIn(8) ? null : textHex(chance.of([canary, canary, '', 'x'])) };
  const [type, hex] = chance.of(takes === 'integer' ? integers : values);
  if (chance.oneIn(8)) return { type: chance.oneIn(2) ? T.NULL : type, value: null };
  if (type === T.VAR_STRING && chance.oneIn(2)) return { type, value: textHex(canary) };
  return { type, value: hex(chance) };
}

/** Query attributes: parameters with names. */
export function attributesOfQuery(chance: Chance, canary: string): readonly ListedValue[] {
  return Array.from({ length: chance.of([1, 1, 2, 8, 9]) }, (_, i) => ({
    ...(i === 0 ? { type: T.STRING, value: textHex(canary) } : parameter(chance, undefined, canary)),
    name: i === 0 ? 'trace' : `n${i}`,
  }));
}
