/** What a session gives a name of its own to, or holds: prepared statements of SQL, table locks, handlers; diagnostics, introducers. */
import { mariadbPage, mariadbVariables, mysqlErrors, type Quote, refman } from './page.ts';

const errors = mysqlErrors('5.7');
const mErrors = mariadbPage('MariaDB Error Code Reference', 'error-codes/mariadb-error-code-reference');
const characterSets = 'data-types/string-data-types/character-sets';

export const namedManual = {
  'mysql/prepare-of-sql': {
    ...refman('Prepared Statements', 'sql-prepared-statements'),
    says: 'PREPARE gives a statement a name, by which EXECUTE runs it and DEALLOCATE PREPARE frees it. It belongs to its session, and is freed with it.',
  },
  'mariadb/prepare-of-sql': {
    ...mariadbPage('PREPARE Statement', 'sql-statements/prepared-statements/prepare-statement'),
    says: 'PREPARE gives a statement a name, by which EXECUTE runs it and DEALLOCATE PREPARE frees it. Other sessions than its own do not see it.',
  },
  'mariadb/deallocate-prepare': {
    ...mariadbPage('DEALLOCATE / DROP PREPARE', 'sql-statements/prepared-statements/deallocate-drop-prepare'),
    says: 'EXECUTE of a statement that has been deallocated gets error 1243 (HY000), as if it had not been prepared.',
  },
  'mysql/lock-tables': {
    ...refman('LOCK TABLES and UNLOCK TABLES Statements', 'lock-tables'),
    says: 'A session that holds table locks may read no other tables than those: error 1100.',
  },
  'mariadb/lock-tables': {
    ...mariadbPage('LOCK TABLES', 'sql-statements/transactions/lock-tables'),
    says: 'A session that holds table locks may read no other tables than those: error 1100 (HY000).',
  },
  'mysql/error-1100-not-locked': {
    ...errors,
    says: 'Error 1100, SQLSTATE HY000, is ER_TABLE_NOT_LOCKED: the table was not locked with LOCK TABLES.',
  },
  'mariadb/error-1100-not-locked': { ...mErrors, says: '1100, HY000, ER_TABLE_NOT_LOCKED: the table was not locked with LOCK TABLES.' },
  'mysql/handler': {
    ...refman('HANDLER Statement', 'handler'),
    says: 'HANDLER … OPEN AS gives a table a name, by which HANDLER … READ FIRST reads its first row; no other session knows it.',
  },
  'mariadb/handler': {
    ...mariadbPage('HANDLER', 'sql-structure/nosql/handler/handler-commands'),
    says: 'HANDLER … OPEN AS gives a table a name, by which HANDLER … READ FIRST reads its first row.',
  },
  'mysql/sql-select-limit': {
    ...refman('Server System Variables', 'server-system-variables'),
    says: 'sql_select_limit is the most rows that a SELECT without LIMIT returns.',
  },
  'mariadb/sql-select-limit': { ...mariadbVariables, says: 'sql_select_limit is the most rows that a SELECT without LIMIT returns.' },
  'mysql/get-diagnostics': {
    ...refman('GET DIAGNOSTICS Statement', 'get-diagnostics'),
    says: 'GET DIAGNOSTICS CONDITION 1 puts code, SQLSTATE and message of the first condition of the statement before into variables.',
  },
  'mariadb/get-diagnostics': {
    ...mariadbPage(
      'GET DIAGNOSTICS',
      'sql-statements/programmatic-compound-statements/programmatic-compound-statements-diagnostics/get-diagnostics',
    ),
    says: 'GET DIAGNOSTICS CONDITION 1 puts code, SQLSTATE and message of the first condition of the statement before into variables.',
  },
  'mysql/introducer': {
    ...refman('Character Set Introducers', 'charset-introducer'),
    says: 'An introducer says in which character set the bytes of the string behind it are; _binary makes it a binary string.',
  },
  'mariadb/introducer': {
    ...mariadbPage('Setting Character Sets and Collations', `${characterSets}/setting-character-sets-and-collations`),
    says: 'A literal with an introducer is of the character set that this names, and not of that of the connection.',
  },
  'mysql/set-character-set': {
    ...refman('SET CHARACTER SET Statement', 'set-character-set'),
    says: 'SET CHARACTER SET sets character_set_client and character_set_results to the character set, and character_set_connection to that of the database.',
  },
  'mariadb/set-character-set': {
    ...mariadbPage('SET CHARACTER SET', `${characterSets}/set-character-set`),
    says: 'SET CHARACTER SET sets character_set_client and character_set_results to the character set, and collation_connection to collation_database.',
  },
} as const satisfies Readonly<Record<string, Quote>>;
