import { Argument, Command } from 'commander';
import { CliError } from './error.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
/** What the scripts ask for behind every Tab: the line up to the cursor stands in MYWIRE_COMPLETE. */
const WORDS = 'words';

/** mywire completion: a script for a shell; it asks mywire itself, so that it never falls behind. */
export function completionVerb(program: Command): Command {
  return new Command('completion')
    .description('print what makes a shell complete verbs, options, targets and case ids')
    .addArgument(shellArgument())
    .action(async (shell: (typeof shells)[number] | typeof WORDS) => {
      if (shell !== WORDS) {
        const { completionScripts } = await import('./completion-scripts.ts');
        process.stdout.write(completionScripts[shell]);
        return;
      }
      const line = process.env['MYWIRE_COMPLETE'];
      if (line === undefined)
        throw new CliError('CLI_BAD_OPTION', 'MYWIRE_COMPLETE must hold the line; the scripts of mywire completion set it');
      const { candidates } = await import('./candidates.ts');
      process.stdout.write(`${(await candidates(program, line)).join('\n')}\n`);
    });
}

/** The help knows the shells; the word that their scripts use is nobody's to type. */
function shellArgument(): Argument {
  const argument = new Argument('<shell>', 'whose script to print').choices(shells);
  const ofShells = argument.parseArg;
  return argument.argParser((value, before) => (value === WORDS ? value : ofShells?.(value, before)));
}
