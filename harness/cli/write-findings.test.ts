import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../fuzz/finding.ts';
import { answers } from '../fuzz/oracles/answers.ts';
import { plainExecs } from '../fuzz/testing/plain-execs.ts';
import { EachWritten } from '../report/each-written.ts';
import type { ToldFinding } from '../report/fuzzed.ts';
import { startTarget } from '../target/start-target.ts';
import type { RunningTarget } from '../target/target.ts';
import { writeFindings } from './write-findings.ts';

const exec = plainExecs['a ping'] as Finding['exec'];
const { clients } = exec;
const quick = { ...exec, clients: [{ ...clients[0], acts: clients[0].acts.slice(0, 1) }] } as const;
/** A finding that is known; what it has of its oracle makes it slow or not. */
const finding = (id: string, oracle: string, of: Finding['exec']): Finding => ({
  id: `fuzz/${oracle}-${id}`,
  oracle,
  kind: 'nothing for the answer to COM_PING, behind OK',
  says: '',
  path: '',
  exec: of,
  again: { shown: 1, of: 1 },
  seen: 1,
});

let target: RunningTarget;
let folder: string;
beforeAll(async () => {
  target = await startTarget('reference?defect=ping-unanswered');
  folder = mkdtempSync(join(tmpdir(), 'mywire-findings-'));
});
afterAll(async () => {
  await target.stop();
  rmSync(folder, { recursive: true });
});

test('what is known and shown by silence does not take the time from the packets of others, nor does one of them from the next', async () => {
  const judging = { seed: 1, target: { endpoint: target.front, accounts: target.accounts, limitMs: 30_000 }, oracles: [answers] };
  const silent = [finding('00000001', 'answers', exec), finding('00000002', 'delivery', exec)];
  const others = ['3', '4', '5', '6'].map((id) => finding(`0000000${id}`, 'delivery', quick));
  const toldOf = (one: Finding): ToldFinding => ({ ...one, known: 'since long' });
  const from = performance.now();
  const { folders } = await writeFindings(
    folder,
    [...silent, ...others],
    toldOf,
    { target, judging, command: 'mywire fuzz' },
    4000,
    new EachWritten(),
  );
  expect(performance.now() - from).toBeLessThan(15_000);
  const played = (id: string): boolean => existsSync(join(folders.get(id) ?? '', 'transcript.txt'));
  expect(others.map(({ id }) => played(id))).toEqual([true, true, true, true]);
  expect(silent.map(({ id }) => played(id))).toEqual([false, false]);
}, 30_000);
