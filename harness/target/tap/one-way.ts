import type { Leg } from './leg.ts';
import type { LinkFault } from './link-fault.ts';
import type { Side, TapEvent } from './tapped-connection.ts';

type Passing = Extract<TapEvent, { kind: 'bytes' } | { from: Side; kind: 'fin' | 'rst' }>;
/** The tap writes into its own events what became of them. */
type Told = { lost?: number | true };

interface Waiting {
  readonly event: Passing;
  /** What is still to be passed on; nothing for an ending. */
  left: Uint8Array;
  /** Arrived at, and not to be passed on before (ms of performance.now). */
  readonly at: number;
  readonly due: number;
  /** Called when all of it is with the kernel. */
  readonly passed: (() => void) | undefined;
}

/** So many bytes wait in us at most, beside a tail that is held back, before the sender is no longer read. */
const MOST_WAITING = 1 << 20;
const NOTHING = new Uint8Array(0);

/** One direction of a tapped connection: in order, at the receiver's pace, and with the faults that concern it. */
export class OneWay {
  /** The sender's end has been passed on or lost: no byte will come through here, at most a RST behind the FIN. */
  over = false;
  readonly #side: Side;
  readonly #from: Leg;
  readonly #to: Leg;
  readonly #whenOver: () => void;
  #queue: Waiting[] = [];
  #queued = 0;
  #delayMs = 0;
  #tail = { bytes: 0, heldMs: Number.POSITIVE_INFINITY };
  /** Takes all and passes nothing on: since the fault says so, or for good. */
  #silent = false;
  #dead = false;
  #garbled = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(side: Side, from: Leg, to: Leg, whenOver: () => void) {
    this.#side = side;
    this.#from = from;
    this.#to = to;
    this.#whenOver = whenOver;
  }

  /** Faults of the whole connection are not its business and count as none. */
  fault(fault: LinkFault | undefined): void {
    const mine = fault && (!('from' in fault) || fault.from === undefined || fault.from === this.#side) ? fault : undefined;
    this.#delayMs = mine?.kind === 'delay' ? mine.ms : 0;
    this.#silent = mine?.kind === 'silent';
    this.#garbled = mine?.kind === 'garbled';
    const { bytes = 0, heldMs = Number.POSITIVE_INFINITY } = mine?.kind === 'loses-tail' ? mine : {};
    this.#tail = { bytes, heldMs };
    this.pump();
  }

  /** Bytes of the sender, or the part of them that is to be passed on. */
  bytes(event: Passing, bytes: Uint8Array, passed?: () => void): void {
    if (this.#isSilent()) lose(event, bytes.length);
    else this.#push(event, this.#garbled ? garbled(bytes) : bytes, passed);
  }

  ended(event: Passing): void {
    if (this.#isSilent()) {
      (event as Told).lost = true;
      return this.#end();
    }
    this.#loseTail();
    this.#push(event, NOTHING);
  }

  /** From now on nothing is passed on; what waits is lost. */
  close(): void {
    clearTimeout(this.#timer);
    for (const { event, left } of this.#queue) if (event.kind === 'bytes') lose(event, left.length);
    this.#queue = [];
    this.#queued = 0;
    this.#dead = true;
    this.#from.read(true);
  }

  /** Passes on what may go now. */
  pump(): void {
    clearTimeout(this.#timer);
    for (let head = this.#queue[0]; head; head = this.#queue[0]) {
      const now = performance.now();
      if (head.due > now) {
        this.#wait(head.due - now);
        break;
      }
      if (head.event.kind === 'bytes') {
        if (this.#to.blocked || !this.#pass(head, now)) break;
      } else {
        this.#queue.shift();
        this.#passEnd(head.event.kind);
      }
    }
    // A full window holds up bytes and FIN, never a RST.
    const last = this.#queue.at(-1);
    if (last?.event.kind === 'rst' && last.due <= performance.now()) this.#passEnd('rst');
    this.#from.read(!this.#to.blocked && this.#queued - this.#tail.bytes < MOST_WAITING);
  }

  /** True if all of it has gone. */
  #pass(head: Waiting, now: number): boolean {
    const overdue = head.at + this.#tail.heldMs - now;
    const free = overdue <= 0 ? head.left.length : Math.min(head.left.length, this.#queued - this.#tail.bytes);
    if (free <= 0) {
      this.#wait(overdue);
      return false;
    }
    const part = head.left.subarray(0, free);
    head.left = head.left.subarray(free);
    this.#queued -= free;
    if (head.left.length > 0) {
      this.#to.write(part);
      return true; // asked again for the rest of it
    }
    this.#queue.shift();
    this.#to.write(part, head.passed);
    return true;
  }

  #passEnd(how: 'fin' | 'rst'): void {
    if (how === 'fin') this.#to.fin();
    else this.#to.rst();
    if (how === 'rst') this.close();
    this.#end();
  }

  #push(event: Passing, left: Uint8Array, passed?: () => void): void {
    const at = performance.now();
    const due = Math.max(at + this.#delayMs, this.#queue.at(-1)?.due ?? 0);
    this.#queue.push({ event, left, at, due, passed });
    this.#queued += left.length;
    this.pump();
  }

  #loseTail(): void {
    let lost = Math.min(this.#tail.bytes, this.#queued);
    this.#queued -= lost;
    for (const one of this.#queue.toReversed()) {
      const here = Math.min(lost, one.left.length);
      if (here > 0) lose(one.event, here);
      one.left = one.left.subarray(0, one.left.length - here);
      lost -= here;
    }
    this.#queue = this.#queue.filter(({ event, left }) => event.kind !== 'bytes' || left.length > 0);
    this.#tail = { ...this.#tail, bytes: 0 };
  }

  #isSilent(): boolean {
    this.#dead ||= this.#silent;
    return this.#dead;
  }

  #end(): void {
    this.over = true;
    this.#whenOver();
  }

  #wait(ms: number): void {
    if (Number.isFinite(ms)) this.#timer = setTimeout(() => this.pump(), Math.ceil(ms));
  }
}

/** Other bytes, as many; the first four are kept. */
const garbled = (bytes: Uint8Array): Uint8Array => bytes.map((byte, index) => (index < 4 ? byte : byte ^ 0xff));

function lose(event: Passing, bytes: number): void {
  if (bytes > 0) (event as Told).lost = Number((event as Told).lost ?? 0) + bytes;
}
