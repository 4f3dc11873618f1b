import type { Accounts, Product } from './target.ts';

/** How a target is found and started. Everything has a default. */
export interface TargetOptions {
  /** The accounts of a target that is an address: mywire cannot make any there. */
  readonly accounts?: Accounts;
  /** A database of a target that is an address. */
  readonly database?: string;
  /** What a target that is an address is, where the user knows. */
  readonly as?: { readonly product: Product; readonly version: string };
  /** ms in which an address must accept a connection. Default 3000. */
  readonly reachLimitMs?: number;
  /** ms in which a program or container must be ready. Default 60000. */
  readonly startLimitMs?: number;
  /** ms that a local program gets to end by itself before it is killed. Default 5000. */
  readonly stopLimitMs?: number;
  /**
   * Paths of programs: { proxysql: '/opt/proxysql/2.7.1/proxysql' }, or { 'proxysql:2.0.18': … } for targets that name a version. Before
   * MYWIRE_BIN_PROXYSQL, before PATH.
   */
  readonly binaries?: Readonly<Record<string, string>>;
  /** Docker images by the name in the target: { 'mariadb:11.8': 'registry.example/mariadb:11.8' }. Before MYWIRE_IMAGE_MARIADB_11_8. */
  readonly images?: Readonly<Record<string, string>>;
  /** ms that pulling one image may take. Default 120000. */
  readonly pullLimitMs?: number;
  /** ms in which the Docker daemon must answer when `chooseTargets` asks. Default 1000. */
  readonly daemonLimitMs?: number;
  /** Told what is going on, one line each (an image is pulled, another image stands in). */
  readonly onNote?: (line: string) => void;
  /** Default process.env. */
  readonly env?: NodeJS.ProcessEnv;
}

/** Default of `reachLimitMs`. */
export const defaultReachLimitMs = 3000;
/** Default of `startLimitMs`. */
export const defaultStartLimitMs = 60_000;
/** Default of `stopLimitMs`. */
export const defaultStopLimitMs = 5000;
/** Default of `pullLimitMs`. */
export const defaultPullLimitMs = 120_000;
/** Default of `daemonLimitMs`. */
export const defaultDaemonLimitMs = 1000;
