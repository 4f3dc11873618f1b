import { expect, test } from 'vitest';
import { probesOf } from './probes.ts';
import { knownBySql, statements } from './statements.ts';

test('what shows what a statement did is itself in the vocabulary', () => {
  const probes = new Set([...statements, ...knownBySql.values()].flatMap(({ sql }) => probesOf(sql)));
  expect(probes.size).toBeGreaterThan(20);
  expect([...probes].filter((sql) => !knownBySql.has(sql))).toEqual([]);
});

test.each([
  ["SIGNAL SQLSTATE '01000'", 'SHOW WARNINGS'],
  ['SET @mywire = 5', 'SELECT @mywire'],
  ['INSERT INTO mywire_ok (n) VALUES (5)', 'SELECT LAST_INSERT_ID()'],
  ['SET NAMES latin1', "SELECT '\xc3\xa4\xf0\x9f\x98\x80'"],
])('%s is shown by %s', (sql, probe) => {
  expect(probesOf(sql)).toContain(probe);
});

test('a constant changes nothing', () => {
  expect(probesOf('SELECT 1')).toEqual([]);
});
