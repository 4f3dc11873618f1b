import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { OTHER_PLUGIN } from '../auth-steps.ts';
import { ascii, int, packet, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { execute, gives, nullOf, prepared, sameTypes, text, type, withCursor } from '../prepared-steps.ts';
import { xs } from '../query-steps.ts';
import { alive, asksForOldPasswordBehindQuit, justCloses, query, row, waitsAndServes } from '../regression-steps.ts';
import { anyErr, anyErrOutOfTurn, ended, err, greeting, loggedIn, notTaken, ok, ping, works } from '../steps.ts';

const tidb = 'TiDB';
const tiproxy = 'TiProxy';
const answered = [manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers']] as const;
const closing = [...answered, manual['mysql/auth-err-closes-connection']] as const;
const layout = [manual['mysql/response41-client-flag'], manual['mariadb/response-layout'], ...closing] as const;
const frames = [
  manual['mysql/compressed-packet-layout'],
  manual['mysql/compressed-packet-sequence'],
  manual['mariadb/compressed-packet-layout'],
  manual['mariadb/compressed-sequence-is-separate'],
] as const;

/** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH; a user that is not there, and no proof. */
const response = `${int(4, 0x088200)}${int(4, 0x1000000)}21${times(23, 0)}${ascii('mywire_nobody')}0000${ascii('mysql_native_password')}00`;
/** On a connection of its own: the first bytes of the response, in a packet of that length. */
const firstPacketOf = (bytes: number): Step => ({
  beside: [greeting, { send: { wire: packet(1, response.slice(0, 2 * bytes)) } }, notTaken, ended],
});

const none = nullOf(type.VAR_STRING);

const compressed = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['COMPRESS'] } } },
  ok,
] as const;

