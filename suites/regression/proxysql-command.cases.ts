import type { Case } from '../../harness/case/case.ts';
import type { Condition, Step, Stimulus } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { inAutocommit, xs } from '../query-steps.ts';
import { alive, justCloses, query, row } from '../regression-steps.ts';
import { anyErr, anyErrOutOfTurn, ended, greeting, keyless, loggedIn, loginAsCheck, ok, ordinary, ping, waits, works } from '../steps.ts';

const product = 'ProxySQL';
const pipelined = [
  manual['mysql/most-commands-answered-by-ok-err-eof'],
  manual['mysql/sequence-id-resets-per-command'],
  manual['mariadb/ping-answer-has-sequence-one'],
  manual['tcp/segments-do-not-match-writes'],
] as const;
const resultset = [
  manual['mysql/resultset-order'],
  manual['mysql/resultset-terminator'],
  manual['mariadb/resultset-order'],
  manual['mariadb/resultset-terminator'],
] as const;
const refused = [manual['mysql/error-1047-unknown-command'], manual['mariadb/error-1047-unknown-command']] as const;
const okAt = (sequenceId: number) => ({ expect: [{ packet: 'OK', sequenceId }] }) as const satisfies Step;
const withFlags = (...add: NonNullable<NonNullable<Stimulus['capabilities']>['add']>) =>
  [greeting, { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add } } }, ok] as const;
const raw = (command: number, rest = '') => ({ send: { message: 'COM_RAW', with: { command, rest } } }) as const;

/** A row of a client with or without DEPRECATE_EOF: the reading of the answer depends on what it has agreed to. */
const select = [query('SELECT 1'), row('1')] as const;
const otherClient = (flag: 'with' | 'without') =>
  ({
    beside: [...(flag === 'with' ? withFlags('DEPRECATE_EOF') : loggedIn), ...select, { send: { message: 'COM_QUIT' } }, ended],
  }) as const satisfies Step;

/** These steps, COM_BINLOG_DUMP from byte 4 of a file without a name on, and the next client. */
const dumps = (...before: readonly Step[]): readonly Step[] => [
  ...loggedIn,
  ...before,
  raw(0x12, '04000000000001000000'),
  { expect: [{ ...anyErr, sequenceId: 1 }] },
  alive,
];

/** A row that came in compressed packets, the first of them numbered on from the command. */
const compressedRow = (first: Condition) =>
  ({ expect: [{ packet: 'TextResultset', sequenceId: 1, where: { rows: 1, first, frameSequenceId: 1 } }] }) as const satisfies Step;

