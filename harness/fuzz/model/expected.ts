import { status } from '../../codec/status.ts';
import type { Cell, Gives } from '../arbitrary/statement.ts';
import type { State } from './state.ts';
import type { Told } from './told.ts';

/** What one result may be. Fields that are left out may be anything. */
export type Expected =
  | { readonly kind: 'OK'; readonly affectedRows?: number; readonly warnings?: number; readonly info?: string }
  | { readonly kind: 'ERR'; readonly codes?: readonly number[]; readonly state?: string }
  | {
      readonly kind: 'resultset';
      readonly columns?: number;
      readonly rows?: number | readonly (readonly Cell[])[];
      readonly warnings?: number;
      readonly fails?: number;
    }
  | { readonly kind: 'prepared'; readonly columns?: number; readonly parameters: number }
  | { readonly kind: 'definitions'; readonly columns: number }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'statistics' };

/** The results of an answer, in order: one of these sequences. 'anything': well-formed, or the end of the connection. */
export type Allowed = 'anything' | 'nothing' | readonly (readonly Expected[])[];

export const ok: Expected = { kind: 'OK' };
export const err = (...codes: readonly number[]): Expected => ({ kind: 'ERR', codes });

export function expectedOf(gives: Gives, canary: string): Expected {
  if ('file' in gives) return { kind: 'file', name: gives.file.replaceAll('{c}', canary) };
  if ('err' in gives)
    return {
      kind: 'ERR',
      codes: typeof gives.err === 'number' ? [gives.err] : gives.err,
      ...(gives.state === undefined ? {} : { state: gives.state }),
    };
  if ('ok' in gives) return { kind: 'OK', ...gives.ok };
  const { rows, ...rest } = gives;
  if (rows === undefined) return { kind: 'resultset', ...rest };
  if (typeof rows === 'number') return { kind: 'resultset', ...rest, rows };
  return { kind: 'resultset', ...rest, rows: rows.map((row) => row.map((cell) => cell?.replaceAll('{c}', canary) ?? null)) };
}

/** What is wrong with a result; undefined: nothing. */
export function differs(told: Told, expected: Expected): string | undefined {
  if (told.kind !== expected.kind) return `${described(told)} instead of ${expected.kind}`;
  switch (expected.kind) {
    case 'OK': {
      const got = told as Extract<Told, { kind: 'OK' }>;
      for (const name of ['affectedRows', 'warnings', 'info'] as const)
        if (expected[name] !== undefined && got[name] !== expected[name])
          return `OK with ${name} ${got[name]} instead of ${expected[name]}`;
      return undefined;
    }
    case 'ERR': {
      const got = told as Extract<Told, { kind: 'ERR' }>;
      if (expected.codes && !expected.codes.includes(got.code)) return `ERR ${got.code} instead of ${expected.codes.join(' or ')}`;
      return expected.state !== undefined && got.state !== expected.state
        ? `ERR ${got.code} with ${got.state} instead of ${expected.state}`
        : undefined;
    }
    case 'resultset':
      return resultsetDiffers(told as Extract<Told, { kind: 'resultset' }>, expected);
    case 'prepared': {
      const got = told as Extract<Told, { kind: 'prepared' }>;
      if (got.parameters !== expected.parameters)
        return `StmtPrepareOK with ${got.parameters} parameters instead of ${expected.parameters}`;
      return expected.columns !== undefined && got.columns !== expected.columns
        ? `StmtPrepareOK with ${got.columns} columns instead of ${expected.columns}`
        : undefined;
    }
    case 'definitions': {
      const { columns } = told as Extract<Told, { kind: 'definitions' }>;
      return columns === expected.columns ? undefined : `${columns} definitions instead of ${expected.columns}`;
    }
    case 'file': {
      const { name } = told as Extract<Told, { kind: 'file' }>;
      return name === expected.name ? undefined : 'a request for another file';
    }
    default:
      return undefined;
  }
}

function resultsetDiffers(
  got: Extract<Told, { kind: 'resultset' }>,
  expected: Extract<Expected, { kind: 'resultset' }>,
): string | undefined {
  const { columns, rows, warnings, fails } = expected;
  if (fails !== got.fails) return got.fails === undefined ? 'rows without the ERR that ends them' : `rows that end with ERR ${got.fails}`;
  if (columns !== undefined && got.columns !== columns) return `a resultset of ${got.columns} columns instead of ${columns}`;
  if (fails === undefined && got.status === undefined) return 'a resultset without an end';
  const count = typeof rows === 'number' ? rows : rows?.length;
  if (count !== undefined && got.rows !== count) return `${got.rows} rows instead of ${count}`;
  if (warnings !== undefined && got.warnings !== warnings) return `a resultset with ${got.warnings} warnings instead of ${warnings}`;
  if (typeof rows !== 'object' || !got.cells) return undefined;
  const wrong = rows.some((row, i) => row.some((cell, k) => got.cells?.[i]?.[k] !== cell));
  return wrong ? 'a resultset with other values' : undefined;
}

export const described = (told: Told): string => (told.kind === 'ERR' ? `ERR ${told.code}` : told.kind === 'other' ? told.name : told.kind);

/** The status flags of a result: in a transaction, autocommit, more results behind it. */
export function statusDiffers(told: Told, state: State, isLast: boolean): string | undefined {
  if (!('status' in told) || told.status === undefined || told.kind === 'definitions') return undefined;
  const flags = told.status;
  const is = (bit: number): boolean => (flags & bit) !== 0;
  if (is(status.MORE_RESULTS_EXISTS) === isLast)
    return isLast ? 'MORE_RESULTS_EXISTS on the last result' : 'no MORE_RESULTS_EXISTS, and more results';
  if (!isLast) return undefined;
  if (state.autocommit !== 'unknown' && is(status.AUTOCOMMIT) !== state.autocommit)
    return state.autocommit ? 'no AUTOCOMMIT flag' : 'the AUTOCOMMIT flag';
  if (state.transaction === 'unknown') return undefined;
  if (is(status.IN_TRANS) !== (state.transaction !== 'none'))
    return state.transaction === 'none' ? 'the IN_TRANS flag outside a transaction' : 'no IN_TRANS flag in a transaction';
  return is(status.IN_TRANS_READONLY) !== (state.transaction === 'read only') ? 'IN_TRANS_READONLY is wrong' : undefined;
}
