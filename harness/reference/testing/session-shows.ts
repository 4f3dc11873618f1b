import { Buffer } from 'node:buffer';
import { nativePasswordScramble } from '../../auth/native-password.ts';
import type { session } from '../defects/session.ts';
import type { tracking } from '../defects/tracking.ts';
import { affectedRows, asks, enter, isErr, payload, rest, row, say, sequenceId, statusOf } from './asking.ts';
import { type BareClient, packet, response41, z } from './bare-client.ts';
import { check, F, native, on, PLUGIN, type Shows } from './shows.ts';

const ATTRS = PLUGIN | 0x100000;
const TRACK = F | 0x800000;
const RESET = packet('1f');
const INFORMATION = 'USE information_schema';
const OPTIONAL = 0x2000000;
const NONE = 'SET resultset_metadata = NONE';
/** A column count behind which no definitions follow. */
const isBare = (packet: string | undefined): boolean => payload(packet).toString('hex') === '0100';
/** A resultset of one row, and the EOFs that DEPRECATE_EOF leaves out. */
const endsInEof = (all: readonly string[]): boolean => all.length === 5 && payload(all.at(-1)).length === 5;
const table = 'CREATE TEMPORARY TABLE mywire_x (id INT AUTO_INCREMENT PRIMARY KEY, n INT)';
const insert = 'INSERT INTO mywire_x (n) VALUES (1)';
const begun = ['BEGIN', "INSERT INTO mywire.words (word) VALUES ('x')"];
const howMany = "SELECT COUNT(*) FROM mywire.words WHERE word = 'x'";
const load = "LOAD DATA LOCAL INFILE 'x' INTO TABLE mywire_x";
/** A lock of each show's own: they are asked for side by side, of one server. */
const lock = (name: string): string => `SELECT GET_LOCK('${name}', 0)`;
const matches = [table, insert, 'UPDATE mywire_x SET n = 1'];
const isFree = (name: string): string => `SELECT IS_FREE_LOCK('${name}')`;

interface Change {
  readonly user?: string;
  readonly database?: string;
  readonly collation?: string;
  readonly plugin?: string;
  readonly attributes?: string;
}
const change = ({ user = check, database = '', collation = '2d00', plugin = native, attributes = '' }: Change = {}): Buffer =>
  packet(`11 ${user} 00 ${z(database)} ${collation} ${plugin} ${attributes}`);

/** COM_CHANGE_USER and what answers it: an empty proof where the server asks for one. */
async function changes(c: BareClient, request = change()): Promise<string[]> {
  const answer = await say(c, request);
  if (payload(answer[0])[0] !== 0xfe) return answer;
  return [...answer, ...(await say(c, packet('', sequenceId(answer[0]) + 1)))];
}

/** These statements, COM_CHANGE_USER, and the answer to the last statement. */
const changed = (statements: readonly string[], last: string, shows: (all: readonly string[]) => boolean, request = change()): Shows =>
  on(async (c) => {
    await enter(c, PLUGIN);
    for (const one of statements) await say(c, one);
    await changes(c, request);
    return shows(await say(c, last));
  });
/** The same of a client with these flags. */
const changedWith = (
  flags: number,
  last: string | Uint8Array,
  shows: (all: readonly string[]) => boolean,
  before: readonly string[] = [],
  behind: readonly (string | Uint8Array)[] = [],
): Shows =>
  on(async (c) => {
    await enter(c, flags);
    for (const one of before) await say(c, one);
    await changes(c);
    for (const one of behind) await say(c, one);
    return shows(await say(c, last));
  });
/** The answer to COM_CHANGE_USER itself. */
const changing = (
  shows: (all: readonly string[], c: BareClient) => boolean | Promise<boolean>,
  request = change(),
  flags = PLUGIN,
): Shows =>
  on(async (c) => {
    await enter(c, flags);
    return shows(await changes(c, request), c);
  });
const first =
  (is: string) =>
  (all: readonly string[]): boolean =>
    payload(all[3]).toString('latin1') === is;
