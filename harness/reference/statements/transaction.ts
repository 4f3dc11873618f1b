/** Transactions as far as a client sees them: status flags and what SESSION_TRACK tells. No data is locked, and only mywire.words is rolled back. */
import { status } from '../../codec/status.ts';
import { statusFlags } from '../answer.ts';
import { Refusal } from '../refusal.ts';
import { type Done, done } from '../result.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';
import { gtidTold, remade, transactionChanged } from './tracking.ts';

const NOTHING = '________';
const BEGUN = 'T_______';

export const transactionStatements: readonly Statement[] = [
  [/^(?:start transaction|begin)( read only)?$/i, (s, [, readOnly]) => begin(s, readOnly !== undefined)],
  [/^(commit|rollback)$/i, (s, [, how]) => end(s, how?.toLowerCase() as 'commit' | 'rollback')],
  [/^(commit|rollback) and chain$/i, (s, [, how]) => chain(s, how?.toLowerCase() as 'commit' | 'rollback')],
  [/^(commit|rollback) release$/i, (s, [, how]) => release(s, how?.toLowerCase() as 'commit' | 'rollback')],
  [/^savepoint (\w+)$/i, (s, [, name = '']) => setSavepoint(s, name)],
  [/^release savepoint (\w+)$/i, (s, [, name = '']) => leaveSavepoint(s, name, 0)],
  [/^rollback to savepoint (\w+)$/i, (s, [, name = '']) => backToSavepoint(s, name)],
  [/^set transaction read only$/i, (s) => nextReadOnly(s)],
  [/^drop table (\w+)$/i, (s, [, name = '']) => drop(s, name)],
];

function begin(session: Session, readOnly: boolean): Done {
  // A transaction within one commits it.
  if (!session.has('transaction-within-one-commits-nothing')) session.endTransaction('commit');
  const { nextReadOnly } = session.state;
  if (!session.has('next-read-only-for-good')) session.state.nextReadOnly = false;
  session.setStatus(status.IN_TRANS, true);
  session.setStatus(status.IN_TRANS_READONLY, (readOnly || nextReadOnly) && !session.has('read-only-transaction-unmarked'));
  const before = remade(session) === '' ? '' : `${remade(session)} `;
  return { ok: {}, changed: transactionChanged(session, BEGUN, `${before}START TRANSACTION${readOnly ? ' READ ONLY' : ''};`) };
}

/** The next one is as the last one was. */
function chain(session: Session, how: 'commit' | 'rollback'): Done {
  session.endTransaction(how);
  session.setStatus(status.IN_TRANS, !session.has('chained-transaction-unmarked'));
  if (session.has('chained-transaction-may-write')) session.setStatus(status.IN_TRANS_READONLY, false);
  return { ok: {} };
}

/** Of the next transaction alone (mysql/set-transaction-next). */
function nextReadOnly(session: Session): Done {
  insistOnNone(session);
  session.state.nextReadOnly = !session.has('next-read-only-ignored');
  return done;
}

/** Throws Refusal 1568 inside a transaction: its characteristics are settled (mysql/set-transaction-within-one). */
export function insistOnNone({ has, status: flags }: Session): void {
  if ((flags & status.IN_TRANS) !== 0 && !has('set-transaction-within-one-ok'))
    throw new Refusal(1568, '25001', "Transaction characteristics can't be changed while a transaction is in progress");
}

/** The session ends with its transaction (mysql/release). */
function release(session: Session, how: 'commit' | 'rollback'): Done {
  const ended = end(session, how);
  session.released = !session.has('release-keeps-open');
  return ended;
}

/** Outside of a transaction it is gone with its statement. */
function setSavepoint(session: Session, name: string): Done {
  if ((session.status & status.IN_TRANS) !== 0) session.savepoints = [...session.savepoints.filter((one) => one !== name), name];
  return done;
}

/** This savepoint and those behind it go, but for so many. Throws Refusal 1305. */
function leaveSavepoint(session: Session, name: string, kept: number): Done {
  const { has, savepoints } = session;
  const at = savepoints.indexOf(name);
  if (at < 0 && !has('unknown-savepoint-ok')) throw new Refusal(1305, '42000', `SAVEPOINT ${name} does not exist`);
  if (at >= 0 && !has('savepoints-stay')) session.savepoints = savepoints.slice(0, at + kept);
  return done;
}

/** No rows are kept track of that would have to go. */
function backToSavepoint(session: Session, name: string): Done {
  leaveSavepoint(session, name, 1);
  if (session.has('savepoint-ends-transaction')) session.setStatus(status.IN_TRANS, false);
  return done;
}

/** Commits first, and finds then that there is none: all tables are temporary ones here. */
function drop(session: Session, name: string): never {
  session.endTransaction('commit');
  if (!session.has('implicit-commit-shows-transaction')) session.setStatus(status.IN_TRANS | status.IN_TRANS_READONLY, false);
  throw new Refusal(1051, '42S02', `Unknown table '${session.database}.${name}'`);
}

function end(session: Session, how: 'commit' | 'rollback'): Done {
  if (session.has(`${how}-closes-cursors`)) session.prepared.closeCursors();
  const written = how === 'commit' && session.wrote;
  session.endTransaction(how);
  const was = (session.status & status.IN_TRANS) !== 0;
  const ok = how === 'commit' && session.has('commit-shows-transaction') ? { statusFlags: statusFlags(session) } : {};
  session.setStatus(status.IN_TRANS | status.IN_TRANS_READONLY, false);
  session.state.nextIsolation = '';
  return { ok, changed: [...(written ? gtidTold(session) : []), ...(was ? transactionChanged(session, NOTHING, '') : [])] };
}
