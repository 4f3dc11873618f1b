import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judge } from '../harness/scenario/play.ts';
import { recordedIn } from '../harness/scenario/recorded.ts';
import { scenarios } from './scenarios.ts';

// What plays on real servers observed, judged again without them; and each assertion fails in the world that it names.
const recordings = recordedIn('pcaps/scenarios');

test('the list leaves out no file', () => {
  const files = readdirSync('suites', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.scenario.ts'));
  const list = readFileSync('suites/scenarios.ts', 'utf8');
  expect(files.filter((file) => !list.includes(`'./${file}'`))).toEqual([]);
});

test('no scenario has the name of another, and no assertion that of another of its scenario', () => {
  const ids = scenarios.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { assertions } of scenarios) expect(new Set(assertions.map(({ name }) => name)).size).toBe(assertions.length);
});

describe.each(recordings.map((one) => [one.folder, one] as const))('%s', (_, { recording, observed }) => {
  const scenario = scenarios.find(({ id }) => id === recording.scenario);
  test('is of a scenario', () => expect(scenario?.id).toBe(recording.scenario));
  if (!scenario) return;
  const results = judge(scenario, observed);
  test.each(results.map((one) => [one.name, one] as const))('%s', (name, { verdict, seen }) => {
    expect(verdict, seen).toBe('pass');
    const assertion = scenario.assertions.find((one) => one.name === name);
    const other = assertion?.unless(observed);
    expect(other && assertion?.judge(other).holds, 'it holds in a world where it must not').toBe(false);
  });
});

test.each(scenarios.map(({ id }) => [id]))('%s has a recording', (id) => {
  expect(recordings.map(({ recording }) => recording.scenario)).toContain(id);
});
