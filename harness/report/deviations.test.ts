import { describe, expect, test } from 'vitest';
import { deviationsOf } from './deviations.ts';
import { connected, failing, haproxyResponse, login, sent } from './testdata/reports.ts';

const deviation = { axis: 'answer', step: 1, expected: 'OK', got: 'ERR 1045, sequence id 2' } as const;

describe('each deviation is told once', () => {
  test('one case under several deliveries', () => {
    const results = (['bytes', 'whole', 'fields'] as const).map((delivery) => failing({ delivery }));
    const told = deviationsOf(results);
    expect(told).toHaveLength(1);
    expect(told[0]?.shown.delivery).toBe('whole');
    expect(told[0]?.same.map((r) => r.delivery)).toEqual(['bytes', 'whole', 'fields']);
    expect(told[0]?.others).toEqual([]);
  });

  test('a case that deviates in two ways is one entry with both', () => {
    const told = deviationsOf([failing({ delivery: 'whole' }), failing({ delivery: 'bytes', deviation })]);
    expect(told).toHaveLength(1);
    expect(told[0]?.others.map((same) => same.map((r) => r.delivery))).toEqual([['bytes']]);
  });

  test('two cases with the same bytes and the same deviation', () => {
    const told = deviationsOf([failing({ case: 'a/one', transcript: login }), failing({ case: 'a/two', transcript: login })]);
    expect(told.map((one) => [one.shown.case, one.alsoIn])).toEqual([['a/one', ['a/two']]]);
  });

  test('two cases that sent other bytes stay two', () => {
    const other = { startedAt: 0, events: [connected, sent(1, 'HandshakeResponse41', haproxyResponse)], ending: 'open' } as const;
    const told = deviationsOf([failing({ case: 'a/one', transcript: login }), failing({ case: 'a/two', transcript: other })]);
    expect(told.map((one) => one.shown.case)).toEqual(['a/one', 'a/two']);
  });

  test('two cases with the same bytes and another deviation stay two', () => {
    const told = deviationsOf([failing({ case: 'a/one', transcript: login }), failing({ case: 'a/two', transcript: login, deviation })]);
    expect(told).toHaveLength(2);
  });

  test('one death of the target, charged to several cases, is told once', () => {
    const died = {
      axis: 'liveness',
      step: 2,
      expected: 'a target that goes on as before',
      got: 'the target stopped answering while this and 1 other cases ran',
    } as const;
    const told = deviationsOf([
      failing({ case: 'a/one', transcript: login, deviation: died }),
      failing({ case: 'a/two', deviation: died }),
    ]);
    expect(told.map((one) => [one.shown.case, one.alsoIn])).toEqual([['a/one', ['a/two']]]);
  });

  test('what has no transcript is not compared', () => {
    const { transcript: _, ...bare } = failing();
    expect(
      deviationsOf([
        { ...bare, case: 'a/one' },
        { ...bare, case: 'a/two' },
      ]),
    ).toHaveLength(2);
  });
});
