import type { Case } from '../../harness/case/case.ts';
import type { Alternative } from '../../harness/case/step.ts';
import { ascii, packet } from '../bytes.ts';
import {
  compressed,
  countsFrames,
  frame,
  framed,
  loggedInWith,
  needs,
  okInFrame,
  parts,
  ping,
  plainFrames,
  query,
  switched,
  value,
  works,
} from '../compression-steps.ts';
import { manual } from '../manual.ts';
import { execute, gives, prepared, text } from '../prepared-steps.ts';
import { loadsFiles, xs } from '../query-steps.ts';
import { closes, ended, err, syntaxErrors, waits } from '../steps.ts';

const whole = ['whole'] as const;
const LETTERS = 'a'.repeat(200);
const SELECT_LETTERS = { message: 'COM_QUERY', with: { query: `SELECT '${LETTERS}'` } } as const;
/** 13 bytes with its header. */
const SELECT_1 = { message: 'COM_QUERY', with: { query: 'SELECT 1' } } as const;
const PING = packet(0, '0e');

/** What cannot be decompressed: MariaDB closes, MySQL drops it and waits; with which ERR it is refused, no manual says. */
const unreadable = [{ packet: 'ERR', sequenceId: 'any' }, closes, waits] as const satisfies readonly Alternative[];

const LOAD = "LOAD DATA LOCAL INFILE '/srv/numbers' INTO TABLE mywire_file";
const loading = [
  ...loggedInWith('COMPRESS', 'CONNECT_WITH_DB', 'LOCAL_FILES'),
  query('CREATE TEMPORARY TABLE mywire_file (a INT)'),
  okInFrame,
  query(LOAD),
  { expect: [{ packet: 'LocalInfileRequest', sequenceId: 1, where: { frameSequenceId: 1 } }] },
] as const;
const infile = [
  manual['mysql/infile-data-ends-with-empty-packet'],
  manual['mysql/row-count-of-load-data'],
  manual['mariadb/infile-data-ends-with-empty-packet'],
  manual['mariadb/row-count'],
] as const;
const fileCountsOn = [
  ...framed,
  ...infile,
  manual['mysql/sequence-id-increments-and-wraps'],
  manual['mariadb/sequence-number-follows-last-received'],
] as const;

