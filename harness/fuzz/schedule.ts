import { BLOCK } from './arbitrary/index.ts';

/** Changes that are tried of an exec that showed something new. */
export const FOLLOW_UPS = 16;

/**
 * The name of an exec within a campaign: '117' is the 117th fresh one, '117.3' the third change of it, '117.3.0' the first
 * change of that. With the seed and the corpus that the campaign began with, it says what is sent.
 */
export type Path = string;

/** What is played next: a block of fresh execs, or changes of those that showed something new. */
export interface Batch {
  readonly block?: number;
  readonly paths: readonly Path[];
}

/** One part of a campaign that is spread over machines. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

export interface ScheduleOptions {
  /** Fresh execs in all, over all shards; default without end. */
  readonly runs?: number | undefined;
  readonly shard?: Shard | undefined;
}

/**
 * What is played, and in which order: fresh execs by number, every other batch what came out of them. Fresh blocks are
 * split over shards by their number, so that n shards play exactly the fresh execs of one campaign. Follow-ups are at most
 * as many as fresh ones.
 */
export class Schedule {
  readonly #runs: number;
  readonly #shard: Shard;
  #block: number;
  #fresh = 0;
  #followed = 0;
  #queue: Path[] = [];
  readonly #done: Set<number>;
  #turn = false;

  constructor({ runs = Number.POSITIVE_INFINITY, shard = { index: 0, of: 1 } }: ScheduleOptions, done: ReadonlySet<number> = new Set()) {
    this.#runs = runs;
    this.#shard = shard;
    this.#block = shard.index;
    this.#done = new Set(done);
  }

  /** Undefined: nothing is left. What was given out may still bring more (`showedNew`). */
  next(): Batch | undefined {
    this.#turn = !this.#turn;
    const first = this.#turn ? this.#freshBlock() : this.#followUps();
    return first ?? (this.#turn ? this.#followUps() : this.#freshBlock());
  }

  /** An exec that showed what none had shown: it is worth going on from. */
  showedNew(path: Path): void {
    for (let i = 0; i < FOLLOW_UPS; i++) this.#queue.push(`${path}.${i}`);
  }

  /** Takes back changes that a campaign before had played. */
  played(paths: ReadonlySet<Path>): void {
    this.#queue = this.#queue.filter((path) => !paths.has(path));
    this.#followed += paths.size;
  }

  #freshBlock(): Batch | undefined {
    while (this.#done.has(this.#block)) this.#pass(this.#block);
    const block = this.#block;
    const from = block * BLOCK;
    if (from >= this.#runs) return undefined;
    this.#pass(block);
    return { block, paths: pathsOf(block, this.#runs) };
  }

  #pass(block: number): void {
    this.#fresh += Math.min(BLOCK, this.#runs - block * BLOCK);
    this.#block = block + this.#shard.of;
  }

  #followUps(): Batch | undefined {
    const room = Math.min(BLOCK, this.#fresh - this.#followed);
    const paths = room > 0 ? this.#queue.splice(0, room) : [];
    this.#followed += paths.length;
    return paths.length > 0 ? { paths } : undefined;
  }
}

const pathsOf = (block: number, runs: number): Path[] =>
  Array.from({ length: Math.min(BLOCK, runs - block * BLOCK) }, (_, i) => String(block * BLOCK + i));
