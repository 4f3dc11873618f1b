/** What a client with SESSION_TRACK is told beside the variables (mysql/page_protocol_basic_ok_packet). */
import type { SessionStateChange } from '../../codec/session-state.ts';
import type { Session } from '../session.ts';
import { systemVariable } from './system-variable.ts';

/** Another default database. */
export function schemaChanged(session: Session): readonly SessionStateChange[] {
  const { has } = session;
  const on = isOn(session, 'session_track_schema') || has('track-schema-switch-ignored');
  const value = has('track-schema-old') ? '' : session.database;
  return [...(on && !has('track-schema-missing') ? [{ type: 'SCHEMA', value } as const] : []), ...stateChanged(session)];
}

/** Anything at all. */
export function stateChanged(session: Session): readonly SessionStateChange[] {
  const { has } = session;
  const on = isOn(session, 'session_track_state_change') || has('track-state-change-always');
  return on && !has('track-state-change-missing') ? [{ type: 'STATE_CHANGE', value: '1' }] : [];
}

/** The transaction: eight letters for what it has done, and the statements that would make the same one again. */
export function transactionChanged(session: Session, did: string, remadeBy: string): readonly SessionStateChange[] {
  const info = transactionInfo(session);
  if ((info !== 'STATE' && info !== 'CHARACTERISTICS') || session.has('track-transaction-missing')) return [];
  return [{ type: 'TRANSACTION_STATE', value: did }, ...characteristicsChanged(session, remadeBy)];
}

/** Those statements alone: what the next transaction will be. */
export function characteristicsChanged(session: Session, value: string): readonly SessionStateChange[] {
  if (transactionInfo(session) !== 'CHARACTERISTICS' || session.has('track-characteristics-missing')) return [];
  return [{ type: 'TRANSACTION_CHARACTERISTICS', value }];
}

/** What SET TRANSACTION has asked for. */
export const remade = ({ has, state }: Session): string => (has('track-characteristics-without-isolation') ? '' : state.nextIsolation);

/** The GTID of what has been committed: the server is one, and its transactions are not counted. */
export function gtidTold(session: Session): readonly SessionStateChange[] {
  const { has, server } = session;
  const asked = server.dialect === 'mysql' && systemVariable(session, 'session_track_gtids')?.toUpperCase() === 'OWN_GTID';
  if (!asked || has('track-gtids-missing')) return [];
  if (has('track-gtids-without-encoding')) return [{ type: GTIDS, value: `${String.fromCharCode(GTID.length)}${GTID}` }];
  return [{ type: 'GTIDS', value: GTID }];
}
const GTIDS = 3;
const GTID = '6d797769-7265-11f0-8000-000000000001:1';

const transactionInfo = (session: Session) => systemVariable(session, 'session_track_transaction_info')?.toUpperCase();
const isOn = (session: Session, variable: string): boolean => /^(1|on)$/i.test(systemVariable(session, variable) ?? '');
