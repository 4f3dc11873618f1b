import type { CapturedFrame } from './captured-frame.ts';
import { Fragments, type FragmentsSeen } from './fragments.ts';
import type { NotASegment } from './link.ts';
import { type TcpSegment, tcpSegment } from './tcp-segment.ts';

/** The TCP segments of a capture, frame by frame; those that came in pieces of IP too. */
export class SegmentReader {
  readonly #take: (segment: TcpSegment) => void;
  /** Most captures have no fragment. */
  #fragments: Fragments | undefined;

  constructor(take: (segment: TcpSegment) => void) {
    this.#take = take;
  }

  /** What became of IP fragments; undefined where there were none. */
  get fragments(): FragmentsSeen | undefined {
    return this.#fragments?.seen;
  }

  /** Hands on the segment that the frame is or completes; else the reason why it is none. */
  push(frame: CapturedFrame): NotASegment | undefined {
    const segment = tcpSegment(frame);
    if (typeof segment !== 'string') {
      this.#take(segment);
      return undefined;
    }
    if (segment !== 'fragment') return segment;
    this.#fragments ??= new Fragments((joined) => {
      const whole = tcpSegment(joined);
      if (typeof whole !== 'string') this.#take(whole);
    });
    this.#fragments.push(frame);
    return segment;
  }

  /** Call once, after the last frame. */
  end(): void {
    this.#fragments?.end();
  }
}
