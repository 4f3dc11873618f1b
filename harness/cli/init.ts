import { existsSync } from 'node:fs';
import { Command } from 'commander';
import { CliError } from './error.ts';

/** mywire init: a configuration for the gate out of what runs here. */
export function initVerb(): Command {
  return new Command('init')
    .description('write mywire.config.yaml for mywire gate, out of what runs here: containers, their images, servers on loopback')
    .option('--out <file>', 'where to write it; - for standard output', 'mywire.config.yaml')
    .option('--force', 'write over a file that is there')
    .action(async ({ out, force }: { readonly out: string; readonly force?: boolean }) => {
      if (out !== '-' && !force && existsSync(out))
        throw new CliError('CLI_BAD_OPTION', `${out} is there already: give --force to write over it, or another name with --out`);
      const [{ lookAround }, { imagesHere }, { starterConfig }, { writeSafely }] = await Promise.all([
        import('../target/look-around.ts'),
        import('../target/daemon.ts'),
        import('../gate/starter-config.ts'),
        import('../report/write-safely.ts'),
      ]);
      const text = starterConfig(await lookAround(), (await imagesHere({})) ?? []);
      if (out === '-') return void process.stdout.write(text);
      await writeSafely(out, text);
      process.stdout.write(`${out} is written: look through it, then mywire gate\n`);
    });
}
