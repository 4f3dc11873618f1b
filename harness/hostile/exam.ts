/**
 * npm run hostile -- [--verb run]… [--misdeed NAME]… [--whole] [--jobs n]: every verb that talks to a server against every misdeed. Of each:
 * the exit code, seconds, CPU seconds, the most memory (MB), and what it said last; a line says BAD where that breaks a promise.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Ended, startMywire } from './exam-program.ts';
import { type Place, type Verb, verbsOf } from './exam-verbs.ts';
import { hostileServer } from './hostile-server.ts';
import { misdeeds } from './misdeeds/index.ts';

const MOST_MEGABYTES = 300;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function faults(verb: Verb, ended: Ended): string[] {
  const found: string[] = [];
  if (!verb.exits.includes(ended.code as number)) found.push(`exit ${ended.code}`);
  if (ended.megabytes > MOST_MEGABYTES) found.push('memory');
  if (/fault of mywire|^ {4}at /m.test(ended.said)) found.push('stack');
  if (controls.test(ended.said)) found.push('control characters');
  if (verb.shows && !verb.shows.test(ended.said)) found.push('did not go on');
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function tell(name: string, misdeed: string, { code, seconds, cpu, megabytes, said }: Ended, bad: readonly string[]): void {
  const last = said.trim().split('\n').at(-1)?.slice(0, 100) ?? '';
  const columns = [
    name.padEnd(8),
    misdeed.padEnd(36),
    `exit ${String(code).padEnd(5)}`,
    `${seconds.toFixed(1).padStart(6)} s`,
    `${cpu.toFixed(1).padStart(6)} cpu`,
    `${String(megabytes).padStart(4)} MB `,
    bad.length > 0 ? `BAD ${bad.join(', ')}` : 'ok',
    JSON.stringify(last),
  ];
  process.stdout.write(`${columns.join(' ')}\n`);
  if (bad.length > 0 && process.env['HOSTILE_SAID']) process.stdout.write(`${said.slice(-4000)}\n`);
}

async function examine(name: string, misdeed: string, at: Place): Promise<void> {
  const verb = verbs[name] as Verb;
  const running = startMywire(verb.args(at), at.folder, verb.limit, verb.env?.(at.port));
  void verb.meanwhile?.(running, at);
  const ended = await running.ended;
  tell(name, misdeed, ended, faults(verb, ended));
  if (verb.then !== undefined) await examine(verb.then, misdeed, at);
}

const { values } = parseArgs({
  options: {
    verb: { type: 'string', multiple: true },
    misdeed: { type: 'string', multiple: true },
    whole: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '1' },
  },
});
const verbs = verbsOf(values.whole);
const known = { verb: Object.keys(verbs), misdeed: ['refuses', ...Object.keys(misdeeds)] };
for (const option of ['verb', 'misdeed'] as const)
  for (const name of values[option] ?? [])
    if (!known[option].includes(name)) {
      process.stderr.write(`there is no ${option} ${name}; there are ${known[option].join(', ')}\n`);
      process.exit(2);
    }
const followers = new Set(Object.values(verbs).flatMap(({ then }) => then ?? []));
const names = values.verb ?? known.verb.filter((name) => !followers.has(name));
const pairs = (values.misdeed ?? known.misdeed).flatMap((misdeed) => names.map((name) => [name, misdeed] as const));
let next = 0;

async function work(): Promise<void> {
  for (let pair = pairs[next++]; pair; pair = pairs[next++]) {
    const [name, misdeed] = pair;
    const folder = mkdtempSync(join(tmpdir(), 'hostile-'));
    const server = await hostileServer(misdeed);
    await examine(name, misdeed, { port: server.port, folder, own: await freePort() });
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await Promise.all(Array.from({ length: Number(values.jobs) }, work));
process.exit();
