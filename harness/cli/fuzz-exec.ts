import { type JudgeContext, judge } from '../fuzz/judge.ts';
import { observe } from '../fuzz/observe.ts';
import { aliveWatch } from '../fuzz/watches/alive.ts';
import { baselineWatch } from '../fuzz/watches/baseline.ts';
import { measuresOf } from '../fuzz/watches/measure.ts';
import type { RunningTarget } from '../target/target.ts';
import type { SavedExec } from './fuzz-given.ts';

/** ms that a figure of the target is waited for. */
const MEASURE_MS = 1000;

/** One session, played and judged, and what it has made of the target: the repro of a finding. The exit code. */
export async function playOne(exec: SavedExec, target: RunningTarget, judging: JudgeContext, say: (line: string) => void): Promise<number> {
  const alive = aliveWatch(target);
  const baseline = await baselineWatch(measuresOf(target, Math.min(judging.target.limitMs, MEASURE_MS)));
  const { played, violations, unreachable } = await judge(exec, exec.path ?? '', judging, 'every');
  say(observe(played).replaceAll(' | ', '\n  ').replaceAll(' || ', '\n\n'));
  if (unreachable !== undefined) say(`it could not be played: ${unreachable}`);
  const dead = await alive.check();
  const broken = [...violations, ...[dead ?? (await baseline.check())].filter((one) => one !== undefined)];
  for (const { oracle, says } of broken) say(`${oracle}: ${says}`);
  if (broken.length === 0 && unreachable === undefined) say('nothing is broken');
  return broken.length > 0 ? 1 : unreachable === undefined ? 0 : 3;
}
