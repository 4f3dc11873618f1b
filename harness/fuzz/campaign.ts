import type { BatchResult } from './batch.ts';
import type { Entry } from './corpus.ts';
import { FuzzError } from './error.ts';
import type { Exec } from './exec.ts';
import { type Finding, idOf, type Suspicion } from './finding.ts';
import type { Journal, Line, Reached } from './journal.ts';
import type { Violation, Watch } from './oracle.ts';
import type { Batch, Path } from './schedule.ts';
import { Schedule, type Shard } from './schedule.ts';
import type { Execs } from './source.ts';

/** Something that plays batches: this thread, or another. */
export interface Player {
  play(batch: Batch, signal: AbortSignal): Promise<BatchResult>;
}

export interface CampaignOptions {
  readonly execs: Execs;
  readonly players: readonly Player[];
  /** Under way per player, default 4: one slow exec must not keep the others waiting. */
  readonly batches?: number | undefined;
  /** Fresh execs over all shards; default without end. */
  readonly runs?: number | undefined;
  readonly shard?: Shard | undefined;
  readonly journal: Journal;
  readonly reached: Reached;
  readonly investigate: (suspicion: Suspicion) => Promise<Finding>;
  /** Does the target live? Asked behind every batch. */
  readonly alive?: Watch;
  /** It does not, since these were played: who did it? It must live again then, or the campaign ends. */
  readonly blame?: (recent: readonly Suspect[], violation: Violation) => Promise<Blamed>;
  /** Asked at the end. */
  readonly watches?: readonly Watch[];
  readonly onFinding?: (finding: Finding) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends it: what is under way is finished. */
  readonly signal: AbortSignal;
}

/** An exec under suspicion of having killed the target. */
export interface Suspect {
  readonly path: Path;
  readonly exec: Exec;
}

export interface Blamed {
  readonly finding: Finding;
  /** Why the campaign cannot go on; undefined where the target lives again. */
  readonly gone?: string;
}

export interface Progress {
  readonly execs: number;
  readonly connections: number;
  readonly behaviours: number;
  readonly corpus: number;
  readonly findings: number;
  /** Suspicions that are being looked into. */
  readonly suspicions: number;
}

export interface CampaignResult extends Progress {
  readonly found: readonly Finding[];
  readonly entries: readonly Entry[];
  /** Why it ended before its time; undefined where it did not. */
  readonly broken?: string;
}

const BATCHES = 4;
/** Findings that are looked into; further ones are only counted. */
const MOST_FINDINGS = 200;

