import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../free-port.ts';
import { type Endpoint, TargetError } from '../target.ts';
import { written } from '../tcp.ts';
import type { LinkFault } from './link-fault.ts';
import { Relay } from './relay.ts';
import type { TappedConnection, TapWitness } from './tapped-connection.ts';
import type { TlsContexts } from './tls-relay.ts';

/** A relay on one link of a topology: passes bytes and endings on unchanged and in order, writes down what passed, and misbehaves when told. */
export interface Tap {
  /** 'haproxy-a' */
  readonly link: string;
  /** Where the client of the link connects. */
  readonly endpoint: Endpoint;
  /** In the order of arrival; with a witness, only those that are not over. */
  readonly connections: readonly TappedConnection[];
  /** From now on, for open and for new connections, until `clear` or the next fault. */
  fault(fault: LinkFault): void;
  clear(): void;
  /**
   * Resolves when `met` holds for what has passed (asked now, and whenever a connection arrives, is connected on, passes something or is over), false after the limit (ms) or when
   * the tap is stopped. Rejects with a TargetError when the tap could not listen again after `refuse`.
   */
  until(met: (connections: readonly TappedConnection[]) => boolean, limitMs: number): Promise<boolean>;
  /** Closes the port and both legs of all connections at once. Safe to call twice. */
  stop(): Promise<void>;
}

export interface TapPlace {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one below the client ports, so that no client takes it while the link refuses. */
  readonly port?: number;
  /** Bytes written down of all connections together; more pass unseen. Default 256 MiB. */
  readonly mostBytes?: number;
  /** Takes what passes instead of the tap, which then needs constant memory; `mostBytes` has no meaning. */
  readonly witness?: TapWitness;
  /** Ends the TLS of clients, and begins another to the server: a witness then reads along. Without it TLS passes as it is. */
  readonly tls?: TlsContexts | undefined;
}

const MOST_BYTES = 256 << 20;
const TRIES = 10;
/** ms for a peer to answer a FIN. */
const FIN_MS = 200;

/**
 * Opens a tap on a link. `to` tells where its server is, asked for each new connection: it may not have started yet. No
 * privileges are needed. Throws TargetError `TARGET_START_FAILED` when it cannot listen there.
 */
export async function openTap(link: string, to: () => Endpoint, at: TapPlace = {}): Promise<Tap> {
  const host = at.host ?? '127.0.0.1';
  for (let tries = 1; ; tries++) {
    const mostBytes = at.witness ? Number.POSITIVE_INFINITY : (at.mostBytes ?? MOST_BYTES);
    const tap = new OpenTap(link, to, { host, port: at.port ?? (await freePort()) }, mostBytes, at);
    try {
      await tap.listen();
      return tap;
    } catch (error) {
      if (at.port === undefined && tries < TRIES && (error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue; // free on loopback only
      throw cannotListen(link, tap.endpoint, error as Error);
    }
  }
}

class OpenTap implements Tap {
  readonly link: string;
  readonly endpoint: Endpoint;
  readonly connections: Relay[] = [];
  readonly #to: () => Endpoint;
  readonly #server: Server;
  readonly #waiting = new Set<() => void>();
  /** Got FIN from us: they are over, and their peers may never close. */
  readonly #hungUp = new Set<Relay>();
  readonly #witness: TapWitness | undefined;
  readonly #tls: TlsContexts | undefined;
  #count = 0;
  #mayKeep: number;
  #full = false;
  #fault: LinkFault | undefined;
  #broken: TargetError | undefined;
  #stopped: Promise<void> | undefined;

  constructor(link: string, to: () => Endpoint, endpoint: Endpoint, mostBytes: number, { witness, tls }: TapPlace) {
    this.#tls = tls;
    this.link = link;
    this.#to = to;
    this.endpoint = endpoint;
    this.#mayKeep = mostBytes;
    this.#witness = witness && {
      opened: (one) => witness.opened(one),
      event: (one, event) => witness.event(one, event),
      plain: (one, from, bytes) => witness.plain?.(one, from, bytes),
      secret: (one, line) => witness.secret?.(one, line),
      over: (one) => {
        witness.over(one);
        this.connections.splice(this.connections.indexOf(one as Relay), 1);
      },
    };
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      // With an address for a host Node listens before this turn of the loop is over.
      this.#server.listen(this.endpoint, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
  }

  fault(fault: LinkFault): void {
    this.#put(fault);
  }

  clear(): void {
    this.#put(undefined);
  }

  until(met: (connections: readonly TappedConnection[]) => boolean, limitMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(ask);
        end();
      };
      const timer = setTimeout(() => finish(() => resolve(false)), limitMs);
      const ask = (): void => {
        try {
          if (this.#broken) throw this.#broken;
          if (met(this.connections)) finish(() => resolve(true));
          else if (this.#stopped) finish(() => resolve(false));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      this.#waiting.add(ask);
      ask();
    });
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    this.#tell();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    if (this.#server.listening) this.#server.close();
    const hungUp = [...this.#hungUp];
    // Their peers see FIN, and RST only where they go on talking.
    await Promise.race([Promise.all(hungUp.map((one) => one.whenClosed())), delay(FIN_MS, undefined, { ref: false })]);
    await Promise.all([...this.connections, ...hungUp].map((one) => one.stop()));
  }

  #put(fault: LinkFault | undefined): void {
    if (this.#stopped) return;
    const refused = this.#fault?.kind === 'refuse';
    this.#fault = fault;
    if (fault?.kind === 'refuse') this.#server.close();
    else if (refused) this.#listenAgain();
    for (const one of [...this.connections]) this.#afflict(one, fault);
  }

  #listenAgain(): void {
    this.listen().then(
      () => {
        if (this.#fault?.kind === 'refuse' || this.#stopped) this.#server.close(); // told so meanwhile
      },
      (error: Error) => this.#break(error),
    );
  }

  #hangUp(one: Relay): void {
    for (const before of this.#hungUp) if (before.closed) this.#hungUp.delete(before);
    this.#hungUp.add(one);
    one.end('fin');
  }

  #afflict(one: Relay, fault: LinkFault | undefined): void {
    if (fault?.kind === 'reset') one.end('rst');
    else if (fault?.kind === 'hang-up') this.#hangUp(one);
    else one.fault(fault);
  }

  #accept(accepted: Socket): void {
    if (this.#stopped) return void accepted.destroy();
    const fault = this.#fault;
    const one = new Relay({
      number: ++this.#count,
      accepted,
      keep: (bytes) => this.#keep(bytes),
      told: () => this.#tell(),
      fault,
      witness: this.#witness,
      tls: this.#tls,
    });
    this.connections.push(one);
    this.#witness?.opened(one);
    if (fault?.kind !== 'reset' && fault?.kind !== 'hang-up') one.connect(this.#to);
    this.#afflict(one, fault);
    this.#tell();
  }

  /** Once they do not fit nothing more is written down: a record with a hole would look whole. */
  #keep(bytes: number): boolean {
    this.#full ||= bytes > this.#mayKeep;
    if (!this.#full) this.#mayKeep -= bytes;
    return !this.#full;
  }

  #break(error: Error): void {
    this.#broken = cannotListen(this.link, this.endpoint, error);
    this.#tell();
  }

  #tell(): void {
    for (const ask of this.#waiting) ask();
  }
}

function cannotListen(link: string, endpoint: Endpoint, error: Error): TargetError {
  return new TargetError('TARGET_START_FAILED', link, `the tap cannot listen on ${written(endpoint)}: ${error.message}; give another port`);
}
