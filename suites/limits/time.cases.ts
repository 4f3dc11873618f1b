import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Step } from '../../harness/case/step.ts';
import { ascii, int, packet, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { xs } from '../query-steps.ts';
import { asksNobody, closes, ended, err, greeting, loggedIn, ok, waits, works } from '../steps.ts';

const whole = ['whole'] as const;
/** HandshakeResponse41 of a user that does not exist. */
const response = packet(
  1,
  `${int(4, 0x088200)}${int(4, 0x1000000)}2d${times(23, 0)}${ascii('mywire_nobody')}0000${ascii('mysql_native_password')}00`,
);
/** In ten pieces, 400 ms apart: 4 s in all, where connect_timeout is 10 s. */
const PIECES = 10;
const hexDigits = Math.ceil(response.length / PIECES / 2) * 2;
const slowly: readonly Step[] = Array.from({ length: PIECES }, (_, at) => response.slice(at * hexDigits, (at + 1) * hexDigits))
  .filter((piece) => piece !== '')
  .flatMap((piece) => [{ send: { wire: piece } }, { do: 'pause' }]);
/** Its login has been read to the end. */
const nobody: Alternative = {
  packet: 'ERR',
  sequenceId: 2,
  where: { errorCode: { oneOf: [1045, 1698] }, errorMessage: { pattern: "'mywire_nobody'" } },
};
/** Where connect_timeout is shorter than that it may end it. */
const impatient: Alternative = {
  packet: 'ERR',
  sequenceId: 'any',
  where: { errorCode: { oneOf: [1043, 1158, 1159] } },
  then: [
    ended,
    {
      beside: [
        ...loggedIn,
        { send: { message: 'COM_QUERY', with: { query: 'SELECT @@global.connect_timeout < 5' } } },
        { expect: [{ packet: 'TextResultset', where: { first: '1' } }] },
        ...works,
      ],
    },
  ],
};

const database = (length: number) => ({ send: { message: 'COM_INIT_DB', with: { schema: 'd'.repeat(length) } } }) as const;
const names = [
  manual['mysql/identifiers-have-64-characters'],
  manual['mysql/error-1049-unknown-database'],
  manual['mysql/error-of-statements'],
  manual['mysql/errors-of-names'],
  manual['mariadb/identifiers-have-64-characters'],
  manual['mariadb/error-1049-unknown-database'],
  manual['mariadb/error-of-statements'],
  manual['mariadb/errors-of-names'],
] as const;
/** Too long: MySQL 1059 or 1102, MariaDB 1102; 1044 where an account may not know which databases are there. */
const noSuchName = { expect: [{ ...err([1044, 1049, 1059, 1102], '42000'), sequenceId: 1 }] } as const;

/** Clients that are slow, idle, in a hurry, or out of bounds. */
export const cases = [
  {
    id: 'limits/idle-session',
    title: 'a session ends when it has been idle for its wait_timeout, and not before, without a word or with an ERR that says so',
    level: 'MUST',
    source: [
      manual['mysql/wait-timeout-closes-idle-connection'],
      manual['mysql/error-4031-client-interaction-timeout'],
      manual['mariadb/wait-timeout-closes-idle-connection'],
      manual['mysql/error-1159-read-timeout'],
      manual['mariadb/error-1159-read-timeout'],
      manual['mariadb/error-of-commands'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: 'SET wait_timeout = 4' } } },
      ok,
      // Longer than a second in all, and far from its end on a busy machine too.
      { expect: [waits] },
      { expect: [waits] },
      // Nobody has asked, and no manual says how it is numbered.
      { expect: [{ ...err([4031, 1159, 1927]), sequenceId: 'any' }, closes] },
      ended,
    ],
    deliveries: whole,
    limitMs: 6000,
    killedBy: ['wait-timeout-ignored', 'wait-timeout-at-once', 'wait-timeout-of-a-tenth'],
  },
  {
    id: 'limits/idle-session-is-told',
    title: 'what ends an idle session is told its client first: ERR 4031',
    // Notes on a release say so.
    level: 'SHOULD',
    source: [
      manual['mysql/idle-client-is-told'],
      manual['mysql/error-4031-client-interaction-timeout'],
      manual['mysql/wait-timeout-closes-idle-connection'],
    ],
    needs: ['check-account', { dialect: 'mysql' }, { feature: 'idle-clients-are-told' }],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: 'SET wait_timeout = 1' } } },
      ok,
      // Nobody has asked, and no manual says how it is numbered.
      { expect: [{ ...err(4031, 'HY000'), sequenceId: 'any' }] },
      ended,
    ],
    deliveries: whole,
    limitMs: 4000,
    killedBy: ['wait-timeout-silent', 'wait-timeout-ignored'],
  },
  {
    id: 'limits/slow-login',
    title: 'a handshake response that takes 4 seconds to come is read to its end, unless connect_timeout is shorter',
    level: 'MUST',
    source: [
      manual['mysql/connect-timeout-waits-for-connect-packet'],
      manual['mysql/auth-err-closes-connection'],
      manual['mysql/error-1045-access-denied'],
      manual['mysql/error-1698-access-denied-without-password'],
      manual['mysql/error-1043-bad-handshake'],
      manual['mysql/error-1158-read-error'],
      manual['mysql/error-1159-read-timeout'],
      manual['mariadb/connect-timeout-is-bad-handshake'],
      manual['mariadb/error-1045-access-denied'],
      manual['mariadb/error-1698-access-denied-without-password'],
      manual['mariadb/error-1043-bad-handshake'],
      manual['mysql/wrong-guess-gets-auth-switch'],
      manual['mariadb/auth-answers'],
    ],
    needs: ['check-account'],
    script: [greeting, ...slowly, { expect: [nobody, ...asksNobody, impatient] }, ended],
    deliveries: whole,
    link: 'https://bugs.mysql.com/bug.php?id=28359',
    killedBy: ['slow-login-refused'],
  },
  {
    id: 'limits/client-that-reads-late',
    title: 'a client that does not read for a while gets the whole of a large result when it does',
    level: 'MUST',
    source: [
      manual['mysql/row-values-are-lenenc-strings'],
      manual['mariadb/resultset-text-row'],
      manual['mysql/net-write-timeout'],
      manual['mariadb/net-write-timeout'],
    ],
    needs: ['check-account', { feature: 'packets-of-16-mib' }, { feature: 'late-readers-waited-for' }],
    script: [
      ...loggedIn,
      { do: 'stop-reading' },
      { send: { message: 'COM_QUERY', with: { query: "SELECT REPEAT('x', 12582912)" } } },
      // A server on a busy machine has to make the answer first: once made, it must lie there unread.
      { do: 'pause' },
      { do: 'pause' },
      { do: 'pause' },
      { do: 'read-on' },
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { rows: 1, 'row.0.0': xs(12_582_912) } }] },
      ...works,
    ],
    deliveries: whole,
    mostBytes: 1 << 25,
    killedBy: ['late-reader-given-up', 'large-answer-breaks-off'],
  },
  {
    id: 'limits/three-hundred-commands-at-once',
    title: 'of three hundred commands sent at once, in 1500 bytes, each is answered, with sequence id 1',
    level: 'SHOULD',
    source: [
      manual['mysql/sequence-id-resets-per-command'],
      manual['tcp/segments-do-not-match-writes'],
      manual['mariadb/ping-answer-has-sequence-one'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: Array.from({ length: 300 }, () => ({ message: 'COM_PING' }) as const) },
      ...Array.from({ length: 300 }, () => ({ expect: [{ packet: 'OK', sequenceId: 1 }] }) as const),
      ...works,
    ],
    deliveries: whole,
    killedBy: ['backlog-of-commands-closes', 'coalesced-packets-lost'],
  },
  {
    id: 'limits/database-name-of-64-characters',
    title:
      'the longest name that a database may have is looked up: ERR 1049 says that there is none, or 1044 that the account may not know',
    level: 'SHOULD',
    source: names,
    needs: ['check-account'],
    script: [...loggedIn, database(64), { expect: [{ ...err([1049, 1044], '42000'), sequenceId: 1 }] }, ...works],
    killedBy: ['longest-database-name-refused', 'init-db-unknown-accepted'],
  },
  {
    id: 'limits/database-name-of-65-characters',
    title: 'COM_INIT_DB with a name that is too long for a database is refused with an ERR, and the session goes on',
    level: 'SHOULD',
    source: names,
    needs: ['check-account'],
    script: [...loggedIn, database(65), noSuchName, ...works],
    killedBy: ['long-database-name-closes', 'init-db-unknown-accepted'],
  },
  {
    id: 'limits/database-name-of-70000-characters',
    title: 'COM_INIT_DB with a name of 70 000 bytes is refused with an ERR, and the session goes on',
    level: 'SHOULD',
    source: names,
    needs: ['check-account', { feature: 'values-of-512-kib' }],
    script: [...loggedIn, database(70_000), noSuchName, ...works],
    deliveries: ['whole', 'fields'],
    killedBy: ['long-database-name-closes', 'init-db-unknown-accepted'],
  },
  {
    id: 'limits/login-with-database-name-of-255-characters',
    title: 'a login with a database name that is too long is refused with an ERR, and the connection ends',
    level: 'SHOULD',
    source: [...names, manual['mysql/auth-err-closes-connection']],
    needs: ['check-account', { offers: 'CONNECT_WITH_DB' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_WITH_DB'] },
          with: { database: 'd'.repeat(255) },
        },
      },
      { expect: [{ ...err([1044, 1049, 1059, 1102], '42000') }] },
      ended,
    ],
    killedBy: ['long-database-name-closes', 'unknown-database-accepted'],
  },
] as const satisfies readonly Case[];
