/** What the defects of commands and statements show: administration, statement, query-attributes. */
import { Buffer } from 'node:buffer';
import { setTimeout as pause } from 'node:timers/promises';
import { nativePasswordScramble } from '../../auth/native-password.ts';
import type { DefectName } from '../defects/index.ts';
import { asks, payload } from './asking.ts';
import { type BareClient, hex, PING, packet, QUIT, query, response41, SILENCE_MS, z } from './bare-client.ts';
import {
  ATTRS,
  afterLogin,
  behindVersion,
  check,
  code,
  DB,
  DEPRECATE_EOF,
  F,
  field,
  greeting,
  isOk,
  native,
  OK,
  on,
  PLUGIN,
  type Shows,
  text,
} from './shows.ts';

const QUERY_ATTRIBUTES = F | 0x8000000;
const IGNORE_SPACE = F | 0x100;
const NO_SCHEMA = F | 0x10;
const INTERACTIVE = F | 0x400;
const FROM_LATIN1 = 'SET character_set_client = latin1';

/** The packets without their sequence ids. */
const bare = (packets: readonly string[]): string[] => packets.map((one) => one.slice(one.indexOf(':') + 1));
const answers = (bytes: Uint8Array, shows: (payloads: string[]) => boolean, flags = F): Shows =>
  afterLogin(bytes, (packets) => shows(bare(packets)), flags);
const first = (bytes: Uint8Array, shows: (payload: string) => boolean, flags = F): Shows => answers(bytes, ([a = '']) => shows(a), flags);
const isEof = (payload: string): boolean => payload === 'fe00000200';
const refusedAs = (errorCode: number) => (payload: string) => code(payload) === errorCode;

/** The same in the database mywire. */
const inDatabase = (bytes: Uint8Array, shows: (payloads: string[]) => boolean, flags = DB): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(flags, `${check}00${z('mywire')}`));
    await c.next();
    c.send(bytes);
    return shows(bare(await c.all()));
  });
const WRITES = "INSERT INTO mywire.words (word) VALUES ('x')";
const fieldList = (table: string, wildcard = ''): Buffer => packet(`04${z(table)}${Buffer.from(wildcard).toString('hex')}`);

/** Logs in, and gives the thread id of the greeting. */
async function enter(c: BareClient): Promise<number> {
  const payload = (await c.next())?.payload ?? Buffer.alloc(44);
  c.send(response41(F, `${check}00`));
  await c.next();
  return hex(field(payload, 0, 4)).readUInt32LE();
}

const characterSets = query(
  "SELECT CONCAT_WS('/', @@character_set_client, @@character_set_connection, @@character_set_results, @@collation_connection)",
);
/** What the session says of its character sets, after a login with this collation. */
const inCollation = (collation: string, shows: (payloads: string[]) => boolean): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(F, `${check}00`, { collation }));
    await c.next();
    c.send(characterSets);
    return shows(bare(await c.all()));
  });

/** What is seen of two connections, the second with the id of the first. */
const both =
  (look: (victim: BareClient, other: BareClient, id: number) => Promise<boolean>): Shows =>
  async (dial) => {
    const [victim, other] = [dial(), dial()];
    const id = await enter(victim);
    await enter(other);
    return look(victim, other, id);
  };

/** As the account with a password, which may do more. */
const asMywire = (bytes: Uint8Array, shows: (payload: string) => boolean): Shows =>
  on(async (c) => {
    const payload = (await c.next())?.payload ?? Buffer.alloc(64);
    const at = behindVersion(payload);
    const scramble = Buffer.concat([payload.subarray(at + 4, at + 12), payload.subarray(at + 31, at + 43)]);
    const proof = Buffer.from(nativePasswordScramble('mywire-secret', scramble)).toString('hex');
    c.send(response41(PLUGIN, `${z('mywire')}14${proof}${native}`));
    await c.next();
    c.send(bytes);
    return shows((await c.next())?.hex ?? '');
  });

