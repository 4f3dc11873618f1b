import { execFile } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { lintRules } from '../../../suites/lint.ts';
import { oraclesWith } from '../../fuzz/oracles/index.ts';
import type { PlayContext } from '../../fuzz/play.ts';
import { Schedule } from '../../fuzz/schedule.ts';
import type { Source } from '../../fuzz/source.ts';
import { WorkerPlayer } from '../fuzz-workers.ts';
import type { Figure } from './line.ts';
import { playBatches } from './play-batches.ts';

const SCRIPT = resolve('harness/cli/bench/boofuzz-session.py');
const NAME = 'sessions a second of all kinds, against boofuzz on a login and a statement';
const LEAST = 10;
/** ms that boofuzz waits for an answer: as long as a campaign waits behind a lie. */
const SILENCE_MS = 300;
const LIMIT_MS = 3000;
/** Places in the list of boofuzz from which it plays, of as many cases each; a part of its list can be all silence. */
const PLACES = 10;
/** s at each place; as long in all as the campaign. */
const SECONDS = 3;

/** A campaign as `mywire fuzz` begins one, with one worker, and boofuzz as its manual shows it, on the same server in turn. */
export async function besideBoofuzz(
  place: Omit<PlayContext, 'limitMs'>,
  about: Source['about'],
  folder: string,
  say: (line: string) => void,
  tiny: boolean,
): Promise<Figure> {
  const seconds = tiny ? 1 : SECONDS;
  const places = tiny ? 1 : PLACES;
  const half = (seconds * places * 1000) / 2;
  const before = await campaign(place, about, half);
  const msEach: number[] = [];
  for (let i = 0; i < places; i++) {
    const played = await boofuzz(place, i / places, seconds, folder);
    if ('why' in played) return { name: NAME, why: played.why };
    msEach.push(played.ms / played.cases);
  }
  const after = await campaign(place, about, half);
  const ours = (before + after) / 2;
  const theirs = (1000 * places) / msEach.reduce((sum, ms) => sum + ms, 0);
  say(`sessions a second: campaign of all kinds of sessions ${ours.toFixed(0)}, boofuzz ${theirs.toFixed(1)}`);
  return { name: NAME, ratio: ours / theirs, least: LEAST };
}

/** Sessions a second. */
async function campaign(place: Omit<PlayContext, 'limitMs'>, about: Source['about'], ms: number): Promise<number> {
  const player = new WorkerPlayer({
    source: { seed: 1, about, corpus: [] },
    target: { ...place, limitMs: LIMIT_MS, hurryMs: SILENCE_MS },
    against: undefined,
    likeness: undefined,
    oracles: oraclesWith(lintRules, {})
      .filter(({ onlyByName }) => !onlyByName)
      .map(({ name }) => name),
    concurrency: 64,
  });
  const stop = new AbortController();
  setMaxListeners(0, stop.signal); // one for each batch under way
  const schedule = new Schedule({});
  const from = performance.now();
  const over = setTimeout(() => stop.abort(), ms);
  try {
    const sessions = await playBatches(player, () => schedule.next(), stop.signal);
    return (sessions / (performance.now() - from)) * 1000;
  } finally {
    clearTimeout(over);
    await player.end();
  }
}

/** How many cases it played from this place in its list on, and in how many ms; or why it cannot be run. */
function boofuzz(
  { endpoint: { host, port }, accounts: { check } }: Omit<PlayContext, 'limitMs'>,
  share: number,
  seconds: number,
  folder: string,
): Promise<{ readonly cases: number; readonly ms: number } | { readonly why: string }> {
  if (!check) return Promise.resolve({ why: 'the target has no account without a password' });
  const args = [SCRIPT, host, String(port), check.user, String(SILENCE_MS), String(share), String(seconds), folder];
  return new Promise((done) => {
    execFile('python3', args, { timeout: (seconds + 30) * 1000 }, (error, out) => {
      const [cases = 0, played = 0] = out.split(' ').map(Number);
      if (!error && cases > 0) return done({ cases, ms: played * 1000 });
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
