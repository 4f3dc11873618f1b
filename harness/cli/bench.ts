import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * npm run bench: the CPU time of a whole run against one server, as a ratio to a bare Node loop that opens the same
 * connections and sends the same bytes. Both are measured in processes of their own, start-up included.
 */
interface Figures {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly connections: number;
}

const CONCURRENCY = 24;
const self = fileURLToPath(import.meta.url);

async function main(): Promise<void> {
  const [part, file = '', host = '', port = ''] = process.argv.slice(2);
  if (part === 'run') return measureRun(file, host, Number(port));
  if (part === 'bare') return measureBare(file, host, Number(port));
  const { startTarget } = await import('../target/start-target.ts');
  const target = await startTarget(process.argv[2] ?? 'local:mariadb', {});
  const folder = mkdtempSync(join(tmpdir(), 'mywire-bench-'));
  try {
    const stimuli = join(folder, 'stimuli.json');
    const at = [target.front.host, String(target.front.port)];
    const rows: [Figures, Figures][] = [];
    for (let i = 0; i < 3; i++) rows.push([await child(['run', stimuli, ...at]), await child(['bare', stimuli, ...at])]);
    for (const [run, bare] of rows)
      process.stdout.write(
        `${run.connections} connections: run ${run.cpuMs.toFixed(0)} ms CPU in ${(run.wallMs / 1000).toFixed(1)} s, bare loop ${bare.cpuMs.toFixed(0)} ms CPU, ratio ${(run.cpuMs / bare.cpuMs).toFixed(2)}\n`,
      );
    const ratios = rows.map(([run, bare]) => run.cpuMs / bare.cpuMs).sort((a, b) => a - b);
    process.stdout.write(`median ratio ${(ratios[1] ?? 0).toFixed(2)} (at most 3 is promised) on ${target.name}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await target.stop();
  }
}

function child(args: readonly string[]): Promise<Figures> {
  return new Promise((resolve, reject) => {
    const process = fork(self, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let figures: Figures | undefined;
    process.on('message', (message) => (figures = message as Figures));
    process.on('exit', (code) => (figures ? resolve(figures) : reject(new Error(`the bench's ${args[0]} part ended with code ${code}`))));
  });
}

async function measureRun(file: string, host: string, port: number): Promise<void> {
  const [{ suites }, { runTarget }, { openAddress }, { accountsWith, databaseName }, { parseTarget }] = await Promise.all([
    import('../../suites/index.ts'),
    import('../run/run-target.ts'),
    import('../target/address.ts'),
    import('../target/accounts.ts'),
    import('../target/parse-target.ts'),
  ]);
  const spec = parseTarget(`${host}:${port}`);
  if (spec.kind !== 'address') throw new Error('the bench needs an address');
  const target = await openAddress(spec, { accounts: accountsWith('mysql_native_password'), database: databaseName });
  const sent: string[][] = [];
  const { results } = await runTarget(target, suites, {
    concurrency: CONCURRENCY,
    onTry: ({ transcript }) => {
      const segments: string[] = [];
      for (const event of transcript.events) {
        if (event.kind !== 'sent') continue;
        let off = 0;
        for (const length of event.segments) {
          segments.push(Buffer.from(event.bytes.buffer, event.bytes.byteOffset + off, length).toString('base64'));
          off += length;
        }
      }
      sent.push(segments);
    },
  });
  report(sent.length, results.length);
  writeFileSync(file, JSON.stringify(sent));
}

async function measureBare(file: string, host: string, port: number): Promise<void> {
  const { bareLoop } = await import('../wire/bare-loop.ts');
  const connections = (JSON.parse(readFileSync(file, 'utf8')) as string[][]).map((segments) =>
    segments.map((s) => Buffer.from(s, 'base64')),
  );
  await bareLoop(host, port, connections, CONCURRENCY);
  report(connections.length, 1);
}

function report(connections: number, results: number): void {
  if (results === 0) throw new Error('nothing was run');
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000, wallMs: performance.now(), connections } satisfies Figures);
}

await main();
