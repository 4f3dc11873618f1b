import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Case } from '../case/case.ts';
import type { Job } from './order.ts';
import { sideBySide } from './side-by-side.ts';

const job = (id: string, mostBytes = 0): Job => ({
  case: { id, title: id, level: 'MUST', source: [], script: [], mostBytes } as unknown as Case,
  delivery: 'whole',
});
const light = (id: string): Job => job(id);
const heavy = (id: string): Job => job(id, 1 << 24);
const never = (): boolean => false;

/** Runs that end when they are told to, and what has begun so far. */
function runs(): { begun: string[]; run: (job: Job) => Promise<void>; end: (id: string) => void } {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    begun,
    run: (one) =>
      new Promise((resolve) => {
        begun.push(one.case.id);
        ends.set(one.case.id, resolve);
      }),
    end: (id) => ends.get(id)?.(),
  };
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('side by side', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  test('so many at once, in their order', async () => {
    const { begun, run, end } = runs();
    const all = sideBySide(['a', 'b', 'c'].map(light), 2, run, never);
    await pass(1);
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await pass(1);
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const id of ['a', 'c']) end(id);
    await all;
  });

  test('what is heavy begins when the heavy one before it is done', async () => {
    const { begun, run, end } = runs();
    const all = sideBySide([heavy('a'), heavy('b'), light('c')], 8, run, never);
    await pass(1);
    expect(begun).toEqual(['a', 'c']);
    end('a');
    await pass(1);
    expect(begun).toEqual(['a', 'c', 'b']);
    for (const id of ['b', 'c']) end(id);
    await all;
  });

  test('of two queues, too', async () => {
    const { begun, run, end } = runs();
    const all = Promise.all(['a', 'b'].map((id) => sideBySide([heavy(id)], 8, run, never)));
    await pass(1);
    expect(begun).toEqual(['a']);
    end('a');
    await pass(1);
    expect(begun).toEqual(['a', 'b']);
    end('b');
    await all;
  });

  test('what is heavy does not wait for an answer that another waits for in vain, and two that wait are the most', async () => {
    const { begun, run, end } = runs();
    const all = sideBySide(['a', 'b', 'c'].map(heavy), 8, run, never);
    await pass(2900);
    expect(begun).toEqual(['a']);
    await pass(200);
    expect(begun).toEqual(['a', 'b']);
    await pass(60_000);
    expect(begun).toEqual(['a', 'b']);
    end('a');
    await pass(1);
    expect(begun).toEqual(['a', 'b', 'c']);
    for (const id of ['b', 'c']) end(id);
    await all;
  });

  test('begins nothing once it is over', async () => {
    const { begun, run, end } = runs();
    let over = false;
    const queue = ['a', 'b'].map(light);
    const all = sideBySide(queue, 1, run, () => over);
    over = true;
    end('a');
    await all;
    expect(begun).toEqual(['a']);
    expect(queue.map((one) => one.case.id)).toEqual(['b']);
  });

  test('what a run throws ends it', async () => {
    const fails = async (): Promise<void> => {
      throw new Error('the case is wrong');
    };
    await expect(sideBySide([heavy('a'), light('b')], 2, fails, never)).rejects.toThrow('the case is wrong');
    const { begun, run, end } = runs();
    const next = sideBySide([heavy('c')], 1, run, never);
    expect(begun).toEqual(['c']);
    end('c');
    await next;
  });
});
