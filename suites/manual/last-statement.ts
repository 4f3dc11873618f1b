/** What a statement leaves to those behind it: conditions, counts, savepoints, variables, locks. */
import { informationFunctions, mariadbPage, mysqlErrors, type Quote, refman } from './page.ts';

const errors = mysqlErrors('5.7');
const mErrors = mariadbPage('MariaDB Error Code Reference', 'error-codes/mariadb-error-code-reference');
const commit = refman('START TRANSACTION, COMMIT, and ROLLBACK Statements', 'commit');
const implicitCommit = refman('Statements That Cause an Implicit Commit', 'implicit-commit');
const mImplicitCommit = mariadbPage(
  'SQL statements Causing an Implicit Commit',
  'sql-statements/transactions/sql-statements-that-cause-an-implicit-commit',
);
const mInformation = 'sql-functions/secondary-functions/information-functions';

export const lastStatementManual = {
  'mysql/show-warnings-keeps-them': {
    ...refman('The MySQL Diagnostics Area', 'diagnostics-area'),
    says: 'A statement that is not a diagnostic one clears the list of conditions and fills it; SHOW WARNINGS, SHOW ERRORS and GET DIAGNOSTICS are diagnostic ones.',
  },
  'mysql/row-count': {
    ...informationFunctions,
    says: 'ROW_COUNT() is the number of affected rows behind a statement that changes data, and -1 behind one that gives a result set.',
  },
  'mariadb/row-count-of-rows': {
    ...mariadbPage('ROW_COUNT', `${mInformation}/row_count`),
    says: 'Behind a statement that gives a result set ROW_COUNT() is -1, also where that is empty.',
  },
  'mysql/found-rows-function': {
    ...informationFunctions,
    says: 'Without SQL_CALC_FOUND_ROWS in the most recent SELECT that succeeded, FOUND_ROWS() is the number of rows in its result set.',
  },
  'mariadb/found-rows-function': {
    ...mariadbPage('FOUND_ROWS', `${mInformation}/found_rows`),
    says: 'Without SQL_CALC_FOUND_ROWS, FOUND_ROWS() is the number of rows in the result set of the SELECT before it.',
  },
  'mysql/select-into': {
    ...refman('SELECT ... INTO Statement', 'select-into'),
    says: 'SELECT … INTO @variable is for a query of one row; where there is none, it warns with 1329 and leaves the variables as they were, and of several rows there is error 1172.',
  },
  'mariadb/select-into': {
    ...mariadbPage('SELECT INTO', 'sql-statements/programmatic-compound-statements/selectinto'),
    says: 'SELECT … INTO @variable is for a query of one row; where there is none, it warns with 1329 and leaves the variables as they were, and of several rows there is error 1172.',
  },
  'mysql/set-is-all-or-nothing': {
    ...refman('SET Syntax for Variable Assignment', 'set-variable'),
    says: 'Where one of several assignments of a SET has an error, the whole statement fails and no variable changes.',
  },
  'mysql/error-1231-wrong-value': {
    ...errors,
    says: 'ERR 1231 (ER_WRONG_VALUE_FOR_VAR, SQLSTATE 42000): the variable cannot be set to that value.',
  },
  'mariadb/error-1231-wrong-value': { ...mErrors, says: '1231, 42000, ER_WRONG_VALUE_FOR_VAR: the variable cannot be set to that value.' },
  'mysql/collations-belong-to-a-set': {
    ...refman('Character Sets and Collations in General', 'charset-general'),
    says: 'A collation belongs to one character set, and no other can have it.',
  },
  'mysql/error-1253-collation-mismatch': {
    ...errors,
    says: 'ERR 1253 (ER_COLLATION_CHARSET_MISMATCH, SQLSTATE 42000): the collation is not valid for the character set.',
  },
  'mariadb/error-1253-collation-mismatch': {
    ...mErrors,
    says: '1253, 42000, ER_COLLATION_CHARSET_MISMATCH: the collation is not valid for the character set.',
  },
  'mysql/error-1292-truncated-value': {
    ...errors,
    says: '1292 (ER_TRUNCATED_WRONG_VALUE, SQLSTATE 22007): a value of the wrong form was truncated.',
  },
  'mariadb/error-1292-truncated-value': {
    ...mErrors,
    says: '1292, 22007, ER_TRUNCATED_WRONG_VALUE: a value of the wrong form was truncated.',
  },
  'mysql/savepoints-that-go': {
    ...refman('SAVEPOINT, ROLLBACK TO SAVEPOINT, and RELEASE SAVEPOINT Statements', 'savepoint'),
    says: 'ROLLBACK TO SAVEPOINT deletes the savepoints that were set later, RELEASE SAVEPOINT the one that it names; of one that does not exist there is ERR 1305 (42000).',
  },
  'mariadb/savepoints-that-go': {
    ...mariadbPage('SAVEPOINT', 'sql-statements/transactions/savepoint'),
    says: 'ROLLBACK TO erases the savepoints behind its own, RELEASE SAVEPOINT the one that it names; of one that does not exist there is ERR 1305 (42000).',
  },
  'mysql/set-transaction-next': {
    ...refman('SET TRANSACTION Statement', 'set-transaction'),
    says: 'Without SESSION or GLOBAL the statement is for the next transaction of the session alone; those behind it are as the session has them.',
  },
  'mariadb/set-transaction-next': {
    ...mariadbPage('SET TRANSACTION', 'sql-statements/transactions/set-transaction'),
    says: 'Without SESSION or GLOBAL the statement is for the next transaction alone.',
  },
  'mysql/set-transaction-within-one': {
    ...refman('SET TRANSACTION Statement', 'set-transaction'),
    says: 'Inside a transaction SET TRANSACTION without SESSION or GLOBAL is not permitted: ERR 1568 (25001).',
  },
  'mariadb/set-transaction-within-one': {
    ...mariadbPage('SET TRANSACTION', 'sql-statements/transactions/set-transaction'),
    says: 'Inside a transaction SET TRANSACTION without SESSION or GLOBAL is not permitted: ERR 1568 (25001).',
  },
  'mysql/start-transaction-commits': {
    ...implicitCommit,
    says: 'START TRANSACTION and BEGIN end the transaction that is open as if COMMIT had been executed before them.',
  },
  'mariadb/start-transaction-commits': {
    ...mImplicitCommit,
    says: 'START TRANSACTION and BEGIN commit the transaction that is open before they are executed.',
  },
  'mysql/release': { ...commit, says: 'With RELEASE the server disconnects the session once its transaction has ended.' },
  'mariadb/release': {
    ...mariadbPage('COMMIT', 'sql-statements/transactions/commit'),
    says: 'With RELEASE the server disconnects the client as soon as the transaction has ended.',
  },
  'mysql/locks-go-with-the-session': {
    ...refman('Locking Functions', 'locking-functions'),
    says: 'A lock of GET_LOCK() is released when its session ends, normally or not.',
  },
  'mariadb/locks-go-with-the-session': {
    ...mariadbPage('GET_LOCK', 'sql-functions/secondary-functions/miscellaneous-functions/get_lock'),
    says: 'A lock of GET_LOCK() is released when its connection ends, normally or not.',
  },
  'mysql/use-stays': {
    ...refman('USE Statement', 'use'),
    says: 'The database that USE names is the default of the statements behind it until the session ends or another USE comes.',
  },
  'mariadb/use-stays': {
    ...mariadbPage('USE [DATABASE]', 'sql-statements/administrative-sql-statements/use-database'),
    says: 'The database that USE names is the default of the statements behind it until the session ends or another USE comes.',
  },
} as const satisfies Readonly<Record<string, Quote>>;
