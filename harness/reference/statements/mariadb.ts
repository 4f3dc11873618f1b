/** What only the server that speaks like MariaDB knows. */
import { status } from '../../codec/status.ts';
import { refuse } from '../refusal.ts';
import type { Result } from '../result.ts';
import { type Column, number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import { one } from './select.ts';
import type { Answer, Statement } from './statement.ts';

/** What a type and a format are in extended metadata (mariadb/result-set-packets#extended-metadata). */
const TYPE = 0;
const FORMAT = 1;

const only =
  (answer: Answer): Answer =>
  (session, match) => {
    if (session.server.dialect !== 'mariadb') throw refuse.syntax(match[0].slice(-80));
    return answer(session, match);
  };

export const mariadbStatements: readonly Statement[] = [
  [/^select (json_object\('a', 1\))$/i, (_s, [, name = '']) => one(json(name), '{"a": 1}')],
  [/^select (cast\('(::1)' as inet6\))$/i, only((_s, [, name = '', value = '']) => one(fixedText(name, 39, 'inet6'), value))],
  [/^select (cast\('([0-9a-f-]{36})' as uuid\))$/i, only((_s, [, name = '', value = '']) => one(fixedText(name, 36, 'uuid'), value))],
  [/^select (t_point) from mywire\.dialect_types$/i, (_s, [, name = '']) => one(point(name), POINT_1_2)],
  [
    /^set statement sql_mode ?= ?'no_backslash_escapes' for select (\d{1,9})$/i,
    only((s, [, digits = '']) => withoutBackslashEscapes(s, digits)),
  ],
  [
    /^set statement max_statement_time ?= ?(\d+) for select @@max_statement_time$/i,
    only((s, [, seconds = '0']) => statementTime(s, seconds)),
  ],
  [/^select @@max_statement_time$/i, only((s) => one(seconds, s.keptStatementTime))],
];

const json = (name: string): Column => ({ ...string(name, 72), extendedMetadata: [{ type: FORMAT, value: 'json' }] });
const fixedText = (name: string, characters: number, type: string): Column => ({
  ...string(name, characters * 4),
  type: 0xfe,
  flags: 0x21,
  decimals: 0,
  extendedMetadata: [{ type: TYPE, value: type }],
});
const point = (name: string): Column => ({
  ...number(name, 0xffffffff),
  schema: 'mywire',
  table: 'dialect_types',
  orgTable: 'dialect_types',
  orgName: name,
  type: 0xff,
  flags: 0x90,
  extendedMetadata: [{ type: TYPE, value: 'point' }],
});
/** SRID 0, little-endian, a point at 1, 2. */
const POINT_1_2 = Buffer.from('000000000101000000000000000000f03f0000000000000040', 'hex').toString('latin1');
const seconds: Column = { ...number('@@max_statement_time', 21), type: 0x05, decimals: 6 };

/** The status that the statement is told with is the one in which it ran. */
function withoutBackslashEscapes(session: Session, digits: string): Result {
  if (session.has('set-statement-lasts')) session.setStatus(status.NO_BACKSLASH_ESCAPES, true);
  const statusFlags = session.has('set-statement-unmarked') ? 0 : status.NO_BACKSLASH_ESCAPES;
  return { ...one(number(digits, digits.length), digits), statusFlags };
}

function statementTime(session: Session, value: string): Result {
  const shown = `${value}.000000`;
  if (session.has('set-statement-lasts')) session.keptStatementTime = shown;
  return one(seconds, session.has('set-statement-ignored') ? session.keptStatementTime : shown);
}
