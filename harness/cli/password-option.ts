const STARS = '***';

/** A command line without the password that may stand on it. */
export const withoutPassword = (words: readonly string[]): string[] =>
  words.map((word, i) => (words[i - 1] === '--password' ? STARS : word.replace(/^--password=.*/s, `--password=${STARS}`)));

/**
 * Everybody on the machine reads command lines: takes a password out of ours, and says how it should come. Where the system does not let
 * us (not Linux, not macOS), it stays.
 */
export function hidePassword(argv: readonly string[]): void {
  const hidden = withoutPassword(argv);
  if (hidden.every((word, i) => word === argv[i])) return;
  process.title = hidden.join(' ');
  process.stderr.write("mywire: --password shows in the list of processes and in the shell's history: set MYWIRE_PASSWORD instead\n");
}
