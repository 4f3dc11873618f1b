import type { Case } from '../../harness/case/case.ts';
import type { Alternative } from '../../harness/case/step.ts';
import { int } from '../bytes.ts';
import { manual } from '../manual.ts';
import { everywhere, everywhereIsSelected, query, rows, selectsWhatIsNamed } from '../query-steps.ts';
import {
  asksForOldPassword,
  closes,
  deniedNobodySource,
  ended,
  greeting,
  namesMatchExactly,
  namesNobodyBut,
  notTaken,
  quit,
  waits,
} from '../steps.ts';

const SECURE_CONNECTION = 0x8000;
const TRANSACTIONS = 0x2000;
const CONNECT_WITH_DB = 0x0008;

const source = [
  manual['mysql/response320-layout'],
  manual['mysql/response320-auth-response-end'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mysql/ok-without-protocol-41'],
  manual['mysql/err-sqlstate-only-with-protocol-41'],
] as const;
/** What a server says that wants newer clients. */
const unsupportedSource = [
  manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
  manual['mysql/error-1251-auth-mode-not-supported'],
  manual['mysql/error-1043-bad-handshake'],
  manual['mariadb/error-1251-auth-mode-not-supported'],
  manual['mariadb/error-1043-bad-handshake'],
] as const;
const oldPassword = [
  manual['mysql/method-without-plugin-auth'],
  manual['mysql/old-auth-switch-is-one-byte'],
  manual['mariadb/auth-switch-old-is-one-byte'],
] as const;
const answered = [...source, ...unsupportedSource, ...oldPassword] as const;
const denials = [...answered, ...deniedNobodySource, ...namesMatchExactly] as const;
const link = 'https://github.com/sysown/proxysql/issues/777';

/** An ERR for a client that knows no SQLSTATE: code and text. */
const plainErr = (codes: string) =>
  ({ packet: 'ERR', where: { payload: { pattern: `^\\xff(?:${codes})(?!#)` } } }) as const satisfies Alternative;
const bad = '\\x13\\x04'; // 1043
const denied = '\\x15\\x04|\\xa2\\x06'; // 1045, 1698
const noSuchDatabase = '\\x14\\x04|\\x19\\x04'; // 1044, 1049
const unsupported = '\\xe3\\x04'; // 1251
/** There is no such database, or none for this account: the whole name in quotes, in any language. */
const names = (database: string) =>
  ({ packet: 'ERR', where: { payload: { pattern: `^\\xff(?:${noSuchDatabase})(?!#).*'${database}'` } } }) as const satisfies Alternative;
/** Either answer is right; this one says that the server wants newer clients. */
const refusesOldClients = {
  ...plainErr(`${unsupported}|${bad}`),
  means: 'clients-before-4.1',
} as const satisfies Alternative;
/** Nor can it be asked what comes behind a login of one where it wants the old password. */
const wantsOldPassword = { packet: 'OldAuthSwitchRequest', means: 'clients-before-4.1' } as const satisfies Alternative;
/** OK without status flags and warnings. */
const shortOk = { packet: 'OK', where: { payload: '\x00\x00\x00' } } as const satisfies Alternative;

const respond = (capabilities: number) =>
  ({ send: { message: 'HandshakeResponse320', account: 'check', with: { capabilities, maxPacketSize: 0x010000 } } }) as const;

/** With a database, which stands behind the NUL of an empty auth response. */
const respondFor = (database: string) =>
  ({
    send: {
      message: 'HandshakeResponse320',
      account: 'check',
      with: { capabilities: SECURE_CONNECTION | CONNECT_WITH_DB, authResponse: '', database },
    },
  }) as const;

/**
 * The handshake response of clients before 4.1: HAProxy up to 2.1 sends it, and pre-41 still does. MariaDB's manual does not speak of it,
 * so nothing here is a MUST.
 */
export const cases = [
  {
    id: 'handshake-response-320/is-answered',
    title:
      'a HandshakeResponse320 with SECURE_CONNECTION is accepted with a 3-byte OK, asked for the old password or rejected with ERR 1251 or 1043',
    level: 'SHOULD',
    source: answered,
    needs: ['check-account'],
    script: [greeting, respond(SECURE_CONNECTION), { expect: [shortOk, asksForOldPassword, refusesOldClients] }, ...quit],
    link,
    killedBy: ['handshake-320-closes', 'handshake-320-gets-41-ok', 'handshake-320-read-as-41'],
  },
  {
    id: 'handshake-response-320/no-flags',
    title:
      'a HandshakeResponse320 without any flag is accepted with a 3-byte OK, asked for the old password or rejected with ERR 1251 or 1043',
    level: 'SHOULD',
    source: [...answered, manual['mysql/no-secure-connection-is-rejected']],
    needs: ['check-account'],
    script: [
      greeting,
      respond(0),
      {
        expect: [shortOk, asksForOldPassword, refusesOldClients],
      },
      ...quit,
    ],
    link: 'https://github.com/haproxy/haproxy/commit/212f778d6',
    killedBy: ['handshake-320-closes', 'handshake-320-gets-41-ok'],
  },
  {
    id: 'handshake-response-320/transactions',
    title: 'with TRANSACTIONS the OK for a client before 4.1 has status flags, and no warnings',
    level: 'SHOULD',
    source: [manual['mysql/transactions-flag-gives-status'], ...answered],
    needs: ['check-account'],
    script: [
      greeting,
      respond(SECURE_CONNECTION | TRANSACTIONS),
      { expect: [{ packet: 'OK', where: { payload: { pattern: '^\\x00\\x00\\x00..$' } } }, wantsOldPassword, refusesOldClients] },
      ...quit,
    ],
    link,
    killedBy: ['handshake-320-closes', 'handshake-320-gets-41-ok', 'handshake-320-ok-without-status'],
  },
  {
    id: 'handshake-response-320/ping',
    title: 'after a login of protocol 3.20 COM_PING gets the same short OK',
    level: 'SHOULD',
    source: [...answered, manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']],
    needs: ['check-account'],
    script: [
      greeting,
      respond(SECURE_CONNECTION),
      { expect: [shortOk, wantsOldPassword, refusesOldClients] },
      { send: { message: 'COM_PING' } },
      { expect: [{ ...shortOk, sequenceId: 1 }] },
      ...quit,
    ],
    link,
    killedBy: ['handshake-320-ping-gets-41-ok', 'handshake-320-closes', 'handshake-320-gets-41-ok', 'ping-unanswered'],
  },
  {
    id: 'handshake-response-320/resultset',
    title: 'a client before 4.1 is told of columns by ColumnDefinition320, and its EOFs are 0xFE alone',
    level: 'SHOULD',
    source: [...answered, manual['mysql/column-definition-before-41'], manual['mysql/eof-layout']],
    needs: ['check-account'],
    script: [
      greeting,
      respond(SECURE_CONNECTION),
      { expect: [shortOk, wantsOldPassword, refusesOldClients] },
      query("SELECT 'two' AS one"),
      rows({
        columns: 1,
        rows: 1,
        first: 'two',
        'column.0.name': 'one',
        definitionsStatusFlags: { absent: true },
        statusFlags: { absent: true },
      }),
      ...quit,
    ],
    link,
    killedBy: ['handshake-320-gets-41-definitions', 'handshake-320-gets-41-eof', 'handshake-320-closes'],
  },
  {
    id: 'handshake-response-320/stays-open',
    title: 'behind the OK of a login of protocol 3.20 the connection stays open',
    level: 'SHOULD',
    source: [...answered, manual['mysql/auth-ok-enters-command-phase'], manual['mysql/command-phase-ends-with-connection']],
    needs: ['check-account'],
    script: [
      greeting,
      respond(SECURE_CONNECTION),
      { expect: [shortOk, wantsOldPassword, refusesOldClients] },
      { expect: [waits] },
      ...quit,
    ],
    deliveries: ['whole'],
    killedBy: ['closes-after-login', 'handshake-320-closes'],
  },
  {
    id: 'handshake-response-320/database',
    title: 'with CONNECT_WITH_DB a HandshakeResponse320 names a database behind the auth response: one that does not exist is refused',
    level: 'SHOULD',
    source: [
      ...answered,
      manual['mysql/error-1049-unknown-database'],
      manual['mysql/error-1044-database-access-denied'],
      manual['mariadb/error-1049-unknown-database'],
      manual['mariadb/error-1044-database-access-denied'],
    ],
    needs: ['check-account'],
    // The refusal names the database, so it has been read whole: behind the NUL of an empty auth response.
    script: [
      greeting,
      respondFor('mywire_no_such_db'),
      { expect: [names('mywire_no_such_db'), wantsOldPassword, refusesOldClients] },
      ended,
    ],
    link,
    killedBy: ['handshake-320-database-cut', 'handshake-320-closes', 'handshake-320-err-with-sqlstate', 'unknown-database-accepted'],
  },
  {
    id: 'handshake-response-320/selects-the-database',
    title: 'the database that a HandshakeResponse320 names is the one that is selected behind the login',
    level: 'SHOULD',
    source: [...answered, manual['mysql/database-function'], manual['mariadb/database-function']],
    needs: ['check-account', selectsWhatIsNamed],
    script: [
      greeting,
      respondFor(everywhere),
      { expect: [shortOk, wantsOldPassword, refusesOldClients] },
      ...everywhereIsSelected,
      ...quit,
    ],
    link,
    killedBy: ['ignores-database', 'login-selects-another-database', 'handshake-320-closes'],
  },
  {
    id: 'handshake-response-320/unknown-user',
    title: 'an unknown user of protocol 3.20 is refused with an ERR that has no SQLSTATE, or asked for the old password',
    level: 'SHOULD',
    source: denials,
    script: [
      greeting,
      { send: { message: 'HandshakeResponse320', account: 'unknown', with: { capabilities: SECURE_CONNECTION } } },
      // 1251: the plugin that a server asks of those it does not know may be one that this client cannot have.
      { expect: [plainErr(`${denied}|${unsupported}`), asksForOldPassword, refusesOldClients] },
      ended,
    ],
    link,
    killedBy: ['handshake-320-closes', 'handshake-320-err-with-sqlstate', 'accepts-unknown-user'],
  },
  {
    id: 'handshake-response-320/empty-user',
    title: 'an empty user name in a HandshakeResponse320 is refused with an ERR, or asked for the old password',
    level: 'SHOULD',
    source: denials,
    script: [
      greeting,
      { send: { message: 'HandshakeResponse320', account: 'unknown', with: { capabilities: SECURE_CONNECTION, user: '' } } },
      { expect: [plainErr(`${denied}|${unsupported}`), asksForOldPassword, refusesOldClients] },
      ended,
    ],
    link,
    killedBy: ['handshake-320-closes', 'accepts-unknown-user', 'rejects-empty-user-name'],
  },
  {
    id: 'handshake-response-320/shows-no-memory',
    title: 'the refusal of a HandshakeResponse320 shows nothing that the client did not send',
    level: 'SHOULD',
    source: [
      manual['mysql/response320-layout'],
      manual['mysql/ok-or-err-ends-auth'],
      manual['mysql/error-1045-access-denied'],
      manual['mariadb/error-1045-access-denied'],
      ...oldPassword,
    ],
    // Read in the layout of 41, the user name would begin behind the end of this packet.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse320', account: 'unknown', with: { capabilities: SECURE_CONNECTION } } },
      {
        expect: [
          // Whom it refuses the text need not say; where it does, it is nobody else.
          { packet: 'ERR', where: { errorCode: 1045, errorMessage: { pattern: namesNobodyBut('mywire_nobody') } } },
          { packet: 'ERR', where: { errorCode: { not: 1045 } } },
          asksForOldPassword,
          closes,
        ],
      },
      ended,
    ],
    deliveries: ['whole'],
    link,
    killedBy: ['handshake-320-read-as-41'],
  },
  {
    id: 'handshake-response-320/cut-in-capabilities',
    title: 'a first packet of one byte is refused',
    level: 'SHOULD',
    source: [manual['mysql/response320-layout'], manual['mysql/ok-or-err-ends-auth']],
    script: [greeting, { send: { payload: '00', sequenceId: 1 } }, notTaken, ended],
    killedBy: ['bad-handshake-takes-login', 'garbage-hangs'],
  },
  {
    id: 'handshake-response-320/cut-behind-max-packet-size',
    title: 'a HandshakeResponse320 without a user name is refused',
    level: 'SHOULD',
    source: [manual['mysql/response320-layout'], manual['mysql/ok-or-err-ends-auth']],
    script: [greeting, { send: { payload: int(2, SECURE_CONNECTION) + int(3, 0x010000), sequenceId: 1 } }, notTaken, ended],
    killedBy: ['bad-handshake-takes-login', 'garbage-hangs'],
  },
  {
    id: 'handshake-response-320/user-without-nul',
    title: 'a HandshakeResponse320 that ends with the user name, without its NUL, is refused',
    level: 'SHOULD',
    source: [manual['mysql/response320-layout'], manual['mysql/ok-or-err-ends-auth']],
    needs: ['check-account'],
    // An account without a password: who takes the name for whole, and the auth response that is not there for an empty one, lets it in.
    script: [greeting, { send: { message: 'HandshakeResponse320', account: 'check', raw: { authResponse: '' }, cut: 1 } }, notTaken, ended],
    killedBy: ['unterminated-user-name-taken', 'bad-handshake-takes-login', 'garbage-hangs'],
  },
] as const satisfies readonly Case[];
