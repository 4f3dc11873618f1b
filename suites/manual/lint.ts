/** What only the rules of `mywire inspect` ask of the manuals. */
import { mariadbPage, mysqlErrors, type Quote, refman } from './page.ts';

export const lintManual = {
  'mysql/sqlstate-letters': {
    ...refman('Error Message Sources and Elements', 'error-message-elements'),
    says: 'An SQLSTATE value is a string of five characters, such as 42S02, taken from ANSI SQL and ODBC.',
  },
  'mariadb/sqlstate-letters': {
    ...mariadbPage('SQLSTATE', 'sql-statements/programmatic-compound-statements/programmatic-compound-statements-diagnostics/sqlstate'),
    says: 'An SQLSTATE is five characters, numbers or uppercase ASCII letters.',
  },
  'mysql/error-has-its-sqlstate': {
    ...mysqlErrors('8.4', 'MySQL 8.4 Server Error Message Reference'),
    says: 'Each error that originates on the server has a number, a symbol, an SQLSTATE value and a message.',
  },
  'mariadb/error-has-its-sqlstate': {
    ...mariadbPage('MariaDB Error Code Reference', 'error-codes/mariadb-error-code-reference'),
    says: 'An error has a numeric code, an SQLSTATE value of five characters and a message; each code is listed with its SQLSTATE.',
  },
} as const satisfies Record<string, Quote>;
