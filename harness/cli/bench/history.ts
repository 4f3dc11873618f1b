import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { Figure } from './line.ts';

/** A figure as it was once; a line of history.jsonl. */
export interface Past extends Pick<Figure, 'least' | 'most'> {
  /** YYYY-MM-DD. */
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  /** Processes that ran or waited for a core during the minute before, besides ours. */
  readonly load: number;
  readonly figure: string;
  readonly ratio: number;
}

export type Circumstances = Pick<Past, 'date' | 'commit' | 'machine' | 'load'>;

/** Taken before anything is measured. */
export function circumstances(): Circumstances {
  const model = (cpus()[0]?.model ?? process.arch).replace(/\s+/g, ' ').trim();
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    machine: `${availableParallelism()} x ${model}, Node ${process.versions.node}`,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty=+', '--exclude=*'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'no commit';
  }
}

export function readHistory(file: string): Past[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Past);
}

/** What was measured, at the end of the file. */
export function keepHistory(file: string, when: Circumstances, figures: readonly Figure[]): void {
  const lines = figures.flatMap(({ name, ratio, least, most }) =>
    ratio === undefined
      ? []
      : [`${JSON.stringify({ ...when, figure: name, ratio: Number(ratio.toPrecision(4)), least, most } satisfies Past | object)}\n`],
  );
  appendFileSync(file, lines.join(''));
}

/** The last time on a machine like this one. */
export const lastOf = (history: readonly Past[], figure: string, machine: string): Past | undefined =>
  history.findLast((one) => one.figure === figure && one.machine === machine);
