import type { CapabilityName } from '../codec/capability.ts';
import type { Delivery } from './delivery.ts';
import type { Step } from './step.ts';
import type { Level } from './verdict.ts';

/** A sentence of a manual. */
export interface Source {
  readonly manual: string;
  readonly page: string;
  readonly url: string;
  readonly says: string;
}

/** What a target must have for a case to make sense; where it is missing the case is skipped with that reason. */
export type Need = 'check-account' | 'login-account' | 'database' | 'tls' | { readonly offers: CapabilityName };

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
  /** Why this matters: the report or bug behind it. */
  readonly link?: string;
  /** Defects of the reference server that must turn it red. */
  readonly killedBy: readonly [string, ...string[]];
}

export const defaultDeliveries = ['whole', 'bytes', 'fields'] as const satisfies readonly Delivery[];

/** The first part of a case's id. */
export const areaOf = ({ id }: Pick<Case, 'id'>): string => id.slice(0, id.indexOf('/'));
