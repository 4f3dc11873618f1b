import { Socket } from 'node:net';
import type { Endpoint } from '../target.ts';
import { written } from '../tcp.ts';
import { Leg } from './leg.ts';
import type { LinkFault } from './link-fault.ts';
import { OneWay } from './one-way.ts';
import { clock, type Side, type TapEvent, type TappedConnection, type TapWitness } from './tapped-connection.ts';

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
  #reset = false;
  readonly #legs: Record<Side, Leg>;
  readonly #ways: Record<Side, OneWay>;
  /** Bytes of that side that still pass before both get RST. */
  #cutAfter: { readonly from: Side; readonly bytes: number; left: number } | undefined;

  constructor({ number, accepted, keep, told, fault, witness }: RelayOptions) {
    this.number = number;
    this.client = named({ host: accepted.remoteAddress ?? 'unknown', port: accepted.remotePort ?? 0 });
    this.at = named({ host: accepted.localAddress ?? 'unknown', port: accepted.localPort ?? 0 });
    this.#keep = keep;
    this.#told = told;
    this.#witness = witness;
    const client = new Leg(accepted, this.#listener('client'));
    const server = new Leg(new Socket({ allowHalfOpen: true }), this.#listener('server'));
    this.#legs = { client, server };
    const whenOver = (): void => this.#whenOver();
    this.#ways = { client: new OneWay('client', client, server, whenOver), server: new OneWay('server', server, client, whenOver) };
    if (fault?.kind === 'cut-after') this.#cutAfter = { from: fault.from, bytes: fault.bytes, left: fault.bytes };
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
  end(how: 'fin' | 'rst'): void {
    if (this.over) return;
    this.#note({ at: clock(), from: 'tap', kind: how });
    this.#ways.client.close();
    this.#ways.server.close();
    this.#legs.client[how]();
    this.#legs.server[how]();
    this.#isOver();
  }

  /** Closes both legs; resolves when their descriptors are closed. */
  async stop(): Promise<void> {
    this.#ways.client.close();
    this.#ways.server.close();
    this.#isOver();
    await Promise.all([this.#legs.client.destroy(), this.#legs.server.destroy()]);
  }

  #listener(side: Side) {
    return {
      stands: () => {
        this.server = named(this.#legs.server.local);
        if (this.#cutAfter?.bytes === 0) this.end('rst');
        this.#told();
      },
      bytes: (chunk: Uint8Array) => this.#bytes(side, chunk),
      ended: (how: 'fin' | 'rst') => this.#ended(side, how),
      refused: (detail: string) => this.#refused(detail),
      drained: () => this.#ways[side === 'client' ? 'server' : 'client'].pump(),
    };
  }

  #bytes(from: Side, bytes: Uint8Array): void {
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
      if (passing.length > 0) this.#ways[from].bytes(event, passing, () => this.end('rst'));
    }
    this.#told();
  }

  #ended(from: Side, how: 'fin' | 'rst'): void {
    const event: TapEvent = { at: clock(), from, kind: how };
    this.#note(event);
    this.#ways[from].ended(event);
    if (how === 'rst') this.#ways[from === 'client' ? 'server' : 'client'].close(); // nobody is there to take it
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
