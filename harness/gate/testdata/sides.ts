import type { CheckResult, TargetReport } from '../../run/result.ts';
import type { Side } from '../side.ts';

/** A check of quit/after-login that passed, with what is said otherwise. */
export const result = (more: Partial<CheckResult> = {}): CheckResult => ({
  target: 'reference',
  case: 'quit/after-login',
  area: 'quit',
  title: 'COM_QUIT ends the connection',
  level: 'MUST',
  delivery: 'whole',
  source: [],
  verdict: 'pass',
  answer: 'pass',
  ending: 'pass',
  observation: '0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN',
  tries: 1,
  deviatingTries: 0,
  ms: 1,
  ...more,
});

export const failed = (more: Partial<CheckResult> = {}): CheckResult =>
  result({
    verdict: 'fail',
    answer: 'fail',
    observation: '0:HandshakeV10 | RST',
    deviatingTries: 1,
    reason: 'RST',
    deviation: { axis: 'answer', step: 1, expected: 'OK', got: 'RST' },
    ...more,
  });

export const report = (results: readonly CheckResult[], more: Partial<TargetReport> = {}): TargetReport => ({
  target: 'reference',
  versions: 'reference 8.4',
  results,
  notes: [],
  expectationProblems: [],
  ms: 1,
  ...more,
});

export const side = (runs: readonly TargetReport[], more: Partial<Side> = {}): Side => ({
  name: 'reference',
  programs: [{ product: 'reference', version: '8.4' }],
  runs,
  ...more,
});
