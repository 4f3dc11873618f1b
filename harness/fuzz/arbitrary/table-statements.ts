import { ownTypes } from './own-types.ts';
import { err, ok, say, table, varies } from './said.ts';
import type { Known } from './statement.ts';

/** Of three rows inserted. */
const three = 'Records: 3  Duplicates: 0  Warnings: 0';
/** Temporary tables. */
export const tables: readonly Known[] = [
  say(
    'CREATE TEMPORARY TABLE mywire_ok (id INT AUTO_INCREMENT PRIMARY KEY, n INT)',
    ok(),
    { creates: 'mywire_ok', columns: 2 },
    'database',
  ),
  say('INSERT INTO mywire_ok (n) VALUES (5)', ok(1), { inserts: 1, into: 'mywire_ok' }, 'database'),
  say('INSERT INTO mywire_ok (n) VALUES (1), (2), (3)', ok(3, { info: three }), { inserts: 3, into: 'mywire_ok' }, 'database'),
  say('UPDATE mywire_ok SET n = 1', { ok: {} }, { touches: 'mywire_ok' }, 'database'),
  say('SELECT * FROM mywire_ok', table(2), { reads: 'mywire_ok' }, 'database'),
  say('SELECT COUNT(*) FROM mywire_ok', table(1, 1), { reads: 'mywire_ok', count: true }, 'database'),
  say('DELETE FROM mywire_ok', { ok: {} }, { empties: 'mywire_ok' }, 'database'),
  say('DROP TEMPORARY TABLE mywire_ok', ok(), { drops: 'mywire_ok' }, 'database'),
  say('DROP TEMPORARY TABLE IF EXISTS mywire_ok', { ok: {} }, { drops: 'mywire_ok', ifExists: true }, 'database'),
  say('CREATE TEMPORARY TABLE mywire_key (a INT PRIMARY KEY)', ok(), { creates: 'mywire_key', columns: 1 }, 'database'),
  say('INSERT INTO mywire_key VALUES (7)', [ok(1), err(1062, '23000')], { touches: 'mywire_key' }, 'database'),
  say('INSERT INTO mywire_key VALUES (8), (8)', err(1062, '23000'), { touches: 'mywire_key' }, 'database'),
  say(
    'CREATE TEMPORARY TABLE mywire_keys (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, u INT NOT NULL UNIQUE, k INT, d INT NOT NULL DEFAULT 5, KEY(k))',
    ok(),
    { creates: 'mywire_keys', columns: 4 },
    'database',
  ),
  say('SELECT * FROM mywire_keys', table(4), { reads: 'mywire_keys' }, 'database'),
  say(
    'CREATE TEMPORARY TABLE mywire_kinds (i INT, b BIGINT UNSIGNED, f FLOAT, d DOUBLE, day DATE, t TIME(3), dt DATETIME(6), x BLOB)',
    ok(),
    { creates: 'mywire_kinds', columns: 8 },
    'database',
  ),
  say('SELECT * FROM mywire_kinds', table(8), { reads: 'mywire_kinds' }, 'database'),
  say('INSERT INTO mywire_ok VALUES (1, 5) ON DUPLICATE KEY UPDATE n = 9', { ok: {} }, { touches: 'mywire_ok' }, 'database'),
  say('INSERT IGNORE INTO mywire_ok VALUES (1, 5), (2, 6)', { ok: {} }, { touches: 'mywire_ok' }, 'database'),
  say('REPLACE INTO mywire_ok VALUES (1, 7), (2, 8)', { ok: {} }, { touches: 'mywire_ok' }, 'database'),
  say('UPDATE mywire_ok SET n = 3 WHERE id = 1', { ok: {} }, { touches: 'mywire_ok' }, 'database'),
  say('DELETE FROM mywire_ok WHERE id = 2', { ok: {} }, { touches: 'mywire_ok' }, 'database'),
  // Ids at the edges of what a length-encoded integer has bytes for.
  ...[250, 251, 255, 65_535, 65_536, 0x1000000, 0xffffffff, 0x100000001, '9007199254740993'].flatMap((from, i) => [
    say(
      `CREATE TEMPORARY TABLE mywire_ids${i} (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, n INT) AUTO_INCREMENT = ${from}`,
      ok(),
      { creates: `mywire_ids${i}`, columns: 2 },
      'database',
    ),
    say(`INSERT INTO mywire_ids${i} (n) VALUES (1), (2)`, { ok: {} }, { touches: `mywire_ids${i}` }, 'database'),
  ]),
  say(
    'CREATE TEMPORARY TABLE mywire_many SELECT a.id FROM mywire.numbers AS a, mywire.numbers AS b LIMIT 9',
    ok(9, { info: 'Records: 9  Duplicates: 0  Warnings: 0' }),
    { creates: 'mywire_many', columns: 1, rows: 9 },
    'database',
    'numbers',
    'qualified',
  ),
  // More than one byte, and more than two, can count.
  ...[250, 251, 255, 256, 300, 65_535, 65_536, 70_000].map((rows) =>
    say(
      `CREATE TEMPORARY TABLE mywire_rows${rows} SELECT a.id FROM ${Array.from({ length: 11 }, (_, i) => `mywire.numbers AS ${'abcdefghijk'[i]}`).join(', ')} LIMIT ${rows}`,
      ok(rows, { info: `Records: ${rows}  Duplicates: 0  Warnings: 0` }),
      { creates: `mywire_rows${rows}`, columns: 1, rows },
      ...(rows > 1000 ? (['built in'] as const) : []),
      'database',
      'numbers',
      'qualified',
    ),
  ),
  say(
    'CREATE TEMPORARY TABLE mywire_maria (a INT AUTO_INCREMENT PRIMARY KEY, b INT)',
    ok(),
    { creates: 'mywire_maria', columns: 2 },
    'database',
  ),
  say('INSERT INTO mywire_maria (b) VALUES (10), (20), (30)', ok(3, { info: three }), { inserts: 3, into: 'mywire_maria' }, 'database'),
  say('INSERT INTO mywire_maria (b) VALUES (40) RETURNING a, b', table(2, 1), { touches: 'mywire_maria' }, 'database', 'mariadb'),
  say('DELETE FROM mywire_maria WHERE a = 1 RETURNING b', table(1), { touches: 'mywire_maria' }, 'database', 'mariadb'),
  say('ALTER TABLE mywire_maria ADD c INT, ALGORITHM = COPY', { ok: {} }, { touches: 'mywire_maria' }, 'database', 'mariadb'),
  say('CREATE TEMPORARY TABLE mywire_file (a INT PRIMARY KEY, b VARCHAR(60))', ok(), { creates: 'mywire_file', columns: 2 }, 'database'),
  say('SELECT COUNT(*) FROM mywire_file', table(1, 1), { touches: 'mywire_file' }, 'database'),
  say('SELECT b FROM mywire_file', table(1), { touches: 'mywire_file' }, 'database'),
  say('SELECT LENGTH(b) FROM mywire_file', table(1), { touches: 'mywire_file' }, 'database'),
  say(
    "CREATE TEMPORARY TABLE mywire_bulk (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(60) DEFAULT 'none')",
    ok(),
    { creates: 'mywire_bulk', columns: 2 },
    'database',
  ),
  say('SELECT word FROM mywire_bulk ORDER BY id', table(1), { touches: 'mywire_bulk' }, 'database'),
  say(
    'CREATE TEMPORARY TABLE mywire_prepared (id INT AUTO_INCREMENT PRIMARY KEY, word VARCHAR(60))',
    ok(),
    { creates: 'mywire_prepared', columns: 2 },
    'database',
  ),
  say('SELECT * FROM mywire_prepared', table(2), { touches: 'mywire_prepared' }, 'database'),
  varies('ALTER TABLE mywire_prepared ADD COLUMN extra INT DEFAULT 7', 'mywire_prepared', 'database'),
  varies('ALTER TABLE mywire_prepared CHANGE COLUMN word numbers BIGINT', 'mywire_prepared', 'database'),
  say(
    "CREATE TEMPORARY TABLE mywire_stamps (id INT AUTO_INCREMENT PRIMARY KEY, stamp TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, e ENUM('x', 'y'), s SET('x', 'y'))",
    ok(),
    { creates: 'mywire_stamps', columns: 4 },
    'database',
  ),
  say('SELECT * FROM mywire_stamps', table(4), { reads: 'mywire_stamps' }, 'database'),
  say(ownTypes.create, { ok: {} }, { creates: ownTypes.table, columns: ownTypes.columns }, 'database'),
  varies(ownTypes.insert, ownTypes.table, 'database'),
  ...ownTypes.selects.map((sql) => varies(sql, ownTypes.table, 'database')),
];