/** COM_QUERY with query attributes in hex. */
const withAttributes = (attributes: string, statement = 'SELECT 1'): Buffer =>
  packet(`03${attributes}${Buffer.from(statement).toString('hex')}`);
/** One attribute, a="b". */
const one = '0101 00 01 fe00 0161 0162';
const named = (count: number, type: string, values: string): string =>
  `${count.toString(16).padStart(2, '0')}01${'00'.repeat(Math.ceil(count / 8))}01${`${type}0161`.repeat(count)}${values}`;
const isResultset = (payload: string): boolean => payload === '01';

/** The ERR for a row with these values. */
const refusesValue = (values: string, shows: (answer: string) => boolean): Shows =>
  inDatabase(
    Buffer.concat([query('CREATE TEMPORARY TABLE mywire_key (a INT)'), query(`INSERT INTO mywire_key VALUES (${values})`)]),
    ([, b = '']) => shows(b),
  );

export const commandShows = {
  'field-list-without-defaults': inDatabase(fieldList('numbers'), ([a]) => a?.endsWith('0130') === false),
  'field-list-ignores-wildcard': inDatabase(fieldList('numbers', 'n%'), (all) => all.length === 3),
  'field-list-of-unknown-table': inDatabase(fieldList('nope'), ([a = '']) => isEof(a)),
  'field-list-without-database': first(fieldList('numbers'), refusedAs(1146)),
  'field-list-behind-with-ok': answers(
    Buffer.concat([
      query('WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i FROM n'),
      fieldList('numbers'),
    ]),
    (all) => isOk(all.at(-1) ?? ''),
  ),
  'field-list-eof-for-ok': inDatabase(fieldList('numbers'), (all) => isEof(all.at(-1) ?? ''), DB | DEPRECATE_EOF),
  'field-list-long-name-closes': inDatabase(fieldList('t'.repeat(65)), (all) => all.length === 0),
  'field-list-long-name-stops-server': inDatabase(fieldList('t'.repeat(256)), (all) => all.length === 0),
  'field-list-follows-paths': inDatabase(fieldList('../mysql/user'), (all) => all.length === 3),
  'subscribe-stream-ok': first(packet('21'), isOk),
  'create-db-ok': first(packet('0561'), isOk),
  'drop-db-ok': first(packet('0661'), isOk),
  'debug-without-privilege': first(packet('0d'), isEof),
  'clone-without-privilege': first(packet('20'), isEof),
  'removed-command-answered': first(packet('0a'), (a) => a === '09'),
  'set-option-ignored': answers(Buffer.concat([packet('1b0000'), query('SELECT 1; SELECT 2')]), ([, b = '']) => code(b) === 1064),
  'long-set-option-unanswered': answers(packet('1b00002a'), (all) => all.length === 0),
  'set-option-read-in-one-byte': first(packet('1b0001'), isEof),
  'set-option-takes-any': first(packet('1b0200'), isEof),
  'set-option-answers-ok': first(packet('1b0000'), isOk),
  'set-option-eof-for-ok': first(packet('1b0000'), isEof, DEPRECATE_EOF),
  'truncated-commands-close': answers(packet('1b'), (all) => all.length === 0),
  'init-db-without-name-forgets': inDatabase(Buffer.concat([packet('02'), query('SELECT DATABASE()')]), (all) => all.includes('fb')),
  'kill-ignored': both(async (victim, other, id) => {
    other.send(query(`KILL ${id}`));
    return (await victim.ending(SILENCE_MS)) === 'open';
  }),
  'kill-lets-statement-end': both(async (victim, other, id) => {
    victim.send(query('SELECT SLEEP(0.3)'));
    await pause(100);
    other.send(query(`KILL ${id}`));
    return (await victim.all()).length > 0;
  }),
  'kill-reads-comments': both(async (victim, other, id) => {
    other.send(query(`KILL /*QUERY*/ ${id}`));
    return (await victim.ending(SILENCE_MS)) === 'open';
  }),
  'kill-loses-next-command': both(async (_victim, other, id) => {
    other.send(Buffer.concat([query(`KILL ${id}`), PING]));
    return (await other.all()).length === 1;
  }),
  'kill-unknown-id-ok': first(query('KILL 99999999'), isOk),
  // It has not logged in, so it belongs to nobody.
  'kill-of-another-user-ok': async (dial) => {
    const [victim, other] = [dial(), dial()];
    const payload = (await victim.next())?.payload ?? Buffer.alloc(44);
    await enter(other);
    other.send(query(`KILL ${hex(field(payload, 0, 4)).readUInt32LE()}`));
    return isOk((await other.next())?.hex);
  },
  'kill-query-ignored': both(async (victim, other, id) => {
    victim.send(query('SELECT 1 FROM mywire.numbers WHERE SLEEP(0.2)'));
    await pause(50);
    other.send(query(`KILL QUERY ${id}`));
    return isEof(bare(await victim.all()).at(-1) ?? '');
  }),
  'kill-query-ends-connection': both(async (victim, other, id) => {
    other.send(query(`KILL QUERY ${id}`));
    return (await victim.ending(SILENCE_MS)) === 'fin';
  }),
  'kill-query-hits-next-statement': both(async (victim, other, id) => {
    other.send(query(`KILL QUERY ${id}`));
    await other.next();
    victim.send(query('SELECT 2'));
    return code((await victim.next())?.hex) === 1317;
  }),
  'kill-query-hits-one-more': both(async (victim, other, id) => {
    victim.send(query('SELECT 1 FROM mywire.numbers WHERE SLEEP(5)'));
    await pause(50);
    other.send(query(`KILL QUERY ${id}`));
    await victim.all();
    victim.send(query('SELECT 2'));
    return code((await victim.next())?.hex) === 1317;
  }),
  'kill-own-query-ok': both(async (victim, _other, id) => {
    victim.send(query(`KILL QUERY ${id}`));
    return isOk((await victim.next())?.hex);
  }),
  'kill-own-connection-survives': both(async (victim, _other, id) => {
    victim.send(query(`KILL ${id}`), PING);
    await victim.next();
    return isOk((await victim.next())?.hex);
  }),
  'kill-own-connection-ok': both(async (victim, _other, id) => {
    victim.send(query(`KILL ${id}`));
    return isOk((await victim.next())?.hex) && (await victim.ending()) === 'fin';
  }),
  'keeps-closed-connections': both(async (victim, other, id) => {
    victim.send(QUIT);
    await victim.ending();
    other.send(query(`KILL ${id}`));
    return isOk((await other.next())?.hex);
  }),

  'comment-is-no-statement': first(query('/* x */'), refusedAs(1065)),
  'statement-err-hy000': first(query('SELEC'), (a) => text(a).slice(3, 9) === '#HY000'),
  'statement-err-says-nothing': first(query('SELEC'), (a) => text(a).endsWith('Something went wrong')),
  'long-identifier-unknown-table': first(query(`SELECT * FROM mywire.${'t'.repeat(65)}`), refusedAs(1146)),
  'privilege-denied-as-login': first(query('CREATE DATABASE x'), refusedAs(1045)),
  'syntax-error-shows-everything': first(query(`SELEC ${'b'.repeat(300)}`), (a) => a.length > 800),
  'syntax-error-shows-one-word': first(query('SELECT 1 a\nb FROM DUAL'), (a) => text(a).endsWith("near 'b' at line 2")),
  'syntax-error-on-line-1-always': first(query('SELECT 1 a\nb'), (a) => text(a).endsWith("near 'b' at line 1")),
  'statement-cut-at-nul': first(query('SELECT 1\0x'), isResultset),
  'invalid-characters-close': answers(query("SELECT '\xff\xfe'"), (all) => all.length === 0),
  'value-refused-hy000': refusesValue('NULL', (a) => text(a).slice(3, 9) === '#HY000'),
  'value-refused-without-column': refusesValue('NULL', (a) => text(a).endsWith('Column cannot be null')),
  'value-refused-in-row-1-always': refusesValue('1), (2147483648', (a) => text(a).endsWith('at row 1')),
  'duplicate-key-unnamed': inDatabase(
    Buffer.concat([query('CREATE TEMPORARY TABLE mywire_key (a INT)'), query('INSERT INTO mywire_key VALUES (1), (1)')]),
    ([, b = '']) => text(b).endsWith("Duplicate entry '1'"),
  ),
  'unknown-table-without-database': first(query('SELECT * FROM mywire.nowhere'), (a) => text(a).endsWith("Table 'nowhere' doesn't exist")),
  'duplicate-key-42000': inDatabase(
    Buffer.concat([query('CREATE TEMPORARY TABLE mywire_key (a INT)'), query('INSERT INTO mywire_key VALUES (1), (1)')]),
    ([, b = '']) => text(b).slice(3, 9) === '#42000',
  ),
  'message-in-utf8-always': first(query('SELECT `\xe9`'), (a) => a.includes('c3a9')),
  'message-in-latin1-always': first(query('SELECT `\xc3\xa9`'), (a) => !a.includes('c3a9') && a.includes('e9')),
  'signal-warning-fails': first(query("SIGNAL SQLSTATE '01000'"), refusedAs(1644)),
  'read-only-transaction-writes': answers(
    Buffer.concat([query('BEGIN READ ONLY'), query(WRITES)]),
    (all) => all.at(-1)?.startsWith('0001') === true,
  ),
  'refused-write-ends-transaction': answers(
    Buffer.concat([query('BEGIN READ ONLY'), query(WRITES), PING]),
    (all) => code(all.at(-2)) === 1792 && all.at(-1) === OK,
  ),
  'read-only-transaction-refuses-temporary-tables': inDatabase(
    Buffer.concat([query('CREATE TEMPORARY TABLE mywire_x (a INT)'), query('BEGIN READ ONLY'), query('INSERT INTO mywire_x VALUES (1)')]),
    (all) => code(all.at(-1)) === 1792,
  ),
  'empty-attribute-swallows-the-next': on(async (c) => {
    await c.next();
    c.send(response41(ATTRS, `${check}00${native}07016300016101 62`));
    await c.next();
    const from = 'performance_schema.session_account_connect_attrs';
    c.send(query(`SELECT ATTR_VALUE FROM ${from} WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'a'`));
    return !bare(await c.all()).includes('0162');
  }),
  'signal-without-own-code': first(query("SIGNAL SQLSTATE '45123' SET MESSAGE_TEXT = 'x', MYSQL_ERRNO = 4321"), refusedAs(1644)),
  'signal-without-own-sqlstate': first(query("SIGNAL SQLSTATE '45123'"), (a) => text(a).slice(3, 9) === '#45000'),
  'signal-message-cut': first(query(`SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${'m'.repeat(65)}'`), (a) =>
    text(a).endsWith(`#45000${'m'.repeat(64)}`),
  ),
  'warning-count-zero': first(query("SIGNAL SQLSTATE '01000'"), isOk),
  'warnings-not-shown': answers(
    Buffer.concat([query("SIGNAL SQLSTATE '01000'"), query('SHOW WARNINGS')]),
    (all) => all.length === 1 + 1 + 3 + 1 + 1,
  ),
  'client-character-set-ignored': asks(
    [FROM_LATIN1, "SELECT 'caf\xe9'"],
    ([, , , one]) => payload(one).toString('latin1') === '\x04caf\xe9',
  ),
  'parameter-in-utf8-always': asks(
    [FROM_LATIN1, packet(Buffer.from('\x16SELECT ?', 'latin1')), packet('17 01000000 00 01000000 00 01 fd00 01 e9')],
    (all) => all.some((one) => payload(one).toString('hex') === '000001e9'),
  ),
  'client-collation-ignored': inCollation('08', (all) => all.some((a) => text(a).endsWith('utf8mb4_general_ci'))),
  'client-collation-is-the-default-of-its-set': inCollation('2e', (all) => all.some((a) => text(a).endsWith('utf8mb4_general_ci'))),
  'drops-commands-during-statement': on(async (c) => {
    await enter(c);
    c.send(query('SELECT SLEEP(0.2)'));
    await pause(50);
    c.send(PING);
    return !(await c.all()).includes(`1:${OK}`);
  }),
  'err-ends-transaction': answers(Buffer.concat([query('BEGIN'), query('SELEC'), PING]), (all) => all.at(-1) === OK),
  'ignore-space-ignored': first(query('SELECT COUNT (*)'), refusedAs(1064), IGNORE_SPACE),
  'ignore-space-always': first(query('SELECT COUNT (*)'), isResultset),
  'no-schema-ignored': first(query('SELECT mywire.numbers.id FROM mywire.numbers'), isResultset, NO_SCHEMA),
  'interactive-ignored': answers(query('SELECT @@wait_timeout = @@interactive_timeout'), (all) => all.includes('0130'), INTERACTIVE),
  'database-loses-attributes': on(async (c) => {
    await c.next();
    c.send(response41(DB | ATTRS, `${check}00${z('mywire')}${native}0401610162`));
    await c.next();
    const from = 'performance_schema.session_account_connect_attrs';
    c.send(query(`SELECT ATTR_VALUE FROM ${from} WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'a'`));
    return !bare(await c.all()).includes('0162');
  }),
  'unknown-variable-unnamed': first(query('SELECT @@nowhere'), (a) => code(a) === 1193 && !text(a).includes('nowhere')),
  'attributes-forgotten': on(async (c) => {
    await c.next();
    c.send(response41(ATTRS, `${check}00${native}0401610162`));
    await c.next();
    const from = 'performance_schema.session_account_connect_attrs';
    c.send(query(`SELECT ATTR_VALUE FROM ${from} WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'a'`));
    return !bare(await c.all()).includes('0162');
  }),
  'max-packet-size-refuses-answers': on(async (c) => {
    await c.next();
    c.send(packet(`00820000 01000000 21 ${'00'.repeat(23)} ${check} 00`, 1));
    await c.next();
    c.send(query("SELECT REPEAT('x', 9)"));
    return code((await c.next())?.hex) === 1153;
  }),
  'statements-share-status': both(async (victim, other) => {
    victim.send(query('BEGIN'));
    await victim.next();
    other.send(PING);
    return (await other.next())?.hex === '00000003000000';
  }),
  'version-differs': answers(query('SELECT @@version'), (all) => all.some((a) => text(a).endsWith('-other'))),
  'version-behind-its-prefix-differs': answers(query('SELECT @@version'), (all) => all.some((a) => text(a).endsWith('10.11.9-MariaDB'))),
  'version-10-without-its-prefix': greeting((payload) => payload.toString('latin1', 1, 7) === '10.11.'),
  'version-prefixed-in-vain': greeting((payload) => payload.toString('latin1', 1, 7) === '5.5.5-'),

  'query-attributes-in-statement': first(withAttributes(one), refusedAs(1064), QUERY_ATTRIBUTES),
  'eight-attributes-malformed': first(withAttributes(named(8, 'fe00', '0162'.repeat(8))), refusedAs(1835), QUERY_ATTRIBUTES),
  'null-attributes-behind-the-eighth-have-values': first(
    withAttributes(`0901000101${'fe000161'.repeat(9)}${'0162'.repeat(8)}`),
    refusedAs(1835),
    QUERY_ATTRIBUTES,
  ),
  'nine-attributes-malformed': first(withAttributes(named(9, 'fe00', '0162'.repeat(9))), refusedAs(1835), QUERY_ATTRIBUTES),
  'null-attribute-malformed': first(withAttributes('0101 01 01 fe00 0161'), refusedAs(1835), QUERY_ATTRIBUTES),
  'typed-attribute-malformed': first(withAttributes(named(1, '0100', '07')), refusedAs(1835), QUERY_ATTRIBUTES),
  'long-attribute-malformed': first(withAttributes(named(1, 'fe00', `fcfb00${'78'.repeat(251)}`)), refusedAs(1835), QUERY_ATTRIBUTES),
  'nameless-attribute-malformed': first(withAttributes('0101 00 01 fe00 00 0162'), refusedAs(1835), QUERY_ATTRIBUTES),
  'attribute-behind-null-is-null': answers(
    withAttributes('0201 01 01 fe000161 fe000162 0178', "SELECT mysql_query_attribute_string('b')"),
    (all) => all.includes('fb'),
    QUERY_ATTRIBUTES,
  ),
  'null-attribute-value-expected': first(withAttributes('0101 01 01 fe00 0161'), refusedAs(1835), QUERY_ATTRIBUTES),
  'unsigned-attribute-malformed': first(withAttributes(named(1, '0180', '07')), refusedAs(1835), QUERY_ATTRIBUTES),
  'attribute-of-no-time-malformed': first(withAttributes(named(1, '0b00', '00')), refusedAs(1835), QUERY_ATTRIBUTES),
  'repeated-attribute-malformed': first(withAttributes('0201 00 01 fe000161 fe000161 0162 0163'), refusedAs(1835), QUERY_ATTRIBUTES),
  'attribute-set-count-ignored': first(withAttributes('0002'), isResultset, QUERY_ATTRIBUTES),
  'broken-attributes-ignored': first(withAttributes('0101 00 00'), isResultset, QUERY_ATTRIBUTES),
  'broken-attributes-close': answers(withAttributes('0101 00 00'), (all) => all.length === 0, QUERY_ATTRIBUTES),
  'query-attributes-unasked': first(withAttributes('0001'), isResultset),
  'execute-loses-attributes': answers(
    Buffer.concat([
      packet(Buffer.from("\x16SELECT mysql_query_attribute_string('a')", 'latin1')),
      packet('17 01000000 08 01000000 01 00 01 fe00 0161 0162'),
    ]),
    (all) => all.at(-2)?.startsWith('0004') === true,
    QUERY_ATTRIBUTES,
  ),
  'query-attribute-lost': answers(
    withAttributes(one, "SELECT mysql_query_attribute_string('a')"),
    (all) => all.includes('fb'),
    QUERY_ATTRIBUTES,
  ),
  'query-attributes-of-first-statement-only': answers(
    withAttributes(one, "SELECT mysql_query_attribute_string('a'); SELECT mysql_query_attribute_string('a')"),
    (all) => all.filter((value) => value === '0162').length === 1,
    QUERY_ATTRIBUTES | 0x10000,
  ),
  'query-attribute-of-any-name': answers(
    withAttributes(one, "SELECT mysql_query_attribute_string('z')"),
    (all) => all.includes('0162'),
    QUERY_ATTRIBUTES,
  ),
  'query-attributes-kept': answers(
    Buffer.concat([withAttributes(one), withAttributes('0001', "SELECT mysql_query_attribute_string('a')")]),
    (all) => all.includes('0162'),
    QUERY_ATTRIBUTES,
  ),
} as const satisfies Partial<Record<DefectName, Shows>>;

