/** SELECT … INTO a user variable: one row, or none, or one too many (mysql/select-into). */
import { Refusal } from '../refusal.ts';
import type { Done } from '../result.ts';
import type { Row } from '../resultset.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';
import { tableNamed } from './table.ts';

export const intoStatements: readonly Statement[] = [
  [
    /^select (\w+) into @(\w+) from (mywire_\w+)(?: where id ?= ?(\d+))?$/i,
    (s, [, column = '', variable = '', name = '', id]) => into(s, variable, valuesOf(s, name, column, id)),
  ],
];

function valuesOf(session: Session, name: string, column: string, id: string | undefined): Row {
  const { columns, rows } = tableNamed(session, name);
  const at = columns.findIndex((one) => one.name === column);
  return rows.filter((row) => id === undefined || row[0] === id).map((row) => row[at] ?? null);
}

function into(session: Session, variable: string, [value, ...more]: Row): Done {
  const { has, state } = session;
  if (value === undefined) {
    if (has('into-without-rows-as-null')) state.userVariables.set(variable, null);
    return { ok: { warnings: has('into-without-rows-unwarned') ? 0 : 1 } };
  }
  if (more.length > 0 && !has('into-takes-first-row')) throw new Refusal(1172, '42000', 'Result consisted of more than one row');
  state.userVariables.set(variable, value);
  return { ok: { affectedRows: has('into-counts-nothing') ? 0 : 1 } };
}
