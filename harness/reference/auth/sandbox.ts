/** What an expired password still may (mysql/expired-password-handling, mariadb/user-password-expiry). */
import { Refusal, refuse } from '../refusal.ts';
import type { Session } from '../session.ts';

const QUERY = 0x03;
/** COM_QUERY is judged by its statement; these two are always answered. */
const PING = 0x0e;
const QUIT = 0x01;
/** What a defect lets through alone: COM_FIELD_LIST, COM_STATISTICS, COM_CHANGE_USER, COM_SET_OPTION. */
const SINGLY = new Map([
  [0x04, 'sandbox-lets-field-list-through'],
  [0x09, 'sandbox-lets-statistics-through'],
  [0x11, 'sandbox-lets-change-user-through'],
  [0x1b, 'sandbox-lets-set-option-through'],
] as const);
/** COM_STMT_PREPARE, COM_STMT_EXECUTE */
const PREPARED: readonly number[] = [0x16, 0x17];
const RESET_CONNECTION = 0x1f;

/**
 * Behind a right but expired password: MySQL refuses a client that does not say that it can handle one
 * (disconnect_on_expired_password is ON), MariaDB lets it into the sandbox (OFF). Throws Refusal 1862.
 */
export function enterSandbox(session: Session, expired: boolean | undefined): void {
  const { has, server } = session;
  if (!expired || has('expired-password-unnoticed')) return;
  const handles = session.agreed('CAN_HANDLE_EXPIRED_PASSWORDS') && !has('expired-password-flag-ignored');
  if (server.dialect === 'mysql' && !handles && !has('expired-password-let-in')) throw refuse.passwordExpired();
  session.sandboxed = true;
}

/** MariaDB does; MySQL does not since 8.0.27. */
function permitsSet({ has, server }: Session): boolean {
  return (server.dialect === 'mariadb') !== has('sandbox-set-like-the-other');
}

/** Throws Refusal 1820 for a command that the sandbox does not let through. */
export function keepInSandbox(session: Session, payload: Uint8Array): void {
  if (!session.sandboxed) return;
  const { has } = session;
  const [command] = payload;
  if (command === PING || command === QUIT) {
    if (has('sandbox-refuses-ping') && command === PING) throw refuse.mustChangePassword();
    return;
  }
  const statement = command === QUERY ? Buffer.from(payload.subarray(1)).toString('latin1').trim() : '';
  if (/^(set password|alter user)\b/i.test(statement)) {
    session.sandboxed = false;
    return;
  }
  if (/^set\b/i.test(statement) && (permitsSet(session) || has('sandbox-ends-with-set'))) {
    session.sandboxed = !has('sandbox-ends-with-set');
    return;
  }
  if (command === RESET_CONNECTION && has('sandbox-ends-with-reset-connection')) session.sandboxed = false;
  if (command !== undefined && PREPARED.includes(command) && has('sandbox-lets-prepared-statements-through')) return;
  const alone = SINGLY.get(command as 0x04);
  if (alone && has(alone)) return;
  if (has('sandbox-lets-statements-through') && command === QUERY) return;
  if (has('sandbox-lets-commands-through') && command !== QUERY) return;
  throw has('sandbox-error-code-wrong') ? new Refusal(1045, '28000', 'Access denied') : refuse.mustChangePassword();
}
