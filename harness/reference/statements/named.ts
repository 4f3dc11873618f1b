/** What a session gives a name to: PREPARE of a number, HANDLER of mywire.numbers; and the tables it locks. */
import { Refusal, refuse } from '../refusal.ts';
import { type Done, done, type Rows } from '../result.ts';
import { number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';

export const namedStatements: readonly Statement[] = [
  [/^prepare (\w+) from 'select (\d+)'$/i, (s, [, name = '', digits = '']) => prepare(s, name, digits)],
  [/^execute (\w+)$/i, (s, [, name = '']) => execute(s, name)],
  [/^deallocate prepare (\w+)$/i, (s, [, name = '']) => deallocate(s, name)],
  [/^handler mywire\.numbers open as (\w+)$/i, (s, [, name = '']) => open(s, name)],
  [/^handler (\w+) read first$/i, (s, [, name = '']) => readFirst(s, name)],
  [/^lock tables mywire\.(\w+) read$/i, (s, [, table = '']) => lock(s, table)],
  [/^unlock tables$/i, (s) => lock(s, '')],
];

function prepare({ state }: Session, name: string, digits: string): Done {
  state.statements.set(name, digits);
  return done;
}

/** Its rows are those of the text protocol (mysql/prepare-of-sql). Throws Refusal 1243. */
function execute(session: Session, name: string): Rows {
  const digits = session.state.statements.get(name);
  if (digits === undefined) throw unknown(name, 'EXECUTE');
  return one(number(digits, digits.length), session.has('execute-of-sql-without-value') ? null : digits);
}

/** Throws Refusal 1243. */
function deallocate({ has, state }: Session, name: string): Done {
  if (!state.statements.has(name)) throw unknown(name, 'DEALLOCATE PREPARE');
  if (!has('deallocate-keeps-statement')) state.statements.delete(name);
  return done;
}

const unknown = (name: string, givenTo: string): Refusal =>
  new Refusal(1243, 'HY000', `Unknown prepared statement handler (${name}) given to ${givenTo}`);

function open({ state }: Session, name: string): Done {
  state.handlers.add(name);
  return done;
}

/** Throws Refusal 1109. */
function readFirst({ state }: Session, name: string): Rows {
  if (!state.handlers.has(name)) throw new Refusal(1109, '42S02', `Unknown table '${name}' in HANDLER`);
  return { columns: [number('id', 11), string('name', 80)], rows: [['1', 'one']] };
}

function lock({ state }: Session, table: string): Done {
  state.lockedTable = table;
  return done;
}

/** No other table may be read beside those that are locked (mysql/lock-tables). Throws Refusal 1100. */
export function insistOnLocked({ state }: Session, statement: string): void {
  if (state.lockedTable === '') return;
  const [, table = state.lockedTable] = /^select .{1,100} from mywire\.(\w+)/i.exec(statement) ?? [];
  if (table !== state.lockedTable) throw refuse.notLocked(table);
}
