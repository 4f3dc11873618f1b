import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { privateFolder } from '../../target/leftovers.ts';
import { apart, inChild } from './child.ts';
import type { BenchLine, Figure } from './line.ts';
import { briefSegments, recordedSegments, type Segment, segmentsOf, writeLongCapture } from './long-capture.ts';
import { median } from './measure.ts';

/** Reading a capture with all rules of the lint, against `tshark -Y mysql` on the same file in turn; and whether it grows with the size. */
export const line: BenchLine = {
  about:
    'inspect with lint against tshark -Y mysql on the same capture of a million frames and more (of short connections, of logins and checks, of many statements), and 10 MB to 1 GB [capture]',
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
/** Of the capture of many statements: clients, and what each says before they say it again. */
const CLIENTS = 8;
const STATEMENTS = 1000;
/** Time per byte of the largest file, as a ratio to that of the middle one: more is not linear. */
const MOST_GROWTH = 1.3;
const RECORDINGS = resolve('harness/codec/recordings');
const self = fileURLToPath(import.meta.url);
const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const ours = (file: string): Promise<Figures> => apart<Figures>(self, [file], 'quiet');
type Say = (line: string) => void;

async function bench([given]: readonly string[], say: Say, tiny: boolean): Promise<readonly Figure[]> {
  if (given !== undefined) return compare('a capture', given, say, ROUNDS);
  const own = privateFolder();
  const folder = own.path;
  const file = join(folder, 'capture.pcap');
  const rounds = tiny ? 1 : ROUNDS;
  const scale = tiny ? 1e-3 : 1;
  const written = (segments: readonly Segment[], bytes: number, frames: number): void => {
    const capture = writeLongCapture(file, segments, { bytes: bytes * scale, frames: frames * scale });
    say(`${capture.frames} frames, ${mb(capture.bytes)}`);
  };
  try {
    const short = recordedSegments(RECORDINGS);
    const perByte: number[] = [];
    const figures: Figure[] = [];
    let rss = 0;
    for (const [bytes, frames] of [
      [10e6, 0],
      [100e6, FRAMES],
      [1e9, FRAMES],
    ] as const) {
      written(short, bytes, frames);
      if (bytes === 100e6) figures.push(...(await compare('short connections, a million frames', file, say, rounds)));
      const one = await ours(file);
      const { size } = statSync(file);
      say(`inspect ${seconds(one.ms)}, ${mb(one.rss)} of memory, ${mb(size / (one.ms / 1000))} a second`);
      if (bytes === 1e9) figures.push(...(await compare('short connections, 1 GB', file, say, 1)));
      perByte.push(one.ms / size);
      rss = Math.max(rss, one.rss);
    }
    figures.push(
      { name: 'memory, of the 300 MB', ratio: rss / MEMORY, most: 1 },
      { name: 'time per byte of 1 GB, against 100 MB', ratio: (perByte[2] as number) / (perByte[1] as number), most: MOST_GROWTH },
    );
    written(briefSegments(), 90e6, FRAMES);
    figures.push(...(await compare('logins and health checks, a million frames', file, say, rounds)));
    const statements = 'many statements, a million frames';
    const many = await statementSegments(join(folder, 'work.pcapng')).catch((error: Error) => error.message);
    if (typeof many === 'string') return [...figures, { name: against(statements), why: many }];
    written(many, 100e6, FRAMES);
    return [...figures, ...(await compare(statements, file, say, rounds))];
  } finally {
    await own.remove();
  }
}

/** What mysql2's clients do for `npm run bench replay`. Throws where there is no local MariaDB. */
async function statementSegments(file: string): Promise<Segment[]> {
  const [{ startTarget }, { capture, placeOf, tables }] = await Promise.all([
    import('../../target/start-target.ts'),
    import('./replay-beside-mysql2.ts'),
  ]);
  const target = await startTarget('local:mariadb', {});
  try {
    const place = placeOf(target);
    await tables(place);
    return segmentsOf(file, await capture(place, file, CLIENTS, STATEMENTS));
  } finally {
    await target.stop();
  }
}

const against = (what: string): string => `${what}, against tshark`;

async function compare(what: string, file: string, say: Say, rounds: number): Promise<readonly Figure[]> {
  const rows: (readonly [theirs: number, mine: number])[] = [];
  for (let i = 0; i < rounds; i++) {
    const theirs = await tshark(file);
    if (theirs === undefined) return [{ name: against(what), why: 'there is no tshark on this machine' }];
    const { ms } = await ours(file);
    rows.push([theirs, ms]);
    say(`${what}: tshark ${seconds(theirs)}, inspect ${seconds(ms)}`);
  }
  return [{ name: against(what), ratio: median(rows.map(([theirs, mine]) => theirs / mine)), least: TIMES }];
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
  const { inspectBeside } = await import('../inspect-beside.ts');
  await inspectBeside(file, { color: false });
  // From the start of the process, as of tshark.
  return { ms: performance.now(), rss: process.resourceUsage().maxRSS * 1024 } satisfies Figures;
});