/** ProxySQL, command by command. */
export const cases = [
  {
    id: 'regression/proxysql-1138-set-and-select-in-one-segment',
    title: 'the first two queries of MariaDB Connector/J, sent in one segment, get their two answers in order',
    level: 'SHOULD',
    source: [...pipelined, manual['mysql/query-answers'], manual['mariadb/query-answers']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      {
        send: [
          query("set autocommit=1, sql_mode = concat(@@sql_mode,',STRICT_TRANS_TABLES')").send,
          query('SELECT @@max_allowed_packet,@@system_time_zone,@@time_zone,@@sql_mode,@@auto_increment_increment').send,
        ],
      },
      okAt(1),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 5, rows: 1, 'row.0.4': { pattern: '^[1-9][0-9]*$' } } }] },
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1138',
    regression: { product, issue: 'sysown/proxysql#1138', affected: '1.4 to 2.7.1' },
    killedBy: ['closes-after-first-pipelined', 'merges-two-answers-losing-one', 'swaps-pipelined-answers'],
  },
  {
    id: 'regression/proxysql-1463-login-and-query-in-one-segment',
    title: 'a query that comes with the handshake response is answered behind its OK',
    level: 'SHOULD',
    source: [...pipelined, manual['mysql/query-answers'], manual['mariadb/query-answers']],
    needs: ['check-account', { firstProof: 'check' }],
    script: [greeting, { send: [loginAsCheck.send, query('SELECT 1').send] }, okAt(2), row('1'), ...works],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1463',
    regression: { product, issue: 'sysown/proxysql#1463', affected: '1.4 to 2.7.1' },
    killedBy: ['drops-commands-behind-login'],
  },
  {
    id: 'regression/proxysql-2809-query-and-quit-in-one-segment',
    title: 'a query with COM_QUIT right behind it is answered before the connection ends',
    level: 'SHOULD',
    source: [...pipelined, manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs: ['check-account'],
    script: [...loggedIn, { send: [query('SELECT 1').send, { message: 'COM_QUIT' }] }, row('1'), ended],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/2809',
    regression: { product, issue: 'sysown/proxysql#2809', affected: '1.4 to 2.7.1' },
    killedBy: ['quit-overtakes-answer'],
  },
  {
    id: 'regression/proxysql-e3c13fbe-empty-packet-as-a-command',
    title: 'an empty packet in place of a command is refused or ends the connection, and the next client is served',
    // The bytes of framing/empty-command, which asks for an ERR and a connection that goes on: what was mended ends it.
    level: 'SHOULD',
    source: [manual['mysql/first-byte-is-command'], manual['mysql/com-sleep-is-refused'], manual['mariadb/com-sleep-gets-err'], ...refused],
    needs: ['check-account'],
    script: [...loggedIn, { send: { wire: '00000000' } }, { expect: [{ ...anyErr, sequenceId: 1 }, justCloses] }, alive],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/commit/e3c13fbe',
    regression: { product, issue: 'sysown/proxysql@e3c13fbe', fixed: '3.0.0-alpha' },
    killedBy: ['empty-command-stops-server', 'empty-packet-hangs'],
  },
  {
    id: 'regression/proxysql-3780-deprecate-eof-is-of-each-client',
    title: 'whether rows end with EOF or OK goes by the client that reads them, whatever the clients beside it have agreed to',
    level: 'MUST',
    source: [...resultset, manual['mysql/ok-as-eof-only-with-deprecate-eof'], manual['mysql/capabilities-are-an-intersection']],
    needs: ['check-account', { offers: 'DEPRECATE_EOF' }],
    script: [...loggedIn, ...select, otherClient('with'), ...select, otherClient('without'), otherClient('with'), ...select],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/3780',
    regression: { product, issue: 'sysown/proxysql#3780', affected: '2.3.2', fixed: '2.4.0' },
    killedBy: ['deprecate-eof-of-the-last-login'],
  },
  {
    id: 'regression/proxysql-3992-extended-metadata-unasked',
    title: 'a column definition has no extended metadata for a client that has not asked for it',
    level: 'MUST',
    source: [
      manual['mariadb/extended-metadata-layout'],
      manual['mariadb/extended-capabilities'],
      ...resultset,
      manual['mysql/column-definition-fixed-fields'],
      manual['mariadb/column-definition'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('SELECT VERSION(), DATABASE()'),
      {
        expect: [
          {
            packet: 'TextResultset',
            sequenceId: 1,
            where: { columns: 2, rows: 1, 'column.0.fixedLength': 12, 'column.1.fixedLength': 12 },
          },
        ],
      },
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/3992',
    regression: { product, issue: 'sysown/proxysql#3992', affected: '2.4.4', fixed: '2.4.5' },
    killedBy: ['resultset-metadata-unasked', 'functions-with-metadata-unasked'],
  },
  {
    id: 'regression/proxysql-2915-state-changed-without-state',
    title: 'an OK that says that session state has changed carries that state',
    level: 'MUST',
    source: [manual['mysql/session-state-block'], manual['mysql/ok-layout'], manual['mariadb/session-state'], manual['mariadb/ok-layout']],
    // With completion_type RELEASE the COMMIT ends the connection.
    needs: ['check-account', { offers: 'SESSION_TRACK' }, inAutocommit],
    // Asked of every OK: the flag and the state block go together.
    script: [
      ...withFlags('SESSION_TRACK'),
      ...['SET autocommit=0', 'START TRANSACTION', 'COMMIT', 'SET autocommit=1'].flatMap((one) => [query(one), okAt(1)]),
      // Where no OK has the flag, nothing has been asked.
      query('USE information_schema'),
      {
        expect: [
          { packet: 'OK', sequenceId: 1, where: { statusFlags: { bits: status.SESSION_STATE_CHANGED } } },
          { packet: 'OK', sequenceId: 1, where: { statusFlags: { noBits: status.SESSION_STATE_CHANGED } }, means: 'session-state' },
        ],
      },
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/2915',
    regression: { product, issue: 'sysown/proxysql#2915', fixed: '2.4.5' },
    killedBy: ['ok-session-state-missing'],
  },
  {
    id: 'regression/proxysql-1750-process-info',
    title: 'COM_PROCESS_INFO is answered with rows or an ERR, and the connection goes on',
    level: 'SHOULD',
    source: [manual['mysql/removed-commands'], manual['mariadb/processlist-is-show-processlist'], ...refused],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      raw(0x0a),
      {
        expect: [
          { packet: 'TextResultset', sequenceId: 1, where: { columns: { min: 8 }, rows: { min: 1 } } },
          { ...anyErr, sequenceId: 1 },
        ],
      },
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1750',
    regression: { product, issue: 'sysown/proxysql#1750' },
    killedBy: ['process-info-closes'],
  },
  {
    id: 'regression/proxysql-2871-binlog-dump-behind-a-query',
    title: 'COM_BINLOG_DUMP of an account that may not replicate gets an ERR, and the next client is served',
    level: 'SHOULD',
    source: [
      manual['mysql/binlog-dump-gets-stream-or-err'],
      manual['mysql/replication-slave-reads-binlog'],
      manual['mariadb/binlog-dump-gets-events'],
      manual['mariadb/replication-slave-reads-binlog'],
    ],
    needs: ['check-account', ordinary],
    script: dumps(
      // As the replica of the report asks first.
      query('set @master_binlog_checksum= @@global.binlog_checksum'),
      okAt(1),
    ),
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/2871',
    regression: { product, issue: 'sysown/proxysql#2871', fixed: '2.5.0' },
    killedBy: ['binlog-dump-closes', 'binlog-dump-behind-query-stops-server', 'binlog-without-privilege'],
  },
  {
    id: 'regression/proxysql-3.0.7-binlog-dump-behind-a-query',
    title: 'COM_BINLOG_DUMP of an account that may not replicate gets an ERR behind the query of a client, and the next client is served',
    level: 'SHOULD',
    source: [
      manual['mysql/binlog-dump-gets-stream-or-err'],
      manual['mysql/replication-slave-reads-binlog'],
      manual['mariadb/binlog-dump-gets-events'],
      manual['mariadb/replication-slave-reads-binlog'],
    ],
    needs: ['check-account', ordinary],
    // A proxy keeps the connection to the server that has answered the query.
    script: dumps(...select),
    deliveries: ['whole'],
    link: 'https://proxysql.com/blog/proxysql-3-0-7-security-hardening/',
    regression: { product, issue: 'ProxySQL 3.0.7', affected: '<3.0.7', fixed: '3.0.7' },
    killedBy: ['binlog-dump-behind-query-stops-server', 'binlog-without-privilege'],
  },
  {
    id: 'regression/proxysql-858-err-of-process-kill',
    title:
      'COM_PROCESS_KILL of a connection that is not there gets an ERR, with one marker and five characters of SQLSTATE, and stops nothing',
    level: 'MUST',
    source: [
      manual['mysql/err-layout'],
      manual['mariadb/err-layout'],
      manual['mariadb/process-kill-ends-a-connection'],
      ...refused,
      manual['mysql/error-of-commands'],
      manual['mariadb/error-of-commands'],
    ],
    needs: ['check-account'],
    // It ended the proxy (an assertion); the ERR that came in its place had the marker twice. No server gives this id before it has
    // served 4294967280 clients.
    script: [
      ...loggedIn,
      raw(0x0c, 'f0ffffff'),
      { expect: [{ packet: 'ERR', sequenceId: 1, where: { payload: { pattern: '^\\xff[^]{2}#[0-9A-Z]{5}[^#]' } } }] },
      ...ping,
      alive,
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/858',
    regression: { product, issue: 'sysown/proxysql#858', fixed: '1.3.3, 1.4.0' },
    killedBy: ['process-kill-stops-server', 'process-kill-doubled-marker'],
  },
  {
    id: 'regression/proxysql-1493-sequence-ids-under-compression',
    title: 'the answer to each compressed command counts from 1, its packets and its compressed packets alike',
    level: 'MUST',
    source: [
      manual['mysql/sequence-id-resets-per-command'],
      manual['mysql/compressed-packet-sequence'],
      manual['mariadb/sequence-number-starts-at-zero-per-query'],
      manual['mariadb/compressed-sequence-is-separate'],
      manual['mariadb/compressed-ping-has-sequence-one'],
    ],
    needs: ['check-account', { offers: 'COMPRESS' }, { feature: 'values-of-512-kib' }],
    script: [
      ...withFlags('COMPRESS'),
      query('SELECT 1'),
      compressedRow('1'),
      query("SELECT REPEAT('x', 100000)"),
      compressedRow(xs(100_000)),
      query('SELECT 2'),
      compressedRow('2'),
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1493',
    regression: { product, issue: 'sysown/proxysql#1493', fixed: '2.0.12, 2.1.0' },
    killedBy: ['compressed-answers-start-at-zero'],
  },
  {
    id: 'regression/proxysql-1410-plain-body-said-to-be-compressed',
    title: 'a body that is said to be compressed and is not gets no answer but an ERR, and the next client is served',
    level: 'SHOULD',
    source: [manual['mysql/compressed-packet-layout'], manual['mariadb/compressed-packet-layout']],
    needs: ['check-account', { offers: 'COMPRESS' }],
    // COM_PING as it is, in a frame that says that it was 5 bytes before it was compressed.
    script: [
      ...withFlags('COMPRESS'),
      { send: { wire: '05000000050000 010000000e' } },
      // MySQL stays silent and reads on.
      { expect: [{ ...anyErrOutOfTurn, then: [ended, alive] }, { closes: true }, waits] },
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1410',
    regression: { product, issue: 'sysown/proxysql#1410', fixed: '1.4.8, 2.0.0-beta.1' },
    killedBy: ['broken-compression-stops-server', 'broken-compression-taken-as-plain'],
  },
  {
    id: 'regression/proxysql-b41dffeb-packet-behind-a-split-one',
    title: 'a packet that begins in the compressed packet in which the one before it ends is read',
    level: 'MUST',
    source: [
      manual['mysql/compressed-packet-layout'],
      manual['mysql/compressed-packet-holds-parts'],
      manual['mysql/payload-of-16mb-continues'],
      manual['mariadb/compressed-packet-layout'],
      manual['mariadb/compressed-packet-holds-parts'],
      manual['mariadb/full-packet-continues'],
    ],
    needs: ['check-account', { offers: 'COMPRESS' }, { feature: 'packets-of-32-mib' }],
    // The first packet of a command of 16 MiB is cut in its middle; behind its end stands the second.
    script: [
      ...withFlags('COMPRESS'),
      {
        send: {
          message: 'COM_QUERY',
          with: { query: "SELECT LENGTH('a" },
          padTo: 0x1000000,
          tail: "')",
          compressed: { body: 'compressed', cutAt: [0x800000] },
        },
      },
      { expect: [{ packet: 'TextResultset', sequenceId: 'any', where: { rows: 1, first: String(0x1000000 - 18) } }] },
    ],
    deliveries: ['whole'],
    limitMs: 15_000,
    link: 'https://github.com/sysown/proxysql/commit/b41dffeb',
    regression: { product, issue: 'sysown/proxysql@b41dffeb', fixed: '2.4.5' },
    killedBy: ['packet-behind-a-split-one-lost'],
  },
  {
    id: 'regression/proxysql-3500-file-of-the-proxy',
    title: 'LOAD DATA LOCAL INFILE asks the client for the file or is refused, and never takes a file of the server side',
    level: 'MUST',
    source: [
      manual['mysql/infile-request-names-file'],
      manual['mysql/infile-refused-with-3948'],
      manual['mysql/infile-empty-file-is-empty-packet'],
      manual['mariadb/infile-request-names-file'],
      manual['mariadb/infile-data-ends-with-empty-packet'],
      manual['mariadb/infile-ends-with-ok-or-err'],
      manual['mariadb/infile-refused-without-local-files'],
      manual['mysql/affected-rows'],
      manual['mariadb/row-count'],
    ],
    needs: ['check-account', 'database', keyless, { feature: 'temporary-tables' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_WITH_DB', 'LOCAL_FILES'] } } },
      ok,
      query('CREATE TEMPORARY TABLE mywire_file (a VARCHAR(80))'),
      ok,
      query("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE mywire_file"),
      {
        expect: [
          {
            packet: 'LocalInfileRequest',
            where: { filename: '/etc/hostname' },
            then: [{ send: { message: 'LocalInfileData' } }, { expect: [{ packet: 'OK', where: { affectedRows: 0 } }] }, ...works],
          },
          anyErr,
        ],
      },
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/3500',
    regression: { product, issue: 'sysown/proxysql#3500', fixed: '2.3.0' },
    killedBy: ['infile-takes-own-file'],
  },
  {
    id: 'regression/proxysql-1860-pings-behind-set-names-binary',
    title: 'behind SET NAMES binary every COM_PING is answered',
    level: 'MUST',
    source: [manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok'], manual['mysql/set-names'], manual['mariadb/set-names']],
    needs: ['check-account'],
    script: [...loggedIn, query("SET NAMES 'binary'"), okAt(1), ...ping, ...ping, ...ping, ...works],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/1860',
    regression: { product, issue: 'sysown/proxysql#1860' },
    killedBy: ['set-names-binary-silences-pings'],
  },
] as const satisfies readonly Case[];