/** Plays execs until the runs are done or the signal comes, and looks into everything suspicious. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  return new Campaign(options).run();
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #schedule: Schedule;
  readonly #behaviours = new Set<string>();
  readonly #entries: Entry[] = [];
  readonly #suspected = new Map<string, number>();
  readonly #found = new Map<string, Finding>();
  readonly #queue: Suspicion[] = [];
  #looking: Promise<void> | undefined;
  #execs: number;
  #connections: number;
  #broken: string | undefined;
  /** Played since the target was last seen alive. */
  #recent: Suspect[] = [];
  #recovery: Promise<void> | undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
    const { reached } = options;
    this.#schedule = new Schedule({ runs: options.runs, shard: options.shard }, reached.blocks);
    this.#connections = reached.connections;
    this.#execs = 0;
    for (const { path, shows } of reached.shown) this.#showed(path, shows);
    this.#schedule.played(reached.followed);
    // What killed the target is looked for when it happens.
    for (const { path, ...violation } of reached.suspicions) if (violation.oracle !== 'alive') this.#suspect(path, violation);
  }

  async run(): Promise<CampaignResult> {
    const works = this.#options.players.flatMap((player) =>
      Array.from({ length: this.#options.batches ?? BATCHES }, () => this.#work(player)),
    );
    await Promise.all(works);
    for (const watch of this.#options.watches ?? []) this.#watched(await watch.check());
    while (this.#looking) await this.#looking;
    return {
      ...this.#progress(),
      found: [...this.#found.values()].map((one) => ({ ...one, seen: this.#suspected.get(one.id) ?? 1 })),
      entries: this.#entries,
      ...(this.#broken === undefined ? {} : { broken: this.#broken }),
    };
  }

  async #work(player: Player): Promise<void> {
    const { signal, execs } = this.#options;
    for (;;) {
      await this.#recovery;
      if (signal.aborted || this.#broken !== undefined) return;
      const batch = this.#schedule.next();
      if (!batch) return;
      const result = await player.play(batch, signal).catch((error: unknown) => {
        if (!(error instanceof FuzzError)) throw error;
        this.#broken ??= error.message;
      });
      if (!result) return;
      this.#recent.push(...batch.paths.map((path) => ({ path, exec: execs.of(path) })));
      // Another player's execs have killed it meanwhile: what was seen of a dead target is nobody's fault.
      if (this.#recovery) continue;
      const died = await this.#death(result);
      if (died) this.#recovery ??= this.#recover(died);
      this.#take(result, signal.aborted && result.execs < batch.paths.length, died !== undefined);
    }
  }

  async #death({ unreachable }: BatchResult): Promise<Violation | undefined> {
    const violation = await this.#options.alive?.check();
    if (!violation && unreachable === undefined) this.#recent = [];
    if (violation || unreachable === undefined) return violation;
    const says = `the target takes no connections: ${unreachable}`;
    return { oracle: 'alive', client: 0, kind: 'takes no connections', says };
  }

  async #recover(violation: Violation): Promise<void> {
    const recent = this.#recent.splice(0);
    if (this.#options.blame) {
      const again = this.#found.has(idOf(violation));
      const { finding, gone } = await this.#options.blame(again ? [] : recent, violation);
      const { id, path, oracle, kind, says } = finding;
      if (!this.#suspected.has(id)) this.#options.journal.add({ path, oracle, kind, says, client: 0 });
      this.#suspected.set(id, (this.#suspected.get(id) ?? 0) + 1);
      if (!this.#found.has(id)) this.#tell(finding);
      this.#broken = gone;
    } else this.#broken = violation.says;
    this.#recovery = undefined;
  }

  /** @param cut the batch was stopped in the middle: it is played again when the campaign goes on */
  #take(result: BatchResult, cut: boolean, dying: boolean): void {
    const { batch, connections, shown, violations } = result;
    this.#execs += result.execs;
    this.#connections += connections;
    const lines: Line[] = [];
    for (const { path, behaviours } of shown) {
      const fresh = this.#showed(path, behaviours);
      if (fresh.length > 0) lines.push({ path, shows: fresh });
    }
    for (const { path, violation } of violations)
      if (this.#suspect(path, violation, dying)) {
        const { oracle, kind, says, client } = violation;
        lines.push({ path, oracle, kind, says, client });
      }
    if (!cut) lines.push(batch.block === undefined ? { paths: batch.paths, connections } : { block: batch.block, connections });
    this.#options.journal.add(...lines);
    this.#options.onProgress?.(this.#progress());
  }

  /** Of what an exec showed, what nobody had seen. */
  #showed(path: Path, behaviours: readonly string[]): string[] {
    const fresh = behaviours.filter((one) => !this.#behaviours.has(one));
    if (fresh.length === 0) return fresh;
    for (const one of fresh) this.#behaviours.add(one);
    this.#schedule.showedNew(path);
    this.#entries.push({ exec: this.#options.execs.of(path), shows: fresh });
    return fresh;
  }

  /** True where it is the first of its kind. */
  #suspect(path: Path, violation: Violation, dying = false): boolean {
    const id = idOf(violation);
    const seen = this.#suspected.get(id) ?? 0;
    this.#suspected.set(id, seen + 1);
    if (seen > 0 || this.#suspected.size > MOST_FINDINGS) return false;
    this.#queue.push({ path, exec: this.#options.execs.of(path), violation, ...(dying ? { dying: true as const } : {}) });
    this.#looking ??= this.#look();
    return true;
  }

  #watched(violation: Violation | undefined): void {
    if (!violation) return;
    const id = idOf(violation);
    this.#suspected.set(id, (this.#suspected.get(id) ?? 0) + 1);
    if (this.#found.has(id)) return;
    const { oracle, kind, says } = violation;
    this.#tell({ id, oracle, kind, says, path: '', exec: { clients: [] as never }, again: { shown: 0, of: 0 }, seen: 1 });
  }

  /** One suspicion after the other, while the campaign goes on. */
  async #look(): Promise<void> {
    for (let one = this.#queue.shift(); one; one = this.#queue.shift()) {
      const finding = await this.#options.investigate(one);
      // What a dying target showed once, and never again, was its death.
      if (one.dying && finding.again.shown === 0) this.#suspected.delete(finding.id);
      else this.#tell(finding);
    }
    this.#looking = undefined;
  }

  #tell(finding: Finding): void {
    this.#found.set(finding.id, finding);
    this.#options.onFinding?.(finding);
  }

  #progress(): Progress {
    return {
      execs: this.#execs,
      connections: this.#connections,
      behaviours: this.#behaviours.size,
      corpus: this.#entries.length,
      findings: this.#found.size,
      suspicions: this.#queue.length + (this.#looking ? 1 : 0),
    };
  }
}
