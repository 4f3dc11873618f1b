import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Exec } from '../../fuzz/exec.ts';
import type { PlayContext } from '../../fuzz/play.ts';
import { privateFolder } from '../../target/leftovers.ts';
import type { Transcript } from '../../wire/transcript.ts';
import { buildLoop, runLoop, writeTalks } from './c-loop.ts';
import { apart, inChild } from './child.ts';
import { besideBoofuzz } from './fuzz-beside-boofuzz.ts';
import type { BenchLine, Figure } from './line.ts';
import { median } from './measure.ts';
import { askingNobody, playBatches } from './play-batches.ts';

/** Sessions a second of a campaign, with all oracles that ask for no further connection, against a bare loop over the same connections. */
export const line: BenchLine = {
  about:
    'sessions a second of a fuzz campaign, one worker, as a ratio to a bare loop of the same connections in Node, and in C; and to boofuzz [target]',
  promise: 'at least 0.7 of the loop in Node; ten times boofuzz',
  bench,
};

const LEAST = 0.7;
const SESSIONS = 1024;
/** The same sessions so many times over. */
const ROUNDS = 12;
/** And so often before, of both: a campaign goes on for minutes, and Node compiles in the first seconds. */
const WARM_ROUNDS = 4;
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
}

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
    const file = join(folder, 'sessions.json');
    const { front: endpoint, accounts, database } = target;
    const context: PlayContext = { endpoint, accounts, limitMs: LIMIT_MS, ...(database === undefined ? {} : { database }) };
    const { aboutOf } = await import('../fuzz-about.ts');
    const about = await aboutOf(target);
    const prepared = await sessionsOf(context, about, tiny ? 64 : SESSIONS);
    writeFileSync(file, JSON.stringify({ target: context, ...prepared }));
    say(
      `${prepared.execs.length} sessions that end by themselves, ${prepared.talks.reduce((sum, { turns }) => sum + turns.length, 0)} turns, ${ROUNDS} times`,
    );
    const loop = buildLoop(folder);
    const talks = join(folder, 'talks');
    writeTalks(talks, prepared.talks);
    const rates: { readonly node: number; readonly fuzz: number; readonly c: number }[] = [];
    for (let i = 0; i < (tiny ? 1 : 3); i++) {
      const c = 'program' in loop ? await runLoop(loop.program, talks, endpoint.host, endpoint.port, CONCURRENCY, ROUNDS) : Number.NaN;
      const [bare, fuzz] = [await apart<Figures>(self, ['bare', file]), await apart<Figures>(self, ['fuzz', file])];
      const rate = ({ sessions, ms }: Figures): number => (sessions / ms) * 1000;
      rates.push({ node: rate(bare), fuzz: rate(fuzz), c });
      const inC = 'program' in loop ? `, in C ${c.toFixed(0)}` : '';
      say(`sessions a second: bare loop ${rate(bare).toFixed(0)}${inC}, campaign ${rate(fuzz).toFixed(0)}`);
    }
    const ratio = (other: 'node' | 'c'): number => median(rates.map((one) => one.fuzz / one[other]));
    const inC = 'sessions a second, against a bare loop in C';
    return [
      { name: 'sessions a second, against a bare loop in Node', ratio: ratio('node'), least: LEAST },
      'program' in loop ? { name: inC, ratio: ratio('c') } : { name: inC, why: loop.why },
      ...(await besideBoofuzz(context, about, folder, say, tiny)),
    ];
  } finally {
    await own.remove();
    await target.stop();
  }
}

/** An answer that takes longer is one that the server keeps back on purpose, in ms. */
const AT_ONCE_MS = 100;

/**
 * Sessions whose bytes are the same each time: no proof of a password, no TLS; and which are answered as they go. None in which
 * a side keeps silent: the loop would have to wait as well, and what is measured then is how many may wait at once.
 */
async function sessionsOf(
  context: PlayContext,
  about: Parameters<typeof import('../../fuzz/arbitrary/index.ts').execsOf>[0],
  sessions: number,
) {
  const [{ execsOf }, { play }, { stimuliIn }] = await Promise.all([
    import('../../fuzz/arbitrary/index.ts'),
    import('../../fuzz/play.ts'),
    import('../../fuzz/exec.ts'),
  ]);
  const execs: Exec[] = [];
  const talks: Talk[] = [];
  for (let block = 0; execs.length < sessions && block < 200; block++)
    for (const { clients } of execsOf({ ...about, accounts: ['check'], tls: false, compression: false }, 1, block)) {
      const [client, ...others] = clients;
      if (others.length > 0 || client.delivery !== 'whole' || client.cuts || client.leaves !== 'quit') continue;
      if (client.acts.some((act) => 'do' in act && act.do === 'pause')) continue;
      if (stimuliIn(client).some(({ account, proof }) => (account !== undefined && account !== 'check') || proof)) continue;
      const { clients: seen } = await play({ clients: [client] }, { ...context, keepsTranscript: true });
      const played = seen[0];
      if (!played || played.overdue !== undefined || played.unsent > 0 || played.ending !== 'fin') continue;
      if (played.packets.at(-1)?.name !== 'COM_QUIT') continue;
      if (played.transcript.events.some((event) => event.kind === 'waited' && event.ms > AT_ONCE_MS)) continue;
      execs.push({ clients: [client] });
      talks.push(talkOf(played.transcript));
      if (execs.length === sessions) break;
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
  await go(WARM_ROUNDS);
  const from = performance.now();
  await go(ROUNDS);
  const ms = performance.now() - from;
  await go(0); // the worker ends
  return { sessions, ms };
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
    oracles: askingNobody,
    concurrency: CONCURRENCY,
  });
  const { signal } = new AbortController();
  const paths = corpus.map((_, i) => String(i));
  return async (rounds: number): Promise<void> => {
    if (rounds === 0) return player.end();
    const batches = Array.from({ length: rounds }, () =>
      Array.from({ length: paths.length / 64 }, (_, i) => ({ paths: paths.slice(i * 64, (i + 1) * 64) })),
    ).flat();
    await playBatches(player, () => batches.shift(), signal);
  };
}

inChild(self, ([part = '', file = '']) => measure(part, file));
