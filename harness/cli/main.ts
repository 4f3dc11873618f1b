#!/usr/bin/env node
import { mywire } from './mywire.ts';
import { hidePassword } from './password-option.ts';

/** What a shell says of a program that SIGPIPE ended: it is no verdict, and least of all that all is well. */
const NO_READER = 141;
let reader = true;

// `mywire list | head`: a reader that has seen enough is no failure. What is under way towards a verdict stops first, as on a signal.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (process.listenerCount('SIGTERM') === 0) process.exit();
  if (reader) process.kill(process.pid, 'SIGTERM');
  reader = false;
});
hidePassword(process.argv);
const code = await mywire(process.argv.slice(2));
process.exitCode = reader ? code : NO_READER;
