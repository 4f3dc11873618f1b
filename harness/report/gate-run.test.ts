import { describe, expect, test } from 'vitest';
import { compareSides } from '../gate/compare.ts';
import type { GateReport } from '../gate/gate.ts';
import { usualPolicy } from '../gate/policy.ts';
import { failed, report, result, side } from '../gate/testdata/sides.ts';
import type { HealthState } from '../run/result.ts';
import { exitCodeOf } from './exit-code.ts';
import { gateAsRun, gateSides } from './gate-run.ts';
import { reportAsJunit } from './junit.ts';
import { login } from './testdata/reports.ts';

const state = (status: string): HealthState => ({
  mode: 'post-41',
  by: 'HAProxy 3.0',
  status,
  check: status === 'UP' ? 'L7OK' : 'L7STS',
  code: undefined,
  description: 'no',
  transitions: 0,
});
const of = (case_: string, make: typeof result, more: Parameters<typeof result>[0] = {}) => make({ case: `quit/${case_}`, ...more });
const before = side([
  report([of('worse', result), of('lost', result), of('as-before', failed), of('right', result)], {
    target: 'old',
    healthChecks: [state('UP')],
  }),
]);
const after = side([
  report(
    [
      of('worse', failed),
      of('lost', result, { verdict: 'unsupported', observation: '0:HandshakeV10 | 2:ERR 1251', reason: 'refused: ERR 1251' }),
      of('as-before', failed),
      of('right', result),
    ],
    { target: 'new', healthChecks: [state('DOWN')] },
  ),
  report([of('worse', failed, { transcript: login })], { target: 'new' }),
]);
const gated = (verdict: 'stopped' | 'inconclusive', reasons: string[] = []): GateReport => ({
  mywire: '0.1.0',
  startedAt: '2026-11-26T00:00:00Z',
  command: 'mywire gate',
  ms: 1,
  steps: [
    {
      ...compareSides(before, after, usualPolicy),
      baseline: before.runs[0] as (typeof before.runs)[number],
      candidate: after.runs[0] as (typeof after.runs)[number],
      verdict,
      reasons,
    },
  ],
  last: after,
});

describe('the gate as a run', () => {
  test('what stops it fails; what deviates as before is known; what HAProxy believes is a problem', () => {
    const run = gateAsRun(gated('stopped'));
    expect(run.targets[0]?.results.map((one) => [one.case, one.verdict, one.known !== undefined])).toEqual([
      ['quit/worse', 'fail', false],
      ['quit/lost', 'fail', false],
      ['quit/as-before', 'fail', true],
      ['quit/right', 'pass', false],
    ]);
    expect(run.targets[0]?.results[1]).toMatchObject({
      reason: 'lost: refused: ERR 1251; the baseline: 0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN',
      deviation: { expected: 'as before: 0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN', got: 'refused: ERR 1251' },
    });
    expect(run.problems).toEqual(["HAProxy's check post-41: UP L7OK -> DOWN L7STS no"]);
    expect(exitCodeOf(run).code).toBe(1);
    expect(reportAsJunit(run)).toContain('tests="5" failures="3" errors="0" skipped="1"');
  });

  test('an inconclusive gate is an error', () => {
    const open = gated('inconclusive', ['too few tries']);
    const run = gateAsRun({ ...open, steps: open.steps.map((step) => ({ ...step, health: [], differences: [] })) });
    expect(run.targets[0]?.failure).toEqual({ code: 'GATE_INCONCLUSIVE', says: 'too few tries' });
    expect(exitCodeOf(run).code).toBe(3);
  });
});

test('both sides as they were seen, by the run that shows the difference', () => {
  const both = gateSides(gated('stopped'));
  expect(both.targets.map(({ target, results }) => [target, results.length])).toEqual([
    ['old', 4],
    ['new', 4],
  ]);
});
