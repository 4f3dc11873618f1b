import { expect, test } from 'vitest';
import { reportAsJson } from '../report/json.ts';
import { droppedEarly, login } from '../report/testdata/reports.ts';
import type { RunReport } from '../run/result.ts';
import { compareSides } from './compare.ts';
import { GateError } from './error.ts';
import { usualPolicy } from './policy.ts';
import { savedSide } from './saved.ts';
import { failed, report, result, side } from './testdata/sides.ts';

const target = report(
  [
    result({ transcript: login, link: 'https://x.example' }),
    failed({ case: 'quit/twice', transcript: droppedEarly, tries: 8, deviatingTries: 2, tally: { a: 6, b: 2 } }),
    result({ case: 'quit/skipped', verdict: 'skipped', reason: 'lacks it', tries: 0 }),
  ],
  {
    versions: 'haproxy 2.6.12-1+deb12u4 + mariadb 10.11.19-MariaDB',
    dialect: 'mariadb',
    healthChecks: [
      { mode: 'none', by: 'HAProxy 3.0', status: 'UP', check: 'L7OK', code: undefined, description: '', transitions: 0, seen: [] },
    ],
    profile: { serverVersion: '10.11', capabilities: ['SSL'], mariadbCapabilities: [], accounts: {}, features: {}, refuses: [] },
  },
);
const whole: RunReport = {
  mywire: '0.1.0',
  startedAt: '2026-11-26T00:00:00Z',
  command: 'mywire gate',
  targets: [target],
  cases: { 'quit/after-login': 'aaaa' },
  untested: [],
  problems: [],
  ms: 1,
};
const saved = reportAsJson(whole, 'everything');

test('what was saved is what was seen: results, packets, profile, health', () => {
  const { programs, cases, runs } = savedSide(saved, 'saved.json');
  expect(programs).toEqual([
    { product: 'haproxy', version: '2.6.12-1+deb12u4' },
    { product: 'mariadb', version: '10.11.19-MariaDB' },
  ]);
  expect(cases).toEqual(whole.cases);
  expect(runs).toEqual([target]);
  const difference = compareSides(savedSide(saved, 'saved.json'), side([target], { cases: whole.cases ?? {} }), usualPolicy);
  expect(difference).toMatchObject({ differences: [], health: [], capabilities: [], notCompared: [] });
});

test('cases that were not selected are not missed', () => {
  const before = savedSide(saved, 'saved.json', new Set(['quit/after-login']));
  expect(compareSides(before, side([report([])], { cases: {} }), usualPolicy).notCompared).toEqual([]);
  expect(compareSides(savedSide(saved, 'saved.json'), side([report([])], { cases: {} }), usualPolicy).notCompared).toHaveLength(1);
});

test('a report of mywire run is a baseline, too, without the packets of what passed', () => {
  const [run] = savedSide(reportAsJson(whole), 'run.json').runs;
  expect(run?.results.map(({ transcript }) => transcript !== undefined)).toEqual([false, true, false]);
});

test.each<[string, string, string]>([
  ['no JSON', '{', 'it is no JSON'],
  ['nothing of ours', '{"schema":"other"}', 'schema:'],
  ['a number', '7', 'the whole:'],
  ['no target', saved.replace(/"targets": \[[\s\S]*\],\n {2}"cases"/, '"targets": [],\n  "cases"'), 'a report on one target'],
  ['bytes that are none', saved.replace(/"hex": "6400/, '"hex": "zz'), 'targets.0.results.0.transcript.events.1'],
  ['a verdict of its own', saved.replace('"verdict": "pass"', '"verdict": "perhaps"'), 'targets.0.results.0.verdict'],
])('%s is refused, and where it is wrong is told', (_, text, says) => {
  let error: unknown;
  try {
    savedSide(text, 'saved.json');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(GateError);
  expect(error).toMatchObject({ code: 'GATE_BAD_BASELINE' });
  expect((error as Error).message).toContain('saved.json is no saved baseline');
  expect((error as Error).message).toContain(says);
});
