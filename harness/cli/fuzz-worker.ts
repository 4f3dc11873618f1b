import { lintRules } from '../../suites/lint.ts';
import { BatchPlayer } from '../fuzz/batch.ts';
import { oraclesWith } from '../fuzz/oracles/index.ts';
import { Execs } from '../fuzz/source.ts';
import type { FuzzAnswer, FuzzMessage, FuzzTask } from './fuzz-workers.ts';

/** A process that plays batches as they come, several at a time. */
const stop = new AbortController();
let player: BatchPlayer | undefined;

const playerOf = ({ source, target, against, likeness, oracles, concurrency }: FuzzTask): BatchPlayer =>
  new BatchPlayer(
    new Execs(source),
    {
      seed: source.seed,
      target,
      against,
      likeness,
      oracles: oraclesWith(lintRules, source.about).filter(({ name }) => oracles.includes(name)),
    },
    concurrency,
  );

process.on('message', async (message: FuzzMessage) => {
  if (message === 'stop') return stop.abort();
  if ('task' in message) {
    player = playerOf(message.task);
    return;
  }
  const { id, batch } = message;
  const result = await player?.play(batch, stop.signal);
  if (result) process.send?.({ id, result } satisfies FuzzAnswer);
});
// Ctrl-C reaches the whole group; what is under way is finished, and whoever started us says when it is over.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
