import { expect, test } from 'vitest';
import type { RunReport } from '../run/result.ts';
import { reportAsText } from './terminal.ts';
import { ACTIVE, bytes, connected, failing, HOSTILE, received, result, run, sent, target } from './testdata/reports.ts';

const text = (report: RunReport, columns = 100): string => reportAsText(report, { color: false, columns });

test('a hostile server writes text and nothing else', () => {
  const evil = {
    target: HOSTILE,
    case: `a/${HOSTILE}`,
    area: HOSTILE,
    title: HOSTILE,
    reason: HOSTILE,
    observation: HOSTILE,
    link: HOSTILE,
    source: [{ manual: HOSTILE, page: HOSTILE, url: HOSTILE, says: HOSTILE }],
  };
  const greeting = bytes(`60000000 0a ${Buffer.from(HOSTILE.slice(0, 40), 'latin1').toString('hex').padEnd(190, '1b')}`);
  const transcript = {
    events: [connected, sent(0.1, HOSTILE, bytes('0100000001')), received(1, greeting), { at: 2, kind: 'failed', detail: HOSTILE }],
    startedAt: 0,
    ending: 'rst',
  } as const;
  const deviation = { axis: 'answer', step: 0, expected: HOSTILE, got: HOSTILE } as const;
  const report = run(
    [
      target(
        [
          failing({ ...evil, transcript, deviation, tries: 3, tally: { [HOSTILE]: 3 } }),
          failing({ ...evil, known: { reason: HOSTILE, link: HOSTILE } }),
          result({ ...evil, verdict: 'skipped' }),
          result({ ...evil, verdict: 'unsupported' }),
          result({ ...evil, verdict: 'inconclusive' }),
        ],
        {
          target: HOSTILE,
          versions: HOSTILE,
          notes: [HOSTILE],
          expectationProblems: [HOSTILE],
          failure: { code: HOSTILE, says: HOSTILE },
          healthChecks: [{ mode: HOSTILE, by: HOSTILE, status: HOSTILE, check: HOSTILE, code: 1, description: HOSTILE, transitions: 0 }],
        },
      ),
    ],
    {
      untested: [HOSTILE],
      problems: [HOSTILE],
      recorded: [{ file: HOSTILE, server: HOSTILE, mode: HOSTILE, outcome: HOSTILE, count: 1, verdict: 'OK' }],
    },
  );
  for (const columns of [40, 120]) {
    expect(text(report, columns)).not.toMatch(ACTIVE);
    expect(text(report, columns)).not.toMatch(/^PASS/m);
  }
});
