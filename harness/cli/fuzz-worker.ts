import { setMaxListeners } from 'node:events';
import { lintRules } from '../../suites/lint.ts';
import { BatchPlayer } from '../fuzz/batch.ts';
import { oraclesWith } from '../fuzz/oracles/index.ts';
import { Execs } from '../fuzz/source.ts';
import type { FuzzAnswer, FuzzMessage, FuzzTask } from './fuzz-workers.ts';

/** A process that plays batches as they come, several at a time. */
const stop = new AbortController();
/** One limit behind the stop: what is still under way waits in vain. */
const cut = new AbortController();
setMaxListeners(0, stop.signal, cut.signal); // every connection listens
/** ms between two signs of life. */
const LIFE_MS = 1000;
let limitMs = 0;
let player: BatchPlayer | undefined;

const playerOf = ({ source, target, against, likeness, oracles, concurrency }: FuzzTask): BatchPlayer =>
  new BatchPlayer(
    new Execs(source),
    {
      seed: source.seed,
      target: { ...target, cut: cut.signal },
      against: against && { ...against, cut: cut.signal },
      likeness,
      oracles: oraclesWith(lintRules, source.about).filter(({ name }) => oracles.includes(name)),
    },
    concurrency,
  );

/** Whoever started us may have been killed a moment ago: then nobody is there to tell. */
const say = (answer: FuzzAnswer): void => void process.send?.(answer, (error: Error | null) => error && process.exit());

let told = 0;
/** Sessions come to their end, however long the whole batch takes on a busy machine. */
function lives(): void {
  if (performance.now() - told < LIFE_MS) return;
  told = performance.now();
  say('lives');
}

process.on('message', async (message: FuzzMessage) => {
  if (message === 'stop') {
    stop.abort();
    setTimeout(() => cut.abort(), limitMs);
    return;
  }
  if ('task' in message) {
    player = playerOf(message.task);
    limitMs = message.task.target.limitMs;
    return;
  }
  const { id, batch } = message;
  const result = await player?.play(batch, stop.signal, () => say({ id, room: true }), lives);
  if (result) say({ id, result });
});
// Ctrl-C reaches the whole group; what is under way is finished, and whoever started us says when it is over.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
