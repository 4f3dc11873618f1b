import type { Ending } from '../case/verdict.ts';
import type { Compression } from '../codec/compressed-frame.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { TcpReassembler } from '../pcap/reassemble.ts';
import type { TcpConnection, TcpEvent } from '../pcap/tcp-connection.ts';
import { tcpSegment } from '../pcap/tcp-segment.ts';
import { TlsSecrets } from '../pcap/tls/key-log.ts';
import { ConnectionReader, type Listener, type NotPlayed } from './connection-reader.ts';
import { ReplayError } from './error.ts';
import { Interned } from './interned.ts';
import { withLostFin } from './lost-fin.ts';
import { type Plan, type Planned, Planner } from './plan.ts';
import type { LeftOut } from './step.ts';

/** One MySQL connection of a capture. */
export interface Captured {
  /** Without events, unless they are kept. */
  readonly tcp: Pick<TcpConnection, 'id' | 'client' | 'server' | 'midStream' | 'events'>;
  readonly user?: string;
  /** Of the client. */
  readonly firstPacket?: string;
  /** It was inside TLS. */
  readonly encrypted: boolean;
  /** Behind the login, both sides compressed. */
  readonly compression?: Compression;
  /** How the server ended it, and whether it was the first to do so. */
  readonly ending: { readonly how: Ending; readonly first: boolean };
  /** What a client library would not have sent; undefined: nothing. */
  readonly odd?: string;
  /** Why it is not played byte for byte unless somebody asks for that. */
  readonly dangerous?: string;
}

/** What of a capture is to be played. */
export interface Choice {
  /** Only connections to this server: its port, or address:port. */
  readonly server?: string;
  /** Only these: Wireshark's tcp.stream. */
  readonly streams?: readonly number[];
}

/** What is made of the connections while they are read. */
export interface CapturingOptions {
  readonly choice?: Choice;
  /** Whether a connection is played byte for byte, or otherwise than by its statements; default: none is. */
  readonly isOther?: (captured: Omit<Captured, 'tcp'>) => boolean;
  /** All events are held in memory, so that connections can be played byte for byte; default: none are. */
  readonly keepsEvents?: boolean;
  /** Told too what the clients said. */
  readonly listener?: (stream: number) => Listener | undefined;
}

export interface Traffic {
  readonly connections: readonly Captured[];
  /** What is not played, and why: one line each. */
  readonly leftOut: readonly Omit<LeftOut, 'command'>[];
  readonly plan: Plan;
  /** Bytes of the largest packet. */
  readonly largest: number;
  /** TLS was met before its secrets, which came later: read it once more with all of them. */
  readonly secretsCameLate: boolean;
}

/** What their names begin with: Wireshark's field. */
export const LINK = 'tcp.stream';

/** Of connections whose events are not kept. */
const NONE: TcpEvent[] = [];

interface Reading {
  readonly tcp: Captured['tcp'];
  readonly events: TcpEvent[] | undefined;
  readonly chosen: boolean;
  /** Until the connection is over. */
  reader?: ConnectionReader | undefined;
  planned?: Planned | undefined;
  found?: Omit<Captured, 'tcp'> | NotPlayed;
  /** Secrets that were known when it began; and whether they were not enough. */
  readonly secrets: number;
  lacksSecrets: boolean;
}

/**
 * Puts frames together to the MySQL connections in them, and what their clients said to a plan, while they come: of a connection
 * nothing is held but its steps.
 */
export class Capturing {
  /** Of TLS sessions: those that are known when one begins. */
  readonly secrets: TlsSecrets;
  readonly #options: CapturingOptions;
  readonly #planner = new Planner();
  readonly #reassembler: TcpReassembler;
  readonly #readings: Reading[] = [];
  readonly #alike = new Interned();
  #largest = 0;

