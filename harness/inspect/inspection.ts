import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { FrameSorter, type FramesEnd } from '../pcap/frame-sorter.ts';
import { Followers, type InspectionOptions } from './followers.ts';
import type { Totals } from './totals.ts';

export type InspectionEnd = FramesEnd & { readonly totals: Totals };

/**
 * Reads frames as they come and tells of each MySQL connection when it is over. It needs bounded memory per connection
 * that is open at a time, and keeps none that is over.
 */
export class Inspection {
  readonly #followers: Followers;
  readonly #frames: FrameSorter;

  constructor(options: InspectionOptions) {
    this.#followers = new Followers(options);
    this.#frames = new FrameSorter(this.#followers);
  }

  push(frame: CapturedFrame): void {
    this.#frames.push(frame);
  }

  /** Call behind each portion of a file: the frames that have been pushed are not kept alive by any connection. */
  letGo(): void {
    this.#followers.letGo();
  }

  /** Call once, after the last frame: tells of the connections that are still open. */
  end(): InspectionEnd {
    return { totals: this.#followers.totals, ...this.#frames.end() };
  }
}
