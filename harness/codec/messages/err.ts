import type { Reader } from '../bytes.ts';
import { agreed, type Condition } from '../condition.ts';
import { constant, latin1, rest, text, u16 } from '../field.ts';
import { type Field, message, type Scope } from '../message.ts';

const HASH = 0x23;
const SQLSTATE_LENGTH = 5;
const protocol41 = agreed('PROTOCOL_41');

const isMarked = (r: Reader, scope: Scope): boolean => r.byte === HASH && (r.left > SQLSTATE_LENGTH || protocol41.holds(scope));

/** The server leaves marker and SQLSTATE out until it knows that the client speaks 4.1: their presence is what counts. */
const sqlStateMarker: Field<string | undefined> = {
  wire: 'string<1> if present',
  derive: (scope) => (protocol41.holds(scope) ? '#' : undefined),
  skip(r, scope) {
    if (isMarked(r, scope)) r.off++;
    return true;
  },
  read: (r, scope) => (isMarked(r, scope) ? latin1(r.take(1)) : undefined),
  write(w, value) {
    if (value !== undefined) w.raw(text(value, w));
  },
};

const marked: Condition = {
  says: 'marker',
  holds: ({ soFar }) => soFar['sqlStateMarker'] !== undefined && soFar['sqlStateMarker'] !== '',
};

const sqlState: Field<string | undefined> = {
  wire: 'string<5> if marker',
  derive: (scope) => (marked.holds(scope) ? 'HY000' : undefined),
  skip(r, scope) {
    if (marked.holds(scope)) r.off += SQLSTATE_LENGTH;
    return r.off <= r.end;
  },
  read: (r, scope) => (marked.holds(scope) ? latin1(r.take(SQLSTATE_LENGTH)) : undefined),
  write(w, value, scope) {
    if (value !== undefined && marked.holds(scope)) w.raw(text(value, w));
  },
};

/**
 * int<1>       0xFF
 * int<2>       error code
 * string[1]    '#', if PROTOCOL_41
 * string[5]    SQLSTATE, if PROTOCOL_41
 * string<EOF>  error message
 * (MariaDB's progress report, code 0xFFFF, is read as an ERR with that code.)
 */
export const err = message(
  'ERR',
  'mysql/page_protocol_basic_err_packet',
  {
    header: constant(0xff),
    errorCode: u16,
    sqlStateMarker,
    sqlState,
    errorMessage: rest,
  },
  [],
);
