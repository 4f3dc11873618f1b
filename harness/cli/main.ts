#!/usr/bin/env node
import { mywire } from './mywire.ts';
import { hidePassword } from './password-option.ts';

// `mywire list | head`: a reader that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
hidePassword(process.argv);
process.exitCode = await mywire(process.argv.slice(2));
