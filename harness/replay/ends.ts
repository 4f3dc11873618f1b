import { stillStanding } from '../pcap/ending.ts';
import type { TcpControl, TcpData, TcpEvent, TcpReset } from '../pcap/tcp-connection.ts';
import { isLater, type Moment } from './timed.ts';

/** A FIN or RST, and when it came, in ms. */
export type StampedEnd = (TcpControl | TcpReset) & Moment;
/** Bytes that wait for whether they reached anybody, and when they came. */
export type Held = TcpData & Moment;

/** Bytes of a client that are kept behind a RST; a client that heard it says little more. */
const MOST_HELD = 1 << 20;

/** How one connection ends, as far as its events have come. A RST behind which its side goes on ends nothing. */
export class Ends {
  #standing: readonly StampedEnd[] = [];
  #held: Held[] = [];
  #heldBytes = 0;
  #notHeld: number | undefined;

  /** The FINs and RSTs that stand. */
  get standing(): readonly StampedEnd[] {
    return this.#standing;
  }
  get first(): StampedEnd | undefined {
    return this.#standing[0];
  }
  get last(): StampedEnd | undefined {
    return this.#standing.reduce<StampedEnd | undefined>((last, one) => (!last || isLater(one, last) ? one : last), undefined);
  }
  /** The side has ended, unless it goes on. */
  has(side: TcpEvent['from']): boolean {
    return this.#standing.some(({ from }) => from === side);
  }

  /** What comes behind an end may show that it was none: then true. */
  goesOn(event: TcpEvent): boolean {
    if (this.#standing.length === 0) return false;
    const before = this.#standing;
    this.#standing = stillStanding(before, event);
    return this.#standing !== before;
  }

  /** The frame that acknowledges a FIN that was lost (`lost`) came behind it, though it may be a FIN itself. */
  add(end: StampedEnd, lost: boolean): void {
    const place = lost ? this.#standing.findIndex(({ frame }) => frame >= end.frame) : -1;
    this.#standing = place < 0 ? [...this.#standing, end] : [...this.#standing.slice(0, place), end, ...this.#standing.slice(place)];
  }

  /** Of a client, behind the server's end: behind a FIN it reaches nobody (a probe for a RST is such a byte), behind a RST it may. */
  hold(data: Held): void {
    if (this.#standing.some(({ from, kind }) => from === 'server' && kind === 'fin')) return;
    if (this.#heldBytes + data.bytes.length > MOST_HELD) {
      this.#notHeld ??= data.frame;
      return;
    }
    this.#heldBytes += data.bytes.length;
    this.#held.push({ ...data, bytes: Uint8Array.from(data.bytes) });
  }

  /** What was held, once the server has shown that it had not ended; `missing`: the frame of the first that was too much to hold. */
  release(): { readonly held: readonly Held[]; readonly missing: number | undefined } {
    const released = { held: this.#held, missing: this.#notHeld };
    this.#held = [];
    this.#heldBytes = 0;
    this.#notHeld = undefined;
    return released;
  }
}