/** COM_QUERY with no attribute in front: without QUERY_ATTRIBUTES that is no statement. */
const ATTRIBUTES = 0x8000000;
const noAttributes = packet(Buffer.from('\x03\x00\x01SELECT 1', 'latin1'));
const METADATA = 0x2000000;
const bareCount = (all: readonly string[]): boolean => payload(all[0]).toString('hex') === '01';
/** MULTI_RESULTS, PS_MULTI_RESULTS; and a CALL without its OUT parameters. */
const OUT = 0x60000;
const CALL = packet(Buffer.from('\x16CALL mywire.one_out(?)', 'latin1'));
const CALLED = packet('17 01000000 00 01000000 01 01 0300');
const okAlone = (all: readonly string[]): boolean => all.length === 1 && payload(all[0])[0] === 0;
/** A client with CACHE_METADATA gets a column count without the byte behind it. */
const losesExtended = (by: (c: BareClient) => Promise<unknown>): Shows =>
  on(async (c) => {
    await c.next();
    c.send(response41(PLUGIN | 0x8, `${check}00${z('mywire')}${native}`, { filler: `${'00'.repeat(19)}10000000` }));
    await c.next();
    await by(c);
    return bareCount(await say(c, 'SELECT 1'));
  });
const nobody = change({ user: z('nobody') });
const isDenied = (all: readonly string[]): boolean => isErr(all.at(-1), 1045);
const isOk = (all: readonly string[]): boolean => payload(all.at(-1))[0] === 0;

type OfMariadb =
  | 'reset-loses-mariadb-capabilities'
  | 'change-user-loses-mariadb-capabilities'
  | 'change-user-old-user-after-failure'
  | 'change-user-new-user-after-failure'
  | 'change-user-guessed-without-limit';

/** Only MariaDB goes on behind a COM_CHANGE_USER that failed, and has capabilities in the filler: these show in its dialect. */
export const mariadbSessionShows: Record<OfMariadb, Shows> = {
  'reset-loses-mariadb-capabilities': losesExtended((c) => say(c, RESET)),
  'change-user-loses-mariadb-capabilities': losesExtended((c) => changes(c)),
  'change-user-old-user-after-failure': changed(['SET @a = 5'], 'SELECT @a', first('\x015'), nobody),
  'change-user-new-user-after-failure': changed([], 'SELECT CURRENT_USER()', first('\x08nobody@%'), nobody),
  'change-user-guessed-without-limit': on(async (c) => {
    await enter(c, PLUGIN);
    for (let n = 0; n < 3; n++) await changes(c, nobody);
    return isDenied(await changes(c, nobody));
  }),
};

