import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { apart, inChild } from './child.ts';
import type { BenchLine } from './line.ts';
import { writeLongCapture } from './long-capture.ts';

/** Reading a capture with all rules of the lint, against `tshark -Y mysql` on the same file in turn; and whether it grows with the size. */
export const line: BenchLine = {
  about:
    'inspect with lint against tshark -Y mysql on the same capture of a million frames and more, and 10 MB to 1 GB [capture, or the word linear: each size against tshark]',
  promise: 'five times as fast as tshark, under 300 MB of memory, linear',
  bench,
};

interface Figures {
  readonly ms: number;
  /** The most memory that it had, in bytes. */
  readonly rss: number;
}

const ROUNDS = 3;
const TIMES = 5;
const MEMORY = 300e6;
const FRAMES = 1_000_000;
/** Time per byte of the largest file, as a ratio to that of the middle one: more is not linear. */
const LINEAR = 1.3;
const LINEAR_TOO = 'linear';
const RECORDINGS = resolve('harness/codec/recordings');
const self = fileURLToPath(import.meta.url);
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1] as number;
const ours = (file: string): Promise<Figures> => apart<Figures>(self, [file], 'quiet');

/** A file is compared alone; `linear` compares each size of our own capture once, not only the middle one. */
async function bench(args: readonly string[], say: (line: string) => void): Promise<boolean | 'untold'> {
  const linear = args.includes(LINEAR_TOO);
  const given = args.find((arg) => arg !== LINEAR_TOO);
  if (given !== undefined) return compare(given, say);
  const folder = mkdtempSync(join(tmpdir(), 'mywire-bench-'));
  const file = join(folder, 'capture.pcap');
  try {
    const perByte: number[] = [];
    let kept: boolean | 'untold' = true;
    for (const least of [
      { bytes: 10e6, frames: 0 },
      { bytes: 100e6, frames: FRAMES },
      { bytes: 1e9, frames: FRAMES },
    ]) {
      const { frames, bytes } = writeLongCapture(file, RECORDINGS, least);
      say(`${frames} frames, ${mb(bytes)}`);
      if (least.bytes === 100e6) kept = await compare(file, say);
      const other = linear ? await tshark(file) : undefined;
      const { ms, rss } = await ours(file);
      const ratio = other === undefined ? '' : `; tshark ${seconds(other)}: ${(other / ms).toFixed(1)} times as fast`;
      say(`inspect ${seconds(ms)}, ${mb(rss)} of memory, ${mb(bytes / (ms / 1000))} a second${ratio}`);
      if (rss >= MEMORY) kept = false;
      perByte.push(ms / bytes);
    }
    const growth = (perByte[2] as number) / (perByte[1] as number);
    say(`time per byte of the largest, as a ratio to the one before: ${growth.toFixed(2)}`);
    return growth > LINEAR ? false : kept;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function compare(file: string, say: (line: string) => void): Promise<boolean | 'untold'> {
  const mine: Figures[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const other = await tshark(file);
    if (other === undefined) {
      say('there is no tshark on this machine: nothing to compare with');
      return 'untold';
    }
    theirs.push(other);
    mine.push(await ours(file));
    say(`tshark ${seconds(other)}, inspect ${seconds((mine[i] as Figures).ms)}`);
  }
  const ratio = median(theirs) / median(mine.map(({ ms }) => ms));
  const rss = Math.max(...mine.map((one) => one.rss));
  say(`median: ${ratio.toFixed(1)} times as fast as tshark on ${mb(statSync(file).size)}, with ${mb(rss)} of memory`);
  return ratio >= TIMES && rss < MEMORY;
}

/** ms; undefined where there is none. */
function tshark(file: string): Promise<number | undefined> {
  const began = performance.now();
  return new Promise((done, failed) => {
    const child = spawn('tshark', ['-r', file, '-Y', 'mysql'], { stdio: 'ignore' });
    child.on('error', ({ code }: NodeJS.ErrnoException) => (code === 'ENOENT' ? done(undefined) : failed(new Error(`tshark: ${code}`))));
    child.on('exit', (code) => (code === 0 ? done(performance.now() - began) : failed(new Error(`tshark ended with code ${code}`))));
  });
}

inChild(self, async ([file = '']) => {
  const { inspectFile } = await import('../inspect-file.ts');
  await inspectFile(file, { color: false });
  // From the start of the process, as of tshark.
  return { ms: performance.now(), rss: process.resourceUsage().maxRSS * 1024 } satisfies Figures;
});
