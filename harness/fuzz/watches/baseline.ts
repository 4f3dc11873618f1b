import { setTimeout as pause } from 'node:timers/promises';
import type { Violation, Watch } from '../oracle.ts';
import type { Measure } from './measure.ts';

/** ms until what a client has left is cleaned up: servers end connections when they get to it. */
const SETTLES_MS = 5_000;
const ASKED_EVERY_MS = 100;

/**
 * Figures return to what they were when no client is left. What is read now is the baseline: call it before a campaign, and
 * `check` when none of its connections stands. Figures that the target does not tell are left out.
 */
export async function baselineWatch(measures: readonly Measure[], settlesMs = SETTLES_MS): Promise<Watch> {
  const known: { readonly measure: Measure; readonly before: number }[] = [];
  for (const measure of measures) {
    const before = await measure.read();
    if (before !== undefined) known.push({ measure, before });
  }
  return {
    name: 'baseline',
    says: 'When all clients are gone, connections, prepared statements and memory are back where they were.',
    killedBy: ['keeps-closed-connections'],
    async check() {
      for (const { measure, before } of known) {
        const most = before + measure.slack(before);
        const now = await settled(measure, most, settlesMs);
        if (now === undefined || now <= most) continue;
        const { name, node } = measure;
        const shown = await measure.shows?.();
        const violation: Violation = {
          oracle: 'baseline',
          client: 0,
          node,
          kind: `${node}: ${name.replaceAll(/\d+/g, 'N')} does not return`,
          says: `${name}: ${before} before, ${now} ${settlesMs} ms behind the last client; ${most} is allowed${shown ? `: ${shown}` : ''}`,
        };
        return violation;
      }
      return undefined;
    },
  };
}

/** Read until it is back, or the time is up. */
async function settled({ read }: Measure, most: number, settlesMs: number): Promise<number | undefined> {
  const until = performance.now() + settlesMs;
  for (;;) {
    const now = await read();
    if (now === undefined || now <= most || performance.now() >= until) return now;
    await pause(Math.min(ASKED_EVERY_MS, settlesMs));
  }
}