/** Ids at the edges of what a length-encoded integer has bytes for: LAST_INSERT_ID(expr) is told as that of an INSERT is. */
export const edges: readonly Known[] = [
  ...[250, 251, 252, 255, 256, 65_535, 65_536, 0xffffff, 0x1000000, 0x7fffffff].map((id) =>
    say(`UPDATE mywire_ok SET n = LAST_INSERT_ID(${id}) WHERE id = 1`, { ok: {} }, { touches: 'mywire_ok' }, 'database'),
  ),
];

/** LOAD DATA LOCAL INFILE: the client is asked for the file. */
export const files: readonly Known[] = [
  say(
    "LOAD DATA LOCAL INFILE '/srv/numbers.csv' INTO TABLE mywire_file FIELDS TERMINATED BY ','",
    { file: '/srv/numbers.csv' },
    { touches: 'mywire_file' },
    'database',
    'local-infile',
  ),
  say(
    "LOAD DATA LOCAL INFILE '/srv/{c}.csv' REPLACE INTO TABLE mywire_file FIELDS TERMINATED BY ','",
    { file: '/srv/{c}.csv' },
    { touches: 'mywire_file' },
    'database',
    'local-infile',
  ),
  ...['(a, b)', '(a, no_such_column)', '(a, b) SET b = (SELECT 1 UNION SELECT 2)'].map((rest) =>
    varies(
      `LOAD DATA LOCAL INFILE '/srv/n\xc3\xa4mbers.csv' INTO TABLE mywire_file FIELDS TERMINATED BY ',' ${rest}`,
      'mywire_file',
      'database',
      'local-infile',
    ),
  ),
];