/** With extended capabilities of MariaDB, in the database mywire: bytes sent behind the login. */
const extended = (flags: string, bytes: Uint8Array, shows: (payloads: string[]) => boolean, capabilities = DB): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(capabilities, `${check}00${z('mywire')}`, { filler: `${'00'.repeat(23 - flags.length / 2)}${flags}` }));
    const answer = await c.next();
    if (!isOk(answer?.hex)) return shows([answer?.hex ?? '']);
    c.send(bytes);
    return shows(bare(await c.all()));
  });
const PROGRESS = '01000000';
const METADATA = '08000000';
const CACHE = '10000000';
const SELECT = 'SELECT * FROM mywire_prepared';
/** A table of one row, and a statement that reads it. */
const preparedTable = [
  query('CREATE TEMPORARY TABLE mywire_prepared (id INT)'),
  query('INSERT INTO mywire_prepared VALUES (1)'),
  packet(`16${Buffer.from(SELECT).toString('hex')}`),
];
const reshape = query('ALTER TABLE mywire_prepared ADD COLUMN more INT DEFAULT 7');
const EXECUTE = packet('17 01000000 00 01000000');
/** json, told as a format. */
const JSON_FORMAT = '0601046a736f6e';
const json = query("SELECT JSON_OBJECT('a', 1)");
const alter = Buffer.concat([
  query('CREATE TEMPORARY TABLE mywire_maria (a INT)'),
  query('INSERT INTO mywire_maria (b) VALUES (1)'),
  query('ALTER TABLE mywire_maria ADD c INT, ALGORITHM = COPY'),
]);
const reports = (payloads: readonly string[]): string[] => payloads.filter((a) => a.startsWith('ffffff'));

