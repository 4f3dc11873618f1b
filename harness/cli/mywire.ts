import { CommanderError } from 'commander';
import { EXIT_USAGE, explainFailure } from './error.ts';
import { mywireProgram } from './program.ts';

/** Runs the words behind `mywire`: the exit code. What it says goes to standard output and standard error. */
export async function mywire(words: readonly string[]): Promise<number> {
  process.exitCode = undefined;
  try {
    const program = await mywireProgram(words);
    await program.parseAsync([...words], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
    const { says, exit } = explainFailure(error);
    process.stderr.write(`${says}\n`);
    return exit;
  }
}
