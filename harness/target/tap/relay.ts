import { Socket } from 'node:net';
import type { Endpoint } from '../target.ts';
import { written } from '../tcp.ts';
import { Leg } from './leg.ts';
import type { LinkFault } from './link-fault.ts';
import { OneWay } from './one-way.ts';
import { SslRequestLook } from './ssl-request.ts';
import { clock, type Side, type TapEvent, type TappedConnection, type TapWitness } from './tapped-connection.ts';
import { type TlsContexts, TlsRelay } from './tls-relay.ts';

/** What a connection needs of its tap. */
export interface RelayOptions {
  readonly number: number;
  readonly accepted: Socket;
  /** May so many bytes be written down? */
  readonly keep: (bytes: number) => boolean;
  /** Called after each event, and when the connection is over. */
  readonly told: () => void;
  /** In force when it arrived: only `cut-after` begins here. */
  readonly fault: LinkFault | undefined;
  /** With one, events go to it and are not kept. */
  readonly witness?: TapWitness | undefined;
  /** Ends the client's TLS behind an SSLRequest. */
  readonly tls?: TlsContexts | undefined;
}

/** Both legs of one connection, and what passes between them. */
export class Relay implements TappedConnection {
  readonly number: number;
  readonly openedAt = clock();
  readonly client: string;
  readonly at: string;
  server: string | undefined;
  readonly events: TapEvent[] = [];
  over = false;
  cut = false;
  readonly #keep: (bytes: number) => boolean;
  readonly #told: () => void;
  readonly #witness: TapWitness | undefined;
  readonly #contexts: TlsContexts | undefined;
  readonly #look = new SslRequestLook();
  #tls: TlsRelay | undefined;
  #reset = false;
  readonly #legs: Record<Side, Leg>;
  readonly #ways: Record<Side, OneWay>;
  /** Bytes of that side that still pass before both get RST. */
  #cutAfter: { readonly from: Side; readonly bytes: number; readonly pauseMs: number; left: number } | undefined;
  #pause: NodeJS.Timeout | undefined;

