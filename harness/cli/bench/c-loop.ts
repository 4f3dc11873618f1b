import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SOURCE = resolve('harness/cli/bench/bare-talks.c');

export interface CTalk {
  readonly greeting: number;
  /** `bytes` in base64. */
  readonly turns: readonly { readonly bytes: string; readonly answered: number }[];
}

/** The program, built in this folder; or why there is none. */
export function buildLoop(folder: string): { readonly program: string } | { readonly why: string } {
  const program = join(folder, 'bare-talks');
  try {
    execFileSync('gcc', ['-O2', '-o', program, SOURCE], { stdio: ['ignore', 'ignore', 'pipe'] });
    return { program };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { why: code === 'ENOENT' ? 'there is no gcc on this machine' : `gcc does not build ${SOURCE}` };
  }
}

export function writeTalks(file: string, talks: readonly CTalk[]): void {
  const number = (n: number): Uint8Array => new Uint8Array(Uint32Array.of(n).buffer);
  const parts = talks.flatMap(({ greeting, turns }) => [
    number(greeting),
    number(turns.length),
    ...turns.flatMap(({ bytes, answered }) => {
      const said = Buffer.from(bytes, 'base64');
      return [number(answered), number(said.length), said];
    }),
  ]);
  writeFileSync(file, Buffer.concat(parts));
}

/** Sessions a second. */
export function runLoop(program: string, file: string, host: string, port: number, concurrency: number, rounds: number): Promise<number> {
  return new Promise((done, failed) => {
    execFile(program, [file, host, String(port), String(concurrency), String(rounds)], (error, out) => {
      if (error) return failed(error);
      const [sessions = 0, ms = 1] = out.split(' ').map(Number);
      done((sessions / ms) * 1000);
    });
  });
}
