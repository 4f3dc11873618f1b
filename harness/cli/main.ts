#!/usr/bin/env node
import { CommanderError } from 'commander';
import { EXIT_USAGE, explainFailure } from './error.ts';
import { hidePassword } from './password-option.ts';
import { mywireProgram } from './program.ts';

// `mywire list | head`: a reader that has seen enough is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});
hidePassword(process.argv);
try {
  await mywireProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
  else {
    const { says, exit } = explainFailure(error);
    process.stderr.write(`${says}\n`);
    process.exitCode = exit;
  }
}
