import { Buffer } from 'node:buffer';
import type { prepared } from '../defects/prepared.ts';
import { enter, say } from './asking.ts';
import { type BareClient, PING, packet, query, response41, SILENCE_MS } from './bare-client.ts';
import { check, code, DEPRECATE_EOF, F, on, type Shows } from './shows.ts';

/** PROTOCOL_41 and SECURE_CONNECTION with one more flag each. */
const LOCAL_FILES = 0x8280;
const MULTI_RESULTS = 0x28200;
const PS_MULTI_RESULTS = 0x68200;
const OPTIONAL_METADATA = 0x3008200;
const ATTRIBUTES = 0x8008200;
/** MariaDB's STMT_BULK_OPERATIONS and BULK_UNIT_RESULTS, in the last bytes of the filler. */
const BULK = `${'00'.repeat(19)}24000000`;

/** The packets of one answer, in hex. */
type Answer = readonly string[];
type Judge = (answers: readonly Answer[], c: BareClient) => boolean | Promise<boolean>;

const hexOf = (text: string): string => Buffer.from(text, 'latin1').toString('hex');
const int4 = (n: number): string => Buffer.from(Uint32Array.of(n).buffer).toString('hex');
const PREPARE = (sql: string): string => `16${hexOf(sql)}`;
/** COM_STMT_EXECUTE: ids count from 1 on each connection. */
const EXECUTE = (rest = '', { id = 1, flags = '00', count = '01000000' } = {}): string => `17${int4(id)}${flags}${count}${rest}`;
const RESET = (id = 1): string => `1a${int4(id)}`;
const CLOSE = (id = 1): string => `19${int4(id)}`;
const FETCH = (rows: number, id = 1): string => `1c${int4(id)}${int4(rows)}`;
const LONG_DATA = (text: string, parameter = 0, id = 1): string => `18${int4(id)}${Buffer.of(parameter, 0).toString('hex')}${hexOf(text)}`;
/** One parameter: NULL bitmap, types follow, its type, its value. */
const ONE = (type: string, value: string): string => `0001${type}${value}`;
const lenenc = (text: string): string => `${Buffer.of(text.length).toString('hex')}${hexOf(text)}`;
const TEXT = (text: string): string => ONE('fd00', lenenc(text));
const THREE = 'SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3';
const FAILS = 'SELECT (SELECT s.a FROM (SELECT 1 AS a UNION ALL SELECT 2) s WHERE s.a <= t.a) FROM (SELECT 1 AS a UNION ALL SELECT 2) t';
const CURSOR = { flags: '01' } as const;
const ping = PING.subarray(4).toString('hex');
const sql = (text: string): string => query(text).subarray(4).toString('hex');

/** All of these commands in one segment; what comes back, answer by answer. */
const asked = (commands: readonly string[], judge: Judge, flags = F, filler = '00'.repeat(23)): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(flags, `${check}00`, { filler }));
    await c.next();
    c.send(...commands.map((payload) => packet(payload)));
    return judge(answersOf(await c.answer(SILENCE_MS / 2)), c);
  });

/** Each begins with sequence id 1. */
function answersOf(packets: readonly string[]): Answer[] {
  const out: string[][] = [];
  for (const one of packets) {
    const [sequenceId, hex = ''] = one.split(':');
    if (sequenceId === '1' || out.length === 0) out.push([]);
    out.at(-1)?.push(hex);
  }
  return out;
}

/** The rows of a resultset of a client without DEPRECATE_EOF. */
function rowsOf(answer: Answer = []): Answer {
  const from = answer.findIndex((one) => one.startsWith('fe')) + 1;
  return answer.slice(from).filter((one) => one.startsWith('00') || one.startsWith('01'));
}
/** The first value of the last row, a string: behind header, a bitmap of one byte, and a length of one. */
const wordOf = (answer: Answer = []): string => Buffer.from(rowsOf(answer).at(-1) ?? '', 'hex').toString('latin1', 3);
const flagsOf = (eof = ''): number => Buffer.from(eof, 'hex').readUInt16LE(3);
const isErr = (wanted: number, answer: Answer = []): boolean => code(answer[0]) === wanted;
const isOk = (answer: Answer = []): boolean => answer[0]?.startsWith('00') === true && answer.length === 1;

/** A prepared statement, and what its execution with this comes to, as text. */
const concat = (parameter: string, shows: (word: string) => boolean): Shows =>
  asked([PREPARE('SELECT CONCAT(?)'), EXECUTE(parameter)], ([, answer]) => shows(wordOf(answer)));
/** The second execution, whose packet has no types. */
const again = (first: string, second: string, judge: (answer: Answer) => boolean, statement = 'SELECT CONCAT(?)'): Shows =>
  asked([PREPARE(statement), EXECUTE(first), EXECUTE(second)], (answers) => judge(answers[2] ?? []));
const cursor = (commands: readonly string[], judge: Judge, flags = F): Shows =>
  asked([PREPARE(THREE), EXECUTE('', CURSOR), ...commands], judge, flags);
/** A statement with a piece 'a' of its parameter is executed behind these commands of another connection about one of the same text. */
const besideAnother =
  (commands: readonly string[], judge: (answer: Answer) => boolean): Shows =>
  async (dial) => {
    const mine = dial();
    await enter(mine);
    await say(mine, packet(PREPARE('SELECT CONCAT(?)')));
    await say(mine, packet(LONG_DATA('a')));
    const other = dial();
    await enter(other);
    for (const one of [PREPARE('SELECT CONCAT(?)'), ...commands, ping]) await say(other, packet(one));
    const answer = await say(mine, packet(EXECUTE('0001fc00')));
    return judge(answer.map((one) => one.split(':')[1] ?? ''));
  };
const int8 = (n: number): string => `${int4(n)}00000000`;
/** The answer to the last of these, where a key that is there is an ERR. */
const insertsKeys = (commands: readonly string[], shows: (last: Answer) => boolean): Shows =>
  asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_key (a INT PRIMARY KEY)'),
      PREPARE('INSERT INTO mywire_key VALUES (?)'),
      ...commands,
    ],
    (answers) => shows(answers.at(-1) ?? []),
  );
