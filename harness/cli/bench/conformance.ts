import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { privateFolder } from '../../target/leftovers.ts';
import { apart, inChild } from './child.ts';
import type { BenchLine, Figure } from './line.ts';
import { median } from './measure.ts';

/** The CPU time of a whole run against one server, as a ratio to a bare Node loop that opens the same connections and sends the same bytes. */
export const line: BenchLine = {
  about: 'CPU time of a conformance run, as a ratio to a bare loop that sends the same bytes [target]',
  promise: 'a ratio of at most 3, and a whole run within 60 s',
  bench,
};

interface Figures {
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly connections: number;
}

const CONCURRENCY = 24;
const MOST = 3;
/** ms that a whole run may take, on two cores. */
const LIMIT_MS = 60_000;
const TINY = 'tiny';
const self = fileURLToPath(import.meta.url);

async function bench(
  [targetName = 'local:mariadb']: readonly string[],
  say: (line: string) => void,
  tiny: boolean,
): Promise<readonly Figure[]> {
  const { startTarget } = await import('../../target/start-target.ts');
  const target = await startTarget(targetName, {});
  const own = privateFolder();
  const folder = own.path;
  try {
    const stimuli = join(folder, 'stimuli.json');
    const at = [target.front.host, String(target.front.port)];
    const rows: [Figures, Figures][] = [];
    for (let i = 0; i < (tiny ? 1 : 3); i++)
      rows.push([
        await apart<Figures>(self, ['run', stimuli, ...at, tiny ? TINY : '']),
        await apart<Figures>(self, ['bare', stimuli, ...at]),
      ]);
    for (const [run, bare] of rows)
      say(
        `${run.connections} connections: run ${run.cpuMs.toFixed(0)} ms CPU in ${(run.wallMs / 1000).toFixed(1)} s, bare loop ${bare.cpuMs.toFixed(0)} ms CPU, ratio ${(run.cpuMs / bare.cpuMs).toFixed(2)}`,
      );
    return [
      { name: 'CPU time of a run, against a bare loop', ratio: median(rows.map(([run, bare]) => run.cpuMs / bare.cpuMs)), most: MOST },
      { name: `a whole run of ${target.name}, of the 60 s`, ratio: median(rows.map(([run]) => run.wallMs)) / LIMIT_MS, most: 1 },
    ];
  } finally {
    await own.remove();
    await target.stop();
  }
}

async function measureRun(file: string, host: string, port: number, size: string): Promise<Figures> {
  const [{ suites }, { runTarget }, { openAddress }, { accountsWith, databaseName }, { parseTarget }] = await Promise.all([
    import('../../../suites/index.ts'),
    import('../../run/run-target.ts'),
    import('../../target/address.ts'),
    import('../../target/accounts.ts'),
    import('../../target/parse-target.ts'),
  ]);
  const spec = parseTarget(`${host}:${port}`);
  if (spec.kind !== 'address') throw new Error('the bench needs an address');
  const target = await openAddress(spec, { accounts: accountsWith('mysql_native_password'), database: databaseName });
  const sent: string[][] = [];
  const { results } = await runTarget(target, size === TINY ? suites.slice(0, 5) : suites, {
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
  const measured = figures(sent.length, results.length);
  writeFileSync(file, JSON.stringify(sent));
  return measured;
}

async function measureBare(file: string, host: string, port: number): Promise<Figures> {
  const { bareLoop } = await import('../../wire/bare-loop.ts');
  const connections = (JSON.parse(readFileSync(file, 'utf8')) as string[][]).map((segments) =>
    segments.map((s) => Buffer.from(s, 'base64')),
  );
  await bareLoop(host, port, connections, CONCURRENCY);
  return figures(connections.length, 1);
}

function figures(connections: number, results: number): Figures {
  if (results === 0) throw new Error('nothing was run');
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, wallMs: performance.now(), connections };
}

inChild(self, ([part, file = '', host = '', port = '', size = '']) =>
  part === 'run' ? measureRun(file, host, Number(port), size) : measureBare(file, host, Number(port)),
);
