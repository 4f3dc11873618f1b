import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Batch } from '../fuzz/schedule.ts';
import { type FuzzTask, WorkerPlayer } from './fuzz-workers.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-workers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const task = {} as FuzzTask;
const batch: Batch = { block: 0, paths: ['0', '1', '2', '3'] };
const { signal } = new AbortController();

/** A worker that does this with each batch; it says its pid with the first result. */
function workerThat(does: string): WorkerPlayer {
  const program = join(folder, `${Math.random()}.mjs`);
  writeFileSync(
    program,
    `const answer = (id) => process.send({ id, result: { batch: process.pid, execs: 1, connections: 1, shown: [], violations: [] } });
     process.on('message', ({ id }) => { if (id !== undefined) { ${does} } });
     process.on('disconnect', () => process.exit());`,
  );
  return new WorkerPlayer(task, { program: pathToFileURL(program), stuckMs: 1500 });
}
const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each([
  ['in its own code', 'for (;;);'],
  ['in a regular expression', "/^(a+)+$/.test('a'.repeat(40) + 'b');"],
])('one that is busy for good %s is stuck: its sessions are named, it is gone, and nothing more is asked of it', async (_, spin) => {
  const player = workerThat(`if (id > 0) { ${spin} } answer(id);`);
  try {
    const pid = (await player.play(batch, signal)).batch as unknown as number;
    expect(isThere(pid)).toBe(true);
    await expect(player.play(batch, signal)).rejects.toMatchObject({
      code: 'FUZZ_STUCK',
      message: '4 sessions (0, 1, 2 …) kept a worker busy for 1.5 s; please report it with the seed',
    });
    await player.end();
    expect(isThere(pid)).toBe(false);
    await expect(player.play(batch, signal)).rejects.toMatchObject({ code: 'FUZZ_STUCK' });
  } finally {
    await player.end();
  }
});

test('one that ends by itself is told, and leaves nobody waiting', async () => {
  const player = workerThat('process.exit(7);');
  await expect(player.play(batch, signal)).rejects.toMatchObject({
    code: 'FUZZ_WORKER_DIED',
    message: 'a worker ended by itself, with exit code 7; please report it with the seed',
  });
  await player.end();
});

test('one that is in the middle of something can be ended', async () => {
  const player = workerThat('for (;;);');
  void player.play(batch, signal).catch(() => {});
  await player.end();
});
