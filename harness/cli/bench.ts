import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { circumstances, keepHistory, readHistory } from './bench/history.ts';
import { type BenchLine, type Figure, keptOf } from './bench/line.ts';
import { plot } from './bench/plot.ts';
import { table } from './bench/table.ts';

/**
 * npm run bench [name…] [-- argument…]: what we promise about speed, measured against something else in the same run; and about
 * finding faults (power), which takes up to an hour and is measured where it is named.
 */
const lines: Readonly<Record<string, () => Promise<{ readonly line: BenchLine }>>> = {
  'start-up': () => import('./bench/start-up.ts'),
  codec: () => import('./bench/codec.ts'),
  report: () => import('./bench/report.ts'),
  html: () => import('./bench/html.ts'),
  memory: () => import('./bench/memory.ts'),
  growth: () => import('./bench/growth.ts'),
  inspect: () => import('./bench/inspect.ts'),
  conformance: () => import('./bench/conformance.ts'),
  fuzz: () => import('./bench/fuzz.ts'),
  replay: () => import('./bench/replay.ts'),
  power: () => import('./bench/mutation-power.ts'),
};

const FOLDER = resolve('harness/cli/bench');
const HISTORY = resolve(FOLDER, 'history.jsonl');
const PLOT = resolve(FOLDER, 'history.svg');
const TINY = '--tiny';
const SAVE = '--save';
const usage = `npm run bench [name…] [-- ${TINY} ${SAVE} argument…]: all but power, or those named; arguments go to a line
${TINY}: the least input, to see that all of it runs; ${SAVE}: keeps the figures in harness/cli/bench/history.jsonl and draws history.svg\n`;

/** The exit codes of mywire: 1 where a promise is not kept, 3 where something could not be measured. */
async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const given = words.filter((word) => word !== TINY && word !== SAVE);
  const cut = given.findIndex((word) => lines[word] === undefined);
  const names = cut < 0 ? given : given.slice(0, cut);
  const args = cut < 0 ? [] : given.slice(cut);
  if (names.length === 0 && args.length > 0) {
    process.stdout.write(usage);
    for (const [name, load] of Object.entries(lines)) {
      const { about, promise } = (await load()).line;
      process.stdout.write(`${name}: ${about}; promised: ${promise}\n`);
    }
    return 2;
  }
  const tiny = words.includes(TINY);
  const when = circumstances();
  const figures: Figure[] = [];
  for (const name of names.length > 0 ? names : Object.keys(lines).filter((name) => name !== 'power'))
    figures.push(...(await measured(name, args, tiny)));
  process.stdout.write(
    `\n${when.commit}, ${when.machine}, load ${when.load} before\n${table(figures, readHistory(HISTORY), when.machine)}`,
  );
  if (words.includes(SAVE)) {
    keepHistory(HISTORY, when, figures);
    writeFileSync(PLOT, plot(readHistory(HISTORY)));
  }
  if (tiny) return figures.some(({ ratio }) => ratio === undefined) ? 3 : 0;
  if (figures.some((figure) => keptOf(figure) === false)) return 1;
  return figures.some(({ ratio }) => ratio === undefined) ? 3 : 0;
}

/** What this machine lacks is told in the place of the figure. */
async function measured(name: string, args: readonly string[], tiny: boolean): Promise<readonly Figure[]> {
  const from = performance.now();
  const { line } = await (lines[name] as (typeof lines)[string])();
  try {
    const figures = await line.bench(args, (text) => process.stdout.write(`${name}: ${text}\n`), tiny);
    process.stdout.write(`${name}: ${((performance.now() - from) / 1000).toFixed(0)} s\n`);
    return figures.map((figure) => ({ ...figure, name: `${name}: ${figure.name}` }));
  } catch (error) {
    return [{ name, why: error instanceof Error ? error.message : String(error) }];
  }
}

process.exitCode = await main();