/** The definition of the column in the answer to COM_STMT_EXECUTE. */
const ofAlias = (shows: (names: string) => boolean): Shows =>
  asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_types (id INT PRIMARY KEY, t_int INT) CHARACTER SET utf8mb4'),
      PREPARE('SELECT own.t_int AS num FROM mywire_types AS own'),
      EXECUTE(),
    ],
    ([, , , d]) => shows(Buffer.from(d?.[1] ?? '', 'hex').toString('latin1')),
  );
const dies = (answers: readonly Answer[]): boolean => answers.length < 3;

export const preparedShows: Record<Exclude<keyof typeof prepared, keyof typeof preparedMariadbShows>, Shows> = {
  'statement-ids-repeat': asked([PREPARE('DO 1'), PREPARE('DO 1')], ([, second]) => second?.[0]?.startsWith('0001') === true),
  'same-text-takes-place-of-statement': asked([PREPARE('SELECT 1'), PREPARE('SELECT 1'), EXECUTE('', { id: 1 })], ([, , c]) =>
    isErr(1243, c),
  ),
  'prepare-ok-filler-missing': asked([PREPARE('DO 1')], ([a]) => a?.[0] === '0001000000000000000000'),
  'prepare-ok-without-warnings': asked([PREPARE('DO 1')], ([a]) => a?.[0] === '00010000000000000000'),
  'prepare-ok-warnings-zero': asked([PREPARE("SELECT 1 AS ' x'")], ([a]) => a?.[0]?.endsWith('0000') === true),
  // The flags stand in front of the decimals and the two bytes of the filler.
  'prepare-flags-of-keys-missing': asked(
    [sql('USE mywire'), sql('CREATE TEMPORARY TABLE mywire_k (id INT PRIMARY KEY)'), PREPARE('SELECT * FROM mywire_k')],
    ([, , c]) => c?.[1]?.slice(-10, -6) === '0150',
  ),
  // The length stands in front of type, flags, decimals and filler.
  'prepare-lengths-missing': asked([PREPARE('SELECT 1')], ([a]) => a?.[1]?.slice(-20, -12) === '00000000'),
  'prepare-ok-without-metadata-flag': asked([PREPARE('DO 1')], ([a]) => a?.[0]?.length === 24, OPTIONAL_METADATA),
  'prepare-ok-counts-swapped': asked([PREPARE('DO ?')], ([a]) => a?.[0]?.startsWith('000100000001000000') === true),
  'prepare-columns-first': asked([PREPARE('SELECT 1 AS one, ?')], ([a]) => a?.[1]?.includes('036f6e65') === true),
  'prepare-without-parameter-eof': asked([PREPARE('DO ?')], ([a]) => a?.length === 2),
  'prepare-without-column-eof': asked([PREPARE('SELECT 1')], ([a]) => a?.length === 2),
  'prepare-eof-unasked': asked([PREPARE('SELECT 1')], ([a]) => a?.length === 3, DEPRECATE_EOF),
  'prepare-definitions-hide-transaction': asked(
    [sql('BEGIN'), PREPARE('SELECT ?')],
    ([, b]) => b?.filter((one) => one === 'fe00000200').length === 2,
  ),
  'prepare-eof-without-definitions': asked([PREPARE('DO 1')], ([a]) => a?.length === 3),
  'prepares-what-it-cannot-parse': asked([PREPARE('SELEC')], ([a]) => isOk(a)),
  'prepares-first-of-two-statements': asked([PREPARE('DO 1; DO 2')], ([a]) => isOk(a)),
  'prepare-refuses-semicolon-at-end': asked([PREPARE('DO 1;')], ([a]) => isErr(1064, a)),
  'prepares-empty-statement': asked([PREPARE('')], ([a]) => isOk(a)),
  'execute-leaves-insert-id-of-before': asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_x (id INT AUTO_INCREMENT PRIMARY KEY, n INT)'),
      PREPARE('INSERT INTO mywire_x (n) VALUES (1)'),
      EXECUTE(),
      sql('SELECT LAST_INSERT_ID()'),
    ],
    (answers) => answers[4]?.includes('0130') === true,
  ),
  'execute-leaves-user-variables-of-before': asked(
    [PREPARE('SET @a = 5'), EXECUTE(), sql('SELECT @a')],
    ([, , c]) => c?.includes('fb') === true,
  ),
  'unsupported-statement-is-syntax-error': asked([PREPARE("PREPARE x FROM 'DO 1'")], ([a]) => isErr(1064, a)),
  'placeholder-in-string-counted': asked([PREPARE("SELECT '?', ?")], ([a]) => a?.[0]?.slice(14, 18) === '0200'),
  'placeholder-in-double-quotes-counted': asked([PREPARE('SELECT 1 AS "?", ?')], ([a]) => a?.[0]?.slice(14, 18) === '0200'),
  'placeholder-in-backticks-counted': asked([PREPARE('SELECT 1 AS `?`, ?')], ([a]) => a?.[0]?.slice(14, 18) === '0200'),
  'placeholders-counted-modulo-256': asked([PREPARE(`DO ${'?,'.repeat(256)}?`)], ([a]) => a?.length === 3),
  'placeholders-counted-modulo-65536': asked([PREPARE(`DO ${'?,'.repeat(65_535)}?`)], ([a]) => isOk(a)),
  'parameters-stay-behind-refused-prepare': asked(
    [PREPARE('SELECT ? FROM mywire_x'), PREPARE('SELECT 1')],
    ([, b]) => b?.[0]?.endsWith('01000100000000') === true,
  ),
  'refused-prepare-drops-statements': asked([PREPARE('DO 1'), PREPARE('SELEC'), EXECUTE()], ([, , c]) => isErr(1243, c)),
  'prepare-executes': asked([PREPARE('BEGIN'), ping], ([, b]) => b?.[0] === '00000003000000'),
  'execute-runs-last-statement': asked([PREPARE('SELECT 1'), PREPARE('DO 1'), EXECUTE()], ([, , c]) => isOk(c)),
  'execute-runs-first-statement': asked([PREPARE('DO 1'), PREPARE('SELECT 1'), EXECUTE('', { id: 2 })], ([, , c]) => isOk(c)),
  'binary-row-header-wrong': asked([PREPARE('SELECT 1'), EXECUTE()], ([, b]) => rowsOf(b)[0] === '010001000000'),
  'binary-bitmap-without-offset': asked([PREPARE('SELECT ?'), EXECUTE('0101fd00')], ([, b]) => rowsOf(b)[0] === '0001'),
  'binary-bitmap-of-32-bytes': asked(
    [PREPARE(`SELECT ${'NULL, '.repeat(255)}NULL`), EXECUTE()],
    // So many definitions that sequence id 1 comes again.
    (answers) => answers.flat().includes(`00fc${'ff'.repeat(31)}00`),
  ),
  'binary-bitmap-too-short': asked(
    [PREPARE('SELECT ?, ?, ?, ?, ?, ?, ?'), EXECUTE(`7f01${'0100'.repeat(7)}`)],
    ([, b]) => rowsOf(b)[0]?.length === 4,
  ),
  'execute-answers-text-rows': asked([PREPARE('SELECT 1'), EXECUTE()], ([, b]) => b?.[3] === '0131'),
  'query-answers-binary-rows-behind-execute': asked(
    [PREPARE('SELECT 1'), EXECUTE(), sql('SELECT 1')],
    ([, , c]) => rowsOf(c)[0] === '000001000000',
  ),
  'later-results-in-text': asked(
    [sql('USE mywire'), PREPARE('CALL two_results()'), EXECUTE()],
    ([, , c]) => c?.includes('01320133') === true,
    MULTI_RESULTS,
  ),
  'column-eof-missing-before-err': asked([PREPARE(FAILS), EXECUTE()], ([, b]) => b?.[2]?.startsWith('00') === true),
  'rows-missing-before-err': asked([PREPARE(FAILS), EXECUTE()], ([, b]) => b?.[3]?.startsWith('ff') === true),
  'unknown-statement-stops-server': asked([EXECUTE(), ping], async (answers, c) => answers.length === 0 && (await c.ending()) !== 'open'),
  'unknown-statement-unnamed': asked([EXECUTE()], ([a]) => isErr(1243, a) && a?.join().includes(hexOf('(1)')) === false),
  'unknown-statement-closes': asked([EXECUTE(), ping], async (answers, c) => answers.length === 0 && (await c.ending()) === 'fin'),
  'unknown-statement-unsupported': asked([EXECUTE()], ([a]) => isErr(1295, a)),
  'unknown-long-data-answered': asked([LONG_DATA('a')], ([a]) => isErr(1243, a)),
  'unknown-long-data-stops-server': asked(
    [LONG_DATA('a'), ping],
    async (answers, c) => answers.length === 0 && (await c.ending()) !== 'open',
  ),
  'unknown-close-answered': asked([CLOSE()], ([a]) => isErr(1243, a)),
  'reset-of-unknown-statement-ok': asked([RESET()], ([a]) => isOk(a)),
  'long-data-answered': asked([PREPARE('DO ?'), LONG_DATA('a')], ([, b]) => isOk(b)),
  'close-answered': asked([PREPARE('DO ?'), CLOSE()], ([, b]) => isOk(b)),
  'execute-describes-without-original-names': ofAlias((name) => name.includes('\x03own\0\x03num\0')),
  'execute-describes-without-table': ofAlias((name) => name.includes('def\0\0\x0cmywire_types')),
  'execute-describes-without-alias': ofAlias((name) => name.includes('\x05t_int\x05t_int\x0c')),
  // The catalog is the first string of a definition.
  'column-catalog-empty-in-execute': asked([PREPARE('SELECT 1'), EXECUTE()], ([, b]) => b?.[1]?.startsWith('00') === true),
  'closed-statement-lives': asked([PREPARE('DO 1'), CLOSE(), EXECUTE()], ([, b]) => isOk(b)),
  'close-takes-same-text-of-others': besideAnother([CLOSE()], (answer) => isErr(1243, answer)),
  'reset-drops-long-data-of-others': besideAnother([RESET()], ([, , , row]) => row !== '00000161'),
  'long-data-shared-by-same-text': besideAnother([LONG_DATA('b')], ([, , , row]) => row === '0000026162'),
  'closed-id-counted': asked(
    [PREPARE('DO 1'), PREPARE('DO 1'), CLOSE(), PREPARE('DO 1')],
    ([, , c]) => c?.[0]?.startsWith('0002000000') === true,
  ),
  'close-takes-the-next': asked([PREPARE('DO 1'), PREPARE('DO 1'), CLOSE(), EXECUTE('', { id: 2 })], ([, , c]) => isErr(1243, c)),
  'close-keeps-cursor': cursor([CLOSE(), FETCH(1)], ([, , c]) => c?.length === 2),
  'statements-of-all-connections': async (dial) =>
    (await asked([PREPARE('DO 1')], () => true)(dial)) && (await asked([EXECUTE()], ([a]) => isOk(a))(dial)),
  'reset-connection-keeps-statements': asked([PREPARE('DO 1'), '1f', EXECUTE()], ([, , c]) => isOk(c)),
  'parameter-types-forgotten': again(TEXT('a'), `0000${lenenc('b')}`, (answer) => isErr(1210, answer)),
  'types-of-null-parameters-as-strings': again('01010800', `0000${lenenc('b')}`, (answer) => wordOf(answer) === 'b'),
  'types-of-null-parameters-forgotten': again('0101fd00', `0000${lenenc('b')}`, (answer) => wordOf(answer) !== 'b'),
  'first-types-kept': asked([PREPARE('DO ?'), EXECUTE(TEXT('a')), EXECUTE(ONE('0100', '07')), EXECUTE('000008')], ([, , , d]) =>
    isErr(1835, d),
  ),
  'types-shared-between-statements': asked(
    [PREPARE('SELECT CONCAT(?)'), PREPARE('DO ?'), EXECUTE(TEXT('a'), { id: 2 }), EXECUTE(`0000${lenenc('b')}`)],
    ([, , , d]) => wordOf(d) === 'b',
  ),
  'types-shared-between-connections': async (dial) =>
    (await concat(TEXT('a'), (word) => word === 'a')(dial)) &&
    (await asked([PREPARE('SELECT CONCAT(?)'), EXECUTE(`0000${lenenc('b')}`)], ([, b]) => wordOf(b) === 'b')(dial)),
  'types-pinned-by-another-connection': async (dial) =>
    (await concat(ONE('0100', '07'), (word) => word === '7')(dial)) && (await concat(TEXT('a'), (word) => word === '0')(dial)),
  'unknown-type-stops-server': asked([PREPARE('DO ?'), EXECUTE(ONE('7f00', '0161')), ping], dies),
  'old-null-bitmap-with-old-types': again('0101fd00', `0000${lenenc('b')}`, (answer) => rowsOf(answer)[0] === '0004'),
  'zero-length-temporal-refused': asked([PREPARE('DO ?'), EXECUTE(ONE('0a00', '00'))], ([, b]) => isErr(1835, b)),
  'zero-length-temporal-as-null': asked([PREPARE('SELECT CONCAT(?)'), EXECUTE(ONE('0a00', '00'))], ([, b]) => rowsOf(b)[0] === '0004'),
  'zero-length-temporal-empties-next': asked(
    [PREPARE('SELECT ?, ?'), EXECUTE(`00010a00fd0000${lenenc('b')}`)],
    ([, b]) => rowsOf(b)[0]?.endsWith('0000') === true,
  ),
  'varchar-parameter-refused': asked([PREPARE('DO ?'), EXECUTE(ONE('0f00', lenenc('a')))], ([, b]) => isErr(1210, b)),
  'illegal-temporal-length-stops-server': asked([PREPARE('DO ?'), EXECUTE(ONE('0a00', '01ea')), ping], dies),
  'illegal-temporal-length-takes-next-along': asked(
    [PREPARE('SELECT ?, ?'), EXECUTE('00010a00030001ea09000000')],
    ([, b]) => rowsOf(b)[0] === '000c',
  ),
  'null-parameter-as-empty-string': asked([PREPARE('SELECT CONCAT(?)'), EXECUTE('0101fd00')], ([, b]) => rowsOf(b)[0] === '000000'),
  'null-parameter-value-expected': asked([PREPARE('DO ?'), EXECUTE('0101fd00')], ([, b]) => isErr(1835, b)),
  // The second row is NULL in each column.
  'null-string-as-empty-behind-the-first-bitmap-byte': asked(
    [PREPARE('SELECT t_tinyint, t_smallint, t_mediumint, t_int, t_bigint, t_float, t_char FROM mywire.types ORDER BY id'), EXECUTE()],
    ([, b]) => rowsOf(b)[1] === '00fc0000',
  ),
  'null-bitmap-of-one-byte': asked([PREPARE(`DO ${'?,'.repeat(8)}?`), EXECUTE(`ff0101${'0100'.repeat(9)}`)], ([, b]) => isErr(1835, b)),
  'empty-string-parameter-as-null': asked([PREPARE('SELECT CONCAT(?)'), EXECUTE(TEXT(''))], ([, b]) => rowsOf(b)[0] === '0004'),
  'signed-parameter-read-as-unsigned': concat(ONE('0100', 'ff'), (word) => word === '255'),
  'unsigned-parameter-read-as-signed': concat(ONE('0180', 'ff'), (word) => word === '-1'),
  'double-parameter-read-as-float': concat(ONE('0500', '9a9999999999b93f'), (word) => word === '0.10000000149011612'),
  'float-parameter-read-as-double': asked([PREPARE('DO ?'), EXECUTE(ONE('0400', '0000c03f'))], ([, b]) => isErr(1835, b)),
  'decimal-parameter-read-as-double': concat(ONE('f600', lenenc('1.50')), (word) => word === '1.5'),
  'time-parameter-loses-sign': concat(ONE('0b00', '080100000000010203'), (word) => word === '01:02:03'),
  'time-parameter-loses-days': concat(ONE('0b00', '080001000000010203'), (word) => word === '01:02:03'),
  'parameter-loses-microseconds': concat(ONE('0c00', '0bea070b1a0102037b000000'), (word) => word.endsWith('.000000')),
  'day-and-month-swapped': concat(ONE('0a00', '04ea070b1a'), (word) => word === '2026-26-11'),
  'parameter-cut-at-nul': concat(TEXT('a\0b'), (word) => word === 'a'),
  'blob-parameter-as-utf8': concat(ONE('fc00', '0261ff'), (word) => word === 'a\xc3\xbf'),
  'parameter-cut-at-64-kib': asked(
    [PREPARE('SELECT LENGTH(?)'), EXECUTE(ONE('fd00', `fd000002${'61'.repeat(0x20000)}`))],
    (answers) => rowsOf(answers.at(-1))[0] === '000000000100',
  ),
  'execute-with-trailing-bytes-refused': asked([PREPARE('DO 1'), EXECUTE('ff')], ([, b]) => isErr(1835, b)),
  'iteration-count-checked': asked([PREPARE('DO 1'), EXECUTE('', { count: '02000000' })], ([, b]) => isErr(1835, b)),
  'short-execute-closes': asked([PREPARE('DO ?'), EXECUTE('000108')], async ([, b], c) => b === undefined && (await c.ending()) === 'fin'),
  'short-execute-taken': asked([PREPARE('DO ?'), EXECUTE('000108')], ([, b]) => isOk(b)),
  'short-execute-reads-on': asked([PREPARE('SELECT CONCAT(?)'), EXECUTE('0001fd0005616263')], ([, b]) => wordOf(b) === 'abcca'),
  'every-flag-opens-cursor': asked([PREPARE('SELECT 1'), EXECUTE('', { flags: '80' })], ([, b]) => flagsOf(b?.at(-1)) === 0x42),
  'attributes-taken-for-parameters': asked(
    [PREPARE('SELECT CONCAT(?)'), EXECUTE(`020001fd0000fd000161${'0161'}0162`, { flags: '08' })],
    ([, b]) => wordOf(b) === 'b',
    ATTRIBUTES,
  ),
  'attributes-refused': asked([PREPARE('DO 1'), EXECUTE('010001fd0001610162', { flags: '08' })], ([, b]) => isErr(1835, b), ATTRIBUTES),
  'parameter-count-of-0-refused': asked([PREPARE('DO 1'), EXECUTE('00', { flags: '08' })], ([, b]) => isErr(1835, b), ATTRIBUTES),
  'parameter-count-read-by-flag-only': asked([PREPARE('DO ?'), EXECUTE('010001fd00000162')], ([, b]) => !isOk(b), ATTRIBUTES),
  'missing-parameters-taken-for-null': asked(
    [PREPARE('DO ?, ?'), EXECUTE('010001fd00000162', { flags: '08' })],
    ([, b]) => isOk(b),
    ATTRIBUTES,
  ),
  'long-data-keeps-last-chunk': asked(
    [PREPARE('SELECT CONCAT(?)'), LONG_DATA('a'), LONG_DATA('b'), EXECUTE('0001fc00')],
    ([, b]) => wordOf(b) === 'b',
  ),
  'long-data-in-utf8-always': asked(
    [`03${hexOf('SET character_set_client = latin1')}`, PREPARE('SELECT CONCAT(?)'), LONG_DATA('\xe9'), EXECUTE('0001fd00')],
    ([, , c]) => wordOf(c) === '\xe9',
  ),
  'long-data-parameter-in-one-byte': asked(
    [PREPARE('SELECT CONCAT(?)'), `18${int4(1)}0001${hexOf('a')}`, EXECUTE('0001fc00')],
    ([, b]) => wordOf(b) === 'a',
  ),
  'long-data-of-statements-mixed': asked(
    [PREPARE('SELECT CONCAT(?)'), PREPARE('SELECT CONCAT(?)'), LONG_DATA('a'), LONG_DATA('b', 0, 2), EXECUTE('0001fc00')],
    ([, , c]) => wordOf(c) === 'ab',
  ),
  'long-data-of-parameters-mixed': asked(
    [PREPARE('SELECT CONCAT(?), ?'), LONG_DATA('b', 1), LONG_DATA('a'), EXECUTE('0001fc00fc00')],
    ([, b]) => wordOf(b).startsWith('ba'),
  ),
  'long-data-value-expected-in-execute': asked([PREPARE('DO ?'), LONG_DATA('a'), EXECUTE('0001fc00')], ([, b]) => isErr(1835, b)),
  'types-forgotten-behind-failed-execute': insertsKeys(
    [EXECUTE(ONE('0800', int8(1))), EXECUTE(ONE('0800', int8(1))), EXECUTE(`0000${int8(2)}`)],
    (last) => isErr(1210, last),
  ),
  'long-data-stays-behind-failed-execute': insertsKeys(
    [EXECUTE(TEXT('1')), LONG_DATA('1'), EXECUTE('0001fd00'), EXECUTE(TEXT('2'))],
    (last) => isErr(1062, last),
  ),
  'long-data-loses-to-null-bit': asked(
    [PREPARE('SELECT CONCAT(?)'), LONG_DATA('a'), EXECUTE('0101fc00')],
    ([, b]) => rowsOf(b)[0] === '0004',
  ),
  'long-data-value-expected-beside-attributes': asked(
    [PREPARE('DO ?'), LONG_DATA('a'), EXECUTE('010001fc0000', { flags: '08' })],
    ([, b]) => isErr(1835, b),
    ATTRIBUTES,
  ),
  'long-data-lost-beside-null': asked(
    [PREPARE('SELECT CONCAT(?), ?'), LONG_DATA('a'), EXECUTE('0201fc00fc00')],
    ([, b]) => rowsOf(b)[0] === '000c',
  ),
  'binary-rows-unconverted': asked(
    [sql('SET NAMES latin1'), PREPARE('SELECT t_varchar FROM mywire.types WHERE id = 1'), EXECUTE()],
    ([, , c]) => wordOf(c) === 'n\xc3\xa4ive \xe2\x82\xac',
  ),
  'execute-ok-hides-sql-mode': asked([PREPARE("SET sql_mode = 'NO_BACKSLASH_ESCAPES'"), EXECUTE()], ([, b]) => b?.[0] === '00000002000000'),
  'execute-begins-no-transaction': asked(
    [sql('SET autocommit = 0'), PREPARE('SELECT * FROM mywire.numbers'), EXECUTE()],
    ([, , c]) => flagsOf(c?.at(-1)) === 0 && c?.length === 8,
  ),
  'execute-ok-hides-transaction': asked([sql('BEGIN'), PREPARE('DO 1'), EXECUTE()], ([, , c]) => c?.[0] === '00000002000000'),
  'long-data-stays-behind-execute': asked(
    [PREPARE('SELECT CONCAT(?)'), LONG_DATA('a'), EXECUTE('0001fc00'), EXECUTE(`0000${lenenc('b')}`)],
    ([, , c]) => wordOf(c) === 'a',
  ),
  'long-data-of-no-parameter-ignored': asked([PREPARE('DO ?'), LONG_DATA('a', 7), EXECUTE(TEXT('a'))], ([, b]) => isOk(b)),
  'long-data-ends-at-nul': asked([PREPARE('SELECT CONCAT(?)'), LONG_DATA('a\0b'), EXECUTE('0001fc00')], ([, b]) => wordOf(b) === 'a'),
  'empty-long-data-ignored': asked([PREPARE('DO ?'), LONG_DATA(''), EXECUTE('0001fc00')], ([, b]) => isErr(1835, b)),
  'reset-keeps-long-data': asked(
    [PREPARE('SELECT CONCAT(?)'), LONG_DATA('a'), RESET(), EXECUTE(TEXT('b'))],
    ([, , c]) => wordOf(c) === 'a',
  ),
  'reset-keeps-failure': asked([PREPARE('DO ?'), LONG_DATA('a', 7), RESET(), EXECUTE(TEXT('a'))], ([, , c]) => isErr(1210, c)),
  'statement-reset-forgets-types': asked(
    [PREPARE('SELECT CONCAT(?)'), EXECUTE(TEXT('a')), RESET(), EXECUTE(`0000${lenenc('b')}`)],
    ([, , , d]) => isErr(1210, d),
  ),
  'reset-keeps-cursor': cursor([RESET(), FETCH(1)], (answers) => rowsOf(['fe', ...(answers[3] ?? [])]).length === 1),
  'reset-answers-eof': asked([PREPARE('DO 1'), RESET()], ([, b]) => b?.[0]?.startsWith('fe') === true),
  'cursor-without-flag': cursor([], ([, b]) => flagsOf(b?.at(-1)) === 2),
  'cursor-sends-rows': cursor([], ([, b]) => b?.length === 6),
  'cursor-opens-with-eof': cursor([], ([, b]) => b?.at(-1) === 'fe00004200', DEPRECATE_EOF),
  'fetch-ends-with-eof': cursor([FETCH(1)], ([, , c]) => c?.at(-1) === 'fe00004200', DEPRECATE_EOF),
  'cursors-unknown': cursor([FETCH(1)], (answers) => answers.length === 2 && answers[1]?.length === 7),
  'fetch-row-count-in-one-byte': cursor([FETCH(257)], ([, , c]) => c?.length === 2),
  'fetch-ignores-row-count': cursor([FETCH(1)], ([, , c]) => c?.length === 4),
  'fetch-starts-anew': cursor([FETCH(1), FETCH(1)], ([, , c, d]) => c?.[0] === d?.[0]),
  'fetch-ends-with-both-flags': cursor([FETCH(9)], ([, , c]) => flagsOf(c?.at(-1)) === 0xc2),
  'fetch-without-last-row-flag': cursor([FETCH(9)], ([, , c]) => flagsOf(c?.at(-1)) === 0x42),
  'fetch-of-no-row-hangs': asked([PREPARE('SELECT 1 LIMIT 0'), EXECUTE('', CURSOR), FETCH(1)], (answers) => answers.length === 2),
  'fetch-without-cursor-hangs': asked([PREPARE('SELECT 1'), FETCH(1)], (answers) => answers.length === 1),
  'no-cursor-unnamed': asked([PREPARE('SELECT 1'), FETCH(1)], ([, b]) => isErr(1421, b) && b?.join().includes(hexOf('(1)')) === false),
  'fetch-without-cursor-gives-no-rows': asked([PREPARE('SELECT 1'), FETCH(1)], ([, b]) => b?.[0] === 'fe00008200'),
  'cursor-stays-open-behind-last-row': cursor([FETCH(9), FETCH(9)], ([, , , d]) => d?.[0]?.startsWith('fe') === true),
  'error-closes-cursors': cursor([FETCH(1), sql('SELEC'), FETCH(1)], (answers) => isErr(1421, answers[4])),
  'execute-closes-all-cursors': cursor([PREPARE('SELECT 7'), EXECUTE('', { id: 2 }), FETCH(1)], (answers) => isErr(1421, answers[4])),
  'fetched-rows-hide-transaction': asked(
    [sql('BEGIN'), PREPARE(THREE), EXECUTE('', CURSOR), FETCH(1)],
    ([, , , d]) => flagsOf(d?.at(-1)) === 0x42,
  ),
  'cursors-share-position': cursor(
    [FETCH(2), PREPARE(THREE), EXECUTE('', { id: 2, flags: '01' }), FETCH(1, 2), FETCH(1)],
    (answers) => answers[6]?.[0] === '000002000000',
  ),
  'close-closes-all-cursors': cursor([PREPARE('SELECT 7'), CLOSE(2), FETCH(1)], ([, , , d]) => isErr(1421, d)),
  'reset-closes-all-cursors': cursor([PREPARE('SELECT 7'), RESET(2), FETCH(1)], (answers) => isErr(1421, answers[4])),
  'cursor-exists-stays': cursor([ping], ([, , c]) => c?.[0] === '00000042000000'),
  'last-row-sent-stays': cursor([FETCH(5), ping], ([, , , d]) => d?.[0] === '00000082000000'),
  'commit-closes-cursors': cursor([sql('COMMIT'), FETCH(1)], ([, , , d]) => isErr(1421, d)),
  'rollback-closes-cursors': cursor([sql('ROLLBACK'), FETCH(1)], ([, , , d]) => isErr(1421, d)),
  'cursor-reads-late': asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_cursor (id INT PRIMARY KEY)'),
      sql('INSERT INTO mywire_cursor VALUES (1), (2)'),
      PREPARE('SELECT * FROM mywire_cursor'),
      EXECUTE('', CURSOR),
      sql('DELETE FROM mywire_cursor'),
      FETCH(1),
    ],
    (answers) => answers[6]?.join() === 'fe00008200',
  ),
  'cursor-swallows-err': asked(
    [PREPARE(FAILS), EXECUTE('', CURSOR), FETCH(2)],
    ([, b, c]) => b?.at(-1) === 'fe00004200' && c?.length === 2,
  ),
  'cursor-hides-warnings': asked([PREPARE("SELECT CAST('x' AS SIGNED)"), EXECUTE('', CURSOR)], ([, b]) => b?.at(-1) === 'fe00004200'),
  'cursor-hides-index-flag': asked(
    [PREPARE("SELECT id FROM mywire.numbers WHERE name = 'two'"), EXECUTE('', CURSOR)],
    ([, b]) => b?.at(-1) === 'fe00004200',
  ),
  'cursor-sends-metadata-unasked': asked(
    [sql('SET resultset_metadata = NONE'), PREPARE('SELECT 1'), EXECUTE('', CURSOR)],
    ([, , c]) => c?.length === 3,
    OPTIONAL_METADATA,
  ),
  'cursor-beside-attributes-unopened': asked(
    [PREPARE('SELECT 1'), EXECUTE('00', { flags: '09' })],
    ([, b]) => b?.at(-1) === 'fe00000200',
    ATTRIBUTES,
  ),
  'cursor-flag-in-ok': asked([PREPARE('DO ?'), EXECUTE(ONE('0100', '07'), CURSOR)], ([, b]) => b?.join() === '00000042000000'),
  'init-db-closes-cursors': cursor([`02${hexOf('mywire')}`, FETCH(1)], ([, , , d]) => isErr(1421, d)),
  'query-closes-cursors': cursor([sql('DO 1'), FETCH(1)], ([, , , d]) => isErr(1421, d)),
  'execute-keeps-cursor': cursor([FETCH(2), EXECUTE('', CURSOR), FETCH(1)], (answers) => answers[4]?.[0] === '000003000000'),
  'execute-behind-reset-gives-no-rows': cursor([RESET(), EXECUTE()], ([, , , d]) => d?.length === 3),
  'execute-without-rows-answers-ok': asked([PREPARE('SELECT 1 LIMIT 0'), EXECUTE()], ([, b]) => isOk(b)),
  'execute-ok-without-warnings': asked(
    [sql('USE mywire'), PREPARE('DROP TEMPORARY TABLE IF EXISTS mywire_none'), EXECUTE()],
    ([, , c]) => c?.join() === '00000002000000',
  ),
  'execute-ok-without-info': asked(
    [sql('USE mywire'), sql('CREATE TEMPORARY TABLE mywire_info (id INT)'), PREPARE('INSERT INTO mywire_info VALUES (1), (2)'), EXECUTE()],
    (answers) => answers[3]?.[0] === '00020002000000',
  ),
  'execute-ok-without-counts': asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_prepared (id INT)'),
      PREPARE('INSERT INTO mywire_prepared VALUES (?)'),
      EXECUTE(ONE('0300', '07000000')),
    ],
    (answers) => answers[3]?.[0] === '00000002000000',
  ),
  'execute-runs-once': asked([PREPARE('SELECT 1'), EXECUTE(), EXECUTE()], ([, , c]) => isOk(c)),
  'reprepare-keeps-columns': reprepared((answer) => answer.length === 5),
  'reprepare-keeps-definitions': reprepared(
    (answer) => answer[1]?.includes(hexOf('id')) === true && answer.length === 5,
    'CHANGE COLUMN id other BIGINT',
  ),
  'reprepare-without-flag': reprepared((answer) => flagsOf(answer.at(-1)) === 2),
  'execute-without-rows-hides-more-results': asked(
    [sql('USE mywire'), PREPARE('CALL no_rows_first()'), EXECUTE()],
    ([, , c]) => c?.[3] === 'fe00000200',
    MULTI_RESULTS,
  ),
  'execute-without-more-results-flag': asked(
    [sql('USE mywire'), PREPARE('CALL two_results()'), EXECUTE()],
    ([, , c]) => c?.[4] === 'fe00000200',
    MULTI_RESULTS,
  ),
  'err-behind-results-missing': asked(
    [sql('USE mywire'), PREPARE('CALL fails_after_one()'), EXECUTE()],
    ([, , c]) => c?.at(-1)?.startsWith('fe') === true,
    MULTI_RESULTS,
  ),
  'out-parameters-without-flag': outParameter((answer) => flagsOf(answer[2]) === 0x0a),
  'out-parameters-flag-in-final-ok': outParameter((answer) => answer.at(-1) === '00000002100000'),
  'out-parameters-flag-stays': asked(
    [PREPARE('CALL one_out(?)'), EXECUTE('01010300'), ping],
    (answers) => answers.at(-1)?.join() === '00000002100000',
    PS_MULTI_RESULTS,
  ),
  'out-parameters-missing': outParameter(isOk),
  'out-parameters-unasked': outParameter((answer) => answer.length > 1, F),
  'binary-integers-big-endian': sends(ONE('0300', '01000000'), '00000001'),
  'binary-year-in-one-byte': sends(ONE('0d00', 'ea07'), 'ea'),
  'binary-mediumint-in-3-bytes': sends(ONE('0900', '01000000'), '010000'),
  'binary-decimal-zeros-lost': sends(ONE('f600', '03312e30'), '0131'),
  'binary-date-with-time': sends(ONE('0a00', '04ea070b1a'), '07ea070b1a000000'),
  'binary-midnight-with-time': sends(ONE('0c00', '04ea070b1a'), '07ea070b1a000000'),
  'binary-zero-date-as-null': asked([PREPARE('SELECT ?'), EXECUTE(ONE('0a00', '00'))], ([, b]) => rowsOf(b)[0] === '0004'),
  'binary-zero-date-with-bytes': sends(ONE('0a00', '00'), '0400000000'),
  'binary-microseconds-of-zero': sends(ONE('0c00', '07ea070b1a0c2238'), '0bea070b1a0c223800000000'),
  'binary-time-of-zero': sends(ONE('0b00', '00'), '080000000000000000'),
  'binary-float-of-six-digits': asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_f (f FLOAT)'),
      sql('INSERT INTO mywire_f VALUES (16777215)'),
      PREPARE('SELECT * FROM mywire_f'),
      EXECUTE(),
    ],
    ([, , , , e]) => rowsOf(e)[0] === '0000f0ff7f4b',
  ),
  'binary-float-rounded': sends(ONE('0400', '0000a03f'), '6666a63f'),
  'binary-float-as-double': sends(ONE('0400', '0000c03f'), '000000000000f83f'),
  'binary-double-of-float-digits': sends(ONE('0500', '9a9999999999b93f'), '000000a09999b93f'),
  'binary-double-as-float': sends(ONE('0500', '000000000000f83f'), '0000c03f'),
  'binary-decimal-as-double': sends(ONE('f600', '03312e35'), '08000000000000f83f'),
  'binary-dates-as-text': sends(ONE('0a00', '04ea070b1a'), lenenc('2026-11-26')),
  'binary-datetime-without-time': sends(ONE('0c00', '07ea070b1a0c2238'), '04ea070b1a'),
  'binary-years-below-1000-as-zero': sends(ONE('0a00', '04e7030c1f'), '0400000c1f'),
  'binary-datetime-without-microseconds': sends(ONE('0c00', '0bea070b1a0c2238140a0c00'), '07ea070b1a0c2238'),
  'binary-midnight-without-microseconds': sends(ONE('0c00', '0bea070b1a000000140a0c00'), '04ea070b1a'),
  'binary-time-below-a-second-as-zero': sends(ONE('0b00', '0c010000000000000001000000'), '00'),
  'binary-time-of-whole-days-as-zero': sends(ONE('0b00', '080102000000000000'), '00'),
  'binary-time-without-sign': sends(ONE('0b00', '080102000000010203'), '080002000000010203'),
  'binary-time-without-days': sends(ONE('0b00', '080102000000010203'), '080100000000010203'),
  'binary-strings-cut-at-nul': sends(TEXT('a\0b'), lenenc('a')),
  'binary-bit-as-number': sends(ONE('1000', '0203ff'), lenenc('1023')),
  'binary-enum-as-number': ofTypes('t_enum', (answer) => answer.startsWith('00000135')),
  'binary-json-reformatted': ofTypes('t_json', (answer) => answer.includes(hexOf('{"a":1}'))),
  'binary-geometry-without-srid': ofTypes('t_geometry', (answer) => answer.startsWith('0000150101')),
  'binary-length-in-three-bytes': sends(TEXT('a'), 'fc010061'),
  'binary-length-65536-in-two-bytes': asked(
    [PREPARE("SELECT REPEAT('x', 65536)"), EXECUTE()],
    (answers) => rowsOf(answers.at(-1))[0]?.startsWith('0000fc000078') === true,
  ),
  'binary-length-251-in-one-byte': asked(
    [PREPARE("SELECT REPEAT('x', 251)"), EXECUTE()],
    ([, b]) => rowsOf(b)[0]?.startsWith('0000fb78') === true,
  ),
  'prepare-sends-metadata-unasked': asked(
    [sql('SET resultset_metadata = NONE'), PREPARE('SELECT 1')],
    ([, b]) => b?.length === 2,
    OPTIONAL_METADATA,
  ),
  'prepare-sends-metadata-behind-flag-of-none': asked(
    [sql('SET resultset_metadata = NONE'), PREPARE('SELECT 1')],
    ([, b]) => b?.[0]?.endsWith('00') === true && b.length === 2,
    OPTIONAL_METADATA,
  ),
  'execute-sends-metadata-unasked': asked(
    [sql('SET resultset_metadata = NONE'), PREPARE('SELECT 1'), EXECUTE()],
    ([, , c]) => c?.length === 4,
    OPTIONAL_METADATA,
  ),
  'placeholders-counted-in-15-bits': asked([PREPARE(`DO ${'?,'.repeat(32_767)}?`)], ([a]) => a?.length === 1),
  // Behind them an EOF; in what comes sequence id 1 comes again.
  'placeholders-described-up-to-1024': asked([PREPARE(`DO ${'?,'.repeat(1024)}?`)], (answers) => answers.flat().length === 1026),
};

