import { fork } from 'node:child_process';
import { realpathSync } from 'node:fs';

/** Runs a part of a line in a process of its own, so that neither start-up nor memory of one is counted to the other. */
export function apart<T>(file: string, args: readonly string[], output?: 'quiet'): Promise<T> {
  return new Promise((resolve, reject) => {
    const process = fork(file, args, { stdio: ['ignore', output ? 'ignore' : 'inherit', 'inherit', 'ipc'] });
    let result: T | undefined;
    process.on('message', (message) => (result = message as T));
    process.on('error', reject);
    process.on('exit', (code) => (result === undefined ? reject(new Error(`${args[0]} ended with code ${code}`)) : resolve(result)));
  });
}

/** The other end: in the process that was made to run this file, does the part and sends what it gives. */
export function inChild<T>(file: string, part: (args: readonly string[]) => Promise<T>): void {
  const [, started, ...args] = process.argv;
  if (!process.send || started === undefined || realpathSync(started) !== realpathSync(file)) return;
  part(args).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
}
