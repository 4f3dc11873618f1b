import { collation, collationName } from '../codec/charset.ts';
import type { Dialect } from './dialect.ts';
import { Refusal } from './refusal.ts';

/**
 * Character sets that the SQL parser cannot read: both servers refuse them as character_set_client (ERR 1231).
 * Every other id is taken, known or not: an unknown one means the server's default.
 * Ids below 256 from information_schema.COLLATIONS, the same on MySQL and MariaDB.
 */
const ranges: readonly (readonly [from: number, to: number, name: string])[] = [
  [35, 35, 'ucs2'],
  [90, 90, 'ucs2'],
  [128, 151, 'ucs2'],
  [159, 159, 'ucs2'],
  [54, 55, 'utf16'],
  [101, 124, 'utf16'],
  [56, 56, 'utf16le'],
  [62, 62, 'utf16le'],
  [60, 61, 'utf32'],
  [160, 183, 'utf32'],
];

/** The character set that the parser refuses, by collation id; undefined for all others. */
export function unreadableCharacterSet(collation: number): string | undefined {
  return ranges.find(([from, to]) => collation >= from && collation <= to)?.[2];
}

/** Ids below 256 that MariaDB has no collation for; 0 is a case of its own. */
const gaps: readonly (readonly [from: number, to: number])[] = [
  [17, 17],
  [76, 76],
  [100, 100],
  [125, 127],
  [152, 158],
  [184, 191],
  [216, 222],
  [248, 255],
];

/** For the defect that has no mercy with them. */
export function isUnknownCollation(collation: number): boolean {
  return gaps.some(([from, to]) => collation >= from && collation <= to);
}

/** Character sets by the width of their widest character, in bytes; all others have one. */
const widths: Readonly<Record<string, number>> = { utf8mb4: 4, utf8mb3: 3, cp932: 2, gbk: 2 };

export const characterSetOf = (id: number): string => collationName(id).split('_')[0] ?? '';
export const bytesPerCharacter = (id: number): number => widths[characterSetOf(id)] ?? 1;
/** Is it one that the server knows? Any other means the server's default. */
export const isKnownCollation = (id: number): boolean => collation[id] !== undefined;

/** The id of a collation. Throws Refusal 1273. */
export function collationNamed(name: string): number {
  const found = Object.entries(collation).find(([, one]) => one === name);
  if (!found) throw new Refusal(1273, 'HY000', `Unknown collation: '${name}'`);
  return Number(found[0]);
}

/** The collation that SET NAMES takes for a character set. Throws Refusal 1115. */
export function defaultCollationOf(characterSet: string, dialect: Dialect): number {
  if (characterSet === 'utf8mb4') return dialect === 'mysql' ? 255 : 45;
  const found = Object.entries(collation).find(([id, name]) => name.split('_')[0] === characterSet && !oldest.has(Number(id)));
  if (!found) throw new Refusal(1115, '42000', `Unknown character set: '${characterSet}'`);
  return Number(found[0]);
}
/** Not the default of their character set, though their ids are lower. */
const oldest: ReadonlySet<number> = new Set([5]);