/** Asked of the server that speaks like MariaDB. */
export const preparedMariadbShows = {
  'last-statement-unknown': asked([PREPARE('DO 1'), EXECUTE('', { id: 0xffffffff })], ([, b]) => isErr(1243, b)),
  'last-statement-survives-refusal': asked([PREPARE('DO 1'), PREPARE('SELEC'), EXECUTE('', { id: 0xffffffff })], ([, , c]) => isOk(c)),
  'prepared-load-data-asks-for-no-file': asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_file (a INT)'),
      PREPARE("LOAD DATA LOCAL INFILE '/a' INTO TABLE mywire_file"),
      EXECUTE(),
    ],
    (answers) => isOk(answers[3]),
    LOCAL_FILES,
  ),
  'bulk-takes-first-row-only': bulk('000161000162', (ok) => ok.startsWith('0001')),
  'bulk-null-of-first-row-stays': bulk('01000161', (_ok, rows) => rows.includes('0132fb')),
  'bulk-types-forgotten': asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_prepared (word VARCHAR(20))'),
      PREPARE('INSERT INTO mywire_prepared VALUES (?)'),
      'fa010000008000fd00000161',
      'fa010000000000000162',
    ],
    (answers) => isErr(1210, answers[4]),
    F,
    BULK,
  ),
  'bulk-null-as-empty-string': bulk('01', (_ok, rows) => rows.includes('013100')),
  'bulk-default-as-null': bulk('02', (_ok, rows) => rows.includes('0131fb')),
  'bulk-ignore-as-null': bulk('03', (_ok, rows) => rows.includes('0131fb')),
  'bulk-unsigned-read-as-signed': bulk('00ffffffffffffffff', (ok, rows) => ok.startsWith('00') && rows.length < 6, '8000', '0880'),
  'bulk-ok-hides-transaction': asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_prepared (word VARCHAR(20))'),
      sql('BEGIN'),
      PREPARE('INSERT INTO mywire_prepared VALUES (?)'),
      'fa010000008000fd00000161',
    ],
    (answers) => answers[4]?.join() === '00010002000000',
    F,
    BULK,
  ),
  'bulk-select-answered': asked([PREPARE('SELECT ?'), `fa010000008000${'fd00'}000161`], ([, b]) => b?.length === 5, F & ~1, BULK),
  'bulk-without-rows-ok': bulk('', (ok) => ok.startsWith('0000')),
  'bulk-unit-results-missing': bulk('000161', (ok) => ok.startsWith('0001'), 'c000'),
} as const satisfies Partial<Record<keyof typeof prepared, Shows>>;