const extendedShows = {
  'extended-capabilities-refused': extended(PROGRESS, PING, ([a = '']) => code(a) === 1043),
  'any-extended-capability-is-all': extended(PROGRESS, query('SELECT 1'), ([a]) => a === '0101'),
  'unknown-extended-capabilities-refused': extended('00ffffff', PING, ([a = '']) => code(a) === 1043),
  'extended-capabilities-one-byte-early': extended('0808080800000000', json, ([, b = '']) => b.includes(JSON_FORMAT)),
  'extended-capabilities-of-a-mysql-client-taken': extended(METADATA, json, ([, b = '']) => b.includes(JSON_FORMAT), DB | 1),
  'extended-metadata-empty': extended(METADATA, json, ([, b = '']) => b.includes('312900000c')),
  'extended-metadata-of-all': extended(METADATA, query('SELECT 1'), ([, b = '']) => b.includes(JSON_FORMAT)),
  'extended-metadata-type-for-format': extended(METADATA, json, ([, b = '']) => b.includes('0600046a736f6e')),
  'extended-metadata-missing': extended(METADATA, query('SELECT 1'), ([, b = '']) => b.includes('0131000c')),
  'extended-metadata-missing-in-execute': extended(
    METADATA,
    Buffer.concat([packet(Buffer.from('\x16SELECT 1', 'latin1')), EXECUTE]),
    (all) => all.filter((a) => a.includes('0131000c')).length === 1,
  ),
  'cache-metadata-byte-missing': extended(CACHE, query('SELECT 1'), ([a]) => a === '01'),
  'cache-metadata-byte-zero': extended(CACHE, query('SELECT 1'), ([a]) => a === '0100'),
  'cache-metadata-byte-two': extended(CACHE, query('SELECT 1'), ([a]) => a === '0102'),
  'cache-metadata-sent-again': extended(CACHE, Buffer.concat([...preparedTable, EXECUTE]), (all) => !all.includes('0100')),
  'cache-metadata-sent-again-with-a-cursor': extended(
    CACHE,
    Buffer.concat([...preparedTable, packet('17 01000000 01 01000000')]),
    (all) => !all.includes('0100'),
  ),
  'cache-metadata-of-another-character-set': extended(
    CACHE,
    Buffer.concat([packet(Buffer.from("\x16SELECT 'a'", 'latin1')), query('SET NAMES latin1'), EXECUTE]),
    (all) => all.includes('0100'),
  ),
  'cache-metadata-of-columns-changed-later': extended(CACHE, Buffer.concat([...preparedTable, EXECUTE, reshape, EXECUTE]), (all) =>
    all.includes('0200'),
  ),
  'cache-metadata-of-changed-columns': extended(CACHE, Buffer.concat([...preparedTable, reshape, EXECUTE]), (all) => all.includes('0200')),
  'progress-missing': extended(PROGRESS, alter, (all) => reports(all).length === 0),
  'progress-unasked': extended('00000000', alter, (all) => reports(all).length > 0),
  'progress-in-spite-of-zero': extended(
    PROGRESS,
    Buffer.concat([query('SET progress_report_time = 0'), alter]),
    (all) => reports(all).length > 0,
  ),
  'progress-stage-past-the-last': extended(PROGRESS, alter, (all) => reports(all)[0]?.startsWith('ffffff010302') === true),
  'progress-as-the-manual': extended(PROGRESS, alter, (all) => reports(all)[0]?.startsWith('ffffff0202') === true),
  'ansi-quotes-unmarked': first(query("SET sql_mode = 'ANSI_QUOTES'"), isOk),
  'set-statement-unmarked': answers(
    query("SET STATEMENT sql_mode = 'NO_BACKSLASH_ESCAPES' FOR SELECT 1"),
    (all) => all.at(-1) === 'fe00000200',
  ),
  'set-statement-ignored': answers(query('SET STATEMENT max_statement_time = 7 FOR SELECT @@max_statement_time'), (all) =>
    all.some((payload) => payload === `08${Buffer.from('0.000000').toString('hex')}`),
  ),
  'set-statement-lasts': answers(
    Buffer.concat([query("SET STATEMENT sql_mode = 'NO_BACKSLASH_ESCAPES' FOR SELECT 1"), PING]),
    (all) => all.at(-1) === '00000002020000',
  ),
  'returning-answers-ok': extended(
    '00000000',
    Buffer.concat([query('CREATE TEMPORARY TABLE mywire_maria (a INT)'), query('INSERT INTO mywire_maria (b) VALUES (1) RETURNING a, b')]),
    (all) => all.length === 2,
  ),
  'returning-after-delete-empty': extended(
    '00000000',
    Buffer.concat([
      query('CREATE TEMPORARY TABLE mywire_maria (a INT)'),
      query('INSERT INTO mywire_maria (b) VALUES (1)'),
      query('DELETE FROM mywire_maria WHERE a = 1 RETURNING b'),
    ]),
    (all) => !all.includes('0131'),
  ),
  'returning-inserts-nothing': extended(
    '00000000',
    Buffer.concat([
      query('CREATE TEMPORARY TABLE mywire_maria (a INT)'),
      query('INSERT INTO mywire_maria (b) VALUES (1) RETURNING a, b'),
      query('SELECT COUNT(*) FROM mywire_maria'),
    ]),
    (all) => all.includes('0130'),
  ),
  'returning-delete-takes-all': extended(
    '00000000',
    Buffer.concat([
      query('CREATE TEMPORARY TABLE mywire_maria (a INT)'),
      query('INSERT INTO mywire_maria (b) VALUES (1), (2)'),
      query('DELETE FROM mywire_maria WHERE a = 1 RETURNING b'),
      query('SELECT COUNT(*) FROM mywire_maria'),
    ]),
    (all) => all.includes('0130'),
  ),
} as const satisfies Partial<Record<DefectName, Shows>>;

/** Those that only the server that speaks like MariaDB has. */
export const mariadbCommandShows = {
  'truncated-refresh-closes': answers(packet('07'), (all) => all.length === 0),
  'refresh-without-privilege': first(packet('0701'), isOk),
  'refresh-answers-eof': asMywire(packet('0700'), isEof),
  'shutdown-without-privilege': first(packet('08'), isEof),
  'process-info-empty': answers(packet('0a'), (all) => all.length === 12),
  'process-info-eof-in-spite-of-deprecate-eof': answers(packet('0a'), (all) => all.at(-1) === 'fe00000200', DEPRECATE_EOF),
  'process-info-as-the-table': answers(packet('0a'), (all) => all[1]?.includes('024944') === true),
  ...extendedShows,
} as const satisfies Partial<Record<DefectName, Shows>>;
