import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import type { CapabilityName } from '../../harness/codec/capability.ts';
import { status } from '../../harness/codec/status.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { asShipped, counts, inAutocommit, needsTables, silentAboutKeys } from '../query-steps.ts';
import { closes, ended, err, greeting, keyless, ok, readError, waits, works } from '../steps.ts';

const asked = [manual['mysql/infile-request-names-file'], manual['mariadb/infile-request-names-file']] as const;
const sent = [
  manual['mysql/infile-data-ends-with-empty-packet'],
  manual['mariadb/infile-data-ends-with-empty-packet'],
  manual['mariadb/infile-ends-with-ok-or-err'],
] as const;
const refusedAtOnce = [...asked, manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']] as const;
/** In MariaDB's words the OK behind a file may have a text; which one, its client library says. */
const told = [manual['mysql/infile-info-counts'], manual['mariadb/infile-info-counts']] as const;
/** The rows of a file are affected rows. */
const affected = [...told, manual['mysql/row-count-of-load-data'], manual['mariadb/row-count']] as const;
const inOrder = [manual['mysql/sequence-id-increments-and-wraps'], manual['mariadb/sequence-number-follows-last-received']] as const;
const needsLoading = [...needsTables, { feature: 'local-infile' }, { feature: 'files-in-ascii' }] as const;
/** To be asked for a file, whatever is told behind it. */
const needsAsking = [...needsLoading, { offers: 'LOCAL_FILES' }] as const;
/** To be told in English of what was loaded. */
const needs = [...needsAsking, asShipped] as const;

const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
/** A client that sends files, with a table of its own. */
const loggedInWith = (flags: readonly CapabilityName[], columns = 'a INT PRIMARY KEY, b VARCHAR(20)') =>
  [
    greeting,
    { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_WITH_DB', ...flags] } } },
    ok,
    query(`CREATE TEMPORARY TABLE mywire_file (${columns})`),
    ok,
  ] as const;
const loggedIn = loggedInWith(['LOCAL_FILES']);

const LOAD = "LOAD DATA LOCAL INFILE '/srv/numbers.csv' INTO TABLE mywire_file FIELDS TERMINATED BY ','";
const LOAD_OR_REPLACE = LOAD.replace("' INTO", "' REPLACE INTO");
const asksForFile = { expect: [{ packet: 'LocalInfileRequest', sequenceId: 1, where: { filename: '/srv/numbers.csv' } }] } as const;
const loadsFileNamed = (name: string) =>
  [
    query(LOAD.replace('numbers', name)),
    { expect: [{ packet: 'LocalInfileRequest', where: { filename: `/srv/${name}.csv` } }] },
  ] as const satisfies readonly Step[];
const data = (text: string) => ({ send: { message: 'LocalInfileData', with: { data: ascii(text) } } }) as const;
/** The empty packet behind a file. */
const end = data('');

/** The OK of a file, whose request had sequence id 1. */
const loaded = (sequenceId: number, rows: number, more: { deleted?: number; skipped?: number; warnings?: number } = {}) => {
  const { deleted = 0, skipped = 0, warnings = 0 } = more;
  const info = counts(`Records: ${rows + skipped}`, `Deleted: ${deleted}`, `Skipped: ${skipped}`, `Warnings: ${warnings}`);
  return { expect: [{ packet: 'OK', sequenceId, where: { header: 0, affectedRows: rows + deleted, warnings, info } }] } as const;
};
const rowsAre = (select: string, rows: readonly string[], by?: string) =>
  [
    query(`SELECT ${select} FROM mywire_file${by === undefined ? '' : ` ORDER BY ${by}`}`),
    {
      expect: [
        { packet: 'TextResultset', where: { rows: rows.length, ...Object.fromEntries(rows.map((value, at) => [`row.${at}.0`, value])) } },
      ],
    },
  ] as const;
/** Not allowed by the client; before 8.0.21 and 10.5 both servers said 1148. */
const notAllowed = { packet: 'ERR', sequenceId: 1, where: { errorCode: { oneOf: [1148, 3948, 4166] } } } as const;

/** LOAD DATA LOCAL INFILE: the server asks for a file, and the client sends it inside the same exchange. */
export const cases = [
  {
    id: 'infile/asks-for-the-file',
    title: 'LOAD DATA LOCAL INFILE is answered with 0xFB and the name of the file as the statement has it',
    level: 'MUST',
    source: asked,
    needs: needsAsking,
    script: [
      ...loggedIn,
      query(LOAD.replace('/srv/numbers.csv', '/srv/two words/numbers.csv')),
      { expect: [{ packet: 'LocalInfileRequest', sequenceId: 1, where: { filename: '/srv/two words/numbers.csv' } }] },
      end,
      ok,
      ...works,
    ],
    killedBy: ['infile-name-without-path', 'infile-name-ends-with-nul'],
  },
  {
    id: 'infile/name-in-capitals',
    title: 'the name of the file keeps its capitals',
    level: 'MUST',
    source: asked,
    needs: needsAsking,
    script: [...loggedIn, ...loadsFileNamed('Of_NUMBERS'), end, ok, ...works],
    killedBy: ['infile-name-in-lower-case'],
  },
  {
    id: 'infile/name-in-utf8',
    title: 'the name of the file keeps its bytes above 0x7F',
    level: 'SHOULD',
    source: [...asked, manual['mysql/infile-name-in-filesystem-set'], manual['mariadb/filesystem-set']],
    needs: [...needsAsking, { feature: 'file-names-as-they-are' }],
    script: [...loggedIn, ...loadsFileNamed('zw\xc3\xb6lf\xe2\x82\xac'), end, ok],
    killedBy: ['infile-name-in-ascii'],
  },
  {
    id: 'infile/rows-are-counted',
    title: 'the OK behind a file counts on from its last packet, and tells the rows in affected rows and in its info',
    level: 'MUST',
    source: [...sent, ...inOrder, ...affected],
    needs,
    script: [...loggedIn, query(LOAD), asksForFile, data('1,one\n2,two\n3,three\n'), end, loaded(4, 3), ...works],
    killedBy: ['infile-affected-rows-zero', 'infile-without-info', 'infile-ok-sequence-restarts', 'ok-affected-rows-wrong'],
  },
  {
    id: 'infile/last-line-without-newline',
    title: 'the last line of a file is a row, too, where no newline stands behind it',
    // Both servers load it, and no page speaks of it.
    level: 'SHOULD',
    source: [...sent, ...inOrder, ...affected],
    needs,
    script: [
      ...loggedIn,
      query(LOAD),
      asksForFile,
      data('1,one\n2,two'),
      end,
      loaded(4, 2),
      ...rowsAre('b', ['one', 'two'], 'a'),
      ...works,
    ],
    killedBy: ['infile-last-line-needs-newline'],
  },
  {
    id: 'infile/empty-file',
    title: 'the empty packet alone is a file without content, and is answered with OK',
    // MariaDB's page speaks of files that have something in them.
    level: 'SHOULD',
    source: [...sent, manual['mysql/infile-empty-file-is-empty-packet'], ...affected],
    needs,
    script: [...loggedIn, query(LOAD), asksForFile, end, loaded(3, 0), ...works],
    killedBy: ['infile-empty-file-hangs'],
  },
  {
    id: 'infile/file-in-several-packets',
    title: 'a file comes in several packets that end anywhere, in the middle of a value too',
    level: 'MUST',
    source: [...sent, ...inOrder, ...affected],
    needs,
    script: [
      ...loggedIn,
      query(LOAD),
      asksForFile,
      data('1,on'),
      data('e\n2'),
      data(',two\n3,th'),
      data('ree\n'),
      end,
      loaded(7, 3),
      ...rowsAre('b', ['one', 'two', 'three'], 'a'),
      ...works,
    ],
    killedBy: ['infile-keeps-first-packet', 'infile-packet-ends-line'],
  },
  {
    id: 'infile/file-in-one-segment',
    title: 'the packets of a file that come in one segment are read one after the other, and its rows are counted',
    level: 'MUST',
    source: [...sent, manual['tcp/segments-do-not-match-writes'], ...affected],
    needs,
    script: [
      ...loggedIn,
      query(LOAD),
      asksForFile,
      {
        send: [
          { message: 'LocalInfileData', with: { data: ascii('1,one\n') } },
          { message: 'LocalInfileData', with: { data: ascii('2,two\n') } },
          { message: 'LocalInfileData' },
        ],
      },
      loaded(5, 2),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['coalesced-packets-lost', 'infile-keeps-first-packet'],
  },
  {
    id: 'infile/waits-for-the-end',
    title: 'the server waits for the empty packet, however whole the file looks',
    level: 'MUST',
    source: [...sent, ...affected],
    needs,
    script: [...loggedIn, query(LOAD), asksForFile, data('1,one\n'), { expect: [waits] }, end, loaded(4, 1), ...works],
    deliveries: ['whole'],
    killedBy: ['infile-ends-before-empty-packet'],
  },
  {
    id: 'infile/data-that-looks-like-commands',
    title: 'packets of a file that begin as COM_QUIT, COM_QUERY, COM_CHANGE_USER and COM_PING do are data',
    level: 'MUST',
    source: [...sent, ...affected],
    needs: [...needs, keyless, { feature: 'sorted-by-whole-texts' }],
    script: [
      ...loggedInWith(['LOCAL_FILES'], 'b VARCHAR(20)'),
      query(LOAD),
      asksForFile,
      data('\x01'),
      data('\x03SELECT 1\n'),
      data('\x11mywire\n'),
      data('\x0e\n'),
      data('\x01\n'),
      end,
      loaded(8, 4),
      ...rowsAre('b', ['\x01', '\x01\x03SELECT 1', '\x0e', '\x11mywire'], 'HEX(b)'),
      ...works,
    ],
    link: 'https://jira.mariadb.org/browse/MXS-3459',
    killedBy: ['infile-data-may-quit', 'infile-data-may-be-a-command', 'infile-keeps-first-packet'],
  },
  {
    id: 'infile/packet-of-16-mib',
    title: 'the empty packet that ends a packet of 16 MiB - 1 is not the end of the file',
    level: 'MUST',
    source: [
      ...sent,
      manual['mysql/payload-of-exact-16mb-ends-with-empty-packet'],
      manual['mariadb/exact-multiple-ends-with-empty-packet'],
      ...affected,
    ],
    needs: [...needs, { feature: 'tables-with-texts' }, { feature: 'packets-of-32-mib' }],
    // 16 MiB - 1 with the number, the comma and no line feed: all that is missing to 0xFFFFFF is the value.
    script: [
      ...loggedInWith(['LOCAL_FILES'], 'a INT PRIMARY KEY, b LONGTEXT'),
      query(LOAD),
      asksForFile,
      { send: { message: 'LocalInfileData', with: { data: ascii('1,x') }, padTo: 0xffffff } },
      { send: { message: 'LocalInfileData', sequenceId: 4 } },
      loaded(5, 1),
      ...rowsAre('LENGTH(b)', ['16777213']),
      ...works,
    ],
    deliveries: ['whole'],
    limitMs: 15_000,
    link: 'https://jira.mariadb.org/browse/MXS-1785',
    killedBy: ['ignores-continued-payload'],
  },
  {
    id: 'infile/client-without-local-files',
    title: 'a client that has not set LOCAL_FILES is not asked for a file, and goes on after the ERR',
    level: 'MUST',
    source: [
      manual['mysql/infile-needs-local-files'],
      manual['mysql/infile-refused-with-3948'],
      manual['mysql/error-1148-not-allowed'],
      manual['mariadb/infile-refused-without-local-files'],
      manual['mariadb/errors-of-local-infile'],
    ],
    needs: needsLoading,
    script: [...loggedInWith([]), query(LOAD), { expect: [notAllowed] }, ...works],
    killedBy: ['infile-asks-client-without-local-files', 'infile-refusal-closes'],
  },
  {
    id: 'infile/unknown-table',
    title: 'a file for a table that is not there is not asked for: ERR 1146 at once',
    level: 'SHOULD',
    source: refusedAtOnce,
    needs: [
      'login-account',
      'database',
      { feature: 'local-infile' },
      { offers: 'LOCAL_FILES' },
      { feature: 'writable' },
      { feature: 'may-insert' },
    ],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', capabilities: { add: ['CONNECT_WITH_DB', 'LOCAL_FILES'] } } },
      { expect: [{ packet: 'OK' }] },
      query(LOAD.replace('mywire_file', 'mywire_file_of_nobody')),
      { expect: [{ ...err(1146, '42S02'), sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['infile-asks-before-checking'],
  },
  {
    id: 'infile/unknown-column',
    title: 'a file for a column that is not there is not asked for: ERR 1054 at once',
    level: 'SHOULD',
    source: refusedAtOnce,
    needs: needsAsking,
    script: [...loggedIn, query(`${LOAD} (a, nothing)`), { expect: [{ ...err(1054, '42S22'), sequenceId: 1 }] }, ...works],
    killedBy: ['infile-asks-before-checking'],
  },
  {
    id: 'infile/statement-fails-after-the-file',
    title: 'a statement that fails on a row is answered with ERR behind the whole file, and the session goes on',
    // With LOCAL, errors of data and of keys become warnings; MySQL's manual does not say on which side this one is.
    level: 'SHOULD',
    source: [manual['mysql/error-1242-subquery-of-many-rows'], manual['mariadb/error-1242-subquery-rows'], ...sent, ...inOrder],
    needs: needsAsking,
    script: [
      ...loggedIn,
      query(`${LOAD} (a, b) SET b = (SELECT 1 UNION ALL SELECT 2)`),
      asksForFile,
      data('1,one\n'),
      data('2,two\n'),
      end,
      { expect: [{ ...err(1242, '21000'), sequenceId: 5 }] },
      ...works,
    ],
    killedBy: ['infile-error-leaves-file-unread', 'infile-error-swallowed'],
  },
  {
    id: 'infile/rows-of-the-wrong-length',
    title: 'rows with too few and too many fields are loaded, and make the warnings that OK and its info count',
    // That they make warnings MySQL's manual says alone.
    level: 'SHOULD',
    source: [
      ...affected,
      ...sent,
      manual['mysql/infile-field-count-warns'],
      manual['mysql/infile-local-errors-become-warnings'],
      manual['mariadb/infile-local-is-not-strict'],
    ],
    needs,
    script: [...loggedIn, query(LOAD), asksForFile, data('1\n2,two,more\n3,three\n'), end, loaded(4, 3, { warnings: 2 }), ...works],
    killedBy: ['infile-warnings-not-counted'],
  },
  {
    id: 'infile/row-that-is-there',
    title: 'a row whose key is there is left out and counted as skipped, with a warning',
    level: 'SHOULD',
    source: [...sent, manual['mysql/infile-local-errors-become-warnings'], ...affected],
    needs,
    script: [
      ...loggedIn,
      query(LOAD),
      asksForFile,
      data('1,one\n1,uno\n2,two\n'),
      end,
      {
        expect: [...loaded(4, 2, { skipped: 1, warnings: 1 }).expect, { ...loaded(4, 2, { skipped: 1 }).expect[0], then: silentAboutKeys }],
      },
      ...rowsAre('b', ['one', 'two'], 'a'),
      ...works,
    ],
    killedBy: ['infile-row-replaces-key', 'infile-skipped-not-counted', 'infile-warnings-not-counted'],
  },
  {
    id: 'infile/row-that-is-replaced',
    title: 'with REPLACE a row whose key is there goes, is counted as deleted, and affects two rows',
    // That such a row counts as deleted, and twice in affected rows, stands with REPLACE and not with LOAD DATA.
    level: 'SHOULD',
    source: [
      ...sent,
      manual['mysql/infile-replace-deletes'],
      manual['mysql/affected-rows'],
      ...affected,
      manual['mariadb/infile-replace-overwrites'],
    ],
    needs,
    script: [
      ...loggedIn,
      query(LOAD),
      asksForFile,
      data('1,one\n'),
      end,
      loaded(4, 1),
      query(LOAD_OR_REPLACE),
      asksForFile,
      data('1,uno\n2,dos\n'),
      end,
      loaded(4, 2, { deleted: 1 }),
      ...rowsAre('b', ['uno', 'dos'], 'a'),
      ...works,
    ],
    killedBy: ['infile-replace-keeps-old-row', 'infile-deleted-not-counted', 'infile-affected-rows-zero'],
  },
  {
    id: 'infile/ok-with-deprecate-eof',
    title: 'the OK behind a file begins with 0x00 for a client with DEPRECATE_EOF too',
    level: 'MUST',
    source: [...sent, manual['mysql/ok-or-eof-by-length'], manual['mysql/query-answers'], manual['mariadb/query-answers'], ...affected],
    needs: [...needsAsking, { offers: 'DEPRECATE_EOF' }],
    script: [
      ...loggedInWith(['LOCAL_FILES', 'DEPRECATE_EOF']),
      query(LOAD),
      asksForFile,
      data('1,one\n'),
      end,
      { expect: [{ packet: 'OK', where: { header: 0, affectedRows: 1 } }] },
      ...works,
    ],
    killedBy: ['infile-ok-starts-with-fe'],
  },
  {
    id: 'infile/info-with-session-track',
    title: 'with SESSION_TRACK the info of the OK behind a file stands behind its length',
    level: 'MUST',
    source: [...sent, manual['mysql/ok-layout'], manual['mariadb/ok-layout'], ...affected],
    needs: [...needs, { offers: 'SESSION_TRACK' }],
    script: [
      ...loggedInWith(['LOCAL_FILES', 'SESSION_TRACK']),
      query(LOAD),
      asksForFile,
      data('1,one\n2,two\n'),
      end,
      loaded(4, 2),
      ...works,
    ],
    killedBy: ['infile-info-without-length-when-tracking', 'info-without-length-when-tracking'],
  },
  {
    id: 'infile/in-a-transaction',
    title: 'in a transaction the OK behind a file has SERVER_STATUS_IN_TRANS',
    level: 'MUST',
    source: [
      ...sent,
      manual['mysql/status-flags'],
      manual['mariadb/status-flags'],
      manual['mysql/in-trans-is-raised-by-begin'],
      manual['mysql/status-in-trans-readonly'],
    ],
    needs: [...needsAsking, inAutocommit],
    script: [
      ...loggedIn,
      query('START TRANSACTION'),
      { expect: [{ packet: 'OK', where: { statusFlags: { bits: status.IN_TRANS } } }] },
      query(LOAD),
      asksForFile,
      data('1,one\n'),
      end,
      { expect: [{ packet: 'OK', where: { affectedRows: 1, statusFlags: { bits: status.IN_TRANS } } }] },
      query('ROLLBACK'),
      { expect: [{ packet: 'OK', where: { statusFlags: { noBits: status.IN_TRANS } } }] },
      ...works,
    ],
    killedBy: ['infile-ok-hides-transaction'],
  },
  {
    id: 'infile/second-of-two-statements',
    title: 'a file that the second statement asks for has its sequence ids behind the result of the first, and a third follows',
    level: 'MUST',
    source: [...asked, ...sent, ...inOrder, manual['mysql/multi-statement'], manual['mariadb/multi-statements'], ...affected],
    needs: [...needsAsking, { offers: 'MULTI_STATEMENTS' }],
    // Column count, definition, EOF, row and EOF are packets 1 to 5.
    script: [
      ...loggedInWith(['LOCAL_FILES', 'MULTI_STATEMENTS']),
      query(`SELECT 1; ${LOAD}; SELECT 2`),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { first: '1', statusFlags: { bits: 0x0008 } } }] },
      { expect: [{ packet: 'LocalInfileRequest', sequenceId: 6 }] },
      data('1,one\n'),
      end,
      { expect: [{ packet: 'OK', sequenceId: 9, where: { affectedRows: 1, statusFlags: { bits: 0x0008 } } }] },
      { expect: [{ packet: 'TextResultset', sequenceId: 10, where: { first: '2', statusFlags: { noBits: 0x0008 } } }] },
      ...works,
    ],
    killedBy: ['infile-sequence-restarts-at-request', 'infile-ok-sequence-restarts', 'more-results-missing-in-ok'],
  },
  {
    id: 'infile/second-file',
    title: 'a connection that has loaded a file is asked for the next one by its own name, and told the rows of that alone',
    level: 'MUST',
    source: [...asked, ...sent, ...inOrder, ...affected],
    needs,
    script: [
      ...loggedIn,
      ...loadsFileNamed('first'),
      data('1,one\n2,two\n'),
      end,
      loaded(4, 2),
      ...loadsFileNamed('second'),
      data('3,three\n'),
      end,
      loaded(4, 1),
      ...rowsAre('b', ['one', 'two', 'three'], 'a'),
      ...works,
    ],
    killedBy: ['infile-name-of-the-first-file', 'infile-counts-stay'],
  },
  {
    id: 'infile/command-behind-the-file',
    title: 'a command in the segment of the packet that ends the file is answered behind the OK of the file',
    level: 'SHOULD',
    source: [...sent, manual['mysql/sequence-id-resets-per-command'], manual['tcp/segments-do-not-match-writes'], ...affected],
    needs,
    script: [
      ...loggedIn,
      query(LOAD),
      asksForFile,
      data('1,one\n'),
      { send: [{ message: 'LocalInfileData' }, { message: 'COM_PING' }] },
      loaded(4, 1),
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      ...works,
    ],
    killedBy: ['coalesced-packets-lost', 'infile-end-loses-next-command'],
  },
  {
    id: 'infile/data-out-of-order',
    title: 'a packet of a file with a wrong sequence id is refused with ERR 1156, or ends the connection',
    level: 'SHOULD',
    source: [...inOrder, manual['mysql/error-1156-packets-out-of-order'], manual['mariadb/error-1156-packets-out-of-order']],
    needs: needsAsking,
    script: [
      ...loggedIn,
      query(LOAD),
      asksForFile,
      { send: { message: 'LocalInfileData', with: { data: ascii('1,one\n') }, sequenceId: 7 } },
      { expect: [{ ...err(1156, '08S01'), sequenceId: 'any' }, closes] },
    ],
    deliveries: ['whole'],
    killedBy: ['infile-takes-data-out-of-order'],
  },
  {
    id: 'infile/client-ends-in-the-middle',
    title: 'a client that ends its half in the middle of a file gets the end of the connection',
    level: 'SHOULD',
    source: [
      ...sent,
      manual['tcp/half-closed-may-still-send'],
      manual['mysql/error-1158-read-error'],
      manual['mysql/error-1159-read-timeout'],
    ],
    needs: needsAsking,
    script: [
      ...loggedIn,
      query(LOAD),
      asksForFile,
      data('1,one\n'),
      { do: 'half-close' },
      { expect: [readError, { closes: true }] },
      ended,
    ],
    killedBy: ['half-close-keeps-open'],
  },
] as const satisfies readonly Case[];
