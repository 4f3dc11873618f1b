import { describe, expect, test } from 'vitest';
import { Gate } from './gate.ts';
import { type Timed, timesOf } from './timed.ts';

/** Plays the steps on a server that answers at once but for those that a rule holds back; the order of the starts. */
function play(
  steps: readonly Timed[],
  order: 'causes' | 'answers',
  blocked: (index: number, answered: ReadonlySet<number>) => boolean = () => false,
) {
  const gate = new Gate(timesOf(steps), order);
  const started: number[] = [];
  const waiting: number[] = [];
  const answered = new Set<number>();
  for (;;) {
    const index = gate.next();
    const ready = waiting.findIndex((one) => !blocked(one, answered));
    if (index !== undefined) {
      gate.start(index);
      started.push(index);
      waiting.push(index);
    } else if (ready >= 0) {
      const [one] = waiting.splice(ready, 1) as [number];
      answered.add(one);
      gate.answer(one);
    } else break;
  }
  return { started, done: gate.done, gate };
}

const step = (connection: number, at: number, answeredAt?: number, locks = false): Timed => ({
  connection,
  at,
  ...(answeredAt === undefined ? {} : { answeredAt }),
  ...(locks ? { locks } : {}),
});

describe('causes', () => {
  test('what had been answered is answered before; what was on its way beside it is not waited for', () => {
    const gate = new Gate(timesOf([step(0, 1, 4), step(1, 2, 3), step(2, 5, 6)]), 'causes');
    expect(gate.next()).toBe(0);
    gate.start(0);
    expect(gate.next()).toBe(1);
    gate.start(1);
    expect(gate.next()).toBeUndefined();
    gate.answer(1);
    expect(gate.next()).toBeUndefined();
    gate.answer(0);
    expect(gate.next()).toBe(2);
  });

  test('a connection may send before its answer, if it did so', () => {
    const { started, done } = play([step(0, 1, 5), step(0, 2, 6), step(0, 7, 8)], 'causes');
    expect(started).toEqual([0, 1, 2]);
    expect(done).toBe(true);
  });

  test('what was never answered holds nobody back', () => {
    expect(play([step(0, 1), step(1, 2, 3)], 'causes', (index) => index === 0).started).toEqual([0, 1]);
  });
});

describe('answers', () => {
  // 0 locks a row; 1 and 2 want it; 3 is the COMMIT of 0. In the capture 2 got the row before 1.
  const steps = [step(0, 1, 2, true), step(1, 3, 20, true), step(2, 4, 10, true), step(0, 5, 6), step(2, 11, 12), step(1, 21, 22)];

  test('locks are taken in the order of the capture, and nobody has to wait for one', () => {
    const { started, done } = play(steps, 'answers');
    expect(started).toEqual([0, 3, 2, 4, 1, 5]);
    expect(done).toBe(true);
  });

  test('of answers at one time the frames tell which was first', () => {
    const inSeconds = steps.map((one) => ({ ...one, at: 1, frame: one.at, answeredAt: 1, answerFrame: one.answeredAt ?? 0 }));
    expect(play(inSeconds, 'answers')).toMatchObject({ started: [0, 3, 2, 4, 1, 5], done: true });
  });

  test('an end of a transaction whose answer came after what it let go still comes before it', () => {
    const late = steps.map((one, index) => (index === 3 ? { ...one, answeredAt: 15 } : one));
    const { started, done } = play(late, 'answers', (index, answered) => index === 2 && !answered.has(3));
    expect(started.indexOf(3)).toBeLessThan(started.indexOf(2));
    expect(done).toBe(true);
  });
});

