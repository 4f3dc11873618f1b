/** KILL and COM_PROCESS_KILL (mysql/kill-statement, mariadb/kill-statement). */
import type { Kill } from './interruption.ts';
import { refuse } from './refusal.ts';
import type { Session } from './session.ts';

/** Throws Refusal: 1094, 1095, and what a session that kills itself is told. */
export function kill(session: Session, id: number, what: Kill): void {
  const { has, server } = session;
  const victim = server.sessions.get(id);
  if (!victim) {
    if (has('kill-unknown-id-ok')) return;
    throw refuse.unknownThread(id);
  }
  if (victim.user !== session.user && !has('kill-of-another-user-ok')) throw refuse.notOwner(id);
  if (victim === session) return killItself(session, what);
  if (what === 'query') return killStatement(victim);
  if (!has('kill-ignored')) killConnection(victim);
}

/** An idle session has no statement that could be killed. */
function killStatement(victim: Session): void {
  const { has, interruption } = victim;
  if (has('kill-query-ends-connection')) return killConnection(victim);
  if (has(interruption.isBusy ? 'kill-query-hits-one-more' : 'kill-query-hits-next-statement')) interruption.pending = true;
  if (!has('kill-query-ignored')) interruption.kill('query');
}

function killConnection(victim: Session): void {
  if (victim.has('kill-lets-statement-end')) victim.interruption.isKilled = true;
  else victim.interruption.kill('connection');
  victim.channel.expire();
}

function killItself(session: Session, what: Kill): void {
  if (what === 'query' && session.has('kill-own-query-ok')) return;
  if (what === 'query') throw refuse.interrupted();
  if (!session.has('kill-own-connection-survives')) session.interruption.isKilled = true;
  if (session.has('kill-own-connection-ok')) return;
  throw session.server.dialect === 'mariadb' ? refuse.connectionKilled() : refuse.interrupted();
}
