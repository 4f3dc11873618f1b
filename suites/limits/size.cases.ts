import type { Case } from '../../harness/case/case.ts';
import type { Alternative } from '../../harness/case/step.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { execute, gives, longData, prepared, sentBefore, type } from '../prepared-steps.ts';
import { loadsFiles, loggedInWith, query, xs } from '../query-steps.ts';
import { closes, ended, err, greeting, loggedIn, ok, works } from '../steps.ts';

const continued = [manual['mysql/payload-of-16mb-continues'], manual['mariadb/full-packet-continues']] as const;
const endsEmpty = [
  manual['mysql/payload-of-exact-16mb-ends-with-empty-packet'],
  manual['mariadb/exact-multiple-ends-with-empty-packet'],
] as const;
const values = [
  manual['mysql/row-values-are-lenenc-strings'],
  manual['mysql/lenenc-integer-forms'],
  manual['mariadb/resultset-text-row'],
  manual['mariadb/lenenc-integer-forms'],
] as const;
const needs = ['check-account', { feature: 'packets-of-32-mib' }] as const;
/** MariaDB takes no more as shipped. */
const needs16 = ['check-account', { feature: 'packets-of-16-mib' }] as const;
const whole = ['whole'] as const;
/** Several such packets at once take a busy machine, or a proxy that parses them, more than the usual limit, in ms. */
const limitMs = 15_000;

const FULL = 0xffffff;
const BEFORE = "SELECT LENGTH('a";
const BEHIND = "')";
/** Bytes of COM_QUERY around the literal: the command byte, what stands before its first letter, and what stands behind it. */
const AROUND = 1 + BEFORE.length - 1 + BEHIND.length;
/** A command of this many bytes that asks for the length of most of them. */
const command = (length: number) => ({ send: { message: 'COM_QUERY', with: { query: BEFORE }, padTo: length, tail: BEHIND } }) as const;
const lengthIs = (length: number, sequenceId: number) =>
  ({ expect: [{ packet: 'TextResultset', sequenceId, where: { columns: 1, rows: 1, first: String(length - AROUND) } }] }) as const;

/**
 * Sizes around the largest payload of one packet, and the packets that such a command takes. With its header that of 4 bytes below has as
 * many bytes as the largest payload.
 */
const commands = [
  { length: FULL - 4, packets: 1, name: '4-bytes-below-a-full-packet', killedBy: ['continues-four-bytes-early', 'large-packet-closes'] },
  { length: FULL - 1, packets: 1, name: '1-byte-below-a-full-packet', killedBy: ['continues-four-bytes-early', 'large-packet-closes'] },
  { length: FULL, packets: 2, name: 'a-full-packet', killedBy: ['ignores-continued-payload'] },
  { length: FULL + 1, packets: 2, name: 'a-full-packet-and-a-byte', killedBy: ['ignores-continued-payload'] },
  { length: 2 * FULL, packets: 3, name: 'two-full-packets', killedBy: ['joins-only-two-packets', 'ignores-continued-payload'] },
] as const;

/** Where that is max_allowed_packet: a byte more. */
const above = (most: number): Alternative => ({
  packet: 'TextResultset',
  where: { columns: 1, rows: 1, first: String(most) },
  then: [command(most + 1), { expect: [{ ...err(1153, '08S01'), sequenceId: 'any' }] }, ended],
});

/** Bytes of a binary row around its one string: header, NULL bitmap, and a length of four bytes. */
const AROUND_BINARY = 6;

/** Bytes of COM_STMT_SEND_LONG_DATA in front of the piece. */
const AROUND_LONG_DATA = 7;

/** A row of one value: its length is 4 bytes below 16 MiB, and 9 from there on. */
const repeated = (length: number) => ({ send: { message: 'COM_QUERY', with: { query: `SELECT REPEAT('x', ${length})` } } }) as const;
const hasValue = (length: number) =>
  ({ expect: [{ packet: 'TextResultset', sequenceId: 1, where: { rows: 1, 'row.0.0': xs(length) } }] }) as const;