export const sessionShows: Record<Exclude<keyof typeof session, OfMariadb>, Shows> = {
  'reset-refused': asks(RESET, ([a]) => isErr(a, 1047)),
  'reset-without-status-flags': asks(RESET, ([a]) => statusOf(a) === 0),
  'reset-keeps-user-variables': row(['SET @a = 5', RESET, 'SELECT @a'], (bytes) => bytes === '\x015'),
  'reset-keeps-variables': row(["SET time_zone = '+03:21'", RESET, 'SELECT @@time_zone'], (bytes) => bytes === '\x06+03:21'),
  'reset-keeps-flag-of-sql-mode': asks(["SET sql_mode = 'NO_BACKSLASH_ESCAPES'", RESET, 'DO 1'], ([a]) => statusOf(a) === 0x202),
  'reset-keeps-sql-mode': row(["SET sql_mode = 'ANSI_QUOTES'", RESET, 'SELECT @@sql_mode'], (bytes) => bytes === '\x0bANSI_QUOTES'),
  'reset-keeps-session-track': asks(['SET session_track_state_change = 1', RESET, 'SET @a = 1'], ([a]) => statusOf(a) === 0x4002, TRACK),
  'reset-keeps-resultset-metadata': asks([NONE, RESET, 'SELECT 1'], ([a]) => isBare(a), F | OPTIONAL),
  'reset-keeps-character-set': row(['SET NAMES cp1251', RESET, 'SELECT @@character_set_client'], (bytes) => bytes === '\x06cp1251'),
  'reset-keeps-character-set-of-connection': row(
    ['SET NAMES cp1251', RESET, 'SELECT @@character_set_connection'],
    (bytes) => bytes === '\x06cp1251',
  ),
  'reset-keeps-autocommit': asks(['SET autocommit = 0', RESET], ([a]) => statusOf(a) === 0),
  'reset-keeps-transaction': asks(['BEGIN', RESET], ([a]) => statusOf(a) === 3),
  'reset-hides-transaction': asks(['BEGIN', RESET, 'DO 1'], ([a]) => statusOf(a) === 3),
  'reset-commits': row([...begun, RESET, howMany], (bytes) => bytes === '\x011'),
  'reset-keeps-temporary-tables': asks([table, RESET, 'SELECT * FROM mywire_x'], ([a]) => !isErr(a, 1146)),
  'reset-keeps-last-insert-id': row([table, insert, RESET, 'SELECT LAST_INSERT_ID()'], (bytes) => bytes === '\x011'),
  'reset-changes-server': row([lock('reset_moves'), RESET, 'SELECT CONNECTION_ID()'], (bytes) => bytes.length > 7),
  'reset-keeps-locks': row([lock('reset'), RESET, isFree('reset')], (bytes) => bytes === '\x010'),
  'reset-returns-to-database-of-login': row([INFORMATION, RESET, 'SELECT DATABASE()'], (bytes) => bytes === '\x06mywire'),
  'reset-loses-database': row([RESET, 'SELECT DATABASE()'], (bytes) => bytes === '\xfb'),
  'reset-loses-found-rows': asks([RESET, ...matches], ([a]) => affectedRows(a) === 0, F | 0x2),
  'reset-loses-multi-statements': asks([RESET, 'DO 1; DO 2'], ([a]) => isErr(a, 1064), F | 0x10000),
  'reset-loses-deprecate-eof': asks([RESET, 'SELECT 1'], endsInEof, F | 0x1000000),
  'reset-loses-query-attributes': asks([RESET, noAttributes], ([a]) => isErr(a, 1064), F | ATTRIBUTES),
  'reset-loses-optional-metadata': asks([RESET, 'SELECT 1'], bareCount, F | METADATA),
  'reset-loses-ps-multi-results': asks([RESET, CALL, CALLED], okAlone, F | OUT),
  'reset-loses-local-files': asks([RESET, load], ([a]) => isErr(a, 3948), F | 0x80),
  'reset-loses-session-track': asks([RESET, INFORMATION], ([a]) => rest(a) === '', TRACK),
  'reset-closes': asks(RESET, async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
  'change-user-refused': changing(([a]) => isErr(a, 1047)),
  'change-user-keeps-user-variables': changed(['SET @a = 5'], 'SELECT @a', first('\x015')),
  'change-user-keeps-temporary-tables': changed([table], 'SELECT COUNT(*) FROM mywire.mywire_x', first('\x010')),
  'change-user-keeps-statements': on(async (c) => {
    await enter(c, PLUGIN);
    await say(c, packet(Buffer.from('\x16DO 1', 'latin1')));
    await changes(c);
    const [answer] = await say(c, packet('17 01000000 00 01000000'));
    return payload(answer)[0] === 0;
  }),
  'change-user-hides-transaction': changed(['BEGIN'], 'DO 1', ([a]) => statusOf(a) === 3),
  'change-user-keeps-transaction': changed(['BEGIN'], 'DO 1', ([a]) => statusOf(a) === 3),
  'change-user-commits': changed(begun, howMany, first('\x011')),
  'change-user-keeps-autocommit': changed(['SET autocommit = 0'], 'DO 1', ([a]) => statusOf(a) === 0),
  'change-user-keeps-variables': changed(["SET time_zone = '+03:21'"], 'SELECT @@time_zone', first('\x06+03:21')),
  'change-user-keeps-flag-of-sql-mode': changed(["SET sql_mode = 'NO_BACKSLASH_ESCAPES'"], 'DO 1', ([a]) => statusOf(a) === 0x202),
  'change-user-keeps-sql-mode': changed(["SET sql_mode = 'ANSI_QUOTES'"], 'SELECT @@sql_mode', first('\x0bANSI_QUOTES')),
  'change-user-keeps-session-track': changedWith(PLUGIN | TRACK, 'SET @a = 1', ([a]) => statusOf(a) === 0x4002, [
    'SET session_track_state_change = 1',
  ]),
  'change-user-keeps-resultset-metadata': changedWith(PLUGIN | OPTIONAL, 'SELECT 1', ([a]) => isBare(a), [NONE]),
  'change-user-keeps-last-insert-id': changed([table, insert], 'SELECT LAST_INSERT_ID()', first('\x011')),
  'change-user-changes-server': changed([lock('change_moves')], 'SELECT CONNECTION_ID()', (all) => payload(all[3]).length > 7),
  'change-user-gives-another-id': changed([], 'SELECT CONNECTION_ID()', (all) => payload(all[3]).length > 7),
  'reset-gives-another-id': asks([RESET, 'SELECT CONNECTION_ID()'], (all) => payload(all[3]).length > 7),
  'change-user-keeps-locks': changed([lock('change')], isFree('change'), first('\x010')),
  'change-user-keeps-user': on(async (c) => {
    await enter(c, PLUGIN);
    const [answer] = await say(c, change({ user: z('mywire') }));
    const bytes = payload(answer);
    const scramble = bytes.subarray(bytes.indexOf(0) + 1, bytes.indexOf(0) + 21);
    await say(c, packet(Buffer.from(nativePasswordScramble('mywire-secret', scramble)), 2));
    return first('\x0fhaproxy_check@%')(await say(c, 'SELECT CURRENT_USER()'));
  }),
  'change-user-becomes-anonymous': changed([], 'SELECT CURRENT_USER()', first('\x02@%')),
  'change-user-keeps-database': changed([], 'SELECT DATABASE()', first('\x06mywire')),
  'change-user-ignores-database': changed(
    ['USE information_schema'],
    'SELECT DATABASE()',
    (all) => !first('\x06mywire')(all),
    change({ database: 'mywire' }),
  ),
  'change-user-unknown-database-accepted': changing(isOk, change({ database: 'nowhere' })),
  'change-user-ignores-character-set': changed(
    [],
    'SELECT @@character_set_client',
    (all) => !first('\x06latin1')(all),
    change({ collation: '0800' }),
  ),
  'change-user-keeps-character-set-of-connection': changed(
    [],
    'SELECT @@character_set_connection',
    (all) => !first('\x06latin1')(all),
    change({ collation: '0800' }),
  ),
  'change-user-collation-is-the-default-of-its-set': changed(
    [],
    'SELECT @@collation_connection',
    (all) => !first('\x12utf8mb4_unicode_ci')(all),
    change({ collation: 'e000' }),
  ),
  'change-user-collation-cut-to-one-byte': changed(
    [],
    'SELECT @@collation_connection',
    // asked for: 1069, utf8mb4_general_nopad_ci
    first('\x12utf8mb4_general_ci'),
    change({ collation: '2d04' }),
  ),
  'change-user-loses-found-rows': changedWith(
    PLUGIN | 0x2,
    'UPDATE mywire_x SET n = 1',
    ([a]) => affectedRows(a) === 0,
    [],
    [INFORMATION, table, insert],
  ),
  'change-user-loses-multi-statements': changedWith(PLUGIN | 0x10000, 'DO 1; DO 2', ([a]) => isErr(a, 1064)),
  'change-user-loses-deprecate-eof': changedWith(PLUGIN | 0x1000000, 'SELECT 1', endsInEof),
  'change-user-loses-query-attributes': changedWith(PLUGIN | ATTRIBUTES, noAttributes, ([a]) => isErr(a, 1064)),
  'change-user-loses-optional-metadata': changedWith(PLUGIN | METADATA, 'SELECT 1', bareCount),
  'change-user-loses-ps-multi-results': changedWith(PLUGIN | OUT, CALLED, okAlone, [], [CALL]),
  'change-user-loses-local-files': changedWith(PLUGIN | 0x80, load, ([a]) => isErr(a, 3948)),
  'change-user-loses-session-track': changedWith(PLUGIN | 0x800000, INFORMATION, ([a]) => rest(a) === ''),
  'change-user-unknown-plugin-refused': changing(([a]) => isErr(a, 1251), change({ plugin: z('nobody_knows_this') })),
  'change-user-accepts-no-proof': changing(isOk, change({ user: z('mywire') })),
  'change-user-accepts-any-proof': changing(isOk, change({ user: z('mywire') })),
  'change-user-accepts-unknown-user': changing(isOk, nobody),
  'change-user-same-scramble': on(async (c) => {
    const greeting = (await c.next())?.payload ?? Buffer.alloc(0);
    c.send(response41(PLUGIN, `${check}00${native}`));
    await c.next();
    const [answer] = await say(c, change());
    const at = greeting.indexOf(0) + 5;
    return payload(answer).includes(greeting.subarray(at, at + 8));
  }),
  'change-user-sequence-restarts': changing((all) => isOk(all) && sequenceId(all.at(-1)) === 1),
  'change-user-switch-out-of-order': changing(([a]) => sequenceId(a) === 2),
  'change-user-attributes-forgotten': on(async (c) => {
    await enter(c, ATTRS);
    await changes(c, change({ attributes: `13 10 ${z('mywire_attribute').slice(0, -2)} 01 78` }));
    const all = await say(
      c,
      "SELECT ATTR_VALUE FROM performance_schema.session_account_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'mywire_attribute'",
    );
    return all.length === 4;
  }),
  'change-user-attributes-refused': changing(([a]) => isErr(a, 1047), change({ attributes: '00' }), ATTRS),
  'change-user-attributes-read-strictly': changing(([a]) => isErr(a, 1047), change({ attributes: '05 20 5f6f735f' }), ATTRS),
  'change-user-truncated-accepted': changing(([a]) => !isErr(a, 1047), packet('11 616263')),
  'change-user-fails-silently': changing(async (all, c) => all.length === 1 && (await c.ending()) === 'fin', nobody),
  'change-user-needs-plugin-name': changing(([a]) => isErr(a, 1047), change({ plugin: '' }), F),
  'change-user-goes-on-after-failure': changing(async (all, c) => isDenied(all) && (await c.ending(1)) === 'open', nobody),
  'handshake-collation-ignored': on(async (c) => {
    await c.next();
    c.send(response41(F, `${check}00`, { collation: '08' }));
    await c.next();
    return !first('\x06latin1')(await say(c, 'SELECT @@character_set_client'));
  }),
};

const schemaEntry = '\x01\x13\x12information_schema';
const on1 = 'SET session_track_state_change = 1';
const state = "SET session_track_transaction_info = 'STATE'";
const writing = ["SET session_track_gtids = 'OWN_GTID'", 'BEGIN', "INSERT INTO mywire.words (word) VALUES ('shown')"];
const names = ['client', 'connection', 'results'].map((what) => `character_set_${what}`);

/** The statement is executed in a transaction with these flags, and the OK behind so many rows tells nothing of it. */
const readsBound = (flags: string, rows: number): Shows =>
  asks(
    [state, packet(Buffer.from('\x16SELECT * FROM numbers')), 'BEGIN', packet(`17 01000000 ${flags} 01000000`)],
    (all) => all.length === 4 + rows && rest(all.at(-1)) === '',
    TRACK | 0x1000000,
  );

export const trackingShows: Record<keyof typeof tracking, Shows> = {
  'track-schema-missing': asks(INFORMATION, ([a]) => rest(a) === '', TRACK),
  'track-schema-switch-ignored': asks(['SET session_track_schema = 0', INFORMATION], ([a]) => rest(a).includes(schemaEntry), TRACK),
  'track-schema-old': asks(INFORMATION, ([a]) => rest(a) === '\x00\x03\x01\x01\x00', TRACK),
  'track-variables-missing': asks('SET autocommit = 0', ([a]) => rest(a) === '', TRACK),
  'track-variables-first-only': asks('SET NAMES latin1', ([a]) => names.filter((name) => rest(a).includes(name)).length === 1, TRACK),
  'track-variables-all': asks("SET sql_mode = ''", ([a]) => rest(a).includes('sql_mode'), TRACK),
  'track-variables-star-unknown': asks(["SET session_track_system_variables = '*'", "SET sql_mode = ''"], ([a]) => rest(a) === '', TRACK),
  'track-variables-default-untold': asks('SET time_zone = DEFAULT', ([a]) => rest(a) === '', TRACK),
  'track-gtids-missing': asks([...writing, 'COMMIT'], ([a]) => rest(a) === '', TRACK),
  'track-gtids-without-encoding': asks([...writing, 'COMMIT'], ([a]) => rest(a).startsWith('\x00\x29\x03\x27\x266d797769-'), TRACK),
  'track-state-change-missing': asks([on1, 'SET @a = 1'], ([a]) => rest(a) === '', TRACK),
  'track-state-change-always': asks('SET @a = 1', ([a]) => rest(a) === '\x00\x03\x02\x011', TRACK),
  'track-transaction-missing': asks([state, 'BEGIN'], ([a]) => rest(a) === '', TRACK),
  'track-of-first-statement-only': asks(`DO 1; ${INFORMATION}`, ([, b]) => rest(b) === '', TRACK | 0x10000),
  'track-told-again-by-next-statement': asks(`${INFORMATION}; DO 1`, ([, b]) => rest(b) !== '', TRACK | 0x10000),
  'track-lost-in-execute': asks(
    [packet(Buffer.from("\x16SET time_zone = '+03:21'", 'latin1')), packet('17 01000000 00 01000000')],
    ([a]) => rest(a) === '',
    TRACK,
  ),
  'track-lost-without-rows': asks(
    [state, 'BEGIN', 'SELECT id FROM mywire.numbers WHERE id = 0'],
    (all) => rest(all.at(-1)) === '',
    TRACK | 0x1000000,
  ),
  'track-transaction-lost-in-rows': asks([state, 'BEGIN', 'SELECT * FROM numbers'], (all) => rest(all.at(-1)) === '', TRACK | 0x1000000),
  'track-transaction-lost-in-binary-rows': readsBound('00', 3),
  'track-transaction-lost-with-a-cursor': readsBound('01', 0),
  'track-characteristics-missing': asks(
    ["SET session_track_transaction_info = 'CHARACTERISTICS'", 'BEGIN'],
    ([a]) => rest(a) === '\x00\x0b\x05\x09\x08T_______',
    TRACK,
  ),
  'track-characteristics-without-isolation': asks(
    ["SET session_track_transaction_info = 'CHARACTERISTICS'", 'SET TRANSACTION ISOLATION LEVEL SERIALIZABLE'],
    ([a]) => rest(a) === '\x00\x03\x04\x01\x00',
    TRACK,
  ),
  'track-unasked': asks(INFORMATION, ([a]) => rest(a) !== ''),
  'track-without-info': asks(INFORMATION, ([a]) => rest(a) === `\x15${schemaEntry}`, TRACK),
  'track-length-in-one-byte': asks(
    ["SET session_track_system_variables = 'sql_mode'", `SET sql_mode = '${'A'.repeat(300)}'`],
    ([a]) => rest(a).startsWith('\x00\x3c\x00\xfc\x38\x01\x08sql_mode\xfc\x2c\x01A'),
    TRACK,
  ),
  'track-flag-missing': asks(INFORMATION, ([a]) => statusOf(a) === 2 && rest(a).includes(schemaEntry), TRACK),
};
