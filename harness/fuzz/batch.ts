import { type JudgeContext, judge } from './judge.ts';
import { behavioursOf } from './observe.ts';
import type { Violation } from './oracle.ts';
import type { Batch, Path } from './schedule.ts';
import type { Execs } from './source.ts';

/** What a batch of execs came to; plain data, so that it can come from another thread. */
export interface BatchResult {
  readonly batch: Batch;
  /** Execs played; fewer than asked for where the campaign was stopped. */
  readonly execs: number;
  /** Connections that the clients of these execs made, without those of the oracles. */
  readonly connections: number;
  readonly shown: readonly { readonly path: Path; readonly behaviours: readonly string[] }[];
  /** `at`: when it was seen, as Date.now() tells, which is the same in every process. */
  readonly violations: readonly { readonly path: Path; readonly violation: Violation; readonly at: number }[];
  /** The target takes no connections: why. */
  readonly unreachable?: string;
  /** Where it takes none: what was being played then, or had just been. */
  readonly underway?: readonly Path[];
}

/** ms for which an exec stays under suspicion when it is over: a program does not die at once. */
const AFTERWARDS_MS = 500;

/** Plays batches, many execs at once. Behaviours are told of once. */
export class BatchPlayer {
  readonly #execs: Execs;
  readonly #context: JudgeContext;
  readonly #concurrency: number;
  readonly #known = new Set<string>();

  constructor(execs: Execs, context: JudgeContext, concurrency: number) {
    this.#execs = execs;
    this.#context = context;
    this.#concurrency = concurrency;
  }

  /** `onExec`: called behind each. */
  async play(batch: Batch, signal?: AbortSignal, onExec?: () => void): Promise<BatchResult> {
    const shown: { path: Path; behaviours: string[] }[] = [];
    const violations: { path: Path; violation: Violation; at: number }[] = [];
    let unreachable: string | undefined;
    let underway: Path[] | undefined;
    /** When it was over; Infinity: it is not. */
    const over = new Map<Path, number>();
    let [next, execs, connections] = [0, 0, 0];
    const one = async (): Promise<void> => {
      while (next < batch.paths.length && unreachable === undefined && !signal?.aborted) {
        const path = batch.paths[next++] as Path;
        over.set(path, Number.POSITIVE_INFINITY);
        // What has shown something before is asked everything.
        const judged = await judge(this.#execs.of(path), path, this.#context, this.#execs.isOfCorpus(path) ? 'every' : undefined);
        if (this.#context.target.cut?.aborted) return;
        execs++;
        onExec?.();
        connections += judged.played.clients.length;
        const now = performance.now();
        unreachable ??= judged.unreachable;
        if (unreachable !== undefined) underway ??= [...over].flatMap(([one, at]) => (now - at < AFTERWARDS_MS ? [one] : []));
        over.set(path, now);
        // Without the packets that were expected: those are read again where it is looked into.
        for (const { expected: _, wrong: __, ...violation } of judged.violations) violations.push({ path, violation, at: Date.now() });
        const behaviours = behavioursOf(judged.played).filter((one) => !this.#known.has(one));
        for (const behaviour of behaviours) this.#known.add(behaviour);
        if (behaviours.length > 0) shown.push({ path, behaviours });
      }
    };
    await Promise.all(Array.from({ length: Math.min(this.#concurrency, batch.paths.length) }, one));
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
}
