import { parentPort, workerData } from 'node:worker_threads';
import { lintRules } from '../../suites/lint.ts';
import { BatchPlayer } from '../fuzz/batch.ts';
import { oraclesWith } from '../fuzz/oracles/index.ts';
import { Execs } from '../fuzz/source.ts';
import type { FuzzAnswer, FuzzQuestion, FuzzTask } from './fuzz-workers.ts';

/** A thread that plays batches as they come, one after the other. */
const { source, target, against, likeness, oracles, concurrency } = workerData as FuzzTask;
const player = new BatchPlayer(
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
const stop = new AbortController();
parentPort?.on('message', async (message: FuzzQuestion | 'stop') => {
  if (message === 'stop') return stop.abort();
  const { id, batch } = message;
  parentPort?.postMessage({ id, result: await player.play(batch, stop.signal) } satisfies FuzzAnswer);
});
