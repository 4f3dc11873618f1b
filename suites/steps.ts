/** Steps and alternatives that many cases share. */
import type { Alternative, Condition, Step } from '../harness/case/step.ts';
import { status } from '../harness/codec/status.ts';
import { manual } from './manual.ts';

/** The greeting, whatever stands in it: what it must be is the matter of the greeting cases. */
export const greeting = { expect: [{ packet: 'HandshakeV10' }] } as const satisfies Step;

/** The connection is over. Whether by FIN or RST depends on what of ours lay unread. */
export const ended = { end: ['fin', 'fin+rst', 'rst'] } as const satisfies Step;
/** The server had read everything: nothing excuses a RST. */
export const endedCleanly = { end: ['fin'] } as const satisfies Step;

/** The server ends the connection without a further byte. */
export const closes = { closes: true, then: [ended] } as const satisfies Alternative;
/** The packet is not complete, so the server may wait for the rest. */
export const waits = { waits: true } as const satisfies Alternative;
/**
 * What a server may say to a client that has ended its half (MySQL does, MariaDB does not): it could not read on. No manual says with
 * which code. The sequence id is that of a packet nobody asked for.
 */
export const readError = { packet: 'ERR', sequenceId: 'any' } as const satisfies Alternative;
/** The same as `waits`, and a client that then gives up gets its end. */
export const waitsUntilHalfClose = {
  waits: true,
  then: [{ do: 'half-close' }, { expect: [readError, { closes: true }] }, ended],
} as const satisfies Alternative;

/**
 * An ERR of one of these codes. `state` only where the client's flags are known to the server: before that it has
 * none to send (mysql/err-before-greeting-has-no-sqlstate).
 */
export function err(codes: number | readonly number[], state?: string): Alternative & { readonly packet: 'ERR' } {
  const errorCode: Condition = typeof codes === 'number' ? codes : { oneOf: codes };
  return { packet: 'ERR', where: state === undefined ? { errorCode } : { errorCode, sqlState: state } };
}
/** ER_PARSE_ERROR, which says where, and ER_SYNTAX_ERROR, which does not: the manuals have both for the same SQLSTATE, and not when to use which. */
export const syntaxErrors = [1064, 1149] as const;
/**
 * Of a user that exists nowhere: where no password can be right, a server says 1698. MariaDB treats such a user like one of its own,
 * which one its name decides, and root@localhost has none.
 */
export const deniedNobody = err([1045, 1698], '28000');
export const deniedNobodySource = [
  manual['mysql/error-1045-access-denied'],
  manual['mysql/error-1698-access-denied-without-password'],
  manual['mariadb/error-1045-access-denied'],
  manual['mariadb/error-1698-access-denied-without-password'],
] as const;
/**
 * Of a text: where it names a user in quotes and a host behind @, it is this one. In French MySQL writes 'name'@'@host', where a quote that
 * ends the name stands before an @ as well.
 */
export const namesNobodyBut = (user: string): string => `^(?!.*(?<!${user})'(?!${user}')[^']*'@)`;
/** No other account is meant by a name that none has. */
export const namesMatchExactly = [manual['mysql/user-names-match-exactly'], manual['mariadb/user-names-match-exactly']] as const;
/** An ERR of any code: the manuals say that a login ends with OK or ERR, and of most errors not with which. */
export const anyErr = { packet: 'ERR' } as const satisfies Alternative;
/** A login or a packet that is not taken: an ERR, no manual says of which code where the form is wrong; or the end. */
export const notTaken = { expect: [anyErr, closes] } as const satisfies Step;
/** An ERR of any code where no manual says what the sequence id counts on from: the client's was wrong, or it sent no packet. */
export const anyErrOutOfTurn = { packet: 'ERR', sequenceId: 'any' } as const satisfies Alternative;
/** The same, and then the end of the connection instead of the rest of the script. */
export function errAndEnd(codes: number | readonly number[], state?: string): Alternative {
  return { ...err(codes, state), then: [ended] };
}
/** The same as `anyErr`, and then the end of the connection instead of the rest of the script. */
export const anyErrAndEnd = { ...anyErr, then: [ended] } as const satisfies Alternative;

