import type { BatchResult } from './batch.ts';
import type { Entry } from './corpus.ts';
import type { Exec } from './exec.ts';
import type { Finding, Suspicion } from './finding.ts';
import type { Journal, Reached } from './journal.ts';
import type { Violation, Watch } from './oracle.ts';
import type { Batch, Path, Shard } from './schedule.ts';
import type { Execs } from './source.ts';

/** Something that plays batches: this thread, or another. */
export interface Player {
  /** `onRoom`: called when all of the batch has begun, and another may come; some sessions take a thousand times as long as others. */
  play(batch: Batch, signal: AbortSignal, onRoom: () => void): Promise<BatchResult>;
}

export interface CampaignOptions {
  readonly execs: Execs;
  readonly players: readonly Player[];
  /** Batches per player that have not all begun, default 2: one is there when there is room. */
  readonly batches?: number | undefined;
  /** Fresh execs over all shards; default without end. */
  readonly runs?: number | undefined;
  readonly shard?: Shard | undefined;
  /** Some execs as the campaign makes them; what most of them are is played even where it has killed the target. */
  readonly usual?: readonly Exec[];
  readonly journal: Journal;
  readonly reached: Reached;
  /** `well` resolves when the target lives, as far as is known. */
  readonly investigate: (suspicion: Suspicion, well: () => Promise<void>) => Promise<Finding>;
  /** What an expectation names is looked into when nothing else waits. */
  readonly isExpected?: (violation: Violation) => boolean;
  /** Does the target live? Asked behind every batch. */
  readonly alive?: Watch;
  /** It does not, since these were played: who did it? It must live again then, or the campaign ends. */
  readonly blame?: (suspects: readonly Suspect[], violation: Violation, searchMs: number) => Promise<Blamed>;
  /** ms in which, at the end, is searched on for what has killed the target; default 0. */
  readonly lastSearchMs?: () => number;
  /** Asked at the end. */
  readonly watches?: readonly Watch[];
  readonly onFinding?: (finding: Finding) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends it: what is under way is finished. */
  readonly signal: AbortSignal;
  /** Behind the end: the target is not asked any more whether it lives. */
  readonly cut?: AbortSignal;
}

/** An exec under suspicion of having killed the target. */
export interface Suspect {
  readonly path: Path;
  readonly exec: Exec;
}

export interface Blamed {
  readonly finding: Finding;
  /** Of the suspects those that it may still have been, together or one of them, where the time was over before that could be told. */
  readonly left?: readonly Suspect[];
  /** Why the campaign cannot go on; undefined where the target lives again. */
  readonly gone?: string;
  /** What it took to find out, in ms. */
  readonly searchedMs?: number;
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
  /** How often the target has died; unless `broken`, it came back each time, by our hand or another. */
  readonly deaths: number;
  /** Sessions that were not played, since they look like those that have killed it (`avoid.ts`). */
  readonly leftOut: number;
}
