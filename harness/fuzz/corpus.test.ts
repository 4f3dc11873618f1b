import { describe, expect, test } from 'vitest';
import { corpusText, densest, type Entry, merge, parseCorpus } from './corpus.ts';
import type { Act } from './exec.ts';

const acts = (n: number): Act[] => Array.from({ length: n }, () => ({ send: [{ message: 'COM_PING' }] }));
const entry = (n: number, ...shows: string[]): Entry => ({
  exec: { clients: [{ acts: acts(n), delivery: 'whole', leaves: 'quit' }] },
  shows,
});

describe('merging', () => {
  test('keeps the short ones that show something, and shows all that was shown', () => {
    const [short, long, longer] = [entry(1, 'a'), entry(2, 'a', 'b'), entry(3, 'b')];
    expect(merge([longer, long, short])).toEqual([short, long]);
  });

  test('in any order the same', () => {
    const all = [entry(1, 'a'), entry(2, 'b', 'c'), entry(3, 'c'), entry(2, 'd'), entry(5, 'a', 'e')];
    expect(merge([...all].reverse())).toEqual(merge(all));
    expect(merge([...merge(all.slice(0, 2)), ...merge(all.slice(2))])).toEqual(merge(all));
  });
});

test('the densest show most in the fewest bytes', () => {
  const [little, much, large, again] = [entry(1, 'a'), entry(2, 'b', 'c', 'd', 'e'), entry(40, 'f'), entry(1, 'b')];
  const all = [large, again, little, much];
  expect(densest(all, 2, 10_000)).toEqual([much, little]);
  expect(densest(all, 10, 10_000)).toEqual([much, little, large]);
  expect(densest(all, 10, 400)).toEqual([much, little]);
});

describe('a corpus file', () => {
  test('comes back as it was written', () => {
    const all = [entry(1, 'a'), entry(2, 'b')];
    expect(parseCorpus(corpusText(all), 'corpus.jsonl')).toEqual(all);
  });

  test.each([
    ['no JSON', '{"exec":', 'corpus.jsonl:2: is no JSON; remove the line'],
    ['no session', '{"exec":{"clients":[]}}', 'corpus.jsonl:2: must have "exec"'],
    ['a client without acts', '{"exec":{"clients":[{"delivery":"whole","leaves":"quit"}]}}', 'corpus.jsonl:2: must have "exec"'],
  ])('%s is told with its line', (_, line, says) => {
    expect(() => parseCorpus(`${corpusText([entry(1, 'a')])}${line}\n`, 'corpus.jsonl')).toThrow(says);
  });
});
