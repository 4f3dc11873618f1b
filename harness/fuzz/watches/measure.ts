import { readFileSync } from 'node:fs';
import type { Stimulus } from '../../case/step.ts';
import type { RunningNode, RunningTarget } from '../../target/target.ts';
import { type PlayContext, plainLogin, play } from '../play.ts';

/** A figure of a target that returns to what it was when its clients are gone. */
export interface Measure {
  /** "Threads_connected of the front" */
  readonly name: string;
  readonly node: string;
  /** Undefined: this target does not tell. */
  readonly read: () => Promise<number | undefined>;
  /** By how much it may lie above what it was. */
  readonly slack: (baseline: number) => number;
  /** Asked when it does: what stands behind the figure. */
  readonly shows?: () => Promise<string>;
}

/** Connections of dumps that may stand. */
const DUMPS = 16;
/**
 * Memory that a campaign may leave behind: caches fill, allocators keep what they had. What is read at first is of a program that
 * has just started: MariaDB 10.11 goes from 95 MB to 255 MB within an hour of 240,000 sessions. What we start ourselves gives back what
 * it has freed (`target/giving-back.ts`): behind 8,000 sessions MariaDB holds 150 MB then instead of 450, MySQL 9.7 320 instead of 730.
 */
const SLACK_BYTES = 256 << 20;
const SLACK_SHARE = 1;
const memorySlack = (baseline: number): number => Math.max(SLACK_BYTES, baseline * SLACK_SHARE);

export function measuresOf(target: Pick<RunningTarget, 'front' | 'accounts' | 'database' | 'nodes'>, limitMs: number): Measure[] {
  const { front: endpoint, accounts, database, nodes } = target;
  const context: PlayContext = { endpoint, accounts, limitMs, ...(database === undefined ? {} : { database }) };
  const front = nodes[0]?.name ?? 'target';
  const none = (): number => 0;
  const processes = () => rowsOf({ message: 'COM_PROCESS_INFO' }, context);
  const status = (variable: string, slack: number): Measure => ({
    name: `${variable} of the server`,
    node: nodes.at(-1)?.name ?? 'target',
    read: async () => {
      const [row] = await rowsOf({ message: 'COM_QUERY', with: { query: `SHOW GLOBAL STATUS LIKE '${variable}'` } }, context);
      return row?.[1] === undefined || row[1] === null ? undefined : Number(row[1]);
    },
    // A proxy keeps connections to its servers, and statements on them. A server sees only when it sends the next event that
    // the client of a binlog dump is gone.
    slack: () => (nodes.length > 1 ? slack : DUMPS),
  });
  // Its process keeps more than it holds: 400 MB behind 270 sessions through ProxySQL, when Memory_used was back at 331 of 330 MB.
  const memoryOf = (node: RunningNode): Measure =>
    node.product === 'mariadb' ? { ...status('Memory_used', 0), slack: memorySlack } : residentOf(node);
  return [
    status('Threads_connected', 64),
    status('Prepared_stmt_count', 1024),
    {
      name: 'connections of this account, by COM_PROCESS_INFO',
      node: front,
      read: async () => (await processes()).length || undefined,
      slack: none,
      shows: async () => longestOf(await processes()),
    },
    ...nodes.filter(({ product, command }) => product === 'proxysql' && command).map(proxySqlClients),
    ...nodes.filter(({ pid }) => pid !== undefined).map(memoryOf),
  ];
}

/** Connections that are told of, and characters of what each says. */
const MOST_SHOWN = 3;
const MOST_INFO = 60;

/** Of a process list, those that are at the same thing the longest: Id, User, Host, db, Command, Time (s), State, Info. */
export function longestOf(rows: readonly (readonly (string | null)[])[]): string {
  const seconds = (row: readonly (string | null)[]): number => Number(row[5] ?? 0);
  return rows
    .filter((row) => seconds(row) > 0)
    .sort((a, b) => seconds(b) - seconds(a))
    .slice(0, MOST_SHOWN)
    .map((row) => `${row[4]} for ${row[5]} s${row[7] ? ` (${JSON.stringify(row[7].slice(0, MOST_INFO))})` : ''}`)
    .join(', ');
}

const proxySqlClients = (node: RunningNode): Measure => ({
  name: 'Client_Connections_connected of ProxySQL',
  node: node.name,
  read: async () => {
    // It may have died just now: another watch tells of that.
    const told = await node
      .command?.("SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name='Client_Connections_connected'")
      .catch(() => undefined);
    const value = told?.split('\n')[1];
    return value === undefined ? undefined : Number(value);
  },
  slack: () => 0,
});

const residentOf = (node: RunningNode): Measure => ({
  name: `resident memory of ${node.name}, in bytes`,
  node: node.name,
  read: async () => {
    try {
      const [, kb] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${node.pid}/status`, 'utf8')) ?? [];
      return kb === undefined ? undefined : Number(kb) * 1024;
    } catch {
      return undefined; // it is gone: another watch tells of that
    }
  },
  slack: memorySlack,
});

/** The rows of the answer to one command, as text, on a connection of its own. */
async function rowsOf(stimulus: Stimulus, context: PlayContext): Promise<(string | null)[][]> {
  const client = { acts: [{ send: [plainLogin(context)] }, { send: [stimulus] }], delivery: 'whole', leaves: 'quit' } as const;
  const { clients } = await play({ clients: [client] }, context);
  return (clients[0]?.packets ?? [])
    .filter(({ name, from }) => from === 'server' && name === 'TextRow')
    .map(({ value }) => ((value?.['values'] ?? []) as (Uint8Array | string | null)[]).map(asText));
}

const asText = (value: Uint8Array | string | null): string | null =>
  value === null || typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
