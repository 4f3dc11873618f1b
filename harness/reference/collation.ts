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
