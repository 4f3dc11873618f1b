import { CodecError } from '../codec/error.ts';
import { type SessionStateChange, sessionState } from '../codec/session-state.ts';
import { status } from '../codec/status.ts';
import type { Session } from './session.ts';

/** SESSION_TRACK among the capability flags. */
const SESSION_TRACK = 0x800000;

/**
 * The session state of an OK for the conditions of a case: `track`, the entries in their order, and `tracked`, their
 * values by the name of the variable, or by the entry's type where it has no name.
 */
export function trackedIn(block: unknown): { readonly track?: readonly SessionStateChange[]; readonly tracked?: Record<string, string> } {
  if (!(block instanceof Uint8Array)) return {};
  try {
    const track = sessionState(block);
    return { track, tracked: Object.fromEntries(track.map(({ type, name, value }) => [name ?? String(type), value])) };
  } catch (error) {
    if (error instanceof CodecError) return {};
    throw error;
  }
}

/** SERVER_SESSION_STATE_CHANGED promises a block that says what has changed (mysql/page_protocol_basic_ok_packet). */
export function missingSessionState(value: Readonly<Record<string, unknown>>, session: Session): string | undefined {
  const promised = (Number(value['statusFlags'] ?? 0) & status.SESSION_STATE_CHANGED) !== 0;
  if (!promised || (session.context.capabilities & SESSION_TRACK) === 0) return undefined;
  const block = value['sessionState'];
  // MySQL 9.7 has nothing to say after SET session_track_transaction_info, and says so: an empty block.
  if (!(block instanceof Uint8Array)) return 'it says SERVER_SESSION_STATE_CHANGED and carries no session state';
  try {
    sessionState(block);
    return undefined;
  } catch (error) {
    if (error instanceof CodecError) return `its session state cannot be read: ${error.message}`;
    throw error;
  }
}