  constructor(options: CapturingOptions = {}, secrets = new TlsSecrets()) {
    this.secrets = secrets;
    this.#options = options;
    const open = new Map<TcpConnection, Reading>();
    this.#reassembler = new TcpReassembler({
      maxConnections: Number.POSITIVE_INFINITY,
      sink: {
        event: (connection, event) => {
          let reading = open.get(connection);
          if (!reading) {
            reading = this.#open(connection);
            open.set(connection, reading);
          }
          reading.reader?.event(event);
          reading.events?.push(withLostFin(event));
        },
        over: (connection) => {
          const reading = open.get(connection);
          if (reading) this.#close(reading);
          open.delete(connection);
        },
      },
    });
  }

  push(frames: readonly CapturedFrame[]): void {
    for (const frame of frames) {
      const segment = tcpSegment(frame);
      if (typeof segment !== 'string') this.#reassembler.push(segment);
    }
  }

  /** No more frames come. @throws ReplayError REPLAY_BAD_CHOICE, REPLAY_NOTHING_TO_PLAY */
  end(): Traffic {
    this.#reassembler.end();
    for (const reading of this.#readings) this.#close(reading);
    if (this.#readings.length === 0) throw nothing('there is no TCP connection in it');
    const chosen = this.#readings.filter((one) => one.chosen);
    if (chosen.length === 0)
      throw new ReplayError(
        'REPLAY_BAD_CHOICE',
        `none of the ${this.#readings.length} connections is the one that was chosen. ${serversOf(this.#readings)}`,
      );
    const leftOut: Omit<LeftOut, 'command'>[] = [];
    const connections = chosen.flatMap(({ tcp, found }): Captured[] => {
      if (!found) return [];
      if (!('why' in found)) return [{ ...found, tcp }];
      const { why, whole } = found;
      if (why !== undefined) leftOut.push({ connection: `${LINK} ${tcp.id}`, why, ...(whole ? { whole } : {}) });
      return [];
    });
    const secretsCameLate = chosen.some(({ lacksSecrets, secrets }) => lacksSecrets && this.secrets.size > secrets);
    if (connections.length === 0 && !secretsCameLate)
      throw nothing(leftOut[0] ? `${leftOut[0].connection}: ${leftOut[0].why}` : 'no connection in it speaks MySQL');
    const servers = new Set(connections.map(({ tcp }) => tcp.server.text));
    if (servers.size > 1)
      throw new ReplayError(
        'REPLAY_BAD_CHOICE',
        `clients of ${servers.size} servers are in the capture: choose one with --server. ${serversOf(connections)}`,
      );
    return { connections, leftOut, plan: this.#planner.plan(), largest: this.#largest, secretsCameLate };
  }

  #open(connection: TcpConnection): Reading {
    const { id, client, server, midStream } = connection;
    const { choice = {}, keepsEvents, listener } = this.#options;
    const chosen = isChosen(connection, choice);
    const events: TcpEvent[] = keepsEvents ? [] : NONE;
    const planned = chosen && !listener ? this.#planner.open(`${LINK} ${id}`) : undefined;
    const heard = planned ?? listener?.(id);
    const reading: Reading = {
      tcp: { id, client, server, midStream, events },
      events: chosen && keepsEvents ? events : undefined,
      chosen,
      ...(chosen && heard ? { reader: new ConnectionReader(this.secrets, heard) } : {}),
      ...(planned ? { planned } : {}),
      secrets: this.secrets.size,
      lacksSecrets: false,
    };
    this.#readings.push(reading);
    return reading;
  }

  #close(reading: Reading): void {
    const { reader, planned, tcp } = reading;
    if (!reader) return;
    const found = reader.end(tcp);
    this.#largest = Math.max(this.#largest, reader.largest);
    reading.found = this.#alike.of(found);
    reading.lacksSecrets = reader.lacksSecrets;
    reading.reader = undefined;
    reading.planned = undefined;
    if ('why' in found) return;
    planned?.close({
      ending: found.ending.how,
      isOther: this.#options.isOther?.(found) === true,
      sent: reader.sent,
      opened: reader.opened,
      over: reader.over,
    });
  }
}

const nothing = (why: string) => new ReplayError('REPLAY_NOTHING_TO_PLAY', `there is nothing to play in the capture: ${why}`);

function isChosen({ id, server }: Pick<TcpConnection, 'id' | 'server'>, { server: wanted, streams }: Choice): boolean {
  if (streams && !streams.includes(id)) return false;
  return wanted === undefined || wanted === server.text || wanted === String(server.port);
}

function serversOf(connections: readonly { readonly tcp: Pick<TcpConnection, 'server'> }[]): string {
  const counts = new Map<string, number>();
  for (const { tcp } of connections) counts.set(tcp.server.text, (counts.get(tcp.server.text) ?? 0) + 1);
  const list = [...counts].slice(0, 12).map(([server, count]) => `${server} (${count})`);
  return `Servers, and how many connections each has: ${list.join(', ')}${counts.size > list.length ? ', …' : ''}.`;
}
