import { describe, expect, test } from 'vitest';
import { BLOCK } from './arbitrary/index.ts';
import { FOLLOW_UPS, Schedule, type ScheduleOptions } from './schedule.ts';

/** Everything that a schedule gives out when nothing shows anything new. */
function all(options: ScheduleOptions): string[] {
  const schedule = new Schedule(options);
  const out: string[] = [];
  for (let batch = schedule.next(); batch; batch = schedule.next()) out.push(...batch.paths);
  return out;
}

describe('shards', () => {
  test.each([1, 2, 3, 7])('%i shards together play exactly the fresh execs of one campaign', (of) => {
    const parts = Array.from({ length: of }, (_, index) => all({ runs: 1000, shard: { index, of } }));
    const byNumber = (list: string[]) => list.sort((a, b) => Number(a) - Number(b));
    expect(byNumber(parts.flat())).toEqual(byNumber(all({ runs: 1000 })));
    expect(parts.flat().length).toBe(1000);
  });

  test('as many runs as were asked for, also where they fill no block', () => {
    expect(all({ runs: BLOCK + 1 }).length).toBe(BLOCK + 1);
    expect(all({ runs: 1 })).toEqual(['0']);
  });
});

describe('follow-ups', () => {
  test('what showed something new is gone on from, in turns with fresh ones', () => {
    const schedule = new Schedule({ runs: 3 * BLOCK });
    expect(schedule.next()?.block).toBe(0);
    schedule.showedNew('5');
    expect(schedule.next()?.paths).toEqual(Array.from({ length: FOLLOW_UPS }, (_, i) => `5.${i}`));
    expect(schedule.next()?.block).toBe(1);
    expect(schedule.next()?.block).toBe(2);
    expect(schedule.next()).toBeUndefined();
  });

  test('they are at most as many as fresh ones', () => {
    const schedule = new Schedule({ runs: BLOCK });
    schedule.next();
    for (let i = 0; i < 20; i++) schedule.showedNew(String(i));
    const rest: string[] = [];
    for (let batch = schedule.next(); batch; batch = schedule.next()) rest.push(...batch.paths);
    expect(rest.length).toBe(BLOCK);
  });

  test('a campaign that goes on plays nothing twice', () => {
    const schedule = new Schedule({ runs: 3 * BLOCK }, new Set([0, 1]));
    schedule.showedNew('5');
    schedule.played(new Set(['5.0', '5.1']));
    const rest: string[] = [];
    for (let batch = schedule.next(); batch; batch = schedule.next()) rest.push(...batch.paths);
    expect(rest.filter((path) => path.includes('.'))).toEqual(Array.from({ length: FOLLOW_UPS - 2 }, (_, i) => `5.${i + 2}`));
    expect(rest.filter((path) => !path.includes('.')).length).toBe(BLOCK);
  });
});
