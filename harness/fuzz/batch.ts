import { type JudgeContext, judge } from './judge.ts';
import { behavioursOf } from './observe.ts';
import type { Violation } from './oracle.ts';
import type { Batch, Path } from './schedule.ts';
import type { Execs } from './source.ts';

/** A violation, when it was seen, as Date.now() tells, which is the same in every process, and how many execs were being played there and then. */
export interface Sighting {
  readonly path: Path;
  readonly violation: Violation;
  readonly at: number;
  readonly atOnce: number;
}

/** What a batch of execs came to; plain data, so that it can come from another thread. */
export interface BatchResult {
  readonly batch: Batch;
  /** Execs played; fewer than asked for where the campaign was stopped. */
  readonly execs: number;
  /** Connections that the clients of these execs made, without those of the oracles. */
  readonly connections: number;
  readonly shown: readonly { readonly path: Path; readonly behaviours: readonly string[] }[];
  readonly violations: readonly Sighting[];
  /** The target takes no connections: why. */
  readonly unreachable?: string;
  /** Where it takes none: what was being played then, or had just been. */
  readonly underway?: readonly Path[];
}

/** ms for which an exec stays under suspicion when it is over: a program does not die at once. */
const AFTERWARDS_MS = 500;
/** Execs at once until answers have been seen to end: one without end takes megabytes before it is told from a long one. */
const AT_FIRST = 8;

/** Plays batches, so many execs at once whichever batch they are of. Behaviours are told of once. */
export class BatchPlayer {
  readonly #execs: Execs;
  readonly #context: JudgeContext;
  readonly #known = new Set<string>();
  readonly #most: number;
  /** Execs at once: more with each whose answers end, fewer with each that is flooded. */
  #atOnce: number;
  /** Execs that may begin now. */
  #places: number;
  #playing = 0;
  readonly #waiting: (() => void)[] = [];

  /** @param concurrency execs at once, at most */
  constructor(execs: Execs, context: JudgeContext, concurrency: number) {
    this.#execs = execs;
    this.#context = context;
    this.#most = concurrency;
    this.#atOnce = this.#places = Math.min(AT_FIRST, concurrency);
  }

  /** `onRoom`: called when there is room for another batch. `onExec`: called behind each exec. */
  async play(batch: Batch, signal?: AbortSignal, onRoom?: () => void, onExec?: () => void): Promise<BatchResult> {
    const shown: { path: Path; behaviours: string[] }[] = [];
    const violations: Sighting[] = [];
    let unreachable: string | undefined;
    let underway: Path[] | undefined;
    /** When it was over; Infinity: it is not. */
    const over = new Map<Path, number>();
    let [execs, connections] = [0, 0];
    const one = async (path: Path): Promise<boolean> => {
      over.set(path, Number.POSITIVE_INFINITY);
      // What has shown something before is asked everything.
      const judged = await judge(this.#execs.of(path), path, this.#context, this.#execs.isOfCorpus(path) ? 'every' : undefined);
      const { clients } = judged.played;
      const flooded = clients.some((client) => client.flooded);
      if (this.#context.target.cut?.aborted) return flooded;
      execs++;
      onExec?.();
      connections += clients.length;
      const now = performance.now();
      unreachable ??= judged.unreachable;
      if (unreachable !== undefined) underway ??= [...over].flatMap(([one, at]) => (now - at < AFTERWARDS_MS ? [one] : []));
      over.set(path, now);
      // Without the packets that were expected: those are read again where it is looked into.
      for (const { expected: _, wrong: __, ...violation } of judged.violations)
        violations.push({ path, violation, at: Date.now(), atOnce: this.#playing });
      const behaviours = behavioursOf(judged.played).filter((one) => !this.#known.has(one));
      for (const behaviour of behaviours) this.#known.add(behaviour);
      if (behaviours.length > 0) shown.push({ path, behaviours });
      return flooded;
    };
    const playing: Promise<void>[] = [];
    for (const path of batch.paths) {
      await this.#place();
      if (unreachable !== undefined || signal?.aborted) {
        this.#free();
        break;
      }
      this.#playing++;
      playing.push(
        one(path).then(
          (flooded) => this.#over(flooded),
          (error: unknown) => {
            this.#over(true);
            throw error;
          },
        ),
      );
    }
    onRoom?.();
    await Promise.all(playing);
    return {
      batch,
      execs,
      connections,
      shown,
      violations,
      ...(unreachable === undefined ? {} : { unreachable }),
      ...(underway && { underway }),
    };
  }

  async #place(): Promise<void> {
    if (this.#places > 0) this.#places--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #over(flooded: boolean): void {
    this.#playing--;
    const before = this.#atOnce;
    this.#atOnce = flooded ? Math.max(Math.min(AT_FIRST, this.#most), before - 1) : Math.min(this.#most, before + 1);
    for (let free = 1 + this.#atOnce - before; free > 0; free--) this.#free();
  }

  #free(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#places++;
  }
}
