/** Databases that a case makes and drops; nobody ever uses them. */
import { status } from '../../codec/status.ts';
import { statusFlags } from '../answer.ts';
import { type Done, done } from '../result.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';

export const databaseStatements: readonly Statement[] = [
  [/^create database if not exists mywire_dropped_\d+$/i, () => ({ ok: { affectedRows: 1 } })],
  [/^drop database mywire_dropped_\d+$/i, (s) => dropped(s)],
];

/** The OK says so (mysql/status-database-dropped). */
function dropped(session: Session): Done {
  if (session.has('database-dropped-unmarked')) return done;
  return { ok: { statusFlags: statusFlags(session) | status.DB_DROPPED } };
}
