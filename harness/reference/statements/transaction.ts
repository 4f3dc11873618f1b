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
  [/^(?:savepoint|release savepoint) \w+$/i, () => done],
  [/^rollback to savepoint \w+$/i, (s) => backToSavepoint(s)],
  [/^drop table (\w+)$/i, (s, [, name = '']) => drop(s, name)],
];

function begin(session: Session, readOnly: boolean): Done {
  // A transaction within one commits it.
  session.endTransaction('commit');
  session.setStatus(status.IN_TRANS, true);
  session.setStatus(status.IN_TRANS_READONLY, readOnly && !session.has('read-only-transaction-unmarked'));
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

/** No rows are kept track of that would have to go. */
function backToSavepoint(session: Session): Done {
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
