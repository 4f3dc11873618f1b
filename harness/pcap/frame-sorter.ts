import type { CapturedFrame } from './captured-frame.ts';
import type { FragmentsSeen } from './fragments.ts';
import type { NotASegment } from './link.ts';
import { TcpReassembler } from './reassemble.ts';
import { SegmentReader } from './segment-reader.ts';
import type { TcpSink } from './tcp-connection.ts';

/** Closed connections that are kept for late segments: of a busy proxy more than a thousand close at a time. */
const LINGERING = 2048;

/** What a capture held besides its connections. */
export interface FramesEnd {
  /** Frames that were no TCP segment, by reason; without the fragments of IP. */
  readonly skipped: Readonly<Partial<Record<NotASegment, number>>>;
  /** Undefined where no IP packet came in pieces. */
  readonly fragments: FragmentsSeen | undefined;
  readonly frames: number;
}

/** Frames in, what happens on connections out. Needs bounded memory per connection that is open at a time. */
export class FrameSorter {
  readonly #reassembler: TcpReassembler;
  readonly #segments: SegmentReader;
  readonly #skipped: Partial<Record<NotASegment, number>> = {};
  #frames = 0;

  constructor(sink: TcpSink) {
    const reassembler = new TcpReassembler({ sink, lingering: LINGERING });
    this.#reassembler = reassembler;
    this.#segments = new SegmentReader((segment) => reassembler.push(segment));
  }

  push(frame: CapturedFrame): void {
    this.#frames++;
    const why = this.#segments.push(frame);
    if (why !== undefined && why !== 'fragment') this.#skipped[why] = (this.#skipped[why] ?? 0) + 1;
  }

  /** Call once, after the last frame: ends the connections that are still open. */
  end(): FramesEnd {
    this.#segments.end();
    this.#reassembler.end();
    return { skipped: this.#skipped, fragments: this.#segments.fragments, frames: this.#frames };
  }
}
