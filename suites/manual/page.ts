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

/** A page of MariaDB's server reference. */
export const mariadbPage = <const P extends string>(page: P, path: string) =>
  ({ manual: 'mariadb', page, url: `https://mariadb.com/docs/server/reference/${path}` }) as const;
