import type { Case } from '../../harness/case/case.ts';
import type { CapabilityChoice } from '../../harness/case/step.ts';
import { manual } from '../manual.ts';
import { inAutocommit } from '../query-steps.ts';
import { greeting, inTransaction, loggedIn, ok, outsideTransaction, works } from '../steps.ts';

const source = [
  manual['mysql/query-answers'],
  manual['mysql/resultset-order'],
  manual['mysql/resultset-terminator'],
  manual['mariadb/query-answers'],
  manual['mariadb/resultset-order'],
  manual['mariadb/resultset-terminator'],
  manual['mariadb/resultset-text-row'],
] as const;
const okLayout = [manual['mysql/ok-layout'], manual['mysql/ok-with-protocol-41'], manual['mariadb/ok-layout']] as const;

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const loggedInWith = (capabilities: CapabilityChoice) =>
  [greeting, { send: { message: 'HandshakeResponse41', account: 'check', capabilities } }, ok] as const;

/** Either the flag (0x4000) is clear, or behind the warnings stand an info and a state, each with its length. */
const stateIsThere = {
  packet: 'OK',
  where: { payload: { pattern: '^\\x00\\x00\\x00.(?:[\\x00-\\x3f\\x80-\\xbf]..|[\\x40-\\x7f\\xc0-\\xff]....)' } },
} as const;

/** COM_QUERY: text resultsets, and OK with what it says of the session. */
export const cases = [
  {
    id: 'command/select',
    title: 'SELECT 1 gives one column, one row, and the EOFs of a client without DEPRECATE_EOF',
    level: 'MUST',
    source: [...source, manual['mysql/eof-layout'], manual['mariadb/eof-layout']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT 1'),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: '1', warnings: 0 } }] },
      ...works,
    ],
    killedBy: [
      'resultset-column-count-wrong',
      'resultset-without-column-eof',
      'resultset-without-final-eof',
      'resultset-metadata-unasked',
      'resultset-fixed-length-wrong',
      'row-after-eof',
      'row-too-long',
      'rows-lost',
      'eof-fields-swapped',
    ],
  },
  {
    id: 'command/select-with-deprecate-eof',
    title: 'with DEPRECATE_EOF no EOF follows the column definitions, and an OK with header 0xFE ends the rows',
    level: 'MUST',
    source: [...source, manual['mysql/ok-as-eof-only-with-deprecate-eof'], manual['mariadb/ok-layout']],
    needs: ['check-account', { offers: 'DEPRECATE_EOF' }],
    script: [
      ...loggedInWith({ add: ['DEPRECATE_EOF'] }),
      query('SELECT 1'),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: '1' } }] },
      ...works,
    ],
    link: 'https://github.com/vitessio/vitess/pull/4272',
    killedBy: ['resultset-column-eof-unasked', 'resultset-eof-for-ok', 'resultset-without-final-eof'],
  },
  {
    id: 'command/select-null',
    title: 'NULL comes as NULL, not as an empty string',
    level: 'MUST',
    source: [...source, manual['mysql/row-values-are-lenenc-strings'], manual['mariadb/lenenc-integer-forms']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT NULL'),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: null } }] },
      ...works,
    ],
    killedBy: ['null-as-empty-string'],
  },
  {
    id: 'command/two-selects',
    title: 'a second query on a connection gets its own resultset',
    level: 'MUST',
    source,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT 1'),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: '1' } }] },
      query('SELECT 2'),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: '2' } }] },
      ...works,
    ],
    killedBy: [
      'row-after-eof',
      'rows-lost',
      'resultset-without-final-eof',
      'sequence-not-reset-by-commands',
      'number-answered-as-the-one-before',
    ],
  },
  {
    id: 'command/connection-id',
    title: 'CONNECTION_ID() is the thread id of the greeting',
    level: 'SHOULD',
    source: [manual['mysql/v10-thread-id'], manual['mysql/connection-id-is-unique'], manual['mariadb/connection-id-is-unique']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT CONNECTION_ID()'),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: { sameAs: 'HandshakeV10.threadId' } } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['connection-id-differs'],
  },
  {
    id: 'command/transaction-status',
    title: 'the status flags of OK show that a transaction has begun, and that it has ended',
    level: 'MUST',
    source: [...okLayout, manual['mysql/transactions-flag-gives-status'], manual['mysql/status-flags'], manual['mariadb/status-flags']],
    needs: ['check-account', inAutocommit],
    // 1: SERVER_STATUS_IN_TRANS, 2: SERVER_STATUS_AUTOCOMMIT
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      { expect: [{ packet: 'OK', where: { statusFlags: inTransaction } }] },
      query('COMMIT'),
      { expect: [{ packet: 'OK', where: { statusFlags: outsideTransaction } }] },
      ...works,
    ],
    killedBy: ['transaction-flag-missing', 'status-flags-zero'],
  },
  {
    id: 'command/session-state',
    title: 'an OK with SERVER_SESSION_STATE_CHANGED carries the state, for a client with SESSION_TRACK',
    level: 'MUST',
    source: [...okLayout, manual['mysql/session-state-block'], manual['mariadb/session-state']],
    needs: ['check-account', { offers: 'SESSION_TRACK' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SESSION_TRACK'] } } },
      { expect: [stateIsThere] },
      { send: { message: 'COM_INIT_DB', with: { schema: 'information_schema' } } },
      { expect: [stateIsThere] },
      { send: { message: 'COM_PING' } },
      { expect: [stateIsThere] },
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/issues/2915',
    killedBy: ['ok-session-state-missing'],
  },
] as const satisfies readonly Case[];
