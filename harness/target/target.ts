import { type StartedProduct, startedProducts } from './products.ts';

/** The programs that a target can be made of; 'unknown' is what an address is until the user says (--as). */
export type Product = StartedProduct | 'reference' | 'unknown';
export const products: readonly Product[] = [...startedProducts, 'reference', 'unknown'];
export const isProduct = (name: string): name is Product => (products as readonly string[]).includes(name);

/** Where a client connects. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The authentication plugins of accounts, by the client's half, whose name is on the wire (MariaDB's ed25519 has client_ed25519). */
export const accountPlugins = ['mysql_native_password', 'caching_sha2_password', 'sha256_password', 'client_ed25519', 'parsec'] as const;
export type AuthPluginName = (typeof accountPlugins)[number];

export interface Account {
  readonly user: string;
  readonly password: string;
  readonly plugin: AuthPluginName;
  /** Of the second factor, where the account has one. */
  readonly secondPassword?: string;
  /** Somebody's, not made by us: its password is never sent as it is but inside TLS. */
  readonly own?: boolean;
}

/** The accounts that a target offers to the cases. A case that needs one that is missing is skipped with that reason. */
export interface Accounts {
  /** An account with an empty password, as HAProxy's check needs it. */
  readonly check?: Account;
  /** An account with a password. */
  readonly login?: Account;
  /** One per authentication plugin, and the special ones (fixtures/README.md). */
  readonly native?: Account;
  readonly sha2?: Account;
  readonly 'sha2-empty'?: Account;
  readonly sha256?: Account;
  readonly 'sha256-empty'?: Account;
  readonly ed25519?: Account;
  readonly 'ed25519-empty'?: Account;
  readonly parsec?: Account;
  readonly 'parsec-empty'?: Account;
  readonly expired?: Account;
  readonly 'requires-tls'?: Account;
  readonly 'two-factor'?: Account;
}

/** How a program was started, without passwords. */
export interface NodeSetup {
  /** Its command line. */
  readonly command: string;
  /** Its configuration files, by name. */
  readonly files: Readonly<Record<string, string>>;
}

/** One program of a running target. */
export interface RunningNode {
  /** Unique within the target: 'haproxy', 'proxysql', 'mariadb'. */
  readonly name: string;
  readonly product: Product;
  /** As the program itself reports it; '' when unknown. */
  readonly version: string;
  readonly endpoint: Endpoint;
  /** Of a program of this machine that we started. */
  readonly pid?: number;
  /** 'running', or one sentence that says how it died (exit code, signal, last log lines). */
  state(): Promise<'running' | string>;
  /** Ends it at once, whatever it is at; undefined where we did not start it. */
  readonly kill?: () => Promise<void>;
  /** The last lines of its log, for evidence. */
  log(): string;
  /** As long as it runs; undefined where we did not start it. */
  readonly setup?: () => NodeSetup;
  /** A runtime command (HAProxy's stats socket, ProxySQL's admin port); undefined where there is none. */
  readonly command?: (text: string) => Promise<string>;
}

/** One TCP leg of a topology: who connects to whom. A capture taps each. */
export interface Leg {
  /** 'client-haproxy', 'haproxy-mariadb' */
  readonly name: string;
  readonly to: Endpoint;
}

/** Whether what we see on our socket is what the target did (facts: Docker's published ports turn RST into FIN). */
export type Transparency = { readonly transparent: true } | { readonly transparent: false; readonly why: string };

/** A target that is up: wired, accounts made, answering. */
export interface RunningTarget {
  /** As the user wrote it: 'local:haproxy+mariadb'. */
  readonly name: string;
  /** Front to back; nodes[0] is what the client talks to. */
  readonly nodes: readonly RunningNode[];
  readonly legs: readonly Leg[];
  readonly front: Endpoint;
  readonly accounts: Accounts;
  /** A database that exists, and one that does not, for CONNECT_WITH_DB; undefined where unknown (an address). */
  readonly database?: string;
  /** The address of this machine from which its front takes PROXY headers; undefined: from none. */
  readonly proxiesFrom?: string;
  readonly path: Transparency;
  /** What the reader of a report should know: another image stood in for the one that was named. */
  readonly notes?: readonly string[];
  /** Brings a dead node up again; undefined where we did not start it (an address). */
  readonly restart?: () => Promise<void>;
  /** Stops all and removes every trace (processes, containers, networks, folders). Safe to call twice. */
  stop(): Promise<void>;
}

/** Why a target could not be had; the sentence says what to do next. */
export class TargetError extends Error {
  override readonly name = 'TargetError';
  readonly code: TargetErrorCode;
  readonly target: string;
  constructor(code: TargetErrorCode, target: string, says: string) {
    super(`${target}: ${says}`);
    this.code = code;
    this.target = target;
  }
}
export type TargetErrorCode =
  | 'TARGET_BAD_NAME'
  | 'TARGET_UNREACHABLE'
  | 'TARGET_NO_BINARY'
  | 'TARGET_NO_DOCKER'
  | 'TARGET_NO_IMAGE'
  | 'TARGET_START_FAILED'
  | 'TARGET_START_TIMEOUT';
