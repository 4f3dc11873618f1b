import type { Row } from './resultset.ts';

export interface TemporaryColumn {
  readonly name: string;
  /** Numbers only: what is none is stored as 0, with a warning. */
  readonly numeric: boolean;
}

/** A table of one session: it goes with it, and no other session sees it. */
export interface TemporaryTable {
  readonly columns: readonly TemporaryColumn[];
  /** The first column has no value twice. */
  readonly unique: boolean;
  rows: Row[];
}

/** Reads the column list of CREATE TEMPORARY TABLE: `a INT PRIMARY KEY, b VARCHAR(20)`. */
export function temporaryTable(definitions: string): TemporaryTable {
  const each = definitions.split(/, */);
  return {
    columns: each.map((definition) => ({ name: definition.split(' ')[0] ?? '', numeric: /^\S+ int\b/i.test(definition) })),
    unique: /primary key/i.test(each[0] ?? ''),
    rows: [],
  };
}
