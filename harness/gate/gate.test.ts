import { describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { areaOf, defaultDeliveries } from '../case/case.ts';
import { usualLimits } from '../run/limits.ts';
import type { TargetReport } from '../run/result.ts';
import { type GateOptions, gate } from './gate.ts';
import { usualPolicy } from './policy.ts';

const options = (more: Partial<GateOptions> = {}): GateOptions => ({
  targetOptions: {},
  cases: suites.filter((one) => areaOf(one) === 'quit'),
  knownIds: new Set(suites.map((one) => one.id)),
  expectations: [],
  askHaproxy: false,
  capture: false,
  policy: usualPolicy,
  command: 'mywire gate',
  version: '0.1.0',
  ...more,
});
const faulty = 'reference?defect=quit-keeps-open';

describe('gate', { timeout: 60_000 }, () => {
  test('of several versions tells at which each behaviour changed', async () => {
    const { steps, last } = await gate(['reference', faulty, 'reference'], options());
    expect(steps.map(({ baseline, candidate, verdict }) => [baseline.target, candidate.target, verdict])).toEqual([
      ['reference', faulty, 'stopped'],
      [faulty, 'reference', 'passed'],
    ]);
    expect(steps[0]?.reasons[0]).toMatch(/^regression: quit\//);
    expect(new Set(steps[1]?.differences.map(({ kind }) => kind))).toEqual(new Set(['improvement']));
    expect(last.name).toBe('reference');
  });

  test('asks both sides again before it tells', async () => {
    const notes: string[] = [];
    const { steps } = await gate(['reference', faulty], options({ onNote: (line) => notes.push(line) }));
    expect(notes.filter((line) => line.includes('asking again'))).toHaveLength(2);
    for (const { before, after } of steps[0]?.differences ?? []) expect([before.runs, after.runs]).toEqual([3, 3]);
  });

  test('judges the two side by side', async () => {
    // So many that neither is done before the other has begun, however busy the machine is.
    const cases = suites.filter((one) => ['command', 'quit', 'resultset'].includes(areaOf(one)));
    const order: string[] = [];
    await gate(
      ['reference?dialect=mysql', 'reference?dialect=mariadb'],
      options({ cases, deliveries: ['whole'], onResult: ({ target }) => order.push(target) }),
    );
    const [first, second] = [order[0], order.find((name) => name !== order[0])];
    expect(order.lastIndexOf(first as string)).toBeGreaterThan(order.indexOf(second as string));
  });

  test('asks again with the patience that the first questions have left', async () => {
    const cases = suites.filter((one) => ['command', 'quit', 'resultset'].includes(areaOf(one)));
    const limits = { ...usualLimits, answerMs: 1200, quietMs: 300 };
    const { last } = await gate(['reference', 'reference?defect=ping-unanswered'], options({ cases, limits, deliveries: ['whole'] }));
    const [, again] = last.runs;
    expect(again?.results.length).toBeLessThan(64);
    expect(again?.notes).toContainEqual(expect.stringMatching(/^\d+ checks waited in vain; /));
  });

  test('sends what programs have died of to a program of its own', async () => {
    const cases = suites.filter((one) => areaOf(one) === 'quit' || one.id === 'prepared/parameter-date-of-illegal-length');
    const totals: number[] = [];
    const deadly = 'local:reference?defect=illegal-temporal-length-stops-server';
    const { steps } = await gate(
      ['local:reference', deadly],
      options({ cases, onTarget: (_name, _versions, total) => totals.push(total) }),
    );
    const [step] = steps;
    expect(step?.reasons).toEqual([expect.stringMatching(/^regression: prepared\/parameter-date-of-illegal-length /)]);
    const expected = cases.flatMap((one) => (one.deliveries ?? defaultDeliveries).map((delivery) => `${one.id} ${delivery}`));
    for (const { results } of [step?.baseline, step?.candidate] as TargetReport[]) {
      expect(results.map((one) => `${one.case} ${one.delivery}`)).toEqual(expected);
      const portsOf = (quit: boolean): Set<unknown> => {
        const its = results.filter((one) => one.case.startsWith('quit/') === quit);
        return new Set(its.flatMap(({ transcript }) => transcript?.events.flatMap((e) => (e.kind === 'connected' ? e.remote : [])) ?? []));
      };
      expect(portsOf(true).size).toBe(1);
      expect(portsOf(false)).not.toEqual(portsOf(true));
    }
    expect(totals).toEqual([expected.length, expected.length]);
  });

  test('stopped in the middle is inconclusive, whatever it saw', async () => {
    const abort = new AbortController();
    const { steps } = await gate(
      ['reference', faulty],
      options({ signal: abort.signal, onNote: (line) => line.includes('asking again') && abort.abort() }),
    );
    expect(steps[0]).toMatchObject({ verdict: 'inconclusive', reasons: ['it was stopped before what differs could be asked again'] });
  });

  test('without a single common check it is inconclusive', async () => {
    const { steps } = await gate(['reference', 'reference'], options({ cases: [] }));
    expect(steps[0]).toMatchObject({ verdict: 'inconclusive', reasons: ['no check was judged on both sides'] });
  });
});
