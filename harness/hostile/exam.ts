/**
 * npm run hostile -- [--verb run]… [--misdeed NAME]… [--whole]: every verb that talks to a peer against every misdeed. Of each: the exit
 * code, seconds, CPU seconds, the most memory (MB), and what it said; a line begins with BAD where that breaks a promise.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hostileServer } from './hostile-server.ts';
import { misdeeds } from './misdeeds.ts';

interface Verb {
  /** s; within it the verb has ended by itself. */
  readonly limit: number;
  /** The exit codes that are right. */
  readonly exits: readonly number[];
  readonly args: (port: number, folder: string) => readonly string[];
  /** What the output must show: that it went on. */
  readonly shows?: RegExp;
}

const { values } = parseArgs({
  options: { verb: { type: 'string', multiple: true }, misdeed: { type: 'string', multiple: true }, whole: { type: 'boolean' } },
});
const some = ['greeting/*', 'compression/*', 'tls/*', 'quit/*', 'infile/*', 'resultset/*'];
const cases = values.whole ? [] : some.flatMap((id) => ['--case', id]);
const accounts = ['--check-user', 'check', '--user', 'app', '--database', 'shop', '--no-haproxy'];

const verbs: Readonly<Record<string, Verb>> = {
  run: {
    limit: 130,
    exits: [1, 3],
    shows: /reference/,
    args: (port, folder) => [
      'run',
      `127.0.0.1:${port}`,
      'reference',
      ...cases,
      ...accounts,
      ...['json', 'html', 'junit', 'sarif'].flatMap((kind) => [`--${kind}`, join(folder, `report.${kind}`)]),
      '--out',
      join(folder, 'evidence'),
    ],
  },
  gate: {
    limit: 130,
    exits: [1, 3],
    args: (port) => ['gate', '--baseline', 'reference', '--candidate', `127.0.0.1:${port}`, ...cases, ...accounts],
  },
  fuzz: {
    limit: 40,
    exits: [0, 1, 3],
    args: (port, folder) => ['fuzz', `127.0.0.1:${port}`, '--time', '10s', '--seed', '7', '--out', join(folder, 'fuzz')],
  },
  against: {
    limit: 40,
    exits: [0, 1, 3],
    args: (port, folder) => [
      ...['fuzz', 'reference', '--against', `127.0.0.1:${port}`],
      ...['--time', '10s', '--seed', '7', '--out', join(folder, 'fuzz')],
    ],
  },
  replay: {
    limit: 40,
    exits: [1, 3],
    args: (port) => [
      ...['replay', 'pcaps/areas/mariadb-11.8.9.pcap', '--target', `127.0.0.1:${port}`],
      ...['--user', 'app', '--limit', '3000'],
    ],
  },
  agent: { limit: 5, exits: [1], args: (port) => ['agent', '--once', '--port', String(port), '--schema', 'shop', '--max-lag', '5'] },
};

interface Ended {
  readonly code: number | string;
  readonly said: string;
  readonly seconds: number;
  readonly cpu: number;
  readonly megabytes: number;
}

function mywire(args: readonly string[], folder: string, limit: number): Promise<Ended> {
  const usage = join(folder, 'usage');
  const argv = ['-q', '-o', usage, '-f', '%e %U %S %M', process.execPath, 'dist/harness/cli/main.js', ...args];
  const child = spawn('/usr/bin/time', argv, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, MYWIRE_PASSWORD: 'secret' },
  });
  let said = '';
  const take = (chunk: Buffer): void => {
    said = (said + chunk.toString('utf8')).slice(-2_000_000);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    process.kill(-(child.pid as number), 'SIGKILL');
  }, limit * 1000);
  return new Promise((resolve) =>
    child.once('close', (code) => {
      clearTimeout(timer);
      const [seconds = limit, user = 0, system = 0, kilobytes = 0] = late ? [] : readFileSync(usage, 'utf8').trim().split(/\s/).map(Number);
      resolve({ code: late ? 'LATE' : (code ?? 'killed'), said, seconds, cpu: user + system, megabytes: Math.round(kilobytes / 1024) });
    }),
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function faults(verb: Verb, ended: Ended): string[] {
  const found: string[] = [];
  if (!verb.exits.includes(ended.code as number)) found.push(`exit ${ended.code}`);
  if (ended.megabytes > 300) found.push('memory');
  if (/fault of mywire|^ {4}at /m.test(ended.said)) found.push('stack');
  if (controls.test(ended.said)) found.push('control characters');
  if (verb.shows && !verb.shows.test(ended.said)) found.push('did not go on');
  return found;
}

for (const misdeed of values.misdeed ?? ['refuses', ...Object.keys(misdeeds)])
  for (const name of values.verb ?? Object.keys(verbs)) {
    const verb = verbs[name] as Verb;
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    const server = await hostileServer(misdeed);
    const ended = await mywire(verb.args(server.port, folder), folder, verb.limit);
    server.stop();
    const bad = faults(verb, ended);
    const last = ended.said.trim().split('\n').at(-1)?.slice(0, 100) ?? '';
    const mark = bad.length > 0 ? `BAD ${bad.join(', ')}` : 'ok';
    process.stdout.write(
      `${name.padEnd(8)}${misdeed.padEnd(34)}exit ${String(ended.code).padEnd(5)}${ended.seconds.toFixed(1).padStart(6)} s${ended.cpu.toFixed(1).padStart(7)} cpu${String(ended.megabytes).padStart(6)} MB  ${mark}  ${JSON.stringify(last)}\n`,
    );
    if (bad.length > 0 && process.env['HOSTILE_SAID']) process.stdout.write(`${ended.said.slice(-4000)}\n`);
    rmSync(folder, { recursive: true, force: true });
  }
process.exit();
