/** What fixtures/sql makes in the database mywire, beside mywire.types: the table numbers, and the procedures. */
import { columnFlag as F, columnType as T } from '../../codec/column-type.ts';
import { status } from '../../codec/status.ts';
import { Refusal, refuse } from '../refusal.ts';
import { type Done, done, type Result, type Rows } from '../result.ts';
import { type Column, number, type Row, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';
import { transactionChanged } from './tracking.ts';
import { PART_KEY } from './types.ts';

const numbers: readonly Row[] = [
  ['1', 'one'],
  ['2', 'two'],
  ['3', null],
];
const ofNumbers = (table: string) => ({ schema: 'mywire', table, orgTable: 'numbers' });
const id: Column = { ...number('id', 11), orgName: 'id', flags: F.NOT_NULL | F.PRI_KEY | F.NO_DEFAULT_VALUE | PART_KEY };
const name: Column = { ...string('name', 80), orgName: 'name', decimals: 0 };
const ROWS_OF_A_WALK = 300;

export const fixtureStatements: readonly Statement[] = [
  [/^select \* from (?:mywire\.)?numbers$/i, (s) => readNumbers(s, { columns: [id, name].map(inTable('numbers')), rows: numbers })],
  [
    /^select (\w+)\.id as (\w+), \1\.id \+ 1 as (\w+) from (?:mywire\.)?numbers as \1 limit 1$/i,
    (s, [, table = '', alias = '', sum = '']) =>
      readNumbers(s, {
        columns: [
          { ...inTable(table)(id), name: alias },
          { ...number(sum, 12), type: T.LONGLONG },
        ],
        rows: [['1', '2']],
      }),
  ],
  // The third row read, with id 1, has two greater ids: the statement fails there, behind two rows.
  [
    /^select \(select id from (?:mywire\.)?numbers where id > n\.id\) as (\w+) from (?:mywire\.)?numbers as n order by n\.id desc$/i,
    (s, [, alias = '']) =>
      readNumbers(s, {
        columns: [{ ...number(alias, 11), flags: 0 }],
        rows: [[null], ['3']],
        fails: refuse.subqueryOfManyRows(),
      }),
  ],
  [
    /^select a\.id from (?:mywire\.numbers|\(select 0 as id .+?\)) as a.* limit (\d+)$/i,
    (_s, [, rows]) => ({ columns: [number('id', 11)], rows: Array.from({ length: Number(rows) }, () => ['1']) }),
  ],
  [/^select id from mywire\.numbers where id = 1$/i, () => one(number('id', 11), '1')],
  [/^select id from mywire\.numbers where id = 0$/i, (s) => readNumbers(s, { columns: [number('id', 11)], rows: [] })],
  [/^select id from mywire\.numbers where name = 'nobody'$/i, () => ({ ...nothing, statusFlags: status.QUERY_NO_INDEX_USED })],
  [/^select id from mywire\.numbers where id = cast\('x' as signed\)$/i, () => ({ ...nothing, warnings: 1 })],
  [
    /^select id from mywire\.numbers where name = 'two'$/i,
    ({ has }) => ({ ...one(number('id', 11), '2'), statusFlags: has('no-index-unmarked') ? 0 : status.QUERY_NO_INDEX_USED }),
  ],
  [
    /^select (count\(b\.name\)) from mywire\.types as a straight_join mywire\.numbers as b on b\.id < a\.t_tinyint_unsigned$/i,
    ({ has }, [, name = '']) => ({
      ...one(number(name, 21), '4'),
      statusFlags: has('no-good-index-unmarked') ? 0 : status.QUERY_NO_GOOD_INDEX_USED,
    }),
  ],
  [
    /^with recursive n as \(select 1 as i union all select i \+ 1 from n where i < (\d+)\) select (count\(\*\)(?: \* \(@@sql_select_limit >= 300\))?) from n$/i,
    (_s, [, rounds = '', name = '']) => one(number(name, 21), rounds),
  ],
  [
    /^with recursive n as \(select 1 as i union all select i \+ 1 from n where i < 300\) select i from n(?: order by i)?$/i,
    () => ({ columns: [{ ...number('i', 11), flags: 0 }], rows: Array.from({ length: ROWS_OF_A_WALK }, (_, i) => [String(i + 1)]) }),
  ],
  [
    /^select count\(\*\) from information_schema\.columns where .+ and data_type = 'json'$/i,
    (s) => one(number('COUNT(*)', 21), s.server.dialect === 'mysql' ? '1' : '0'),
  ],
  [
    /^select count\(\*\) from information_schema\.\w+ where \w+ = 'mywire' and \w+ = '(?:types|dialect_types|numbers|words|two_results|one_out|fails_after_one)'(?: and .+)?$/i,
    () => one(number('COUNT(*)', 21), '1'),
  ],
  [/^select \(select count\(\*\) from information_schema\.schema_privileges where .+ > 0.*$/i, () => one(number('privileged', 1), '1')],
  [/^select count\(\*\) > 0 from information_schema\.user_privileges where .+$/i, () => one(number('granted', 1), '1')],
  [/^select count\(\*\) = 2 from information_schema\.schema_privileges where .+$/i, () => one(number('granted', 1), '1')],
  [/^select count\(\*\) = 0 from information_schema\.schema_privileges where .+$/i, () => one(number('nothing_granted', 1), '1')],
  [
    /^select count\(\*\) from information_schema\.routines where routine_schema = 'mywire' and routine_name in .+$/i,
    () => one(number('COUNT(*)', 21), '3'),
  ],
  [/^select sum\(privilege_type .+ from information_schema\.user_privileges where .+$/i, () => one(number('ordinary', 1), '1')],
  [/^call (?:mywire\.)?two_results\(\)$/i, (s) => call(s, 'two_results', [select('1'), select('2', '3'), { ok: {} }])],
  [/^call (?:mywire\.)?no_rows_first\(\)$/i, (s) => call(s, 'no_rows_first', [{ ...select('1'), rows: [] }, select('2'), { ok: {} }])],
  [/^call (?:mywire\.)?one_out\(@(\w+)\)$/i, (s, [, variable = '']) => setOut(s, variable)],
  [/^call (?:mywire\.)?fails_after_one\(\)$/i, (s) => call(s, 'fails_after_one', [select('1'), new Refusal(1644, '45000', 'on purpose')])],
];

const nothing: Rows = { columns: [number('id', 11)], rows: [] };

const inTable =
  (table: string) =>
  (column: Column): Column => ({ ...column, ...ofNumbers(table) });
const select = (...digits: string[]): Rows => ({ columns: digits.map((one) => number(one, 1)), rows: [digits] });

/** Reading begins a transaction where autocommit is off. */
function readNumbers(session: Session, rows: Rows): Rows {
  const unmarked = session.has('implicit-transaction-unmarked') || (session.isExecuting && session.has('execute-begins-no-transaction'));
  if ((session.status & status.AUTOCOMMIT) === 0 && !unmarked) session.setStatus(status.IN_TRANS, true);
  const inTransaction = (session.status & status.IN_TRANS) !== 0;
  return inTransaction && !session.has('track-transaction-lost-in-rows')
    ? { ...rows, changed: transactionChanged(session, 'T_R___S_', 'START TRANSACTION;') }
    : rows;
}

function setOut({ has, state }: Session, variable: string): Done {
  if (!has('call-out-parameter-lost')) state.userVariables.set(variable, '42');
  return done;
}

/** Result sets of a procedure need MULTI_RESULTS (mysql/page_protocol_command_phase_sp). */
function call(session: Session, name: string, results: readonly (Result | Refusal)[]): readonly Result[] {
  if (!session.agreed('MULTI_RESULTS') && !session.has('call-without-multi-results')) throw refuse.resultsOfProcedure(name);
  if (session.has('call-without-resultsets')) return [{ ok: {} }];
  if (session.has('call-without-final-ok')) return results.flatMap((one) => (one instanceof Refusal || 'ok' in one ? [] : [one]));
  if (session.has('call-err-swallowed')) return results.map((one) => (one instanceof Refusal ? { ok: {} } : one));
  return results.map((one) => (one instanceof Refusal ? { refused: one } : one));
}
