import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FuzzError } from './error.ts';
import type { Path } from './schedule.ts';

/** What a campaign is, as far as its execs follow from it. */
export interface CampaignName {
  readonly target: string;
  readonly seed: number;
  /** '1/4', or '' for all. */
  readonly shard: string;
  /** A hash of the corpus that it began with. */
  readonly corpus: string;
}

/** A line of the journal: what is over. */
export type Line =
  | { readonly campaign: CampaignName }
  | { readonly block: number }
  | { readonly paths: readonly Path[] }
  | { readonly path: Path; readonly shows: readonly string[] }
  | {
      readonly path: Path;
      readonly oracle: string;
      readonly kind: string;
      readonly says: string;
      readonly client: number;
      readonly atOnce?: number;
    };

/** What was reached when the journal was written last. */
export interface Reached {
  readonly blocks: Set<number>;
  readonly followed: Set<Path>;
  readonly shown: { readonly path: Path; readonly shows: readonly string[] }[];
  readonly suspicions: Extract<Line, { oracle: string }>[];
}

/**
 * What a campaign has done, a line of JSON each, appended when it is done: whatever ends the process, nothing found is
 * lost, and the same campaign goes on behind the last line. A line that was cut off is done again.
 */
export class Journal {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** Throws FuzzError FUZZ_OTHER_CAMPAIGN where the file is the journal of another, FUZZ_BAD_JOURNAL where it is none. */
  static open(file: string, name: CampaignName): { readonly journal: Journal; readonly reached: Reached } {
    const journal = new Journal(file);
    const reached: Reached = { blocks: new Set(), followed: new Set(), shown: [], suspicions: [] };
    if (!existsSync(file)) {
      mkdirSync(dirname(file), { recursive: true });
      journal.add({ campaign: name });
      return { journal, reached };
    }
    const text = readFileSync(file, 'utf8');
    const [first, ...lines] = linesOf(text, file);
    if (!first || !('campaign' in first))
      throw new FuzzError('FUZZ_BAD_JOURNAL', `${file} is no journal of a campaign; give another folder (--out)`);
    for (const key of ['target', 'seed', 'shard', 'corpus'] as const)
      if (first.campaign[key] !== name[key])
        throw new FuzzError(
          'FUZZ_OTHER_CAMPAIGN',
          `${file} is of a campaign with ${key} "${first.campaign[key]}", this one has "${name[key]}"; give another folder (--out), or go on with that one`,
        );
    // A line that was cut off has no end: the next one must not stand behind it.
    if (!text.endsWith('\n')) appendFileSync(file, '\n');
    return { journal, reached: lines.reduce(read, reached) };
  }

  /** In one write: a batch is there as a whole, or not at all. Throws FuzzError FUZZ_NO_JOURNAL where the disk is full. */
  add(...lines: readonly Line[]): void {
    try {
      appendFileSync(this.#file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    } catch (error) {
      throw new FuzzError(
        'FUZZ_NO_JOURNAL',
        `${this.#file} cannot be written (${(error as Error).message}), and without its journal a campaign cannot go on: make room, and the same command with the same --seed goes on behind what is written; or name another folder (--out)`,
      );
    }
  }
}

function linesOf(text: string, file: string): Line[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line, i) => {
    try {
      return [JSON.parse(line) as Line];
    } catch {
      if (i === 0) throw new FuzzError('FUZZ_BAD_JOURNAL', `${file}:1 is no JSON; give another folder (--out)`);
      return []; // cut off when the process died: what it told of is done again
    }
  });
}

function read(reached: Reached, line: Line): Reached {
  if ('block' in line) reached.blocks.add(line.block);
  else if ('paths' in line) for (const path of line.paths) reached.followed.add(path);
  else if ('shows' in line) reached.shown.push(line);
  else if ('oracle' in line) reached.suspicions.push(line);
  return reached;
}