/** The 0xFE of MariaDB's manual for a client without PLUGIN_AUTH: it is asked for the old password, and gives up. */
export const asksForOldPassword = {
  packet: 'OldAuthSwitchRequest',
  then: [{ do: 'half-close' }, { expect: [readError, { closes: true }] }, ended],
} as const satisfies Alternative;

/** A user whom nobody knows may be asked for any plugin, in MariaDB for the old password, too: his packet has been read. */
export const asksNobody = [
  { packet: 'AuthSwitchRequest', sequenceId: 2, then: [] },
  { packet: 'OldAuthSwitchRequest', sequenceId: 2, then: [] },
] as const satisfies readonly Alternative[];

/** What MySQL 8 and 9 answer a client without PLUGIN_AUTH whose account is not for mysql_native_password. */
export const authModeNotSupported = {
  packet: 'ERR',
  where: { errorCode: 1251 },
  means: 'clients-without-plugin-auth',
} as const satisfies Alternative;

/** What MariaDB and MySQL say to a handshake response that is not right, or that leaves no account to speak of. */
export const badHandshake = [1043, 1045] as const;

export const loginAsCheck = { send: { message: 'HandshakeResponse41', account: 'check' } } as const satisfies Step;
export const ok = { expect: [{ packet: 'OK' }] } as const satisfies Step;

/** Is the server still there, and in step? */
export const ping = [{ send: { message: 'COM_PING' } }, { expect: [{ packet: 'OK', sequenceId: 1 }] }] as const satisfies readonly Step[];
/** How a connection ends behind COM_QUIT, FIN or RST, no manual says: that is the matter of the quit cases. */
export const quit = [{ send: { message: 'COM_QUIT' } }, ended] as const satisfies readonly Step[];

/** What says that a connection was killed: MySQL 1317, MariaDB 1927; MySQL's reference has 3169 for it, too. */
const sayKilled = { errorCode: { oneOf: [1317, 1927] }, sqlState: '70100' } as const;
const sayKilledToo = { errorCode: 3169, sqlState: 'HY000' } as const;
/** The client of a connection that is killed may be told (MariaDB's manual: ERR 1317), and is gone; how, no manual says. */
export const killed = [
  { expect: [{ packet: 'ERR', sequenceId: 'any', where: sayKilled }, { packet: 'ERR', sequenceId: 'any', where: sayKilledToo }, closes] },
  ended,
] as const satisfies readonly Step[];
/** The one that kills its own connection waits for an answer. */
export const killedItself = [
  {
    expect: [
      { packet: 'ERR', sequenceId: 1, where: sayKilled },
      { packet: 'ERR', sequenceId: 1, where: sayKilledToo },
    ],
  },
  endedCleanly,
] as const satisfies readonly Step[];

/** A login that must succeed, and whose connection must work. */
export const loggedIn = [greeting, loginAsCheck, ok] as const satisfies readonly Step[];
export const works = [...ping, ...quit] as const satisfies readonly Step[];

/** Tables as simple as they can be: a server may insist on a primary key. */
export const keyless = { feature: 'tables-without-a-key' } as const;
/** Of an account that only the lack of a privilege keeps from doing what the case asks for. */
export const ordinary = { feature: 'ordinary-account' } as const;

/**
 * Flags that come with what was done just now. The others tell of the server's settings as well: sql_mode (NO_BACKSLASH_ESCAPES,
 * ANSI_QUOTES) and long_query_time (QUERY_WAS_SLOW).
 */
const momentary = status.MORE_RESULTS_EXISTS | status.CURSOR_EXISTS | status.LAST_ROW_SENT | status.DB_DROPPED;
const ofAnswers = momentary | status.METADATA_CHANGED | status.PS_OUT_PARAMS | status.IN_TRANS_READONLY | status.SESSION_STATE_CHANGED;
export const noTransaction = { noBits: ofAnswers | status.IN_TRANS } as const satisfies Condition;
/** Status flags of a session in autocommit mode: outside of a transaction, and in one. */
export const outsideTransaction = { all: [{ bits: status.AUTOCOMMIT }, noTransaction] } as const satisfies Condition;
/** The same with autocommit off. */
export const outsideTransactionWithoutAutocommit = {
  all: [{ noBits: status.AUTOCOMMIT }, noTransaction],
} as const satisfies Condition;
export const inTransaction = {
  all: [{ bits: status.AUTOCOMMIT | status.IN_TRANS }, { noBits: ofAnswers }],
} as const satisfies Condition;
