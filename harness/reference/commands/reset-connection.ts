import { status } from '../../codec/status.ts';
import { okPacket } from '../answer.ts';
import { forget, forgetFlags } from '../forget.ts';
import { Departure, refuse } from '../refusal.ts';
import type { Session } from '../session.ts';
import type { Handler } from './handler.ts';

export const resetConnectionCommands: Readonly<Record<number, Handler>> = { /* COM_RESET_CONNECTION */ 0x1f: resetConnection };

/** A COM_CHANGE_USER without the login (mysql/page_protocol_com_reset_connection). */
function resetConnection(session: Session): readonly Uint8Array[] {
  const { channel, has, status: before } = session;
  if (has('reset-refused')) throw refuse.unknownCommand();
  if (has('reset-closes')) throw new Departure('fin');
  forget(session, 'reset');
  if (has('reset-returns-to-database-of-login')) session.database = session.databaseOfLogin;
  if (has('reset-loses-database')) session.database = '';
  if (has('compression-ends-with-reset')) channel.compress(undefined);
  const ok = okPacket(session, has('reset-without-status-flags') ? { statusFlags: 0 } : {});
  forgetFlags(session, 'reset');
  if (has('reset-hides-transaction')) session.status |= before & (status.IN_TRANS | status.IN_TRANS_READONLY);
  return [ok];
}
