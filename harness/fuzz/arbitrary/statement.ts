import type { FeatureName } from '../../case/feature.ts';

export type Cell = string | null;

/** What a statement is answered with, where nothing stands in its way. */
export type Gives =
  | {
      readonly columns: number;
      /** Their number, or the rows themselves; absent: any. */
      readonly rows?: number | readonly (readonly Cell[])[];
      readonly warnings?: number;
      /** ERR behind the rows. */
      readonly fails?: number;
    }
  | { readonly ok: { readonly affectedRows?: number; readonly warnings?: number; readonly info?: string } }
  | { readonly err: number | readonly number[]; readonly state?: string }
  /** The server asks for this file. */
  | { readonly file: string };

/** What a statement does to the session, as far as later answers depend on it. */
export type Does =
  | { readonly begins: 'read write' | 'read only' }
  | { readonly ends: 'transaction' }
  /** There may be one behind it, of either kind. */
  | { readonly transaction: 'unknown' }
  | { readonly autocommit: boolean }
  | { readonly creates: string; readonly columns: number; readonly rows?: number }
  | { readonly drops: string; readonly ifExists?: true }
  | { readonly inserts: number; readonly into: string }
  | { readonly empties: string }
  /** Its rows are read: a column of their number, or all of them. */
  | { readonly reads: string; readonly count?: true }
  /** It touches the table; how is told by what it gives. */
  | { readonly touches: string }
  | { readonly uses: string }
  | { readonly user: string; readonly to: Cell }
  | { readonly shows: 'database' | 'autocommit' | 'warnings' }
  | { readonly userVariable: string }
  | { readonly mode: string }
  | { readonly metadata: 'NONE' | 'FULL' }
  | { readonly locks: true }
  | { readonly warns: true };

/** What must be there for it; without `database` and the flags it is said all the same, and refused. */
export type Needs =
  | FeatureName
  /** A default database, which temporary tables are made in. */
  | 'database'
  /** A table of fixtures, named with its database: NO_SCHEMA forbids that. */
  | 'qualified'
  /** Only this product knows it. */
  | 'mysql'
  | 'mariadb'
  /** The built-in server does not know it. */
  | 'any sql'
  /** It costs a real server more than it would show. */
  | 'built in'
  /** No proxy stands in front: what is said of the connection is said of the client's. */
  | 'direct';

/** One statement of the vocabulary. `{c}` stands for what tells one client from all others. */
export interface Known {
  readonly sql: string;
  readonly gives: Gives | readonly Gives[];
  readonly does?: Does | readonly Does[];
  readonly needs?: readonly Needs[];
  /** Several statements: without MULTI_STATEMENTS it is a syntax error. */
  readonly several?: true;
  /** Its answer depends on more than the model follows: no answer surprises. */
  readonly varies?: true;
}

export const CANARY = '{c}';
