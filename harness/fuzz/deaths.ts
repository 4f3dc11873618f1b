import { Avoided } from './avoid.ts';
import type { BatchResult } from './batch.ts';
import type { Suspect } from './campaign-options.ts';
import type { Exec } from './exec.ts';
import type { Finding } from './finding.ts';
import type { Violation } from './oracle.ts';
import type { Batch, Path } from './schedule.ts';
import type { Execs } from './source.ts';

/** How long the search for what kills a target may take: so many ms, and a share of the campaign so far. */
const [FIRST_MS, SHARE] = [10_000, 0.2];
/** With less than this no search is begun, in ms. */
const LEAST_MS = 1000;
/** What was seen so shortly before or after a death may be a part of it, in ms. */
const DYING_MS = 8000;

/** A death that nobody could be blamed for so far. */
export interface Unblamed {
  readonly id: string;
  readonly violation: Violation;
  readonly suspects: readonly Suspect[];
}

/** What a campaign knows of the deaths of its target: who is suspected, what was learned, and what it costs. */
export class Deaths {
  readonly #execs: Execs;
  readonly #avoided: Avoided;
  readonly #began = performance.now();
  readonly #at: number[] = [];
  #spentMs = 0;
  #leftOut = 0;
  /** By finding; undefined: it is known by whom. */
  readonly #open = new Map<string, Unblamed | undefined>();
  /** Played since the target was last seen alive. */
  #recent: Path[] = [];
  /** Of these, what was under way when it took no more connections. */
  #underway: Path[] = [];

  /** @param usual execs as the campaign makes them */
  constructor(execs: Execs, usual: readonly Exec[]) {
    this.#execs = execs;
    this.#avoided = new Avoided(usual);
  }

  get count(): number {
    return this.#at.length;
  }

  /** Execs that were not played, since they look like what has killed the target. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** The batch without what is not worth another death. */
  spared(batch: Batch): Batch {
    const paths = batch.paths.filter((path) => !this.#avoided.has(path, this.#execs.of(path)));
    this.#leftOut += batch.paths.length - paths.length;
    return { ...batch, paths };
  }

  played({ paths }: Batch, { underway = [] }: BatchResult): void {
    this.#recent.push(...paths);
    this.#underway.push(...underway);
  }

  lives(): void {
    this.#recent = [];
    this.#underway = [];
  }

  /** It was not found out by which of these: what is left of the smallest lot is searched on at the end. None: it was found out. */
  unblamed(id: string, violation: Violation, suspects: readonly Suspect[]): void {
    const before = this.#open.get(id);
    if (suspects.length === 0) this.#open.set(id, undefined);
    else if (!this.#open.has(id) || (before && suspects.length < before.suspects.length)) this.#open.set(id, { id, violation, suspects });
  }

  /** Those that are told soonest first. */
  get open(): Unblamed[] {
    return [...this.#open.values()].filter((one) => one !== undefined).sort((a, b) => a.suspects.length - b.suspects.length);
  }

  died(): void {
    this.#at.push(performance.now());
  }

  suspects(): Suspect[] {
    const paths = this.#underway.length > 0 ? this.#underway : this.#recent;
    this.lives();
    return [...new Set(paths)].map((path) => ({ path, exec: this.#execs.of(path) }));
  }

  /** ms that the search may take now; 0: none. */
  get searchMs(): number {
    const left = FIRST_MS + SHARE * (performance.now() - this.#began) - this.#spentMs;
    return left < LEAST_MS ? 0 : left;
  }

  searched(ms: number, { again, exec }: Finding): void {
    this.#spentMs += ms;
    if (again.shown > 0) this.#avoided.add(exec);
  }

  /** Was it seen of a target that was about to die? `at`: as performance.now() tells. */
  isNear(at: number): boolean {
    return this.#at.some((death) => Math.abs(death - at) < DYING_MS);
  }
}
