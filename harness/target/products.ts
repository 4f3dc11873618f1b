/** What is known of each program that mywire starts. A new one is a row here, and a start of it in local-product.ts and docker-product.ts. */
interface ProductRow {
  readonly is: 'server' | 'front';
  /** As it stands in a sentence. */
  readonly written: string;
  /** What its program is called; the first as its packages have it. */
  readonly programs: readonly string[];
  readonly versionArgs: readonly string[];
  /** The first group is the version. No match: another product under this name (Debian's mysqld may be MariaDB). */
  readonly version: RegExp;
  /** The version that is taken where nobody names one. */
  readonly usual: string;
  /** Its images where they are not called like the product, the official one first. */
  readonly images?: readonly string[];
  /** Of a front: the server that stands behind it where nobody names one. Default mariadb. */
  readonly before?: 'mariadb' | 'mysql';
  /** Of a front: it hands on bytes and never looks at them. */
  readonly passesBytesOn?: true;
  /** What else it is for than as a target. */
  readonly alsoFor?: string;
  /** How to get the program, in Debian and its kin; a product that they lack is had from its vendor. */
  readonly get: string;
}

const table = {
  mariadb: {
    is: 'server',
    written: 'MariaDB',
    programs: ['mariadbd', 'mysqld'],
    versionArgs: ['--no-defaults', '--version'],
    version: /Ver (\S*-MariaDB\S*)/,
    usual: '11.8',
    get: 'apt-get install mariadb-server',
  },
  mysql: {
    is: 'server',
    written: 'MySQL',
    programs: ['mysqld'],
    versionArgs: ['--no-defaults', '--version'],
    version: /Ver (?!\S*MariaDB)(\S+)/,
    usual: '9.7',
    images: ['mysql', 'mysql/mysql-server'],
    get: 'install mysql-server from your distribution or mysql.com, and set MYWIRE_BIN_MYSQL if MariaDB has the name mysqld',
  },
  haproxy: {
    is: 'front',
    written: 'HAProxy',
    programs: ['haproxy'],
    versionArgs: ['-v'],
    version: /HA-?Proxy version (\S+)/,
    usual: '3.0',
    passesBytesOn: true,
    alsoFor: 'what HAProxy believes of a server',
    get: 'apt-get install haproxy',
  },
  proxysql: {
    is: 'front',
    written: 'ProxySQL',
    programs: ['proxysql'],
    versionArgs: ['--version'],
    version: /ProxySQL version ([^\s,]+)/,
    usual: '2.7.1',
    images: ['proxysql/proxysql'],
    get: 'install the package of proxysql.com, or set MYWIRE_BIN_PROXYSQL',
  },
  mysqlrouter: {
    is: 'front',
    written: 'MySQL Router',
    programs: ['mysqlrouter'],
    versionArgs: ['--version'],
    version: /MySQL Router\s+Ver (\S+)/,
    usual: '9.7',
    images: ['mysql/mysql-router'],
    before: 'mysql',
    get: 'install mysql-router from your distribution or mysql.com, or set MYWIRE_BIN_MYSQLROUTER',
  },
  maxscale: {
    is: 'front',
    written: 'MaxScale',
    programs: ['maxscale'],
    versionArgs: ['--version'],
    version: /MaxScale (\d\S*)/,
    usual: '24.02',
    images: ['mariadb/maxscale'],
    get: 'install the package of mariadb.com, or set MYWIRE_BIN_MAXSCALE',
  },
  nginx: {
    is: 'front',
    written: 'nginx',
    programs: ['nginx'],
    versionArgs: ['-v'],
    version: /nginx version: nginx\/(\S+)/,
    usual: '1.26',
    passesBytesOn: true,
    get: 'apt-get install nginx libnginx-mod-stream',
  },
} as const satisfies Readonly<Record<string, ProductRow>>;

/** A program that mywire starts. */
export type StartedProduct = keyof typeof table;
type Being<Is extends ProductRow['is']> = { [P in StartedProduct]: (typeof table)[P]['is'] extends Is ? P : never }[StartedProduct];
/** What stands in front of a server and passes connections on. */
export type FrontProduct = Being<'front'>;
/** What ends a chain. */
export type ServerProduct = Being<'server'>;

export const aboutProduct: Readonly<Record<StartedProduct, ProductRow>> = table;
export const startedProducts = Object.keys(table) as readonly StartedProduct[];
export const isStarted = (product: string): product is StartedProduct => Object.hasOwn(table, product);
/** What has a program, as --binary names it: a product, or one version of it (proxysql:2.0.18). */
export const isProgramName = (name: string): boolean => /^[^:]+(:[^:]+)?$/.test(name) && isStarted(name.split(':')[0] ?? '');
/** What has an image, as --image names it: a version of a product (mariadb:11.8). */
export const isImageName = (name: string): boolean => isProgramName(name) && name.includes(':');
export const isFront = (product: string): product is FrontProduct => isStarted(product) && table[product].is === 'front';
/** It hands on bytes and has no say in what they are. */
export const passesBytesOn = (product: string): boolean => isStarted(product) && aboutProduct[product].passesBytesOn === true;
export const isServer = (product: string): product is ServerProduct => isStarted(product) && table[product].is === 'server';
/** The server that stands behind a front where nobody names one. */
export const serverBehind = (front: FrontProduct): ServerProduct => aboutProduct[front].before ?? 'mariadb';
export const fronts: readonly FrontProduct[] = startedProducts.filter(isFront);
export const servers: readonly ServerProduct[] = startedProducts.filter(isServer);
