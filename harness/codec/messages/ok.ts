import { Reader } from '../bytes.ts';
import { agreed, all, any, type Condition, unlessEnd, when } from '../condition.ts';
import { CodecError } from '../error.ts';
import { constant, latin1, skipRest, text, u16 } from '../field.ts';
import { lenenc, lenencBytes, readLenenc, readLenencBytes, skipLenencBytes, writeLenencBytes } from '../lenenc.ts';
import { type Field, type MessageOf, message } from '../message.ts';
import { status } from '../status.ts';

/**
 * The manual has string<EOF> for info without SESSION_TRACK, but MySQL and MariaDB always send string<lenenc>,
 * and leave it out when it is empty. Read as lenenc where the length fits what is left, else to the end.
 */
const info: Field<string> = {
  wire: 'string<lenenc>',
  skip: (r, scope) => (agreed('SESSION_TRACK').holds(scope) ? skipLenencBytes(r) : skipRest(r)),
  read(r, scope) {
    if (agreed('SESSION_TRACK').holds(scope) || isLenenc(r)) return latin1(readLenencBytes(r));
    return latin1(r.rest());
  },
  write: (w, value) => writeLenencBytes(w, text(value, w)),
};

/** Does a length stand first, and is it the length of the rest? */
function isLenenc({ bytes, off, end }: Reader): boolean {
  const r = new Reader(bytes, off, end);
  try {
    return Number(readLenenc(r)) === r.left;
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}

const stateChanged: Condition = {
  says: 'SERVER_SESSION_STATE_CHANGED',
  holds: ({ soFar }) => (Number(soFar['statusFlags'] ?? 0) & status.SESSION_STATE_CHANGED) !== 0,
};

const tracked = all(agreed('SESSION_TRACK'), stateChanged);

/** Session state stands behind info, so an empty one is written too. */
const infoUnlessEmpty: Field<string | undefined> = {
  ...unlessEnd(info),
  derive: (scope) => (tracked.holds(scope) ? '' : undefined),
};

/**
 * int<1>          0x00, or 0xFE where it ends a resultset under DEPRECATE_EOF
 * int<lenenc>     affected rows
 * int<lenenc>     last insert id
 * int<2>          status flags, if PROTOCOL_41 or TRANSACTIONS
 * int<2>          warnings, if PROTOCOL_41
 * string<lenenc>  info; left out when empty
 * string<lenenc>  session state info, if SESSION_TRACK and SERVER_SESSION_STATE_CHANGED
 */
export const ok = message('OK', 'mysql/page_protocol_basic_ok_packet', {
  header: constant(0x00),
  affectedRows: lenenc,
  lastInsertId: lenenc,
  statusFlags: when(any(agreed('PROTOCOL_41'), agreed('TRANSACTIONS')), { ...u16, fallback: status.AUTOCOMMIT }),
  warnings: when(agreed('PROTOCOL_41'), u16),
  info: infoUnlessEmpty,
  sessionState: when(tracked, unlessEnd(lenencBytes)),
});
export type Ok = MessageOf<typeof ok>;