/** TiDB and TiProxy. */
export const cases = [
  {
    id: 'regression/tidb-8812-check-of-haproxy-for-root',
    title: 'the check that HAProxy sends for root with the packet of clients before 4.1 is answered, and the connection ends',
    // MariaDB's manual does not know this packet.
    level: 'SHOULD',
    source: [
      ...answered,
      manual['haproxy/mysql-check-pre-41'],
      manual['mysql/response320-layout'],
      manual['mariadb/auth-switch-old-is-one-byte'],
      manual['mysql/quit-closes'],
      manual['mariadb/quit-closes'],
      manual['mysql/auth-err-closes-connection'],
    ],
    script: [
      greeting,
      { send: { wire: `0b0000010080000001${ascii('root')}00000100000001` } },
      {
        expect: [{ packet: 'OK', sequenceId: 2 }, asksForOldPasswordBehindQuit, { ...anyErr, sequenceId: 2 }],
      },
      ended,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/pingcap/tidb/pull/8812',
    regression: { product: tidb, issue: 'pingcap/tidb#8812' },
    killedBy: ['handshake-320-closes'],
  },
  {
    id: 'regression/tidb-40831-no-password-for-caching-sha2',
    title: 'a client that is asked for caching_sha2_password and answers without a password is denied at once, without AuthMoreData',
    // MariaDB's page of the plugin does not say it.
    level: 'SHOULD',
    source: [
      manual['mysql/wrong-guess-gets-auth-switch'],
      manual['mysql/caching-sha2-empty-password'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/wrong-plugin-restarts-authentication'],
      manual['mysql/error-1045-access-denied'],
      manual['mariadb/error-1045-access-denied'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: [{ account: 'sha2' }, { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'sha2', password: 'empty', with: { authPluginName: OTHER_PLUGIN } } },
      { expect: [{ packet: 'AuthSwitchRequest', sequenceId: 2, where: { pluginName: 'caching_sha2_password' } }] },
      { send: { message: 'AuthSwitchResponse', with: { data: '00' } } },
      { expect: [{ ...err(1045, '28000'), sequenceId: 4 }] },
      ended,
    ],
    link: 'https://github.com/pingcap/tidb/issues/40831',
    regression: { product: tidb, issue: 'pingcap/tidb#40831' },
    killedBy: ['sha2-empty-response-asks-more'],
  },
  {
    id: 'regression/tidb-49845-query-of-sequence-id-1-in-a-compressed-packet',
    title:
      'a query of sequence id 1 in a compressed packet of sequence id 0, which MariaDB Connector/J 2 sends by mistake, is answered as one of 0',
    // A command begins with 0, the manuals say; not that a server overlooks what is in a compressed packet that is in order, as both do.
    level: 'OBSERVE',
    source: [
      ...frames,
      manual['mysql/sequence-id-resets-per-command'],
      manual['mariadb/sequence-number-starts-at-zero-per-query'],
      manual['mysql/compressed-packet-zero-is-plain'],
      manual['mariadb/compressed-zero-is-plain'],
    ],
    needs: ['check-account', { offers: 'COMPRESS' }],
    // As in the report: 141 bytes behind a header with 1, in a frame with 0 whose length before compression is 0.
    script: [
      ...compressed,
      {
        send: {
          message: 'COM_QUERY',
          with: { query: 'SELECT 1 ' },
          padTo: 141,
          sequenceId: 1,
          compressed: { body: 'plain', sequenceId: 0 },
        },
      },
      { expect: [{ packet: 'TextResultset', sequenceId: 'any', where: { columns: 1, rows: 1, first: '1', frameSequenceId: 1 } }] },
      query('SELECT 2'),
      row('2'),
    ],
    link: 'https://github.com/pingcap/tidb/issues/49845',
    regression: { product: tidb, issue: 'pingcap/tidb#49845' },
    killedBy: ['compressed-packet-out-of-order-closes'],
  },
  {
    id: 'regression/tiproxy-956-first-packets-of-up-to-31-bytes',
    title: 'first packets of 0 to 31 bytes are refused one by one, and the next client is served',
    level: 'SHOULD',
    source: layout,
    needs: ['check-account'],
    // A login between them, so that no server counts them as the errors of one host.
    script: [greeting, ...[0, 8, 16, 24].flatMap((from) => [...Array.from({ length: 8 }, (_, at) => firstPacketOf(from + at)), alive])],
    deliveries: ['whole'],
    link: 'https://github.com/pingcap/tiproxy/pull/956',
    regression: { product: tiproxy, issue: 'pingcap/tiproxy#956' },
    killedBy: ['short-first-packet-stops-server'],
  },
  {
    id: 'regression/tiproxy-378-packets-that-begin-at-0-again',
    title: 'in an answer of more than 256 packets the compressed packets count on where the packets in them go on with 0 behind 255',
    level: 'MUST',
    source: [...frames, manual['mysql/sequence-id-increments-and-wraps']],
    needs: ['check-account', { offers: 'COMPRESS' }, { feature: 'recursive-queries' }, { feature: 'net-buffer-of-16-kib' }],
    // 304 packets of 150 KB, of which 16384 bytes go into each compressed packet.
    script: [
      ...compressed,
      query("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT REPEAT('x', 500) FROM n"),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { rows: 300, 'row.299.0': xs(500), frameSequenceId: 1 } }] },
      query('SELECT 1'),
      row('1'),
    ],
    deliveries: ['whole'],
    link: 'https://github.com/pingcap/tiproxy/pull/378',
    regression: { product: tiproxy, issue: 'pingcap/tiproxy#378' },
    killedBy: ['compressed-sequence-restarts-with-packets'],
  },
  {
    id: 'regression/tiproxy-284-broken-attributes',
    title: 'attributes whose pairs do not fit into their total length get an answer, OK or ERR, and the next client is served',
    level: 'SHOULD',
    source: [manual['mysql/response41-attributes'], manual['mariadb/response-attributes'], ...closing],
    needs: ['check-account', { offers: 'CONNECT_ATTRS' }],
    // MySQL refuses them, MariaDB and TiProxy leave them out. That the connection just ends is what the client saw of the bug, a panic.
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_ATTRS'] },
          raw: { attributes: `0904${ascii('_pid')}0331 32`.replaceAll(' ', '') },
        },
      },
      {
        expect: [
          { packet: 'OK', then: [...works, alive] },
          { ...anyErr, then: [ended, alive] },
        ],
      },
    ],
    deliveries: ['whole'],
    link: 'https://github.com/pingcap/tiproxy/pull/284',
    regression: { product: tiproxy, issue: 'pingcap/tiproxy#284' },
    killedBy: ['attributes-past-end-close', 'attributes-past-end-hang'],
  },
  {
    id: 'regression/tiproxy-1055-proxy-header-to-a-server-without',
    title: 'a PROXY header of version 2 with the login behind it is no login at a server that expects no header',
    level: 'SHOULD',
    source: [...closing, manual['haproxy/proxy-receiver-does-not-guess'], manual['mariadb/error-1130-host-not-privileged']],
    needs: ['check-account', { feature: 'no-proxy-headers' }],
    // TCP over IPv4 from 192.0.2.1 to 192.0.2.2. Its fourth byte is the sequence id 0x0A.
    script: [
      greeting,
      {
        send: [{ wire: '0d0a0d0a000d0a515549540a2111000cc0000201c000020204570cea' }, { message: 'HandshakeResponse41', account: 'check' }],
      },
      // Or the server waits for a packet of the length that the first three bytes say.
      { expect: [anyErrOutOfTurn, justCloses, waitsAndServes] },
      ended,
      alive,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/pingcap/tiproxy/pull/1055',
    regression: { product: tiproxy, issue: 'pingcap/tiproxy#1055' },
    killedBy: ['proxy-header-of-anyone-counts', 'disorderly-first-packet-stops-server'],
  },

  {
    id: 'regression/tidb-67486-nulls-without-types',
    title: 'an execution of eight parameters without types may have all other NULLs than the one that sent them',
    level: 'MUST',
    source: [
      manual['mysql/execute-layout'],
      manual['mysql/execute-types'],
      manual['mariadb/execute-types-once'],
      manual['mariadb/execute-null-bitmap'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      // Eight, as in the report: one byte of bitmap, of which no bit stays.
      ...prepared('SELECT ?, ?, ?, ?, ?, ?, ?, ?', 8, 8),
      { send: execute([text('a'), none, text('c'), none, none, text('f'), none, text('h')]) },
      gives('a', null, 'c', null, null, 'f', null, 'h'),
      { send: execute([none, text('b'), none, text('d'), text('e'), none, text('g'), none], sameTypes) },
      gives(null, 'b', null, 'd', 'e', null, 'g', null),
      ...works,
    ],
    deliveries: ['whole'],
    link: 'https://github.com/pingcap/tidb/issues/67486',
    regression: { product: tidb, issue: 'pingcap/tidb#67486' },
    killedBy: ['old-null-bitmap-with-old-types'],
  },
  {
    id: 'regression/tiproxy-440-no-rows-behind-a-cursor',
    title: 'an execution with a cursor is answered without rows and with SERVER_STATUS_CURSOR_EXISTS, or with all rows and without it',
    level: 'MUST',
    source: [
      manual['mysql/execute-cursor'],
      manual['mysql/status-cursor-exists'],
      manual['mariadb/execute-cursor'],
      manual['mariadb/status-of-cursors'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...prepared('SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3', 0, 1),
      { send: execute([], withCursor) },
      // A server that opens no cursor sends the rows at once, and does not say that there is one.
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { columns: 1, rows: 0, statusFlags: { all: [{ bits: status.CURSOR_EXISTS }, { noBits: status.LAST_ROW_SENT }] } },
          },
          { packet: 'BinaryResultset', where: { columns: 1, rows: 3, statusFlags: { noBits: status.CURSOR_EXISTS } } },
        ],
      },
      ...ping,
      ...works,
    ],
    link: 'https://github.com/pingcap/tiproxy/pull/440',
    regression: { product: tiproxy, issue: 'pingcap/tiproxy#440' },
    killedBy: ['cursor-without-flag', 'cursor-sends-rows'],
  },
] as const satisfies readonly Case[];
