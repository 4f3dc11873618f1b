/** One promise of a manual, restated. `page` is the manual's own page title; `url` is where to check it. */
export interface Quote {
  readonly manual: 'mysql' | 'mariadb' | 'haproxy' | 'tcp';
  readonly page: string;
  readonly url: string;
  readonly says: string;
}

/** A page of MySQL's source documentation; the id is the last part of its url. */
export const mysqlPage = <const P extends string>(page: P, id: string) =>
  ({ manual: 'mysql', page, url: `https://dev.mysql.com/doc/dev/mysql-server/latest/${id}.html` }) as const;

/** A page of MySQL's reference manual. */
export const refman = <const P extends string>(page: P, id: string, version = '8.4') =>
  ({ manual: 'mysql', page, url: `https://dev.mysql.com/doc/refman/${version}/en/${id}.html` }) as const;

/** MySQL's page of DATABASE(), ROW_COUNT(), LAST_INSERT_ID() and the like. */
export const informationFunctions = refman('Information Functions', 'information-functions');

/** MySQL's list of errors, as it was for a version. */
export const mysqlErrors = <const P extends string = 'Server Error Message Reference'>(
  version: string,
  page: P = 'Server Error Message Reference' as P,
) => ({ manual: 'mysql', page, url: `https://dev.mysql.com/doc/mysql-errors/${version}/en/server-error-reference.html` }) as const;

/** A page of MariaDB's server reference. */
export const mariadbPage = <const P extends string>(page: P, path: string) =>
  ({ manual: 'mariadb', page, url: `https://mariadb.com/docs/server/reference/${path}` }) as const;

/** MariaDB's page of all server variables. */
export const mariadbVariables = {
  manual: 'mariadb',
  page: 'Server System Variables',
  url: 'https://mariadb.com/docs/server/ha-and-performance/optimization-and-tuning/system-variables/server-system-variables',
} as const;

/** MariaDB's page of all status variables. */
export const mariadbStatus = {
  manual: 'mariadb',
  page: 'Server Status Variables',
  url: 'https://mariadb.com/docs/server/ha-and-performance/optimization-and-tuning/system-variables/server-status-variables',
} as const;

/** A function of MariaDB Connector/C. */
export const connectorC = <const P extends string>(page: P) =>
  ({ manual: 'mariadb', page, url: `https://mariadb.com/docs/connectors/mariadb-connector-c/api-functions/${page}` }) as const;
