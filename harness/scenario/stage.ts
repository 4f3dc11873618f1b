import { performance } from 'node:perf_hooks';
import { setTimeout as pause, setImmediate as turnOfLoop } from 'node:timers/promises';
import { type ClientProcess, startClientProcess } from '../target/client-process.ts';
import { readStat } from '../target/haproxy-stat.ts';
import { openSqlClient, type SqlClient, type SqlLogin } from '../target/sql-client.ts';
import type { Tap } from '../target/tap/tap.ts';
import type { TappedConnection } from '../target/tap/tapped-connection.ts';
import { notApplied } from '../target/topology/replication.ts';
import type { RunningTopology, TopologyNode } from '../target/topology/running.ts';
import { type ConnectionBytes, decodeConnection } from './decode.ts';
import type { Wire, WireConnection } from './wire.ts';

export { clock } from '../target/tap/tapped-connection.ts';

/** Our side could not do what the story asks: the scenario is inconclusive, never failed. */
class StageError extends Error {
  override readonly name = 'StageError';
  readonly code: 'SCENARIO_LATE' | 'SCENARIO_CANNOT';
  constructor(code: StageError['code'], says: string) {
    super(says);
    this.code = code;
  }
}

const late = (what: string, limitMs: number, instead?: string): StageError =>
  new StageError('SCENARIO_LATE', `${what}: not so after ${limitMs} ms${instead ? ` (${instead})` : ''}`);

/** A pause is made of so many ms at a time. */
const PIECE_MS = 100;

/** Longer than what a story writes takes to be applied, by far. */
const replicatedMs = 10_000;

/** How a client of a story comes in. */
export interface ClientOptions extends Partial<Omit<SqlLogin, 'at'>> {
  readonly port?: string;
}

/** What a story is told with. */
export interface Stage {
  readonly topology: RunningTopology;
  /** The sizes of the report, not the small ones. */
  readonly full: boolean;
  /** ms since the story began. */
  readonly now: () => number;
  /** A line of the story, with its time. */
  tell(line: string): void;
  node(name: string): TopologyNode;
  tap(link: string): Tap;
  /** A client of a node, through the tap of its link; as `mywire` in the database `mywire` unless told otherwise. Closed at the end. */
  client(node: string, options?: ClientOptions): Promise<SqlClient>;
  /** A client in a process of its own that sends one statement, to be killed. It comes in as `client` does. */
  clientProcess(node: string, sql: string, options?: ClientOptions): ClientProcess;
  /** A runtime command: HAProxy's stats socket, ProxySQL's admin port. */
  command(node: string, text: string): Promise<string>;
  /** HAProxy's `show stat`, a row per frontend, backend and server. */
  stat(node: string): Promise<ReadonlyMap<string, string>[]>;
  /**
   * Waits until it is so, asked every 20 ms, because no event tells.
   * @param instead what is so instead, for the reader
   * @throws StageError SCENARIO_LATE after the limit (ms)
   */
  until(what: string, limitMs: number, isSo: () => boolean | Promise<boolean>, instead?: () => string): Promise<void>;
  /** Waits until those replicas have applied all that `from` has written. @throws StageError SCENARIO_LATE after 10 s */
  untilReplicated(from: string, to: readonly string[]): Promise<void>;
  /** Time that the story itself takes (a check interval, a delay under test), named in the story. */
  pause(what: string, ms: number): Promise<void>;
  /** What has passed on the taps so far. */
  wire(): Wire;
}

export interface StageSetting {
  readonly topology: RunningTopology;
  readonly full: boolean;
  readonly onLine: (ms: number, line: string) => void;
}

/** Opens the stage; `close` ends the clients that are left. */
export function openStage({ topology, full, onLine }: StageSetting): Stage & { close(): Promise<void> } {
  const began = performance.now();
  const now = () => performance.now() - began;
  const clients = new Set<SqlClient>();
  const processes = new Set<ClientProcess>();
  const loginOf = (node: string, { port = 'front', ...login }: ClientOptions) => ({
    user: 'mywire',
    password: 'mywire-secret',
    database: 'mywire',
    ...login,
    at: topology.entry(node, port),
  });
  const command = async (name: string, text: string): Promise<string> => {
    const { command: run } = topology.node(name);
    if (!run) throw new StageError('SCENARIO_CANNOT', `${name} takes no runtime commands`);
    return run(text);
  };
  return {
    topology,
    full,
    now,
    tell: (line) => onLine(now(), line),
    node: (name) => topology.node(name),
    tap: (link) => topology.tap(link),
    async client(node, options = {}) {
      const client = await openSqlClient(loginOf(node, options));
      clients.add(client);
      return client;
    },
    clientProcess(node, sql, options = {}) {
      const client = startClientProcess(loginOf(node, options), sql);
      processes.add(client);
      return client;
    },
    command,
    async stat(name) {
      return readStat(await command(name, 'show stat'));
    },
    async until(what, limitMs, isSo, instead) {
      const deadline = performance.now() + limitMs;
      for (;;) {
        // Asked once more behind the limit: the time may have passed while this process stood still.
        const last = performance.now() > deadline;
        if (await isSo()) break;
        if (last) throw late(what, limitMs, instead?.());
        await pause(20);
      }
      onLine(now(), what);
    },
    async untilReplicated(from, to) {
      for (const name of to) {
        const what = `${name} has all that ${from} wrote`;
        const status = await notApplied(topology.node(from), topology.node(name), replicatedMs);
        if (status) throw late(what, replicatedMs, `receiver ${status.io}, applier ${status.sql}, ${status.error || 'no error'}`);
        onLine(now(), what);
      }
    },
    async pause(what, ms) {
      onLine(now(), `${what} (${ms} ms)`);
      // In pieces, each with a turn of the loop: what has come is on the taps before the story goes on, also where this process stood still.
      for (let left = ms; left > 0; left -= PIECE_MS) {
        await pause(Math.min(left, PIECE_MS));
        await turnOfLoop();
      }
    },
    wire: () => wireOfTaps(topology.taps),
    async close() {
      for (const client of clients) client.vanish();
      for (const client of processes) client.kill('SIGKILL');
      await Promise.all([...processes].map((client) => client.gone));
    },
  };
}

/** What was decoded of a connection, and of how many events: a story that waits asks again and again, and most have gone no further. */
const decoded = new WeakMap<TappedConnection, { readonly events: number; readonly connection: WireConnection }>();

/** What has passed on taps, decoded. */
export function wireOfTaps(taps: readonly Tap[]): Wire {
  return { connections: taps.flatMap((tap) => tap.connections.map((one) => wireOf(tap.link, one))) };
}

function wireOf(link: string, one: TappedConnection): WireConnection {
  const { number, openedAt, events } = one;
  const before = decoded.get(one);
  if (before?.events === events.length) return before.connection;
  const connection = decodeConnection({ link, number, openedAt, events } satisfies ConnectionBytes);
  decoded.set(one, { events: events.length, connection });
  return connection;
}
