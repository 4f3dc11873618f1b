import { Command, Option } from 'commander';
import { collect, whole } from './options.ts';

/** mywire serve: the reference server, clean or with defects, to try clients and proxies against. */
export function serveVerb(): Command {
  return new Command('serve')
    .description('run the built-in reference server, with defects if you like, until Ctrl-C')
    .option('--host <address>', 'where to listen', '127.0.0.1')
    .option('--port <port>', 'port; 0 takes a free one', whole(0, 65_535), 3306)
    .option('--defect <name>', 'one way to be wrong; may be repeated', collect)
    .addOption(new Option('--dialect <name>', 'which of the two protocols it speaks').choices(['mysql', 'mariadb']).default('mysql'))
    .option('--list-defects', 'list the defects and stop')
    .action(async (options: { host: string; port: number; defect?: string[]; dialect: 'mysql' | 'mariadb'; listDefects?: boolean }) => {
      const { startReference, defects } = await import('../reference/index.ts');
      if (options.listDefects) {
        for (const defect of defects) process.stdout.write(`${defect.name.padEnd(36)} ${defect.title}\n`);
        return;
      }
      const unknown = options.defect?.find((name) => !defects.some((d) => d.name === name));
      if (unknown !== undefined) {
        const [{ CliError }, { noDefect }] = await Promise.all([import('./error.ts'), import('./require-known.ts')]);
        throw new CliError('CLI_BAD_OPTION', await noDefect(unknown));
      }
      const { host, port, dialect } = options;
      const server = await startReference({ host, port, dialect, defects: (options.defect ?? []) as never });
      process.stdout.write(
        `reference server, ${dialect} dialect, on ${server.endpoint.host}:${server.endpoint.port}${options.defect ? ` with ${options.defect.join(', ')}` : ''}; Ctrl-C stops it\n`,
      );
      await new Promise<void>((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
      await server.stop();
    });
}