describe('what steps are to each other', () => {
  const read = (connection: number, at: number, answeredAt: number): Timed => ({ ...step(connection, at, answeredAt), kind: 'read' });
  const insert = (connection: number, at: number, answeredAt: number): Timed => ({ ...step(connection, at, answeredAt), locks: 'insert' });
  const opened = (steps: readonly Timed[]): number[] => {
    const gate = new Gate(timesOf(steps), 'answers');
    const all: number[] = [];
    for (let index = gate.next(); index !== undefined; index = gate.next()) {
      gate.start(index);
      all.push(index);
    }
    return all;
  };

  test.each([
    ['reads go in any order', [read(0, 1, 2), read(1, 3, 4)], [0, 1]],
    ['a write waits for the read that was answered before', [read(0, 1, 2), step(1, 3, 4)], [0]],
    ['a read waits for the write that was answered before', [step(0, 1, 2), read(1, 3, 4)], [0]],
    ['what is answered at once waits for nobody but those before', [step(0, 1, 1), step(1, 1, 1)], [0]],
    ['neither waits for what was on its way', [read(0, 1, 5), step(1, 3, 4), read(2, 3.5, 6)], [0, 1, 2]],
    ['inserts go side by side', [insert(0, 1, 2), insert(1, 3, 4), insert(2, 3, 5)], [0, 1, 2]],
    ['an insert waits for another write before it', [insert(0, 1, 2), step(1, 3, 4, true), insert(2, 3, 5)], [0]],
    ['a write that locks waits for the inserts before it', [insert(0, 1, 3), step(1, 2, 4, true)], [0]],
    ['inserts do not wait for the one of a busy connection', [insert(0, 1, 2), insert(0, 3, 4), insert(1, 3, 5)], [0, 2]],
    ['an insert waits for the end of a transaction before it', [insert(0, 1, 2), step(0, 3, 4), insert(1, 2, 5)], [0]],
    ['an insert waits for the read that was answered before', [read(0, 1, 2), insert(1, 3, 4)], [0]],
    ['an insert passes what was answered behind it', [insert(0, 1, 2), step(0, 3, 6, true), insert(1, 2, 5)], [0, 2]],
    ['neutral ones wait for nobody', [step(0, 1, 2, true), { ...step(1, 3, 4), kind: 'neutral' as const }], [0, 1]],
    ['nor does anybody wait for them', [{ ...step(0, 1, 2), kind: 'neutral' as const }, step(1, 3, 4)], [0, 1]],
  ])('%s', (_what, steps, open) => {
    expect(opened(steps).sort()).toEqual(open);
  });

  describe('two writes that are apart', () => {
    const mayStart = (steps: readonly Timed[], pairs: readonly string[]) => {
      const gate = new Gate(
        timesOf(steps, (one, other) => pairs.includes(`${one} ${other}`)),
        'answers',
      );
      const all: number[] = [];
      for (let index = gate.next(); index !== undefined; index = gate.next()) {
        gate.start(index);
        all.push(index);
      }
      return all.sort();
    };
    test.each([
      ['go side by side where they did', [step(0, 1, 4, true), step(1, 2, 5, true)], ['0 1'], [0, 1]],
      ['an insert and what locks', [step(0, 1, 4, true), insert(1, 2, 5)], ['0 1'], [0, 1]],
      ['what locks and an insert', [insert(0, 1, 4), step(1, 2, 5, true)], ['0 1'], [0, 1]],
      ['not where one was answered before the other was sent', [step(0, 1, 2, true), step(1, 3, 5, true)], ['0 1'], [0]],
      ['not past a third', [step(0, 1, 4, true), step(1, 2, 5, true), step(2, 2, 6, true)], ['0 2'], [0]],
    ])('%s', (_what, steps, pairs, expected) => {
      expect(mayStart(steps, pairs)).toEqual(expected);
    });
  });

  test('in the order of what was sent, all the same', () => {
    const gate = new Gate(timesOf([read(0, 1, 2), read(1, 3, 4)]), 'causes');
    gate.start(gate.next() as number);
    expect(gate.next()).toBeUndefined();
  });
});

test('when nothing moves, the first step whose connection is free goes out of turn', () => {
  const gate = new Gate(timesOf([step(0, 1, 2), step(0, 3, 4), step(1, 5, 6)]), 'causes');
  gate.start(0);
  expect(gate.next()).toBeUndefined();
  expect(gate.outOfTurn()).toBe(2);
  expect(gate.forced).toBe(1);
});
