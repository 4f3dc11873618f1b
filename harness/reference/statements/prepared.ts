/** Statements of the prepared-statement cases: several rows, and a failure behind one, without a table. */
import { addColumn, changeColumn, create, drop, insert, remove, select } from '../prepared/word-table.ts';
import { Refusal } from '../refusal.ts';
import { number, type Row } from '../resultset.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';

const union: readonly Row[] = [['1'], ['2'], ['3']];

/** sql_select_limit. */
const selectLimit = ({ state }: Session): number => Number(state.variables.get('sql_select_limit') ?? union.length);

export const preparedStatements: readonly Statement[] = [
  [
    /^select 1 as (\w+) union all select 2 union all select 3(?: order by \1)?$/i,
    (s, [, name = '']) => ({ columns: [number(name, 1)], rows: union.slice(0, selectLimit(s)) }),
  ],
  [
    /^(select \(select s\.a from \(select 1 as a union all select 2\) s where s\.a <= t\.a\)) from \(select 1 as a union all select 2\) t$/i,
    (_s, [, name = '']) => ({
      columns: [number(name, 1)],
      rows: [['1']],
      fails: new Refusal(1242, '21000', 'Subquery returns more than 1 row'),
    }),
  ],
  [
    /^create temporary table (mywire_(?:prepared|bulk|renamed)) \((.+)\)$/i,
    (s, [, name = '', definitions = '']) => create(s, name, definitions),
  ],
  [/^drop temporary table (mywire_prepared)$/i, (s, [, name = '']) => drop(s, name)],
  [
    /^insert into (mywire_(?:prepared|bulk|renamed))(?: \(word\))? values (.+)$/is,
    (s, [, name = '', values = '']) => insert(s, name, values),
  ],
  [/^delete from (mywire_prepared) where id = (\d+|null)$/i, (s, [, name = '', id = '']) => remove(s, name, id)],
  [
    /^select (\*|word) from (mywire_(?:prepared|bulk|renamed))(?: order by id)?$/i,
    (s, [, column = '', name = '']) => select(s, name, column),
  ],
  [
    /^alter table (mywire_prepared) add column (\w+) int default (\d+)$/i,
    (s, [, name = '', column = '', value = '']) => addColumn(s, name, column, value),
  ],
  [
    /^alter table (mywire_prepared|mywire_renamed) change column (\w+) (\w+) bigint$/i,
    (s, [, name = '', before = '', after = '']) => changeColumn(s, name, [before, after]),
  ],
  [
    /^(select count\(\*\)) from information_schema\.routines where routine_schema = 'mywire' and routine_name = '(?:two_results|no_rows_first)'$/i,
    (_s, [, name = '']) => ({ columns: [number(name, 21)], rows: [['1']] }),
  ],
];
