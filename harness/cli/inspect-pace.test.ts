import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Pace } from './inspect-pace.ts';

test('one that is not ahead does not wait, nor one whose neighbour has ended', () => {
  const pace = new Pace(2);
  pace.wait(8);
  for (let i = 0; i < 5; i++) pace.taken(0);
  pace.ended(1);
  pace.wait(13);
});

test('one that is ahead waits until the slowest has been taken from', async () => {
  const pace = new Pace(2);
  pace.ended(0);
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     Atomics.wait(workerData, 1, 0, 20);
     Atomics.add(workerData, 1, 1);
     Atomics.notify(workerData, 1);`,
    { eval: true, workerData: pace.shared },
  );
  pace.wait(9);
  expect(pace.shared[1]).toBe(1);
  await worker.terminate();
});