/** Packets of 16 MiB and more, in both directions. */
export const cases = [
  ...commands.map(
    ({ length, packets, name, killedBy }) =>
      ({
        id: `limits/command-of-${name}`,
        title: `a command of ${length} bytes is ${packets === 1 ? 'one packet, and answered behind it' : `${packets} packets, the last of ${length % FULL} bytes, and answered behind the last`}`,
        level: 'MUST',
        source: packets === 1 || length % FULL !== 0 ? continued : [...continued, ...endsEmpty],
        needs: length > FULL ? needs : needs16,
        script: [...loggedIn, command(length), lengthIs(length, packets), ...works],
        deliveries: whole,
        limitMs,
        link: length === FULL ? 'https://jira.mariadb.org/browse/MXS-1785' : 'https://jira.mariadb.org/browse/MXS-3588',
        killedBy,
      }) as const satisfies Case,
  ),
  {
    id: 'limits/command-above-max-allowed-packet',
    title: 'a command that is larger than max_allowed_packet ends the connection, with ERR 1153 where the client gets one',
    level: 'MUST',
    source: [
      manual['mysql/too-large-packet-gets-1153-and-end'],
      manual['mysql/error-1153-packet-too-large'],
      manual['mariadb/over-max-allowed-packet-closes-socket'],
      manual['mariadb/error-1153-packet-too-large'],
    ],
    needs: ['check-account', { feature: 'packets-up-to-64-mib' }],
    // The ERR answers whichever packet went over the limit; what lies unread behind it may turn the end into a RST.
    script: [...loggedIn, command(0x4000001), { expect: [{ ...err(1153, '08S01'), sequenceId: 'any' }, closes] }, ended],
    deliveries: whole,
    limitMs,
    link: 'https://github.com/sysown/proxysql/issues/526',
    killedBy: ['no-limit-for-packets'],
  },
  {
    id: 'limits/error-above-max-allowed-packet',
    title: 'a command one byte above a max_allowed_packet of 16, 32 or 64 MiB gets ERR 1153 before the connection ends',
    // At most 5 bytes lie unread when the server refuses: nothing of the client's own fails before it reads the ERR. That a
    // client may lose it all the same, MySQL's manual admits.
    level: 'SHOULD',
    source: [
      manual['mysql/too-large-packet-gets-1153-and-end'],
      manual['mysql/error-1153-packet-too-large'],
      manual['mariadb/error-1153-packet-too-large'],
    ],
    needs: ['check-account', { feature: 'max-allowed-packet-of-16-32-or-64-mib' }],
    script: [...loggedIn, query('SELECT @@max_allowed_packet'), { expect: [above(0x1000000), above(0x2000000), above(0x4000000)] }],
    deliveries: whole,
    limitMs,
    killedBy: ['too-large-closes-silently'],
  },
  {
    id: 'limits/compressed-error-above-max-allowed-packet',
    title: 'a command one byte above a max_allowed_packet of 16, 32 or 64 MiB gets ERR 1153 where it is compressed, too',
    // What of it lies unread has shrunk to less than a hundredth.
    level: 'SHOULD',
    source: [
      manual['mysql/too-large-packet-gets-1153-and-end'],
      manual['mysql/error-1153-packet-too-large'],
      manual['mariadb/error-1153-packet-too-large'],
    ],
    needs: ['check-account', { feature: 'max-allowed-packet-of-16-32-or-64-mib' }, { offers: 'COMPRESS' }],
    script: [
      ...loggedInWith({ add: ['COMPRESS'] }),
      query('SELECT @@max_allowed_packet'),
      { expect: [above(0x1000000), above(0x2000000), above(0x4000000)] },
    ],
    deliveries: whole,
    limitMs,
    killedBy: ['too-large-closes-silently'],
  },
  {
    id: 'limits/row-of-a-full-packet',
    title: 'a row of 16777215 bytes ends with an empty packet of the next sequence id',
    level: 'MUST',
    source: [...endsEmpty, ...values],
    needs,
    script: [...loggedIn, repeated(FULL - 4), hasValue(FULL - 4), ...works],
    deliveries: whole,
    limitMs,
    mostBytes: 1 << 25,
    killedBy: ['full-answer-without-empty-packet', 'continued-answer-keeps-sequence-id', 'continued-answer-counts-once'],
  },
  {
    id: 'limits/value-of-16-mib',
    title: 'a value of 16 MiB begins its row with 0xFE, which is no EOF, and goes on in a second packet',
    level: 'MUST',
    source: [...continued, ...values, manual['mysql/ok-or-eof-by-length'], manual['mariadb/eof-layout']],
    needs,
    script: [...loggedIn, repeated(0x1000000), hasValue(0x1000000), ...works],
    deliveries: whole,
    limitMs,
    mostBytes: 1 << 25,
    killedBy: ['continued-answer-keeps-sequence-id', 'continued-answer-counts-once', 'large-answer-breaks-off'],
  },
  {
    id: 'limits/row-behind-a-value-of-16-mib',
    title: 'a row behind one of more than 16 MiB comes, and counts on from its second packet',
    level: 'MUST',
    source: [
      ...continued,
      ...values,
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-follows-last-received'],
    ],
    needs,
    script: [
      ...loggedIn,
      query(`SELECT REPEAT('x', ${FULL}) UNION ALL SELECT 'behind'`),
      {
        // No statement without ORDER BY has an order.
        expect: [
          { packet: 'TextResultset', sequenceId: 1, where: { rows: 2, 'row.0.0': xs(FULL), 'row.1.0': 'behind' } },
          { packet: 'TextResultset', sequenceId: 1, where: { rows: 2, 'row.0.0': 'behind', 'row.1.0': xs(FULL) } },
        ],
      },
      ...works,
    ],
    deliveries: whole,
    limitMs,
    mostBytes: 1 << 25,
    killedBy: ['rows-behind-16-mib-lost', 'continued-answer-counts-once'],
  },
  {
    id: 'limits/value-of-16-mib-with-deprecate-eof',
    title: 'with DEPRECATE_EOF a row that begins with 0xFE for its value of 16 MiB is a row, and the OK behind it the end',
    level: 'MUST',
    source: [
      ...continued,
      ...values,
      manual['mysql/ok-or-eof-by-length'],
      manual['mysql/ok-as-eof-only-with-deprecate-eof'],
      manual['mariadb/eof-layout'],
    ],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }],
    script: [...loggedInWith({ add: ['DEPRECATE_EOF'] }), repeated(FULL + 1), hasValue(FULL + 1), ...works],
    deliveries: whole,
    limitMs,
    mostBytes: 1 << 25,
    killedBy: ['row-of-16-mib-taken-for-the-end', 'continued-answer-keeps-sequence-id'],
  },
  {
    id: 'limits/value-of-16-mib-compressed-over-tls',
    title: 'a value of 16 MiB comes in two packets over TLS and compressed, too',
    level: 'MUST',
    source: [...continued, ...values, manual['mysql/compressed-packet-holds-parts'], manual['mariadb/compressed-packet-holds-parts']],
    needs: [...needs, { offers: 'COMPRESS' }, 'tls'],
    script: [
      greeting,
      { send: { message: 'SSLRequest', capabilities: { add: ['COMPRESS'] } } },
      { do: 'start-tls' },
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL', 'COMPRESS'] } } },
      ok,
      repeated(0x1000000),
      hasValue(0x1000000),
      ...works,
    ],
    deliveries: whole,
    limitMs,
    mostBytes: 1 << 25,
    killedBy: ['continued-answer-keeps-sequence-id', 'compression-forgotten-over-tls', 'tls-large-answers-cut'],
  },
  {
    id: 'limits/binary-row-of-a-full-packet',
    title: 'a binary row of 16777215 bytes ends with an empty packet of the next sequence id',
    level: 'MUST',
    source: [...endsEmpty, ...continued, manual['mysql/binary-row'], manual['mysql/binary-strings'], manual['mariadb/binary-row']],
    needs,
    script: [
      ...loggedIn,
      ...prepared(`SELECT REPEAT('x', ${FULL - AROUND_BINARY})`, 0, 1),
      { send: execute() },
      gives(xs(FULL - AROUND_BINARY)),
      ...works,
    ],
    deliveries: whole,
    limitMs,
    mostBytes: 1 << 25,
    killedBy: ['full-binary-row-without-empty-packet', 'full-answer-without-empty-packet'],
  },
  {
    id: 'limits/long-data-of-a-full-packet-and-a-byte',
    title: 'a COM_STMT_SEND_LONG_DATA of 16777216 bytes comes in two packets and is one piece',
    level: 'MUST',
    source: [...continued, manual['mysql/long-data'], manual['mariadb/long-data']],
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT LENGTH(?)', 1, 1),
      { send: { ...longData(0, ascii('a')), padTo: FULL + 1 } },
      { send: execute([sentBefore(type.BLOB)]) },
      gives(String(FULL + 1 - AROUND_LONG_DATA)),
      ...works,
    ],
    deliveries: whole,
    limitMs,
    killedBy: ['continued-long-data-cut', 'ignores-continued-payload'],
  },
  {
    id: 'limits/prepare-of-a-full-packet-and-a-byte',
    title: 'a COM_STMT_PREPARE of 16777216 bytes comes in two packets and is one statement',
    level: 'MUST',
    source: [...continued, manual['mysql/prepare-ok-layout'], manual['mariadb/prepare-answer']],
    needs,
    script: [
      ...loggedIn,
      { send: { message: 'COM_STMT_PREPARE', with: { query: BEFORE }, padTo: FULL + 1, tail: BEHIND } },
      { expect: [{ packet: 'StmtPrepareOK', sequenceId: 2, where: { parameters: 0 } }] },
      { send: execute() },
      gives(String(FULL + 1 - AROUND)),
      ...works,
    ],
    deliveries: whole,
    limitMs,
    killedBy: ['continued-prepare-cut', 'ignores-continued-payload'],
  },
  {
    id: 'limits/file-of-300-packets',
    title: 'the sequence ids of a file of 300 packets begin again at 0 behind 255, and its 300 rows are counted',
    level: 'MUST',
    source: [
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mysql/infile-data-ends-with-empty-packet'],
      manual['mysql/row-count-of-load-data'],
      manual['mysql/lenenc-integer-forms'],
      manual['mariadb/packet-has-length-sequence-body'],
      manual['mariadb/sequence-number-follows-last-received'],
      manual['mariadb/infile-data-ends-with-empty-packet'],
      manual['mariadb/row-count'],
      manual['mariadb/lenenc-integer-forms'],
    ],
    needs: ['check-account', ...loadsFiles],
    // The packets of the file have 2 to 255 and 0 to 45, the empty one 46.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_WITH_DB', 'LOCAL_FILES'] } } },
      ok,
      { send: { message: 'COM_QUERY', with: { query: 'CREATE TEMPORARY TABLE mywire_file (a INT)' } } },
      ok,
      { send: { message: 'COM_QUERY', with: { query: "LOAD DATA LOCAL INFILE '/srv/numbers' INTO TABLE mywire_file" } } },
      { expect: [{ packet: 'LocalInfileRequest', sequenceId: 1 }] },
      {
        send: [
          ...Array.from({ length: 300 }, (_, at) => ({ message: 'LocalInfileData', with: { data: ascii(`${at}\n`) } }) as const),
          { message: 'LocalInfileData' },
        ],
      },
      { expect: [{ packet: 'OK', sequenceId: 47, where: { affectedRows: 300 } }] },
      ...works,
    ],
    deliveries: whole,
    killedBy: ['infile-refuses-wrapped-sequence-id', 'affected-rows-modulo-256'],
  },
] as const satisfies readonly Case[];
