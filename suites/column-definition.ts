/** What cases about column definitions share. */
import type { Condition } from '../harness/case/step.ts';
import { columnFlag as F } from '../harness/codec/column-type.ts';
import { manual } from './manual.ts';
import { needsTypes } from './query-steps.ts';

/** The collation of what is no text. */
export const BINARY = 63;
/** In MariaDB an administrator chooses which collation stands for a character set; and which one a session goes on with. */
export const shippedCollations = [
  { feature: 'default-collations' },
  { feature: 'no-init-connect' },
  { feature: 'collation-of-the-login' },
] as const;
export const needsCollations = [...needsTypes, ...shippedCollations] as const;
/** Collations of utf8mb4 that a server may name for a client of collation 45; MariaDB 11.8 names 224 for the new default. */
export const utf8mb4: Condition = { oneOf: [45, 224, 255] };

/**
 * The length of a TEXT of utf8mb4. The manuals tell its largest length in characters, and that fewer of several bytes fit: a server names
 * the bytes that it can hold, or four for each of as many characters.
 */
export const textLength = (holds: number): Condition => ({ oneOf: [holds, Math.min(4 * holds, 0xffffffff)] });

/** Conditions by the name of a field. */
export type Fields = Readonly<Record<string, Condition>>;
/** What a column of text has in its definition. */
export const textColumn = (type: number, columnLength: Condition, flags = 0): Fields => ({
  characterSet: utf8mb4,
  columnLength,
  type,
  flags,
  decimals: 0,
});

/** The conditions on columns, in their order, from the fields of each. */
export function columns(...each: readonly Fields[]): Fields {
  return Object.fromEntries(
    each.flatMap((fields, i) => Object.entries(fields).map(([field, is]) => [`column.${i}.${field}`, is] as const)),
  );
}

/** The flags that tell of keys. */
const OF_KEYS = F.NOT_NULL | F.PRI_KEY | F.UNIQUE_KEY | F.MULTIPLE_KEY | F.AUTO_INCREMENT;
/** Of these only the ones named; another may say that the column is part of a key. */
const keys = (flags: number, without = OF_KEYS & ~flags): Fields => ({ flags: { all: [{ bits: flags }, { noBits: without }] } });
export const tableOfKeys =
  'CREATE TEMPORARY TABLE mywire_keys (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, u INT NOT NULL UNIQUE, k INT, d INT NOT NULL DEFAULT 5, KEY(k))';
/** Of its columns. */
export const flagsOfKeys = [
  keys(F.NOT_NULL | F.PRI_KEY | F.AUTO_INCREMENT),
  keys(F.NOT_NULL | F.UNIQUE_KEY | F.NO_DEFAULT_VALUE),
  keys(F.MULTIPLE_KEY),
  keys(F.NOT_NULL, (OF_KEYS | F.NO_DEFAULT_VALUE) & ~F.NOT_NULL),
] as const satisfies readonly Fields[];

export const namesSource = [manual['mysql/column-definition-names'], manual['mariadb/column-definition']] as const;
export const fixedSource = [
  manual['mysql/column-definition-fixed-fields'],
  manual['mysql/column-types'],
  manual['mysql/column-flags'],
  manual['mariadb/column-definition'],
  manual['mariadb/column-types'],
  manual['mariadb/column-flags'],
] as const;
