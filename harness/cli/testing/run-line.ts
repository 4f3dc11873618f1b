import { writeFileSync } from 'node:fs';
import { mywire } from '../mywire.ts';
import type { Simple } from './parse-line.ts';

/** How a line ended: what it wrote to both streams, in order, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly output: string;
}

/** Verbs that go on until Ctrl-C. */
const lasting = (words: readonly string[]): boolean => ['serve', 'record'].includes(words[1] ?? '') && !words.includes('--list-defects');

/** Runs the programs of a line one after the other in this process, until one ends with something else than 0. */
export async function runLine(simples: readonly Simple[]): Promise<Ran> {
  let output = '';
  for (const simple of simples) {
    const [program = ''] = simple.words;
    if (program !== 'mywire') throw new Error(`${program} is not mywire: say above the block why it is not run`);
    const ran = await runOne(simple);
    output += ran.output;
    if (ran.code !== 0) return { code: ran.code, output };
  }
  return { code: 0, output };
}

async function runOne({ words, environment, into }: Simple): Promise<Ran> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  const written = { all: '', stdout: '' };
  const restore = [process.stdout, process.stderr].map((stream) => {
    const write = stream.write;
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      written.all += text;
      if (stream === process.stdout) written.stdout += text;
      for (const done of rest) if (typeof done === 'function') queueMicrotask(() => done());
      if (lasting(words)) setTimeout(() => process.emit('SIGINT'), 50);
      return true;
    }) as typeof stream.write;
    return () => {
      stream.write = write;
    };
  });
  try {
    const code = await mywire(words.slice(1));
    if (into !== undefined) writeFileSync(into, written.stdout);
    return { code, output: written.all };
  } finally {
    for (const one of restore) one();
    process.exitCode = undefined;
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}
