import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fixturePath } from './fixture.ts';
import { type LocalSetting, orStopped, startLimit } from './local-node.ts';
import { type Program, startProgram } from './program.ts';
import { TargetError } from './target.ts';

/** What both servers take while the data directory is made too: throwaway data, so as little disk work as possible. */
const small = ['--innodb-buffer-pool-size=16M', '--innodb-flush-log-at-trx-commit=0'];
export const smallServer = [...small, '--performance-schema=OFF'];

/**
 * It has the connection attributes, which cases ask for. With nothing else in it, it takes 10 MB; as shipped, 140 MB for as many connections
 * as these servers allow, and MariaDB has it off.
 */
const performanceSchema = [
  '--performance-schema=ON',
  '--performance-schema-instrument=%=OFF',
  ...[
    'accounts-size',
    'digests-size',
    'events-statements-history-long-size',
    'events-transactions-history-long-size',
    'hosts-size',
    'max-digest-length',
    'max-memory-classes',
    'max-sql-text-length',
    'max-statement-classes',
    'users-size',
  ].map((name) => `--performance-schema-${name}=0`),
];

/**
 * Nothing here has to outlive the machine: with its syncs (970) mariadb-install-db takes minutes on a slow disk. A variable of
 * every MariaDB; MySQL has none like it.
 */
export const withoutSyncs = '--loose-debug-no-sync=1';

/**
 * Options of MariaDB and MySQL alike, here and in Docker. connect_timeout (10 s), wait_timeout and secure_file_priv keep
 * their defaults: cases look at them.
 */
export const serverOptions = [
  ...small,
  ...performanceSchema,
  // Room for many connections, and for many broken handshakes (ERR 1129 otherwise).
  '--max-connections=1000',
  '--max-connect-errors=1000000',
  '--skip-name-resolve',
  // Room for packets of more than 16 MiB.
  '--max-allowed-packet=64M',
  // Not that of wait_timeout (28800): a session shows which of the two it has.
  '--interactive-timeout=25200',
  '--local-infile=1',
  '--character-set-server=utf8mb4',
  // The same text of a TIMESTAMP everywhere.
  '--default-time-zone=+00:00',
  // A replica that asks is given something.
  '--server-id=1',
  '--log-bin=binlog',
  '--sync-binlog=0',
];

/**
 * A folder for temporary tables of its own: a server that starts removes every #sql file of its tmpdir, those of others that
 * use the same folder too (mysql_rm_tmp_tables in both servers' sources).
 */
export function ownTmpdir(folder: string): string {
  const path = join(folder, 'tmp');
  mkdirSync(path, { recursive: true });
  return `--tmpdir=${path}`;
}

/** Both servers refuse to run as root unless told so. */
export function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/**
 * Starts a server on its data directory and waits for the line that says so, which comes after the init file has run.
 * @throws TargetError TARGET_START_FAILED, TARGET_START_TIMEOUT
 */
export async function startServer(
  setting: LocalSetting,
  binary: string,
  product: 'mariadb' | 'mysql',
  more: readonly string[],
): Promise<Program> {
  const { target, endpoint, folder, options } = setting;
  const program = await startProgram({
    target,
    binary,
    folder,
    args: [
      '--no-defaults',
      `--datadir=${folder}/data`,
      `--port=${endpoint.port}`,
      `--bind-address=${endpoint.host}`,
      `--socket=${folder}/s`,
      `--pid-file=${folder}/pid`,
      ownTmpdir(folder),
      `--init-file=${fixturePath(`sql/${product}.sql`)}`,
      ...asRoot(),
      ...serverOptions,
      ...more,
    ],
  });
  return orStopped(program, async () => {
    const log = await program.untilLog(new RegExp(`port: ${endpoint.port}\\b`), startLimit(options));
    const failed = initFileError(log.input);
    if (failed) throw new TargetError('TARGET_START_FAILED', target, `${binary} could not make what fixtures/sql describes: ${failed}`);
    return program;
  });
}

/** A statement of the init file that failed is only a line in the log; the server then starts without the rest. */
export function initFileError(log: string): string | undefined {
  return /^ERROR: \d+ .*$|\[ERROR\] \[MY-000061\].*$/m.exec(log)?.[0].slice(0, 500);
}