/** Compressed packets: what they hold, how they count, and what is broken about them. */
export const cases = [
  {
    id: 'compression/short-command-compressed',
    title: 'a command that is compressed though it is short is read',
    // Both pages let a client send it without compression, and neither says what becomes of it otherwise.
    level: 'SHOULD',
    source: [...framed, manual['mysql/compressed-packet-short-is-plain'], manual['mariadb/compressed-zero-is-plain']],
    needs,
    script: [...compressed, { send: { message: 'COM_PING', compressed: { body: 'compressed' } } }, okInFrame, ...works],
    killedBy: ['short-compressed-frame-closes'],
  },
  {
    id: 'compression/long-command-plain',
    title: 'a command that is not compressed though it is long is read',
    level: 'MUST',
    source: [...framed, ...plainFrames],
    needs,
    script: [...compressed, { send: { ...SELECT_LETTERS, compressed: { body: 'plain' } } }, value(LETTERS), ...works],
    link: 'https://github.com/pingcap/tidb/issues/49845',
    killedBy: ['plain-frame-closes'],
  },
  {
    id: 'compression/long-command-compressed',
    title: 'a long command that is compressed is read, and its answer comes in compressed packets that count from 1',
    level: 'MUST',
    source: framed,
    needs,
    script: [...compressed, { send: { ...SELECT_LETTERS, compressed: { body: 'compressed' } } }, value(LETTERS), ...works],
    killedBy: ['long-compressed-frame-closes', 'compressed-sequence-not-reset', 'compressed-length-wrong'],
  },
  {
    id: 'compression/command-in-two-frames',
    title: 'a packet that is cut in its payload into two compressed packets is one command, and the answer counts on from them',
    level: 'MUST',
    source: parts,
    needs,
    script: [...compressed, { send: { ...SELECT_1, compressed: { cutAt: [7] } } }, value('1', 2), ...works],
    killedBy: ['frame-must-hold-packets'],
  },
  {
    id: 'compression/header-in-two-frames',
    title: 'a packet that is cut in its header into two compressed packets is one command, and so is the next one',
    level: 'MUST',
    source: parts,
    needs,
    script: [
      ...compressed,
      { send: { ...SELECT_1, compressed: { cutAt: [2] } } },
      value('1', 2),
      { send: { ...SELECT_1, compressed: { cutAt: [3] } } },
      value('1', 2),
      ...works,
    ],
    killedBy: ['frame-may-not-cut-headers', 'frame-must-hold-packets'],
  },
  {
    id: 'compression/byte-per-frame',
    title: 'a command of ten compressed packets, its header in the first and a byte in each other, is one command',
    level: 'MUST',
    source: parts,
    needs,
    script: [...compressed, { send: { ...SELECT_1, compressed: { cutAt: [4, 5, 6, 7, 8, 9, 10, 11, 12] } } }, value('1', 10), ...works],
    killedBy: ['packet-in-three-frames-closes', 'frame-must-hold-packets'],
  },
  {
    id: 'compression/empty-frame',
    title: 'a compressed packet without a body counts, and is otherwise nothing',
    level: 'SHOULD',
    source: framed,
    needs,
    script: [
      ...compressed,
      {
        send: [
          { wire: frame(0, ''), answered: false },
          { ...SELECT_1, compressed: { sequenceId: 1 } },
        ],
      },
      value('1', 2),
      ...works,
    ],
    killedBy: ['empty-frame-closes'],
  },
  {
    id: 'compression/sequence-ids-begin-anew',
    title: 'the compressed packets of each command and its answer count from 0',
    level: 'MUST',
    source: countsFrames,
    needs,
    script: [...compressed, ...ping, query('SELECT 1'), value('1'), ...ping, ...works],
    link: 'https://github.com/sysown/proxysql/issues/1493',
    killedBy: ['compressed-sequence-not-reset'],
  },
  {
    id: 'compression/wrong-sequence-id',
    title: 'a command in a compressed packet with sequence id 5 is refused with ERR 1156 or by closing, and the connection ends',
    level: 'SHOULD',
    source: [...countsFrames, manual['mysql/error-1156-packets-out-of-order'], manual['mariadb/error-1156-packets-out-of-order']],
    needs,
    script: [
      ...compressed,
      { send: { message: 'COM_PING', compressed: { sequenceId: 5 } } },
      { expect: [{ ...err(1156, '08S01'), sequenceId: 'any' }, closes] },
      ended,
    ],
    deliveries: whole,
    killedBy: ['compressed-disorder-taken', 'keeps-open-after-disorder'],
  },
  {
    id: 'compression/large-value',
    title: 'a value of 100 000 bytes comes whole, and the compressed packets that it takes count on',
    level: 'MUST',
    source: parts,
    needs: [...needs, { feature: 'values-of-512-kib' }],
    script: [...compressed, query("SELECT REPEAT('x', 100000)"), value(xs(100_000)), ...works],
    link: 'https://bugs.mysql.com/bug.php?id=119715',
    killedBy: ['compressed-sequence-stuck', 'compressed-length-wrong'],
  },
  {
    id: 'compression/sequence-ids-wrap',
    title: 'in an answer of more than 256 compressed packets 0 follows 255',
    level: 'MUST',
    source: [...parts, manual['mysql/sequence-id-increments-and-wraps']],
    needs: [...needs, { feature: 'values-of-512-kib' }, { feature: 'recursive-queries' }, { feature: 'net-buffer-of-16-kib' }],
    // 5 MB: both servers put as many bytes into a compressed packet as net_buffer_length says, as shipped 16 384.
    script: [
      ...compressed,
      query("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT REPEAT('x', 16500) FROM n"),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { rows: 300, 'row.299.0': xs(16_500), frameSequenceId: 1 } }] },
      ...works,
    ],
    deliveries: whole,
    mostBytes: 1 << 24,
    link: 'https://github.com/pingcap/tiproxy/pull/378',
    killedBy: ['compressed-sequence-wraps-to-one'],
  },
  {
    id: 'compression/command-of-16-mib',
    title: 'a command of 16 MiB comes in two compressed packets with two packets, and is read',
    level: 'MUST',
    source: [
      ...parts,
      manual['mariadb/compressed-payload-over-16mib-is-split'],
      manual['mysql/payload-of-16mb-continues'],
      manual['mariadb/full-packet-continues'],
    ],
    needs: [...needs, { feature: 'packets-of-32-mib' }],
    script: [
      ...compressed,
      { send: { message: 'COM_QUERY', with: { query: "SELECT LENGTH('a" }, padTo: 0x1000000, tail: "')" } },
      { expect: [{ packet: 'TextResultset', sequenceId: 'any', where: { first: String(0x1000000 - 18) } }] },
      ...works,
    ],
    deliveries: whole,
    limitMs: 15_000,
    link: 'https://github.com/sysown/proxysql/commit/b41dffeb',
    killedBy: ['packet-behind-a-split-one-lost', 'ignores-continued-payload', 'frame-must-hold-packets'],
  },
  {
    id: 'compression/err',
    title: 'an ERR is compressed like every answer, and the session goes on',
    level: 'MUST',
    source: [...framed, manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']],
    needs,
    script: [
      ...compressed,
      query('SELEC 1'),
      { expect: [{ packet: 'ERR', sequenceId: 1, where: { errorCode: { oneOf: syntaxErrors }, sqlState: '42000', frameSequenceId: 1 } }] },
      ...works,
    ],
    killedBy: ['compression-err-in-clear'],
  },
  {
    id: 'compression/quit',
    title: 'COM_QUIT that is compressed ends the connection without an answer',
    // MySQL's page leaves the server an ERR, and neither says how a connection is closed.
    level: 'SHOULD',
    source: [...framed, manual['mysql/quit-closes'], manual['mariadb/quit-closes']],
    needs,
    script: [...compressed, { send: { message: 'COM_QUIT', compressed: { body: 'compressed' } } }, { end: ['fin'] }],
    killedBy: ['answers-com-quit', 'quit-keeps-open', 'compressed-quit-keeps-open'],
  },
  {
    id: 'compression/pipelined-commands',
    title: 'two commands in a compressed packet each, sent in one segment, are answered one after the other, each from 1',
    level: 'SHOULD',
    source: [...framed, manual['tcp/segments-do-not-match-writes']],
    needs,
    script: [...compressed, { send: [SELECT_1, { message: 'COM_PING' }] }, value('1'), okInFrame, ...works],
    killedBy: ['merges-two-answers-losing-one', 'swaps-pipelined-answers'],
  },
  {
    id: 'compression/two-commands-in-a-frame',
    title: 'of two commands in one compressed packet both may be answered; MySQL and MariaDB lose the second',
    level: 'OBSERVE',
    source: [],
    needs,
    script: [
      ...compressed,
      { send: { wire: frame(0, PING + PING) } },
      { expect: [{ packet: 'OK', sequenceId: 'any' }] },
      // MariaDB 10.11 has been seen to take what is left of the packet for a command of its own (ERR 1047, sequence id 0).
      { expect: [{ packet: 'OK', sequenceId: 'any' }, { ...err(1047, '08S01'), sequenceId: 'any' }, waits] },
    ],
    deliveries: whole,
    killedBy: ['frame-holds-one-packet'],
  },
  {
    id: 'compression/change-user',
    title: 'the login of COM_CHANGE_USER travels in compressed packets up to its OK, and compression goes on',
    // That a connection which is compressed stays so no page says of COM_CHANGE_USER.
    level: 'SHOULD',
    source: [
      ...switched,
      ...framed,
      manual['mysql/change-user-gets-auth-switch'],
      manual['mysql/change-user-ends-with-ok-or-err-and-close'],
      manual['mariadb/change-user-resets-and-logs-in'],
    ],
    needs,
    script: [
      ...compressed,
      { send: { message: 'COM_CHANGE_USER', account: 'check' } },
      { expect: [{ packet: 'OK', sequenceId: 'any', where: { frames: { min: 1 } } }] },
      ...works,
    ],
    killedBy: ['compression-ends-with-change-user'],
  },
  {
    id: 'compression/prepared-statement',
    title: 'a prepared statement works over compressed packets: its definitions, and the rows of an execution',
    level: 'MUST',
    source: [...parts, manual['mysql/execute-layout'], manual['mariadb/execute-layout']],
    needs,
    script: [...compressed, ...prepared('SELECT ?', 1, 1), { send: execute([text(LETTERS)]) }, gives(LETTERS), ...works],
    killedBy: ['compressed-length-wrong', 'compression-never-begins'],
  },
  {
    id: 'compression/close-has-no-answer',
    title: 'COM_STMT_CLOSE on a compressed connection is not answered, not even with a compressed packet without a body',
    level: 'MUST',
    source: [...framed, manual['mysql/close-has-no-answer'], manual['mariadb/close-has-no-answer']],
    needs,
    script: [
      ...compressed,
      ...prepared('SELECT 1', 0, 1, 'closed'),
      { send: { message: 'COM_STMT_CLOSE', with: { statementId: { from: 'closed.statementId' } } } },
      ...ping,
      ...works,
    ],
    deliveries: whole,
    killedBy: ['compressed-close-answered-with-empty-frame', 'close-answered'],
  },
  {
    id: 'compression/statistics',
    title: 'COM_STATISTICS on a compressed connection is answered with a text and nothing around it',
    level: 'SHOULD',
    source: [...framed, manual['mysql/statistics-is-a-string'], manual['mariadb/statistics-is-a-string']],
    needs,
    script: [
      ...compressed,
      { send: { message: 'COM_STATISTICS' } },
      { expect: [{ packet: 'Statistics', sequenceId: 1, where: { text: { pattern: '^[\\t\\n\\r -~]+$' }, frameSequenceId: 1 } }] },
      ...works,
    ],
    deliveries: whole,
    killedBy: ['compressed-statistics-with-nul'],
  },
  {
    id: 'compression/file',
    title: 'the packets of a file and their answer count on in compressed packets behind the request',
    level: 'MUST',
    source: fileCountsOn,
    needs: [...needs, ...loadsFiles],
    script: [
      ...loading,
      { send: { message: 'LocalInfileData', with: { data: ascii('1\n2\n') } } },
      { send: { message: 'LocalInfileData', with: { data: ascii('3\n') } } },
      { send: { message: 'LocalInfileData' } },
      { expect: [{ packet: 'OK', sequenceId: 5, where: { affectedRows: 3, frameSequenceId: 5 } }] },
      ...works,
    ],
    killedBy: [
      'compressed-sequence-not-reset',
      'compressed-answers-start-at-zero',
      'infile-ok-sequence-restarts',
      'infile-affected-rows-zero',
    ],
  },
  {
    id: 'compression/file-in-one-frame',
    title: 'the packets of a file that come in one compressed packet are the whole file',
    level: 'MUST',
    source: [...parts, ...infile],
    needs: [...needs, ...loadsFiles],
    script: [
      ...loading,
      { send: { wire: frame(2, packet(2, ascii('1\n')) + packet(3, ascii('2\n')) + packet(4, '')) } },
      { expect: [{ packet: 'OK', sequenceId: 'any', where: { affectedRows: 2, frameSequenceId: 3 } }] },
      ...works,
    ],
    deliveries: ['whole', 'bytes'],
    killedBy: ['frame-holds-one-packet'],
  },
  {
    id: 'compression/file-of-300-frames',
    title: 'the sequence ids of 300 compressed packets with a file begin again at 0 behind 255',
    level: 'MUST',
    source: fileCountsOn,
    needs: [...needs, ...loadsFiles],
    // The packets of the file have 2 to 255 and 0 to 45, the empty one 46; so have the compressed packets.
    script: [
      ...loading,
      {
        send: [
          ...Array.from({ length: 300 }, (_, at) => ({ message: 'LocalInfileData', with: { data: ascii(`${at}\n`) } }) as const),
          { message: 'LocalInfileData' },
        ],
      },
      { expect: [{ packet: 'OK', sequenceId: 47, where: { affectedRows: 300, frameSequenceId: 47 } }] },
      ...works,
    ],
    deliveries: whole,
    killedBy: ['compressed-sequence-of-client-wraps-to-one'],
  },
  {
    id: 'compression/length-that-is-too-small',
    title: 'a command that decompresses to more than its header says is not run',
    level: 'SHOULD',
    source: framed,
    needs,
    script: [
      ...compressed,
      { send: { ...SELECT_LETTERS, compressed: { body: 'compressed', uncompressedLength: 50 } } },
      { expect: unreadable },
    ],
    deliveries: whole,
    killedBy: ['broken-compression-becomes-ping'],
  },
  {
    id: 'compression/length-that-is-too-large',
    title: 'a command that decompresses to less than its header says is run, or refused',
    level: 'OBSERVE',
    source: [],
    needs,
    script: [
      ...compressed,
      { send: { message: 'COM_PING', compressed: { body: 'compressed', uncompressedLength: 0xffffff } } },
      // An ERR may be 1153: what it says is above max_allowed_packet. Who stays silent has neither run nor refused it.
      { expect: [{ packet: 'OK', sequenceId: 'any' }, { packet: 'ERR', sequenceId: 'any' }, closes] },
    ],
    deliveries: whole,
    perilous: true,
    killedBy: ['broken-compression-hangs'],
  },
  {
    id: 'compression/length-without-a-body',
    title: 'a compressed packet that announces 5 bytes and has none is not run',
    level: 'SHOULD',
    source: framed,
    needs,
    script: [...compressed, { send: { wire: frame(0, '', 5) } }, { expect: unreadable }],
    deliveries: whole,
    link: 'https://github.com/sysown/proxysql/issues/1410',
    killedBy: ['broken-compression-becomes-ping'],
  },
  {
    id: 'compression/packet-without-compression',
    title: 'a packet that is in no compressed packet is waited on or refused, and not run',
    level: 'SHOULD',
    source: framed,
    needs,
    // 5 bytes, and the header of a compressed packet has 7.
    script: [...compressed, { send: { wire: PING } }, { expect: unreadable }],
    deliveries: whole,
    killedBy: ['compression-never-begins'],
  },
] as const satisfies readonly Case[];