/** A parameter comes back in a row with these bytes. */
function sends(parameter: string, bytes: string): Shows {
  return asked([PREPARE('SELECT ?'), EXECUTE(parameter)], ([, answer]) => rowsOf(answer)[0] === `0000${bytes}`);
}

/** A column of mywire.types, of its first row. */
function ofTypes(column: string, shows: (row: string) => boolean): Shows {
  return asked([PREPARE(`SELECT ${column} FROM mywire.types ORDER BY id`), EXECUTE()], ([, b]) => shows(rowsOf(b)[0] ?? ''));
}

function reprepared(shows: (answer: Answer) => boolean, change = 'ADD COLUMN more INT DEFAULT 7'): Shows {
  return asked(
    [
      sql('USE mywire'),
      sql('CREATE TEMPORARY TABLE mywire_prepared (id INT)'),
      sql('INSERT INTO mywire_prepared VALUES (1)'),
      PREPARE('SELECT * FROM mywire_prepared'),
      sql(`ALTER TABLE mywire_prepared ${change}`),
      EXECUTE(),
    ],
    (answers) => shows(answers[5] ?? []),
  );
}

function outParameter(shows: (answer: Answer) => boolean, flags = PS_MULTI_RESULTS): Shows {
  return asked([sql('USE mywire'), PREPARE('CALL one_out(?)'), EXECUTE('01010300')], ([, , c]) => shows(c ?? []), flags);
}

/** A bulk execution of an INSERT of strings, and the text rows that are there behind it. */
function bulk(rows: string, shows: (answer: string, rows: Answer) => boolean, flags = '8000', type = 'fd00'): Shows {
  const types = flags === '0000' ? '' : type;
  return asked(
    [
      sql('USE mywire'),
      sql("CREATE TEMPORARY TABLE mywire_prepared (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(20) DEFAULT 'none')"),
      PREPARE('INSERT INTO mywire_prepared (word) VALUES (?)'),
      `fa01000000${flags}${types}${rows}`,
      sql('SELECT * FROM mywire_prepared'),
    ],
    (answers) => shows(answers[3]?.[0] ?? '', answers[4] ?? []),
    F,
    BULK,
  );
}
