import { expect, test } from 'vitest';
import { compareSides } from '../gate/compare.ts';
import type { GateReport, GateStep, GateVerdict } from '../gate/gate.ts';
import { usualPolicy } from '../gate/policy.ts';
import { failed, report, result, side } from '../gate/testdata/sides.ts';
import { gateAsText } from './gated.ts';
import { gateAsJson } from './gated-json.ts';
import { droppedEarly, login } from './testdata/reports.ts';

const before = side([report([result({ transcript: login }), result({ case: 'command/ping', area: 'command' })], { target: 'old' })]);
const after = side([
  report(
    [
      failed({
        target: 'new',
        transcript: droppedEarly,
        deviation: { axis: 'answer', step: 1, expected: 'OK', got: 'FIN without an answer' },
      }),
      result({ case: 'command/ping', area: 'command', observation: '0:HandshakeV10 | 2:OK 0/0/0x4002/0 | FIN' }),
    ],
    { target: 'new' },
  ),
]);

function gated(verdict: GateVerdict, reasons: readonly string[], ...sides: [typeof before, typeof before]): GateReport {
  const step: GateStep = {
    ...compareSides(...sides, usualPolicy),
    baseline: sides[0].runs[0] as GateStep['baseline'],
    candidate: sides[1].runs[0] as GateStep['baseline'],
    verdict,
    reasons,
  };
  return { mywire: '0.1.0', startedAt: '2026-11-26T00:00:00Z', command: 'mywire gate', ms: 1234, steps: [step], last: sides[1] };
}
const stopped = gated('stopped', ['regression: quit/after-login'], before, after);
const text = (report: GateReport): string => gateAsText(report, { color: false, columns: 120 });

test('what stops is told with the packets of both sides, and where they part', () => {
  const told = text(stopped);
  expect(told.split('\n').slice(0, 5)).toEqual([
    'STOPPED  old (reference 8.4) -> new (reference 8.4)',
    '  regressions    1 check of 1 case: quit/after-login',
    '  changes        1 check of 1 case: command/ping',
    '  compared       2 checks under the same deliveries',
    '',
  ]);
  expect(told).toContain('REGRESSION  MUST  quit/after-login');
  expect(told).toMatch(/before +passed in 1 of 1 try: 0:HandshakeV10 \| 2:OK/);
  expect(told).toMatch(/now +deviated in 1 of 1 try/);
  expect(told).toMatch(/^ {2}≠ < HandshakeV10, sequence id 0, 104 bytes at 0\.5 ms +> HandshakeResponse41/m);
  expect(told).toMatch(/^ {2}≠ .*ended: FIN at 1\.6 ms/m);
  expect(told).toContain('Changes\n  MUST command/ping (whole)\n');
  expect(told).toContain('Exit code 1: the gate is shut: regression: quit/after-login.');
});

test('packets that were not kept are told by what was seen', () => {
  const bare = side([report([result()], { target: 'old' })]);
  expect(text(gated('stopped', ['x'], bare, after))).toContain('its packets were not kept; it did:');
});

test('nothing differs', () => {
  const told = text(gated('passed', [], before, before));
  expect(told).toContain(
    'PASSED  old (reference 8.4) -> old (reference 8.4)\n  compared       2 checks under the same deliveries, no difference',
  );
  expect(told).toContain('Exit code 0: the gate is open.');
  expect(told).not.toContain('≠');
});

test('a change that shows in many cases is told once, with where the two sides part', () => {
  const sideOf = (flags: string) =>
    side([
      report([
        ...Array.from({ length: 20 }, (_, i) => result({ case: `command/c${i}`, observation: `2:OK ${i}/0/${flags}/0 | FIN` })),
        result({ case: 'command/other', observation: `2:OK 0/0/0x0/0 | ${flags === '0x0' ? 'RST' : 'FIN'}` }),
      ]),
    ]);
  const told = text(gated('passed', [], sideOf('0x0'), sideOf('0x2')));
  expect(told).toContain(
    'Changes\n  OK …/…/0x0/… -> OK …/…/0x2/…\n    in 20 checks of 20 cases: command/c0, command/c1, command/c2 and 17 more\n  MUST command/other (whole)\n',
  );
});

test('an inconclusive gate says why', () => {
  const told = text(gated('inconclusive', ['nothing answers at 127.0.0.1:1'], before, before));
  expect(told).toContain('  because        nothing answers at 127.0.0.1:1');
  expect(told).toContain('Exit code 3: inconclusive: nothing answers at 127.0.0.1:1.');
});

test('what a server sends cannot act in a terminal', () => {
  const hostile = side([
    report([
      failed({
        target: 'new\x1b[2J',
        observation: '\x1b]0;x\x07',
        deviation: { axis: 'answer', step: 0, expected: 'OK', got: '\x1b[31m' },
      }),
    ]),
  ]);
  const told = text(gated('stopped', ['\x1b[2J'], before, hostile));
  expect([...told].some((char) => char !== '\n' && char < ' ')).toBe(false);
});

test('as JSON: every difference with both results', () => {
  const json = JSON.parse(gateAsJson(stopped));
  expect(json).toMatchObject({ schema: 'mywire.gate/1', exit: { code: 1 }, steps: [{ verdict: 'stopped', compared: 2 }] });
  expect(json.steps[0].differences).toMatchObject([
    {
      kind: 'regression',
      stops: true,
      sure: true,
      before: { stand: 'pass' },
      after: { stand: 'fail', result: { case: 'quit/after-login' } },
    },
    { kind: 'change', stops: false, why: null },
  ]);
  expect(json.steps[0].differences[0].before.result.transcript.events).toHaveLength(login.events.length);
});
