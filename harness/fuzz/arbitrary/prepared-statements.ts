/** The vocabulary of COM_STMT_PREPARE. */
import { ownTypes } from './own-types.ts';
import type { Cell, Does, Gives, Needs } from './statement.ts';

/** A statement to prepare: what it has placeholders for, and what its execution gives. */
export interface KnownPrepared {
  readonly sql: string;
  readonly parameters: number;
  /** As StmtPrepareOK tells them; undefined where the products differ. */
  readonly columns?: number;
  /** Of an execution; `echo`: a row of the parameters. An ERR where it cannot be prepared. */
  readonly gives: Gives | 'echo' | readonly Gives[];
  /** Only these kinds of parameters make sense; default: any. */
  readonly takes?: 'text' | 'integer' | 'key';
  readonly does?: Does;
  readonly needs?: readonly Needs[];
  readonly refused?: number | readonly number[];
  /** Its answer depends on more than the model follows. */
  readonly varies?: true;
}

const rows = (columns: number, list?: number | readonly (readonly Cell[])[]): Gives => ({
  columns,
  ...(list === undefined ? {} : { rows: list }),
});
const numbers = (count: number): (readonly string[])[] => Array.from({ length: count }, (_, i) => [String(i + 1)]);

export const preparedStatements: readonly KnownPrepared[] = [
  { sql: 'SELECT ?', parameters: 1, columns: 1, gives: 'echo' },
  { sql: 'SELECT ?, ?', parameters: 2, columns: 2, gives: 'echo' },
  { sql: `SELECT ${Array.from({ length: 9 }, () => '?').join(', ')}`, parameters: 9, columns: 9, gives: 'echo' },
  { sql: 'SELECT 1', parameters: 0, columns: 1, gives: rows(1, [['1']]) },
  { sql: 'SELECT NULL', parameters: 0, columns: 1, gives: rows(1, [[null]]) },
  { sql: "SELECT '{c}'", parameters: 0, columns: 1, gives: rows(1, [['{c}']]) },
  { sql: 'SELECT CONCAT(?, ?)', parameters: 2, columns: 1, gives: rows(1, 1), takes: 'text' },
  { sql: 'SELECT LENGTH(?)', parameters: 1, columns: 1, gives: rows(1, 1), takes: 'text' },
  { sql: 'DO ?', parameters: 1, columns: 0, gives: { ok: { affectedRows: 0 } } },
  { sql: 'DO ?, ?', parameters: 2, columns: 0, gives: { ok: { affectedRows: 0 } } },
  { sql: 'DO 1', parameters: 0, columns: 0, gives: { ok: { affectedRows: 0 } } },
  { sql: 'SELECT 1 AS a UNION ALL SELECT 2 UNION ALL SELECT 3', parameters: 0, columns: 1, gives: rows(1, numbers(3)) },
  { sql: 'SELECT * FROM mywire.types', parameters: 0, columns: 40, gives: rows(40, 3), needs: ['types', 'qualified'] },
  { sql: 'SELECT * FROM mywire.types WHERE id = 1', parameters: 0, columns: 40, gives: rows(40, 1), needs: ['types', 'qualified'] },
  {
    sql: 'SELECT * FROM mywire.numbers',
    parameters: 0,
    columns: 2,
    gives: rows(2, 3),
    does: { touches: '' },
    needs: ['numbers', 'qualified'],
  },
  {
    sql: 'SELECT (SELECT s.a FROM (SELECT 1 AS a UNION ALL SELECT 2) s WHERE s.a <= t.a) FROM (SELECT 1 AS a UNION ALL SELECT 2) t',
    parameters: 0,
    columns: 1,
    gives: { columns: 1, fails: 1242 },
  },
  {
    sql: 'CALL mywire.two_results()',
    parameters: 0,
    gives: [rows(1, [['1']]), rows(2, [['2', '3']]), { ok: {} }],
    does: { touches: '' },
    needs: ['procedures', 'qualified'],
  },
  {
    sql: 'CALL mywire.one_out(?)',
    parameters: 1,
    gives: { ok: {} },
    takes: 'integer',
    does: { touches: '' },
    needs: ['procedures', 'qualified'],
  },
  {
    sql: 'CALL mywire.fails_after_one()',
    parameters: 0,
    gives: [rows(1, [['1']]), { err: 1644, state: '45000' }],
    does: { touches: '' },
    needs: ['procedures', 'qualified'],
  },
  {
    sql: 'INSERT INTO mywire_prepared (word) VALUES (?)',
    parameters: 1,
    columns: 0,
    gives: { ok: { affectedRows: 1 } },
    takes: 'text',
    does: { touches: 'mywire_prepared' },
    needs: ['database'],
  },
  {
    sql: 'INSERT INTO mywire_bulk (word) VALUES (?)',
    parameters: 1,
    columns: 0,
    gives: { ok: { affectedRows: 1 } },
    takes: 'text',
    does: { touches: 'mywire_bulk' },
    needs: ['database'],
  },
  { sql: 'SELECT 1 LIMIT 0', parameters: 0, columns: 1, gives: rows(1, 0) },
  { sql: 'SELECT * FROM mywire_prepared', parameters: 0, gives: rows(2), does: { touches: 'mywire_prepared' }, needs: ['database'] },
  { sql: 'SELECT word FROM mywire_bulk ORDER BY id', parameters: 0, gives: rows(1), does: { touches: 'mywire_bulk' }, needs: ['database'] },
  { sql: "SELECT '?', ?", parameters: 1, columns: 2, gives: rows(2, 1) },
  { sql: `DO ${Array.from({ length: 300 }, () => '?').join(',')}`, parameters: 300, columns: 0, gives: { ok: { affectedRows: 0 } } },
  {
    sql: `SELECT a.id FROM ${Array.from({ length: 7 }, (_, i) => `mywire.numbers AS ${'abcdefg'[i]}`).join(', ')} LIMIT 300`,
    parameters: 0,
    columns: 1,
    gives: rows(1, 300),
    does: { touches: '' },
    needs: ['numbers', 'qualified'],
  },
  // More than StmtPrepareOK can count.
  {
    sql: `DO ${Array.from({ length: 65_536 }, () => '?').join(',')}`,
    parameters: 0,
    gives: { err: 1390 },
    refused: 1390,
    needs: ['built in'],
  },
  { sql: "PREPARE mywire FROM 'SELECT 1'", parameters: 0, gives: { err: 1295 }, refused: 1295 },
  { sql: 'SELEC ?', parameters: 0, gives: { err: 1064 }, refused: 1064 },
  { sql: '', parameters: 0, gives: { err: 1065 }, refused: 1065 },
  { sql: 'SELECT 1; SELECT 2', parameters: 0, gives: { err: 1064 }, refused: 1064 },
  // Question marks that are none of these; values at the edges of lengths.
  { sql: 'SELECT 7 AS "a?b"', parameters: 0, columns: 1, gives: rows(1, [['7']]) },
  { sql: 'SELECT 7 AS `a?b`', parameters: 0, columns: 1, gives: rows(1, [['7']]) },
  { sql: "SELECT REPEAT('x', 251)", parameters: 0, columns: 1, gives: rows(1, 1) },
  { sql: "SELECT REPEAT('x', 65536)", parameters: 0, columns: 1, gives: rows(1, 1) },
  { sql: "SET time_zone = '+02:00'", parameters: 0, columns: 0, gives: { ok: { affectedRows: 0 } } },
  {
    sql: "SELECT mysql_query_attribute_string('trace')",
    parameters: 0,
    columns: 1,
    gives: rows(1, 1),
    needs: ['query-attribute-function', 'mysql'],
  },
  // A key that is there already fails, a table that is not there warns, the same row again changes none.
  {
    sql: 'INSERT INTO mywire_key VALUES (?)',
    parameters: 1,
    columns: 0,
    gives: { ok: {} },
    takes: 'key',
    does: { touches: 'mywire_key' },
    needs: ['database'],
    varies: true,
  },
  {
    sql: 'INSERT INTO mywire_ok (n) VALUES (?), (?)',
    parameters: 2,
    columns: 0,
    gives: { ok: {} },
    takes: 'key',
    does: { touches: 'mywire_ok' },
    needs: ['database'],
    varies: true,
  },
  {
    sql: 'UPDATE mywire_ok SET n = 3',
    parameters: 0,
    columns: 0,
    gives: { ok: {} },
    does: { touches: 'mywire_ok' },
    needs: ['database'],
    varies: true,
  },
  {
    sql: 'DROP TEMPORARY TABLE IF EXISTS mywire_gone',
    parameters: 0,
    columns: 0,
    gives: { ok: {} },
    needs: ['database'],
    varies: true,
  },
  ...ownTypes.selects.map(
    (sql): KnownPrepared => ({
      sql,
      parameters: 0,
      gives: rows(1),
      does: { touches: ownTypes.table },
      needs: ['database'],
      varies: true,
    }),
  ),
];
