import type { Inspected } from '../inspect/inspected.ts';

export type Found = readonly [frame: number, one: Inspected];

/** What one thread has found since it told last. */
export interface Portion {
  readonly found: readonly Found[];
  /** The frames by which its connections began, in order. */
  readonly opened: readonly number[];
  /** Frames that it has read in all. */
  readonly frames: number;
}

/** Puts the connections of several shards in the order in which one thread would tell of them, with the numbers that it would give them. */
export class Merge {
  readonly #found: Found[][];
  readonly #opened: number[][];
  readonly #frames: number[];
  readonly #onFound: (one: Inspected, frame: number) => void;

  constructor(shards: number, onFound: (one: Inspected, frame: number) => void) {
    this.#found = Array.from({ length: shards }, () => []);
    this.#opened = Array.from({ length: shards }, () => []);
    this.#frames = Array.from({ length: shards }, () => 0);
    this.#onFound = onFound;
  }

  add(shard: number, { found, opened, frames }: Portion): void {
    const began = this.#opened[shard] as number[];
    for (const frame of opened) began.push(frame);
    for (const one of found) (this.#found[shard] as Found[]).push(one);
    this.#frames[shard] = frames;
    this.#tell(Math.min(...this.#frames));
  }

  /** All have read the whole capture. */
  finish(): void {
    this.#tell(Number.POSITIVE_INFINITY);
  }

  /** Of those up to this frame nobody can find another one. */
  #tell(frame: number): void {
    const ready = this.#found.flatMap((list, shard) => {
      const end = list.findIndex(([at]) => at > frame);
      return list
        .splice(0, end < 0 ? list.length : end)
        .map(([at, one]): Found => [at, { ...one, stream: this.#numberOf(shard, one.stream) }]);
    });
    // What one segment has ended is of one shard, in its order.
    ready.sort(([a, one], [b, other]) => (a === b ? (a === Number.POSITIVE_INFINITY ? one.stream - other.stream : 0) : a - b));
    for (const [at, one] of ready) this.#onFound(one, at);
  }

  /** As many as began before it, in all shards. */
  #numberOf(shard: number, own: number): number {
    const frame = this.#opened[shard]?.[own] as number;
    return this.#opened.reduce((sum, began, i) => sum + (i === shard ? own : before(began, frame)), 0);
  }
}

/** How many of these frames, which ascend, come before this one. */
function before(frames: readonly number[], frame: number): number {
  let [from, to] = [0, frames.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((frames[middle] as number) < frame) from = middle + 1;
    else to = middle;
  }
  return from;
}
