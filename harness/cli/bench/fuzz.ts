import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Exec } from '../../fuzz/exec.ts';
import type { PlayContext } from '../../fuzz/play.ts';
import type { Transcript } from '../../wire/transcript.ts';
import { apart, inChild } from './child.ts';
import type { BenchLine } from './line.ts';

/** Sessions a second of a campaign, with all oracles that ask for no further connection, against a bare loop over the same connections. */
export const line: BenchLine = {
  about: 'sessions a second of a fuzz campaign, one worker, as a ratio to a bare loop of the same connections [target]',
  promise: 'a ratio of at least 0.7',
  bench,
};

const LEAST = 0.7;
const SESSIONS = 1024;
/** The same sessions so many times over. */
const ROUNDS = 8;
const CONCURRENCY = 64;
const LIMIT_MS = 3000;
const self = fileURLToPath(import.meta.url);

interface Talk {
  readonly greeting: number;
  readonly turns: readonly { readonly bytes: string; readonly answered: number }[];
}
interface Prepared {
  readonly target: PlayContext;
  readonly execs: readonly Exec[];
  readonly talks: readonly Talk[];
}
interface Figures {
  readonly sessions: number;
  readonly ms: number;
  readonly cpuMs: number;
}

async function bench([targetName = 'local:mariadb']: readonly string[], say: (line: string) => void): Promise<boolean> {
  const { startTarget } = await import('../../target/start-target.ts');
  const target = await startTarget(targetName, {});
  const folder = mkdtempSync(join(tmpdir(), 'mywire-bench-'));
  try {
    const file = join(folder, 'sessions.json');
    const { front: endpoint, accounts, database } = target;
    const context: PlayContext = { endpoint, accounts, limitMs: LIMIT_MS, ...(database === undefined ? {} : { database }) };
    const { aboutOf } = await import('../fuzz-about.ts');
    const prepared = await sessionsOf(context, await aboutOf(target));
    writeFileSync(file, JSON.stringify({ target: context, ...prepared }));
    say(
      `${prepared.execs.length} sessions that end by themselves, ${prepared.talks.reduce((sum, { turns }) => sum + turns.length, 0)} turns, ${ROUNDS} times`,
    );
    const ratios: number[] = [];
    for (let i = 0; i < 3; i++) {
      const bare = await apart<Figures>(self, ['bare', file]);
      const fuzz = await apart<Figures>(self, ['fuzz', file]);
      const rate = ({ sessions, ms }: Figures): number => (sessions / ms) * 1000;
      ratios.push(rate(fuzz) / rate(bare));
      const told = (of: Figures): string =>
        `${rate(of).toFixed(0)} a second (${((of.cpuMs / of.sessions) * 1000).toFixed(0)} us of CPU each)`;
      say(`bare loop ${told(bare)}, campaign ${told(fuzz)}, ratio ${(ratios[i] as number).toFixed(2)}`);
    }
    const median = ratios.toSorted((a, b) => a - b)[1] as number;
    say(`median ratio ${median.toFixed(2)} on ${target.name}`);
    return median >= LEAST;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await target.stop();
  }
}

/** Sessions whose bytes are the same each time: no proof of a password, no TLS; and which are answered as they go. */
async function sessionsOf(context: PlayContext, about: Parameters<typeof import('../../fuzz/arbitrary/index.ts').execsOf>[0]) {
  const [{ execsOf }, { play }, { stimuliIn }] = await Promise.all([
    import('../../fuzz/arbitrary/index.ts'),
    import('../../fuzz/play.ts'),
    import('../../fuzz/exec.ts'),
  ]);
  const execs: Exec[] = [];
  const talks: Talk[] = [];
  for (let block = 0; execs.length < SESSIONS && block < 200; block++)
    for (const { clients } of execsOf({ ...about, accounts: ['check'], tls: false, compression: false }, 1, block)) {
      const [client, ...others] = clients;
      if (others.length > 0 || client.delivery !== 'whole' || client.cuts || client.leaves !== 'quit') continue;
      if (stimuliIn(client).some(({ account, proof }) => (account !== undefined && account !== 'check') || proof)) continue;
      const { clients: seen } = await play({ clients: [client] }, { ...context, keepsTranscript: true });
      const played = seen[0];
      if (!played || played.overdue !== undefined || played.unsent > 0 || played.ending !== 'fin') continue;
      if (played.packets.at(-1)?.name !== 'COM_QUIT') continue;
      execs.push({ clients: [client] });
      talks.push(talkOf(played.transcript));
      if (execs.length === SESSIONS) break;
    }
  return { execs, talks };
}

function talkOf({ events }: Transcript): Talk {
  const turns: { bytes: string; answered: number }[] = [];
  let greeting = 0;
  for (const event of events) {
    if (event.kind === 'sent') turns.push({ bytes: Buffer.from(event.bytes).toString('base64'), answered: 0 });
    if (event.kind !== 'received') continue;
    const last = turns.at(-1);
    if (last) last.answered += event.bytes.length;
    else greeting += event.bytes.length;
  }
  return { greeting, turns };
}

async function measure(part: string, file: string): Promise<Figures> {
  const { target, execs, talks } = JSON.parse(readFileSync(file, 'utf8')) as Prepared;
  const sessions = execs.length * ROUNDS;
  const go = part === 'bare' ? await bare(target, talks) : await campaign(target, execs);
  await go(1);
  const before = process.cpuUsage();
  const from = performance.now();
  await go(ROUNDS);
  const { user, system } = process.cpuUsage(before);
  const ms = performance.now() - from;
  await go(0); // the thread ends
  return { sessions, ms, cpuMs: (user + system) / 1000 };
}

async function bare({ endpoint: { host, port } }: PlayContext, talks: readonly Talk[]) {
  const { bareTalks } = await import('../../wire/bare-loop.ts');
  const all = talks.map(({ greeting, turns }) => ({
    greeting,
    turns: turns.map((turn) => ({ ...turn, bytes: Buffer.from(turn.bytes, 'base64') })),
  }));
  return async (rounds: number): Promise<void> => {
    for (let i = 0; i < rounds; i++) await bareTalks(host, port, all, CONCURRENCY);
  };
}

async function campaign(target: PlayContext, corpus: readonly Exec[]) {
  const { WorkerPlayer } = await import('../fuzz-workers.ts');
  const about = { accounts: ['check'], tls: false, offered: [], compression: false } as const;
  const player = new WorkerPlayer({
    source: { seed: 1, about, corpus },
    target,
    against: undefined,
    likeness: undefined,
    oracles: ['answers', 'well-formed', 'leaks', 'separate'],
    concurrency: CONCURRENCY / 4,
  });
  const { signal } = new AbortController();
  const paths = corpus.map((_, i) => String(i));
  return async (rounds: number): Promise<void> => {
    if (rounds === 0) return player.end();
    const batches = Array.from({ length: rounds }, () =>
      Array.from({ length: paths.length / 64 }, (_, i) => paths.slice(i * 64, (i + 1) * 64)),
    ).flat();
    const one = async (): Promise<void> => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) await player.play({ paths: batch }, signal);
    };
    await Promise.all(Array.from({ length: 4 }, one));
  };
}

inChild(self, ([part = '', file = '']) => measure(part, file));
