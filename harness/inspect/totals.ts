import type { Inspected } from './inspected.ts';

/** Counts over all connections; bounded. */
export interface Totals {
  /** MySQL connections. */
  connections: number;
  packets: number;
  rows: number;
  bytes: number;
  missingBytes: number;
  commands: Record<string, number>;
  /** By "code #SQLSTATE". */
  errors: Record<string, number>;
  /** By "how by side". */
  endings: Record<string, number>;
  /** By rule id. */
  findings: Record<string, number>;
  /** Connections in which a rule of level MUST or SHOULD is broken. */
  broken: number;
  /** Connections whose packets were not all decoded: TLS without secrets, missing bytes, a beginning that is not there. */
  notWhole: number;
  /** Connections without a byte, by server endpoint. */
  silent: Record<string, number>;
  /** Connections in TLS since before the capture began, by server endpoint: what they speak is not known. */
  hidden: Record<string, number>;
  otherConnections: number;
}

export function noTotals(): Totals {
  return {
    connections: 0,
    packets: 0,
    rows: 0,
    bytes: 0,
    missingBytes: 0,
    commands: {},
    errors: {},
    endings: {},
    findings: {},
    broken: 0,
    notWhole: 0,
    silent: {},
    hidden: {},
    otherConnections: 0,
  };
}

/** Different keys of one table that are counted apart; the rest is counted as "other". */
const MOST_KEYS = 1000;

export function count(table: Record<string, number>, key: string, n = 1): void {
  const known = table[key];
  // Counting the keys costs: only where there is a new one.
  const of = known !== undefined || Object.keys(table).length < MOST_KEYS ? key : 'other';
  table[of] = (table[of] ?? 0) + n;
}

/** Keys that are made once: one that is joined anew for each connection costs more than the count. */
const endings = {
  client: { open: 'open by client', fin: 'fin by client', 'fin+rst': 'fin+rst by client', rst: 'rst by client' },
  server: { open: 'open by server', fin: 'fin by server', 'fin+rst': 'fin+rst by server', rst: 'rst by server' },
} as const;

export function addTo(totals: Totals, one: Inspected): void {
  totals.connections++;
  totals.packets += one.packets;
  totals.rows += one.rows;
  totals.bytes += one.bytes.client + one.bytes.server;
  totals.missingBytes += one.missing.client + one.missing.server;
  // Once for each connection: no list of pairs.
  for (const name in one.commands) count(totals.commands, name, one.commands[name]);
  for (const { code, sqlState } of one.errors) count(totals.errors, sqlState === undefined ? `${code}` : `${code} #${sqlState}`);
  const { how, by } = one.ending;
  count(totals.endings, by === undefined ? how : endings[by][how]);
  for (const { rule } of one.findings) count(totals.findings, rule);
  if (one.findings.some(isBroken)) totals.broken++;
  if (!isWhole(one)) totals.notWhole++;
}

/** A broken rule of these levels makes the exit code 1; the others are told. */
export const isBroken = ({ level }: { readonly level: string }): boolean => level === 'MUST' || level === 'SHOULD';

/** All of its packets were seen and read. */
export function isWhole(one: Inspected): boolean {
  const { client, server } = one.missing;
  return one.beginning === 'seen' && client + server === 0 && one.undecoded === undefined && (one.tls === undefined || one.tls.decrypted);
}
