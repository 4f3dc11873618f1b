#!/usr/bin/env node
import { EXIT_USAGE } from './error.ts';
import { mywire } from './mywire.ts';
import { hidePassword } from './password-option.ts';

/** What a shell says of a program that SIGPIPE ended: it is no verdict, and least of all that all is well. */
const NO_READER = 141;
/** The exit code where nobody can hear the verdict. */
let unheard: number | undefined;

// `mywire list | head`: a reader that has seen enough is no failure; a full disk is, and no verdict on a target. What is under way
// stops first, as on a signal.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (unheard !== undefined) return;
  const left = error.code === 'EPIPE';
  if (!left) process.stderr.write(`mywire: standard output cannot be written (${error.message}): let it go to another place\n`);
  unheard = left ? NO_READER : EXIT_USAGE;
  if (process.listenerCount('SIGTERM') === 0) process.exit(left ? undefined : EXIT_USAGE);
  process.kill(process.pid, 'SIGTERM');
});
hidePassword(process.argv);
const code = await mywire(process.argv.slice(2));
process.exitCode = unheard ?? code;
