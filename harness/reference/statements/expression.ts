/** SELECT of a list of expressions without a table. */

import { columnType as T } from '../../codec/column-type.ts';
import { refuse } from '../refusal.ts';
import type { Rows } from '../result.ts';
import type { Column } from '../resultset.ts';
import { number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import { literal, topLevel } from './literal.ts';
import type { Statement } from './statement.ts';
import { globalVariable, systemVariable } from './system-variable.ts';

/** NOT NULL, binary, of the binary character set: what a function of numbers gives. */
const BIGINT = (name: string): Column => ({ ...number(name, 21), type: 0x08 });
const NOT_NULL = 0x01;

const decimal = (name: string, digits: string, decimals: number): Column => ({ ...number(name, digits.length + 1), type: 0xf6, decimals });

interface Value {
  readonly column: Column;
  readonly value: string | null;
  readonly warnings?: number;
}
type Evaluate = (session: Session, match: RegExpMatchArray, name: string) => Value;

const expressions: readonly (readonly [RegExp, Evaluate])[] = [
  [/^-?\d+$/, (_s, [digits = ''], name) => ({ column: number(name, digits.length), value: digits })],
  [/^-?\d+\.(\d+)$/, (_s, [digits = '', behind = ''], name) => ({ column: decimal(name, digits, behind.length), value: digits })],
  [/^_(latin1|utf8mb4|binary) x'((?:[0-9a-f]{2})*)'$/i, (s, [, set = '', hex = ''], name) => introduced(s, name, set.toLowerCase(), hex)],
  [/^null$/i, () => ({ column: { ...number('NULL', 0), type: 0x06, flags: 0x80 }, value: null })],
  [/^x'.*'$/i, (s, [text], name) => bytes(name, literal(s, text) ?? '')],
  [/^'.*'$/s, (s, [text], name) => words(name, literal(s, text))],
  [
    /^@@(?:session\.)?(\w+)$/i,
    (s, [, variable = ''], name) => ({ column: string(name, 1020), value: known(s, systemVariable(s, variable.toLowerCase()), variable) }),
  ],
  [
    /^@@global\.(\w+)$/i,
    (s, [, variable = ''], name) => ({ column: string(name, 1020), value: known(s, globalVariable(s, variable.toLowerCase()), variable) }),
  ],
  [
    /^concat\('(\w+)', ?(@@[\w.]+)\)$/i,
    (s, [, before = '', variable = ''], name) => ({ column: string(name, 1100), value: `${before}${evaluateOne(s, variable).value}` }),
  ],
  [
    /^(@@\w+) = ('[^']*')$/i,
    (s, [, variable = '', text = ''], name) => ({
      column: number(name, 1),
      value: evaluateOne(s, variable).value === literal(s, text) ? '1' : '0',
    }),
  ],
  [
    /^@(\w+)$/,
    (s, [, variable = ''], name) => ({
      column: string(name, 1020),
      value: s.state.userVariables.get(variable) ?? s.server.userVariables.get(variable) ?? null,
    }),
  ],
  [
    /^last_insert_id\(\)$/i,
    (s, _m, name) => ({ column: BIGINT(name), value: String(s.has('last-insert-id-forgotten') ? 0 : s.lastInsertId) }),
  ],
  [/^row_count\(\)$/i, (s, _m, name) => ({ column: BIGINT(name), value: String(s.last.rowCount) })],
  [/^found_rows\(\)$/i, (s, _m, name) => ({ column: BIGINT(name), value: String(s.last.foundRows) })],
  [/^database\(\)$/i, (s, _m, name) => ({ column: string(name, 256), value: s.database === '' ? null : s.database })],
  [/^(?:current_)?user\(\)$/i, (s, _m, name) => ({ column: string(name, 1152), value: `${s.user}@%` })],
  [/^get_lock\((.+), ?[05]\)$/i, (s, [, lock = ''], name) => ({ column: BIGINT(name), value: s.lock(lockName(s, lock)) ? '1' : '0' })],
  [
    /^is_free_lock\((.+)\)$/i,
    (s, [, lock = ''], name) => ({ column: BIGINT(name), value: s.server.locks.has(lockName(s, lock)) ? '0' : '1' }),
  ],
  [
    /^cast\((-?\d+\.\d) as decimal\(10, ?2\)\)$/i,
    (_s, [, digits = ''], name) => ({ column: { ...decimal(name, '', 2), columnLength: 12 }, value: `${digits}0` }),
  ],
  [/^cast\(('.*') as json\)$/i, (s, [, text = ''], name) => document(s, name, text)],
  [/^hex\(string_to_vector\('\[1\]'\)\)$/i, (s, [what = ''], name) => hexOfOne(s, what, name)],
  [/^string_to_vector\('\[(.+)\]'\)$/i, (s, [, list = ''], name) => vector(s, name, list)],
  [/^cast\('\D+' as signed\)$/i, (_s, _m, name) => ({ column: BIGINT(name), value: '0', warnings: 1 })],
];

export const expressionStatements: readonly Statement[] = [[/^select (.+)$/is, (s, [, list = '']) => evaluate(s, topLevel(list))]];

function evaluate(session: Session, list: readonly string[]): Rows {
  const values = list.map((one) => evaluateOne(session, one));
  return {
    columns: values.map(({ column }) => column),
    rows: [values.map(({ value }) => value)],
    warnings: values.reduce((sum, { warnings = 0 }) => sum + warnings, 0),
  };
}

function evaluateOne(session: Session, text: string): Value {
  const [, expression = text, alias] = /^(.+?) as (?:' *|`?)(\w+|(?<=`)[^`]+)['`]?$/is.exec(text) ?? [];
  for (const [pattern, value] of expressions) {
    const match = expression.match(pattern);
    if (match) return value(session, match, alias ?? expression);
  }
  throw refuse.syntax(expression.slice(0, 80));
}

function bytes(name: string, value: string): Value {
  return { column: { name, characterSet: 63, columnLength: value.length, type: 0xfd, flags: 0xa1, decimals: 0 }, value };
}

/** Bytes in the character set that stands before them (mysql/introducer). Text is kept in UTF-8. */
function introduced({ has }: Session, name: string, set: string, hex: string): Value {
  const sent = Buffer.from(hex, 'hex');
  if (set === 'binary' && !has('introducer-binary-as-text')) return bytes(name, sent.toString('latin1'));
  const isLatin1 = set !== 'utf8mb4' && !has('introducer-ignored');
  return words(name, (isLatin1 ? Buffer.from(sent.toString('latin1'), 'utf8') : sent).toString('latin1'));
}

function words(name: string, value: string | null): Value {
  const characters = [...Buffer.from(value ?? '', 'latin1').toString('utf8')].length;
  return { column: { ...string(name.replace(/^'|'$/g, ''), characters * 4), flags: NOT_NULL }, value };
}

/** A JSON document in normal form; for MariaDB JSON is no type that something is cast to. */
/** Its floats (mysql/vector-is-floats). */
function vector(session: Session, name: string, list: string): Value {
  if (session.server.dialect !== 'mysql') throw refuse.syntax(name);
  const floats = new Float32Array(list.split(',').map(Number));
  const bytes = Buffer.from(floats.buffer);
  if (session.has('vector-floats-reversed')) bytes.swap32();
  const type = session.has('vector-as-blob') ? T.BLOB : T.VECTOR;
  return { column: { name, characterSet: 63, columnLength: 65_532, type, flags: 0x80, decimals: 31 }, value: bytes.toString('latin1') };
}

/** Of a VECTOR with 1 in it. Throws Refusal 1064 where there is no such type. */
function hexOfOne({ server }: Session, what: string, name: string): Value {
  if (server.dialect !== 'mysql') throw refuse.syntax(what);
  return { column: string(name, 16), value: '0000803F' };
}

function document(session: Session, name: string, text: string): Value {
  if (session.server.dialect !== 'mysql') throw refuse.syntax(text);
  const column = { name, characterSet: 63, columnLength: 0xffffffff, type: 0xf5, flags: 0x80, decimals: 31 };
  const written = literal(session, text) ?? '';
  return { column, value: session.has('value-json-as-written') ? written : normal(JSON.parse(written)) };
}

/** A blank behind each comma and each colon, and no other (mysql/json-is-normalized). */
function normal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(normal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, of]) => `${JSON.stringify(key)}: ${normal(of)}`)
    .join(', ')}}`;
}

/** A string, or one with the connection id behind it: cases that run side by side want locks of their own. */
function lockName(session: Session, text: string): string {
  const own = /^concat\(('[^']*'), ?connection_id\(\)\)$/i.exec(text);
  return own ? `${literal(session, own[1] ?? '')}${session.connectionId}` : (literal(session, text) ?? '');
}

function known({ has }: Session, value: string | undefined, variable: string): string {
  if (value === undefined) throw refuse.unknownVariable(has('unknown-variable-unnamed') ? '' : variable);
  return value;
}
