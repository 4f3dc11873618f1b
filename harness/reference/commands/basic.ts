import { capability } from '../../codec/capability.ts';
import { comInitDb } from '../../codec/messages/com-init-db.ts';
import { ok } from '../../codec/messages/ok.ts';
import { status } from '../../codec/status.ts';
import { eofPacket, okPacket, statusFlags } from '../answer.ts';
import { insistOnDatabase } from '../database.ts';
import { queries } from '../query.ts';
import { readQuery } from '../query-attributes.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../session.ts';
import { schemaChanged } from '../statements/tracking.ts';
import type { Handler } from './handler.ts';

/** Commands of the text protocol that change no more than the session. */
export const basicCommands: Readonly<Record<number, Handler>> = {
  /* COM_INIT_DB */ 0x02: (session, payload) => [initDb(session, comInitDb.decode(payload, session.context).value.schema)],
  /* COM_QUERY */ 0x03: (session, payload) => queries(session, readQuery(session, payload)),
  /* COM_STATISTICS */ 0x09: (session) => [statistics(session)],
  /* COM_PING */ 0x0e: ping,
};

function statistics(session: Session): Uint8Array {
  const { has } = session;
  if (has('statistics-answers-ok')) return okPacket(session);
  const questions = has('statistics-count-nothing') ? 1 : session.server.questions;
  const ends = has('statistics-with-nul') || (session.channel.compressed && has('compressed-statistics-with-nul'));
  return Buffer.from(`Uptime: 1  Threads: 1  Questions: ${questions}  Slow queries: 0${ends ? '\0' : ''}`);
}

function ping(session: Session, payload: Uint8Array): readonly Uint8Array[] {
  const { has } = session;
  if (has('ping-unanswered') || (has('long-ping-unanswered') && payload.length > 1)) return [];
  if (has('ping-answers-eof')) return [eofPacket(session)];
  if (has('handshake-320-ping-gets-41-ok') && !session.agreed('PROTOCOL_41'))
    return [
      ok.encode({ affectedRows: 0, lastInsertId: 0, statusFlags: session.status, warnings: 0 }, { capabilities: capability.PROTOCOL_41 }),
    ];
  const flags = statusFlags(session) | flagsLeft(session);
  const shown = {
    statusFlags: (has('ping-says-autocommit') ? status.AUTOCOMMIT : 0) | (has('ping-hides-transaction') ? flags & ~status.IN_TRANS : flags),
  };
  const pong = okPacket(session, has('ping-counts-warnings') ? { warnings: 1 } : shown);
  return has('ping-answers-twice') ? [pong, pong] : [pong];
}

/** What defects have left of answers before. */
function flagsLeft({ has, prepared, resultsOwed, outParametersSent, lastRowsSent }: Session): number {
  const open = [...prepared.byId.values()].some(({ cursor }) => cursor !== undefined);
  return (
    (has('more-results-stay-behind-err') && resultsOwed ? status.MORE_RESULTS_EXISTS : 0) |
    (has('out-parameters-flag-stays') && outParametersSent ? status.PS_OUT_PARAMS : 0) |
    (has('cursor-exists-stays') && open ? status.CURSOR_EXISTS : 0) |
    (has('last-row-sent-stays') && lastRowsSent ? status.LAST_ROW_SENT : 0)
  );
}

/** A name as two defects read it. */
function nameOf({ has }: Session, sent: string): string {
  const name = has('init-db-trims-name') ? sent.trim() : sent;
  return has('init-db-reads-quotes') ? name.replaceAll('`', '') : name;
}

function initDb(session: Session, sent: string): Uint8Array {
  const { has } = session;
  const schema = nameOf(session, sent);
  if (schema === '' && has('init-db-without-name-forgets')) session.database = '';
  if (schema === '') throw refuse.noDatabase();
  if (!has('init-db-unknown-accepted')) insistOnDatabase(session, schema);
  if (!has('init-db-ignored')) session.database = schema;
  if (has('init-db-closes-cursors')) session.prepared.closeCursors();
  const shown = has('init-db-hides-transaction') ? { statusFlags: session.status & ~status.IN_TRANS } : {};
  return okPacket(session, shown, schemaChanged(session));
}
