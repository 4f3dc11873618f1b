import { describe, expect, test } from 'vitest';
import { areApart, namedRows } from './named-rows.ts';

const apart = (one: string, other: string): boolean | undefined => {
  const [here, there] = [namedRows(one), namedRows(other)];
  return here && there && areApart(here, there);
};

describe('statements about different rows', () => {
  test.each([
    ['INSERT INTO t (client, n, text) VALUES (2, 7, NULL)', "UPDATE t SET text = 'x' WHERE client = 3 AND n = 7"],
    ['insert into `t` (`client`, n) value (2, 7);', 'DELETE FROM `t` WHERE n >= 1 AND client = 3'],
    ["UPDATE t SET a = a + 1, b = 'it''s, c = 5' WHERE id = 1", 'UPDATE t SET a = a * 2 - 1 WHERE id = 2'],
    ['UPDATE db.t SET a = 1 WHERE id = 123456', 'UPDATE db.t SET a = 1 WHERE id = 123457'],
  ])('%s; %s', (one, other) => {
    expect([apart(one, other), apart(other, one)]).toEqual([true, true]);
  });

  test.each([
    ['the same row', 'UPDATE t SET a = 1 WHERE id = 1', 'UPDATE t SET a = 2 WHERE id = 1'],
    ['another column', 'UPDATE t SET a = 1 WHERE id = 1', 'UPDATE t SET a = 2 WHERE n = 2'],
    ['a row that becomes the other', 'UPDATE t SET id = 2 WHERE id = 1', 'DELETE FROM t WHERE id = 2'],
    ['another table, which a trigger may write to', 'UPDATE t SET a = 1 WHERE id = 1', 'UPDATE u SET a = 1 WHERE id = 2'],
    ['strings: a collation knows', "UPDATE t SET a = 1 WHERE id = 'a'", "UPDATE t SET a = 1 WHERE id = 'A'"],
    ['a number and a string', 'UPDATE t SET a = 1 WHERE id = 1', "UPDATE t SET a = 1 WHERE id = '2'"],
    ['a year in two ways', 'DELETE FROM t WHERE y = 5', 'DELETE FROM t WHERE y = 2005'],
    ['what FLOAT takes for the same', 'DELETE FROM t WHERE f = 16777216', 'DELETE FROM t WHERE f = 16777217'],
    ['what only begins with the column', 'DELETE FROM t WHERE id <= 1', 'DELETE FROM t WHERE id = 2'],
    ['a condition inside a string', "DELETE FROM t WHERE name <> 'id = 1'", 'DELETE FROM t WHERE id = 2'],
  ])('%s is not told apart', (_what, one, other) => {
    expect([apart(one, other), apart(other, one)]).toEqual([false, false]);
  });
});

test.each([
  'UPDATE t SET a = 1',
  'UPDATE t SET a = 1 WHERE id = 1 OR id = 2',
  'UPDATE t SET a = 1 WHERE id = 1 LIMIT 1',
  'UPDATE t SET a = 1 WHERE NOT id = 1',
  'UPDATE t SET a = f(1) WHERE id = 1',
  'UPDATE t SET a = @a WHERE id = 1',
  'UPDATE t, u SET t.a = 1 WHERE id = 1',
  'UPDATE t SET a = (SELECT 1) WHERE id = 1',
  'UPDATE t SET a = 1 WHERE id = 1 -- AND id = 2',
  'UPDATE t SET a = 1 /* OR */ WHERE id = 1',
  "UPDATE t SET a = 'x\\' WHERE id = 1 OR b = ' WHERE id = 2",
  'UPDATE t SET a = 1 WHERE id = 1 + 1',
  'UPDATE t SET a = 1 WHERE id = 1.5',
  'UPDATE t SET a = 1 WHERE id = -1',
  'DELETE FROM t',
  'DELETE FROM t WHERE id IN (1, 2)',
  'DELETE FROM t WHERE id = 1; DELETE FROM t',
  'INSERT INTO t VALUES (1, 2)',
  'INSERT INTO t (a, b) VALUES (1)',
  'INSERT INTO t (a) VALUES (1), (2)',
  'INSERT INTO t (a) SELECT 1',
  'INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2',
  'INSERT IGNORE INTO t (a) VALUES (1)',
  'REPLACE INTO t (a) VALUES (1)',
  `DELETE FROM t WHERE id = 1 AND b = '${'x'.repeat(1000)}'`,
])('nothing is told of %s', (sql) => {
  expect(namedRows(sql)).toBeUndefined();
});