  constructor({ number, accepted, keep, told, fault, witness, tls }: RelayOptions) {
    this.number = number;
    this.client = named({ host: accepted.remoteAddress ?? 'unknown', port: accepted.remotePort ?? 0 });
    this.at = named({ host: accepted.localAddress ?? 'unknown', port: accepted.localPort ?? 0 });
    this.#keep = keep;
    this.#told = told;
    this.#witness = witness;
    this.#contexts = tls;
    const client = new Leg(accepted, this.#listener('client'));
    const server = new Leg(new Socket({ allowHalfOpen: true }), this.#listener('server'));
    this.#legs = { client, server };
    const whenOver = (): void => this.#whenOver();
    this.#ways = { client: new OneWay('client', client, server, whenOver), server: new OneWay('server', server, client, whenOver) };
    if (fault?.kind === 'cut-after')
      this.#cutAfter = { from: fault.from, bytes: fault.bytes, pauseMs: fault.pauseMs ?? 0, left: fault.bytes };
  }

  connect(to: () => Endpoint): void {
    try {
      this.#legs.server.connect(to());
    } catch (error) {
      this.#refused((error as Error).message); // nobody knows yet where the server is
    }
  }

  /** Of those that work on what passes: delay, silent, garbled, loses-tail. */
  fault(fault: LinkFault | undefined): void {
    this.#ways.client.fault(fault);
    this.#ways.server.fault(fault);
  }

  /** Ends both sides at once; what was still on its way is lost. */
  end(how: 'fin' | 'rst', detail?: string): void {
    if (this.over) return;
    this.#note({ at: clock(), from: 'tap', kind: how, ...(detail === undefined ? {} : { detail }) });
    this.#tls?.close();
    this.#ways.client.close();
    this.#ways.server.close();
    this.#legs.client[how]();
    this.#legs.server[how]();
    this.#isOver();
  }

  #cutOff(pauseMs: number): void {
    if (pauseMs === 0) return this.end('rst');
    this.#ways.client.close();
    this.#ways.server.close();
    this.#pause = setTimeout(() => this.end('rst'), pauseMs);
  }

  /** The descriptors of both legs are closed. */
  get closed(): boolean {
    return this.#legs.client.closed && this.#legs.server.closed;
  }

  /** Resolves when they are. */
  async whenClosed(): Promise<void> {
    await Promise.all([this.#legs.client.whenClosed(), this.#legs.server.whenClosed()]);
  }

  /** Closes both legs; resolves when their descriptors are closed. */
  async stop(): Promise<void> {
    clearTimeout(this.#pause);
    this.#tls?.close();
    this.#ways.client.close();
    this.#ways.server.close();
    this.#isOver();
    await Promise.all([this.#legs.client.destroy(), this.#legs.server.destroy()]);
  }

  #listener(side: Side) {
    return {
      stands: () => {
        this.server = named(this.#legs.server.local);
        if (this.#cutAfter?.bytes === 0) this.#cutOff(this.#cutAfter.pauseMs);
        this.#told();
      },
      bytes: (chunk: Uint8Array) => this.#bytes(side, chunk),
      ended: (how: 'fin' | 'rst') => this.#ended(side, how),
      refused: (detail: string) => this.#refused(detail),
      drained: () => this.#ways[side === 'client' ? 'server' : 'client'].pump(),
    };
  }

  #bytes(from: Side, bytes: Uint8Array): void {
    if (this.#tls) return this.#ciphered(from, bytes);
    const end = this.#contexts && from === 'client' ? this.#look.ends(bytes) : undefined;
    if (end !== undefined && this.#contexts) {
      this.#pass(from, bytes.subarray(0, end));
      this.#tls = this.#startTls(this.#contexts);
      if (end < bytes.length) this.#ciphered(from, bytes.subarray(end));
      return;
    }
    this.#pass(from, bytes);
  }

  /** Bytes of TLS: of the client's leg they are written down as they came, of the server's leg as they go to the client. */
  #ciphered(from: Side, bytes: Uint8Array): void {
    if (from === 'client') this.#note({ at: clock(), from, kind: 'bytes', bytes });
    this.#tls?.bytes(from, bytes);
    this.#told();
  }

  #startTls(contexts: TlsContexts): TlsRelay {
    return new TlsRelay({
      contexts,
      legs: this.#legs,
      toClient: (bytes) => this.#note({ at: clock(), from: 'server', kind: 'bytes', bytes }),
      plain: (from, bytes) => this.#witness?.plain?.(this, from, bytes),
      secret: (line) => this.#witness?.secret?.(this, line),
      failed: (side, detail, ended) => this.end(ended ? 'fin' : 'rst', `TLS with the ${side} has failed: ${detail}.`),
      passed: (from) => {
        if (from === 'server') this.#note({ at: clock(), from, kind: 'fin' });
        this.#ways[from].over = true;
        this.#whenOver();
      },
    });
  }

  #pass(from: Side, bytes: Uint8Array): void {
    const event = { at: clock(), from, kind: 'bytes', bytes } as const;
    this.cut ||= !this.#keep(bytes.length);
    if (!this.cut) this.#note(event);
    const cutAfter = this.#cutAfter?.from === from ? this.#cutAfter : undefined;
    if (!cutAfter || bytes.length < cutAfter.left) {
      if (cutAfter) cutAfter.left -= bytes.length;
      this.#ways[from].bytes(event, bytes);
    } else {
      const passing = bytes.subarray(0, cutAfter.left);
      cutAfter.left = 0;
      Object.assign(event, bytes.length > passing.length ? { lost: bytes.length - passing.length } : {});
      if (passing.length > 0) this.#ways[from].bytes(event, passing, () => this.#cutOff(cutAfter.pauseMs));
    }
    this.#told();
  }

  #ended(from: Side, how: 'fin' | 'rst'): void {
    if (this.#tls) return this.#cipheredEnd(from, how, this.#tls);
    const event: TapEvent = { at: clock(), from, kind: how };
    this.#note(event);
    this.#ways[from].ended(event);
    if (how === 'rst') this.#ways[from === 'client' ? 'server' : 'client'].close(); // nobody is there to take it
    this.#told();
  }

  #cipheredEnd(from: Side, how: 'fin' | 'rst', tls: TlsRelay): void {
    const note = (): void => this.#note({ at: clock(), from, kind: how });
    if (from === 'client') note(); // the server's comes behind what it said, once that has gone to the client
    if (how === 'fin') tls.fin(from);
    else {
      // What came before it is still on its way through both sides of TLS.
      setImmediate(() => {
        if (from === 'server') note();
        this.#legs[from === 'client' ? 'server' : 'client'].rst();
        tls.close();
        this.#whenOver();
      });
    }
    this.#told();
  }

  #refused(detail: string): void {
    this.#note({ at: clock(), from: 'server', kind: 'refused', detail });
    this.#legs.client.rst();
    this.#isOver();
  }

  /** A direction is over: with a RST, or with both directions, the connection is. */
  #whenOver(): void {
    if (this.#reset || (this.#ways.client.over && this.#ways.server.over)) this.#isOver();
  }

  #isOver(): void {
    if (this.over) return;
    this.over = true;
    this.#witness?.over(this);
    this.#told();
  }

  #note(event: TapEvent): void {
    this.#reset ||= event.kind === 'rst';
    if (this.#witness) this.#witness.event(this, event);
    else this.events.push(event);
  }
}

/** As processlists show it; an IPv4 client of an IPv6 listener is an IPv4 client. */
function named({ host, port }: Endpoint): string {
  return written({ host: host.replace(/^::ffff:(?=\d+\.)/, ''), port });
}
