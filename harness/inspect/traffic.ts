import type { Side } from '../codec/labelled-packet.ts';
import { otherSide, type TcpEvent, type TcpGap } from '../pcap/tcp-connection.ts';
import type { SeenGap } from './inspected.ts';

/** Gaps of one connection that are kept; the others are counted. */
const MOST_KEPT = 16;

/** Of most connections. */
const NOTHING_MISSING = { client: 0, server: 0 };

export type Gap = Pick<TcpGap, 'missing' | 'frame' | 'mayEnd'>;

/** What of a connection is in the capture: its frames, its bytes, and those that are missing. */
export class Traffic {
  readonly bytes = { client: 0, server: 0 };
  /** The number of the last frame, and the time of the event told last. */
  last = 0;
  lastNs = 0n;
  first = 0;
  startedNs = 0n;
  missing = NOTHING_MISSING;
  /** Undefined where nothing is missing. */
  gaps: SeenGap[] | undefined = undefined;

  /** Every event of TCP. */
  passed({ frame, timeNs }: TcpEvent): void {
    if (this.first === 0) {
      this.first = frame;
      this.startedNs = timeNs;
    }
    if (frame > this.last) this.last = frame;
    this.lastNs = timeNs;
  }

  /** Offset in its stream behind everything of a side that has passed or is missing. */
  offset(side: Side): number {
    return this.bytes[side] + this.missing[side];
  }

  gap(side: Side, { missing, frame, mayEnd }: Gap): void {
    const offset = this.offset(side);
    if (this.missing === NOTHING_MISSING) this.missing = { client: 0, server: 0 };
    this.missing[side] += missing;
    if (missing === 0) return;
    this.gaps ??= [];
    if (this.gaps.length < MOST_KEPT) this.gaps.push({ side, offset, missing, frame, ...(mayEnd ? { mayEnd } : {}) });
  }

  /** Nothing passed, and nothing is missing, but so many bytes, which are counted already. */
  silentBefore(bytes: number): boolean {
    return this.bytes.client + this.bytes.server === bytes && this.missing.client + this.missing.server === 0;
  }

  swapSides(): void {
    for (const pair of [this.bytes, this.missing]) [pair.client, pair.server] = [pair.server, pair.client];
    this.gaps = this.gaps?.map((gap) => ({ ...gap, side: otherSide(gap.side) }));
  }
}
