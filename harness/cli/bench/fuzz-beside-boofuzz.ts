import { execFile } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { lintRules } from '../../../suites/lint.ts';
import type { Exec } from '../../fuzz/exec.ts';
import { oraclesWith } from '../../fuzz/oracles/index.ts';
import type { PlayContext } from '../../fuzz/play.ts';
import { type Batch, Schedule } from '../../fuzz/schedule.ts';
import type { Source } from '../../fuzz/source.ts';
import { WorkerPlayer } from '../fuzz-workers.ts';
import type { Figure } from './line.ts';
import { askingNobody, playBatches } from './play-batches.ts';

const SCRIPT = resolve('harness/cli/bench/boofuzz-session.py');
const SAME = 'sessions a second of those that boofuzz plays, against boofuzz';
const ALL = 'sessions a second of all kinds, against boofuzz on a login and a statement';
const LEAST = 10;
/** ms that boofuzz waits for an answer: as long as a campaign waits behind a lie. */
const SILENCE_MS = 300;
const LIMIT_MS = 3000;
/** Places in the list of boofuzz from which it plays, of as many cases each; a part of its list can be all silence. */
const PLACES = 10;
/** s at each place; as long in all as the campaign. */
const SECONDS = 3;

/**
 * With one worker, on the same server in turn: boofuzz as its manual shows it, the very sessions that it played, and a campaign as
 * `mywire fuzz` begins one, whose sessions are longer, cut into more segments, and several at once.
 */
export async function besideBoofuzz(
  place: Omit<PlayContext, 'limitMs'>,
  about: Source['about'],
  folder: string,
  say: (line: string) => void,
  tiny: boolean,
): Promise<readonly Figure[]> {
  const seconds = tiny ? 1 : SECONDS;
  const places = tiny ? 1 : PLACES;
  const half = (seconds * places * 1000) / 2;
  const all: Sessions = { source: { seed: 1, about, corpus: [] }, oracles: usualOracles(about) };
  const before = await campaign(place, all, half);
  const played: Played[] = [];
  for (let i = 0; i < places; i++) {
    const part = await boofuzz(place, i / places, seconds, folder);
    if ('why' in part) return [SAME, ALL].map((name) => ({ name, why: part.why }));
    played.push(part);
  }
  // Each place counts the same, however fast it was: where the server refuses a login at once there are a hundred times as many.
  const each = Math.min(...played.map(({ sessions }) => sessions.length));
  const corpus = played.flatMap(({ sessions }) => sessions.slice(0, each));
  const same = await campaign(place, { source: { seed: 1, about, corpus }, oracles: askingNobody }, half);
  const after = await campaign(place, all, half);
  const ours = (before + after) / 2;
  const theirs = (1000 * places) / played.reduce((sum, { ms, sessions }) => sum + ms / sessions.length, 0);
  say(
    `sessions a second: boofuzz ${theirs.toFixed(1)}, the same ${corpus.length} as a campaign ${same.toFixed(0)}, a campaign of all kinds ${ours.toFixed(0)}`,
  );
  return [
    { name: SAME, ratio: same / theirs, least: LEAST },
    { name: ALL, ratio: ours / theirs, least: LEAST },
  ];
}

interface Sessions {
  readonly source: Source;
  readonly oracles: readonly string[];
}

const usualOracles = (about: Source['about']): readonly string[] =>
  oraclesWith(lintRules, about).flatMap(({ name, onlyByName }) => (onlyByName ? [] : [name]));

/** Sessions a second; those of a corpus over and over, without a corpus ever new ones. */
async function campaign(place: Omit<PlayContext, 'limitMs'>, { source, oracles }: Sessions, ms: number): Promise<number> {
  const player = new WorkerPlayer({
    source,
    target: { ...place, limitMs: LIMIT_MS, hurryMs: SILENCE_MS },
    against: undefined,
    likeness: undefined,
    oracles,
    concurrency: 64,
  });
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // one for each batch under way
  const from = performance.now();
  const over = setTimeout(() => stop.abort(), ms);
  try {
    const sessions = await playBatches(player, endless(source.corpus.length), stop.signal);
    return (sessions / (performance.now() - from)) * 1000;
  } finally {
    clearTimeout(over);
    await player.end();
  }
}

function endless(corpus: number): () => Batch | undefined {
  const begin = (): Schedule => new Schedule(corpus > 0 ? { runs: corpus } : {});
  let schedule = begin();
  return () => {
    const next = schedule.next();
    if (next) return next;
    schedule = begin();
    return schedule.next();
  };
}

interface Played {
  readonly ms: number;
  /** What it sent on each connection. */
  readonly sessions: readonly Exec[];
}

/** What it played from this place in its list on; or why it cannot be run. */
function boofuzz(
  { endpoint: { host, port }, accounts: { check } }: Omit<PlayContext, 'limitMs'>,
  share: number,
  seconds: number,
  folder: string,
): Promise<Played | { readonly why: string }> {
  if (!check) return Promise.resolve({ why: 'the target has no account without a password' });
  const args = [SCRIPT, host, String(port), check.user, String(SILENCE_MS), String(share), String(seconds), folder];
  return new Promise((done) => {
    execFile('python3', args, { timeout: (seconds + 30) * 1000 }, (error, out) => {
      const [cases = 0, played = 0] = out.split(' ').map(Number);
      if (!error && cases > 0) return done({ ms: played * 1000, sessions: sessionsIn(join(folder, 'sent.json')) });
      const why = error?.message.includes("No module named 'boofuzz'") ? 'python3 has no boofuzz' : undefined;
      done({
        why:
          why ??
          ((error as NodeJS.ErrnoException)?.code === 'ENOENT'
            ? 'there is no python3'
            : `boofuzz: ${error?.message ?? 'no case was played'}`),
      });
    });
  });
}

const sessionsIn = (file: string): readonly Exec[] =>
  (JSON.parse(readFileSync(file, 'utf8')) as readonly (readonly string[])[]).flatMap((sent) => {
    const acts = sent.flatMap((wire) => (wire === '' ? [] : [{ send: [{ wire }] as const }]));
    return acts.length > 0 ? [{ clients: [{ acts, delivery: 'whole', leaves: 'fin' }] }] : [];
  });
