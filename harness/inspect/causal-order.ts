import { advance, ahead } from '../pcap/sequence.ts';
import { otherSide, type Side, type TcpEvent } from '../pcap/tcp-connection.ts';

/** Events and bytes that may wait for what they acknowledge. */
const MOST_EVENTS = 256;
const MOST_BYTES = 1 << 20;

const NOBODY: TcpEvent[] = [];

/** Who is told. */
export interface InOrder {
  inOrder(event: TcpEvent): void;
  /** Too much waits: the order of what follows is a guess. */
  unsure(): void;
}

/**
 * Puts the events of both directions in an order that could have been: what a segment acknowledges stands before it. A
 * capture may show an answer before the command (several processors, several interfaces), or lack the command.
 */
export class CausalOrder {
  readonly #complete: boolean;
  readonly #owner: InOrder;
  /** Sequence number behind the last byte that was told, by side. */
  #client: number | undefined = undefined;
  #server: number | undefined = undefined;
  /** One side at a time waits for the other. */
  #waiting = NOBODY;
  #bytes = 0;

  /** @param complete the capture has the SYN: then a server that speaks without a SYN-ACK has said something before. */
  constructor(complete: boolean, owner: InOrder) {
    this.#complete = complete;
    this.#owner = owner;
  }

  push(event: TcpEvent): void {
    const first = this.#waiting[0];
    if (!first) {
      if (this.#mayPass(event)) this.#pass(event);
      else this.#hold(event);
      return;
    }
    // Behind what its own side said before. What both sides wait for never comes.
    if (event.from === first.from) this.#hold(event);
    else this.#pass(event);
    this.#release();
  }

  /** No more will come. */
  end(): void {
    const left = this.#waiting;
    this.#waiting = NOBODY;
    this.#bytes = 0;
    if (left.length > 0) this.#owner.unsure();
    for (const event of left) this.#pass(event);
  }

  #mayPass({ kind, from, ack }: TcpEvent): boolean {
    if (ack === undefined || kind === 'gap' || kind === 'rst' || kind === 'syn' || kind === 'syn-ack') return true;
    const peer = from === 'client' ? this.#server : this.#client;
    return peer === undefined ? !this.#complete : ahead(ack, peer) <= 0;
  }

  #pass(event: TcpEvent): void {
    const known = event.from === 'client' ? this.#client : this.#server;
    if (known === undefined && this.#complete && (event.kind === 'data' || event.kind === 'fin')) this.#owner.unsure();
    const to = behind(event);
    if (to !== undefined && (known === undefined || ahead(to, known) > 0)) this.#reached(event.from, to);
    // The other side began before the capture: what it had said until here is not in it.
    const peer = event.from === 'client' ? this.#server : this.#client;
    if (peer === undefined && event.ack !== undefined && event.kind !== 'gap') this.#reached(otherSide(event.from), event.ack);
    this.#owner.inOrder(event);
  }

  #reached(side: Side, to: number): void {
    if (side === 'client') this.#client = to;
    else this.#server = to;
  }

  #hold(event: TcpEvent): void {
    if (this.#waiting === NOBODY) this.#waiting = [];
    // A view keeps the chunk of the file alive.
    this.#waiting.push(event.kind === 'data' ? { ...event, bytes: new Uint8Array(event.bytes) } : event);
    if (event.kind === 'data') this.#bytes += event.bytes.length;
    if (this.#waiting.length > MOST_EVENTS || this.#bytes > MOST_BYTES) this.end();
  }

  #release(): void {
    while (this.#waiting.length > 0 && this.#mayPass(this.#waiting[0] as TcpEvent)) {
      const event = this.#waiting.shift() as TcpEvent;
      if (event.kind === 'data') this.#bytes -= event.bytes.length;
      this.#pass(event);
    }
  }
}

/** A RST stands behind bytes that may never have been told of. */
function behind(event: TcpEvent): number | undefined {
  switch (event.kind) {
    case 'data':
      return advance(event.seq, event.bytes.length);
    case 'gap':
      return advance(event.seq, event.missing);
    case 'rst':
      return undefined;
    default:
      return advance(event.seq, 1);
  }
}
