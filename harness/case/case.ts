import type { CapabilityName, MariadbCapabilityName } from '../codec/capability.ts';
import type { Delivery } from './delivery.ts';
import type { FeatureName } from './feature.ts';
import type { DeclaredAccount, Step } from './step.ts';
import type { Level } from './verdict.ts';

/** A sentence of a manual. */
export interface Source {
  readonly manual: string;
  readonly page: string;
  readonly url: string;
  readonly says: string;
}

/** The two protocols that go by the name of MySQL. */
export type Dialect = 'mysql' | 'mariadb';

/**
 * What a target must have for a case to make sense: declared by it (greeting, accounts) or found by a probe, never
 * inferred from a failure. Where it is missing the case is skipped with that reason.
 */
export type Need =
  | 'check-account'
  | 'login-account'
  | 'database'
  | 'tls'
  /** It takes PROXY headers from one address of this machine; the connections of the case come from there. */
  | 'proxy-protocol'
  | { readonly offers: CapabilityName }
  | { readonly offersMariadb: MariadbCapabilityName }
  /** What a server that offers it does instead, the case does not ask. */
  | { readonly lacks: CapabilityName }
  | { readonly lacksMariadb: MariadbCapabilityName }
  | { readonly account: DeclaredAccount }
  /**
   * The greeting names the plugin of this account: its first proof is judged. Otherwise the server owes an AuthSwitchRequest, even
   * to a client that has named the right plugin (mysql/page_protocol_connection_phase, Authentication Method Mismatch).
   */
  | { readonly firstProof: DeclaredAccount }
  /** The greeting names another plugin than this account has: an AuthSwitchRequest comes behind the login. */
  | { readonly switched: DeclaredAccount }
  | { readonly dialect: Dialect }
  | { readonly feature: FeatureName }
  /**
   * A server behind a proxy that is wrong on purpose: statements ask it for a defect (harness/reference/backend-fault.ts).
   * 'seen by the proxy': the proxy follows the protocol; one that passes bytes has no say in what they are.
   */
  | { readonly backend: 'behind any proxy' | 'seen by the proxy' };

/** A real bug that a case is named after. */
export interface Regression {
  /** The product as its vendor writes it. */
  readonly product: string;
  /** Its number where it was reported: 'sysown/proxysql#3342', 'CVE-2017-3599', 'MXS-1785'. */
  readonly issue: string;
  /** The versions that have it, in the source's words; absent where the source does not say. */
  readonly affected?: string;
  readonly fixed?: string;
}

/** One question, as data. */
export interface Case {
  /** Area and topic in words, never positions: 'early-data/handshake-response-and-quit'. */
  readonly id: `${string}/${string}`;
  readonly title: string;
  readonly level: Level;
  /** The manual's own words, one entry per dialect that says something; empty only for OBSERVE. */
  readonly source: readonly Source[];
  readonly needs?: readonly Need[];
  readonly script: readonly Step[];
  /** Default ['whole', 'bytes', 'fields']. */
  readonly deliveries?: readonly [Delivery, ...Delivery[]];
  /** Tries per delivery, for races; a case deviates if one try does. Default 1. */
  readonly tries?: number;
  /** Fields that must differ between tries ('HandshakeV10.scramble1'); needs tries > 1. */
  readonly differs?: readonly string[];
  /** Limit of each wait in ms; default from the run. */
  readonly limitMs?: number;
  /** Bytes that the server may send in all before reading stops; default 256 KiB. */
  readonly mostBytes?: number;
  /** Programs have died of it, or have harmed their other clients: it runs alone, behind all others, so that none of those is suspected. */
  readonly perilous?: true;
  /** Why this matters: the report or bug behind it. */
  readonly link?: string;
  /** In suites/regression: the bug it is named after. */
  readonly regression?: Regression;
  /** Defects of the reference server that must turn it red. */
  readonly killedBy: readonly [string, ...string[]];
}

export const defaultDeliveries = ['whole', 'bytes', 'fields'] as const satisfies readonly Delivery[];

/** How its bytes may travel. */
export const deliveriesOf = ({ deliveries }: Pick<Case, 'deliveries'>): readonly Delivery[] => deliveries ?? defaultDeliveries;

/** The first part of a case's id. */
export const areaOf = ({ id }: Pick<Case, 'id'>): string => id.slice(0, id.indexOf('/'));
