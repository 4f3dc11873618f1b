import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { startReference } from '../reference/index.ts';
import { answersQuitNote } from './answered-quit.ts';
import { runTarget } from './run-target.ts';
import { atAddress } from './testing/at-address.ts';

const cases = ['command/ping', 'command/select', 'quit/after-login', 'command/kill-an-unknown-id'].map(
  (id) => suites.find((one) => one.id === id) as Case,
);

test.each([
  ['answers-com-quit', { 'quit/after-login': 'fail' }, [answersQuitNote]],
  ['err-without-marker', { 'command/kill-an-unknown-id': 'fail' }, []],
] as const)('an answer to COM_QUIT fails the cases about it, and no others: %s', async (defect, failing, notes) => {
  const server = await startReference({ defects: [defect] });
  const report = await runTarget(atAddress(server.endpoint), cases, {
    limits: { connectMs: 5000, answerMs: 1000, quietMs: 300, afterFinMs: 5 },
    deliveries: ['whole'],
  });
  await server.stop();
  const expected = { ...Object.fromEntries(cases.map(({ id }) => [id, 'pass'])), ...failing };
  expect(Object.fromEntries(report.results.map((r) => [r.case, r.verdict]))).toEqual(expected);
  expect(report.notes).toEqual(notes);
});
