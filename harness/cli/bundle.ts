import { Command, Option } from 'commander';

/** mywire bundle: a folder of evidence as one file. */
export function bundleVerb(): Command {
  return new Command('bundle')
    .description('make one archive of a folder of evidence, to be attached to an issue; refuses where secrets would leave')
    .argument('<dir>', 'a folder that --out of run or scenario has written, or any with captures')
    .option('--out <file>', 'the archive (default: <dir>.tar.gz, here)')
    .option(
      '--redact',
      'redact the captures (see mywire redact), write transcripts and issues anew from them, leave out other text that tells the same',
    )
    .addOption(new Option('--as-is', 'secrets may leave').conflicts('redact'))
    .addHelpText(
      'after',
      `
What counts as a secret: a login with a password of an account that mywire did not make (inside TLS too, where the capture has the
secrets), TLS secrets of connections that are not in the capture, statements of a connection whose login was before the capture, private keys, passwords and hashes in configurations, passwords on command lines in any text (mysql -p…, MYSQL_PWD=…), the value of MYWIRE_PASSWORD.
The same files give the same archive, byte for byte.`,
    )
    .action(async (dir: string, options: { out?: string; redact?: boolean; asIs?: boolean }) => {
      const [{ bundle }, { version }] = await Promise.all([import('../report/bundle.ts'), import('./version.ts')]);
      const { path, files, notes } = await bundle(dir, { ...options, mywire: version(), environment: process.env });
      process.stdout.write(`${[...notes, `${files.length === 1 ? '1 file' : `${files.length} files`} in ${path}`].join('\n')}\n`);
    });
}
