import { expect, test } from 'vitest';
import { INTERRUPTED, play } from './play.ts';
import { finding, type Scenario } from './scenario.ts';
import { ScenarioError, selectScenarios } from './select.ts';

const scenario = (id: string, act: () => Promise<{ n: number }>, limitMs = 1000): Scenario<{ n: number }> => ({
  id,
  title: 'a story without programs',
  report: 'S9',
  topology: { id: 'nothing', says: 'no programs', nodes: {}, taps: [] },
  limitMs,
  act,
  assertions: [
    {
      name: 'is-two',
      says: 'it is two',
      level: 'OBSERVE',
      source: 'arithmetic',
      judge: ({ facts }) => finding(facts.n === 2, `it is ${facts.n}`),
      unless: (observed) => ({ ...observed, facts: { n: 3 } }),
    },
  ],
});

test('what holds passes, what does not fails, and both say what was seen', async () => {
  const two = await play(
    scenario('a/two', async () => ({ n: 2 })),
    { on: 'local' },
  );
  expect([two.verdict, two.results[0]?.seen]).toEqual(['pass', 'it is 2']);
  const three = await play(
    scenario('a/three', async () => ({ n: 3 })),
    { on: 'local' },
  );
  expect([three.verdict, three.results[0]?.verdict]).toEqual(['fail', 'fail']);
});

test('a story that does not end, or that our side cannot tell, is inconclusive and says why', async () => {
  const endless = await play(
    scenario('a/endless', () => new Promise(() => {}), 30),
    { on: 'local' },
  );
  expect([endless.verdict, endless.reason]).toEqual(['inconclusive', 'it took longer than 30 ms']);
  const broken = await play(
    scenario('a/broken', () => Promise.reject(new Error('no such table'))),
    { on: 'local' },
  );
  expect(broken.results.map(({ verdict, seen }) => [verdict, seen])).toEqual([['inconclusive', 'the story did not end: no such table']]);
});

test('a story that is interrupted is inconclusive at once', async () => {
  const endless = scenario('a/endless', () => new Promise(() => {}), 60_000);
  const played = await play(endless, { on: 'local' }, { signal: AbortSignal.timeout(20) });
  expect([played.verdict, played.reason, played.results[0]?.verdict]).toEqual(['inconclusive', INTERRUPTED, 'inconclusive']);
  expect(played.ms).toBeLessThan(5000);
});

test('a program that is not here: skipped, with its name', async () => {
  const needs = { ...scenario('a/needs', async () => ({ n: 2 })) };
  const topology = {
    id: 'x',
    says: 'x',
    nodes: { a: { product: 'proxysql', behind: ['b'] }, b: { product: 'mariadb' } },
    taps: [],
  } as const;
  const played = await play({ ...needs, topology }, { on: 'local' }, { targetOptions: { env: { PATH: '/nowhere' } } });
  expect(played.verdict).toBe('skipped');
  expect(played.reason).toMatch(/proxysql|mariadb/);
});

test('scenarios are chosen by id, by pattern and by report; an unknown name is an error', () => {
  const all = [scenario('a/one', async () => ({ n: 1 })), { ...scenario('b/two', async () => ({ n: 2 })), report: 'S3' }];
  const ids = (...names: string[]) => selectScenarios(all, names).map(({ id }) => id);
  expect(ids()).toEqual(['a/one', 'b/two']);
  expect(ids('b/*')).toEqual(['b/two']);
  expect(ids('s3', 'a/one')).toEqual(['a/one', 'b/two']);
  expect(() => ids('c/*')).toThrow(ScenarioError);
});
