import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { suites } from '../../../suites/index.ts';
import type { BenchLine, Figure } from './line.ts';
import { median } from './measure.ts';

/** From the start of the process to its end, as a ratio to a Node that does nothing, in turn. */
export const line: BenchLine = {
  about: 'how long the command takes that does little, as a ratio to node -e 0',
  promise: 'the version at most 1.5 times, the help and the list of cases at most 3 times',
  bench,
};

const ROUNDS = 15;
const main = fileURLToPath(import.meta.resolve(import.meta.url.endsWith('.ts') ? '../main.ts' : '../main.js'));
/** The first case of the catalogue, on the server that is built in: what a run costs besides its cases. */
const one = suites[0]?.id ?? '';
const asked: readonly (Pick<Figure, 'name' | 'most'> & { readonly words: readonly string[] })[] = [
  { name: 'mywire --version', words: ['--version'], most: 1.5 },
  { name: 'mywire --help', words: ['--help'], most: 3 },
  { name: 'mywire list', words: ['list'], most: 3 },
  { name: 'mywire run, one case on the reference server', words: ['run', 'reference', '--case', one] },
];

async function bench(_args: readonly string[], say: (line: string) => void, tiny: boolean): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const { words, ...figure } of asked) {
    const pairs: (readonly [bare: number, ours: number])[] = [];
    for (let i = 0; i < (tiny ? 1 : ROUNDS); i++) pairs.push([await msOf(['-e', '0']), await msOf([...process.execArgv, main, ...words])]);
    const [bare, ours] = [median(pairs.map(([ms]) => ms)), median(pairs.map(([, ms]) => ms))];
    say(`node -e 0 ${bare.toFixed(0)} ms, ${figure.name} ${ours.toFixed(0)} ms`);
    figures.push({ ...figure, ratio: median(pairs.map(([a, b]) => b / a)) });
  }
  return figures;
}

/** Throws where the command fails. */
function msOf(words: readonly string[]): Promise<number> {
  const began = performance.now();
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, words, { stdio: 'ignore' });
    child.on('error', failed);
    child.on('exit', (code) =>
      code === 0 ? done(performance.now() - began) : failed(new Error(`${words.join(' ')} ended with code ${code}`)),
    );
  });
}
