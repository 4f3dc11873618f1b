import { Command } from 'commander';
import { program } from './options.ts';

/** mywire doctor: what this machine can judge, what is missing, and how to get it. */
export function doctorVerb(): Command {
  return new Command('doctor')
    .description('say what is missing on this machine and how to get it; 0 if a real server can be started here, 3 if none can')
    .option('--json', 'as JSON')
    .option('--binary <product=path>', 'the program to use for a local product; may be repeated', program)
    .option('--no-color', 'plain text')
    .action(async (options: { json?: boolean; binary?: Record<string, string>; color: boolean }) => {
      const [{ examineMachine }, { EXIT_INCONCLUSIVE }] = await Promise.all([import('../target/machine.ts'), import('./error.ts')]);
      const machine = await examineMachine(options.binary ? { binaries: options.binary } : {});
      if (options.json) process.stdout.write(`${JSON.stringify({ schema: 'mywire.doctor/1', ...machine }, undefined, 2)}\n`);
      else {
        const [{ machineAsText }, { colors, wantsColor }, { columnsOf }] = await Promise.all([
          import('../report/machine.ts'),
          import('../report/color.ts'),
          import('../report/layout.ts'),
        ]);
        const c = colors(options.color && wantsColor(process.stdout));
        process.stdout.write(machineAsText(machine, { columns: columnsOf(process.stdout, 120), c }));
      }
      process.exitCode = machine.servers.length > 0 ? 0 : EXIT_INCONCLUSIVE;
    });
}
