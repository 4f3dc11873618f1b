import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { type DefectName, startReference } from '../reference/index.ts';
import { HeardAgain } from './heard-again.ts';
import type { Limits } from './limits.ts';
import type { Liveness } from './liveness.ts';
import { Patience } from './patience.ts';
import type { CheckResult, TargetReport } from './result.ts';
import type { RunOptions } from './run-options.ts';
import { runTarget } from './run-target.ts';
import { atAddress } from './testing/at-address.ts';

const limits: Limits = { connectMs: 5000, answerMs: 2000, quietMs: 300, afterFinMs: 5 };
const ping = suites.find(({ id }) => id === 'command/ping') as Case;
const version = suites.find(({ id }) => id === 'greeting/comes-first') as Case;

/** The built-in server over a path on which what it says comes so many ms late. */
async function run(lateMs: () => number, more: Partial<RunOptions>, defects: readonly DefectName[] = [], cases = [ping]) {
  const server = await startReference({ defects });
  const relay = createServer((client) => {
    const there = connect(server.endpoint);
    client.pipe(there);
    let before = Promise.resolve();
    there.on('data', (chunk) => {
      const late = new Promise((resolve) => setTimeout(resolve, lateMs()));
      before = Promise.all([before, late]).then(() => void client.write(chunk));
    });
    there.on('end', () => before.then(() => client.end()));
    client.on('error', () => there.destroy());
    there.on('error', () => client.destroy());
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const tries: (string | undefined)[] = [];
  const onTry: RunOptions['onTry'] = ({ deviation }) => tries.push(deviation?.got);
  try {
    const target = atAddress({ host: '127.0.0.1', port: (relay.address() as AddressInfo).port }, 'mysql');
    const report: TargetReport = await runTarget(target, cases, { limits, deliveries: ['whole'], onTry, ...more });
    return { ...report, tries };
  } finally {
    relay.close();
    await server.stop();
  }
}

const silent = (ms: number): string => `silence for ${ms} ms on an open connection`;

/** What is left of it where hundreds wait in vain. */
function littlePatience(): Patience {
  const patience = new Patience();
  for (let n = 0; n < 100; n++) patience.saw({ verdict: 'fail', deviation: { got: 'still open at the limit' } } as CheckResult);
  return patience;
}

test('who waited less long than an answer may take waits that long before it is told', async () => {
  const told: string[] = [];
  const { results, notes, tries } = await run(() => 1300, {
    patience: littlePatience(),
    onResult: ({ verdict }) => told.push(verdict),
  });
  expect(results[0]?.verdict).toBe('pass');
  expect(tries).toEqual([silent(1000), undefined]);
  expect(told).toEqual(['pass']);
  expect(notes.join()).toMatch(/1 checks that had waited in vain, .* were asked again, few at a time: 0 waited in vain again\./);
});

test('who is silent then, too, is told of', async () => {
  const { results, tries } = await run(() => 0, { patience: littlePatience() }, ['ping-unanswered']);
  expect(results[0]?.verdict).toBe('fail');
  expect(tries).toEqual([silent(1000), silent(2000)]);
});

test('where nobody answers a second time, the others are not asked: each would take the whole limit of a wait', async () => {
  const many = Array.from({ length: 20 }, () => ping);
  const { results, tries } = await run(() => 0, { patience: littlePatience() }, ['ping-unanswered'], many);
  expect(results.map(({ verdict }) => verdict)).toEqual(many.map(() => 'fail'));
  const again = tries.filter((got) => got === silent(2000)).length;
  expect(again).toBeGreaterThanOrEqual(8);
  // Those that had begun by then are brought to their end.
  expect(again).toBeLessThanOrEqual(8 + 3);
  expect(tries.length - again).toBe(20);
});

test('a command that is never answered leaves nothing else unasked, which may have met a target that was late for a moment', async () => {
  const cases = [...Array.from({ length: 12 }, () => ping), version];
  let tried = 0;
  const onTry = (): void => void tried++;
  // From the end of the first COM_PING to that of the last check nobody is answered soon.
  const lateMs = (): number => (tried > 0 && tried < cases.length ? 1300 : 0);
  const { results } = await run(lateMs, { patience: littlePatience(), concurrency: 12, onTry }, ['ping-unanswered'], cases);
  expect(results.map(({ verdict }) => verdict === 'pass')).toEqual(cases.map((one) => one === version));
});

test('what is known to be silent is asked once', async () => {
  const { tries } = await run(() => 0, { patience: littlePatience(), isKnown: () => true }, ['ping-unanswered']);
  expect(tries).toEqual([silent(1000)]);
});

test('what has been judged otherwise since, as a death, is left as it is', async () => {
  const job = { case: ping, delivery: 'whole' } as const;
  const first = { verdict: 'fail', deviation: { got: silent(1000) }, deviatingTries: 1 } as CheckResult;
  const hear = async (stands: boolean, isOver = false): Promise<unknown[]> => {
    const done: unknown[] = [];
    const again = new HeardAgain({
      liveness: { holds: async () => undefined, firstMs: 0 } as unknown as Liveness,
      answerMs: limits.answerMs,
      isKnown: () => false,
      stands: (_job, result) => stands && result === first,
      ask: async () => ({ ...first, verdict: 'pass' }) as CheckResult,
      tell: (_job, { verdict }) => done.push(verdict),
      over: () => isOver,
    });
    expect(await again.doubts(job, first, true)).toBe(true);
    done.push(await again.hear());
    return done;
  };
  expect(await hear(true)).toEqual(['pass', expect.stringMatching(/^1 checks /)]);
  expect(await hear(false)).toEqual([undefined]);
  expect(await hear(true, true), 'where the run is over first, it accuses nobody').toEqual([
    'inconclusive',
    expect.stringMatching(/^0 checks /),
  ]);
});

test('silence while a plain login takes long as well is asked about again', async () => {
  let stalledUntil = 0;
  const { results, tries } = await run(
    () => Math.max(0, stalledUntil - performance.now()),
    {
      concurrency: 1,
      // From the end of the first case on nobody gets an answer for a while.
      onResult: ({ case: id }) => {
        if (id === version.id) stalledUntil = performance.now() + 3000;
      },
    },
    [],
    [version, ping],
  );
  expect(results.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  expect(tries).toEqual([undefined, silent(2000), undefined]);
});

test.each([
  ['just behind the limit of the wait', limits.answerMs + 200],
  ['just before it', limits.answerMs - 200],
])('so is silence while nobody was answered until %s: a login behind it is answered at once', async (_what, stallMs) => {
  let stalledFrom = Number.POSITIVE_INFINITY;
  let toTheCheck = 0;
  const lateMs = (): number => {
    const stalled = performance.now() - stalledFrom;
    if (!(stalled >= 0) || stalled >= stallMs) return 0;
    // What the check waits for comes when the others have been answered again.
    return stallMs - stalled + (toTheCheck++ === 0 ? 500 : 0);
  };
  const { results, tries } = await run(
    lateMs,
    {
      concurrency: 1,
      onResult: ({ case: id }) => {
        if (id === version.id) stalledFrom = performance.now();
      },
    },
    [],
    [version, ping],
  );
  expect(results.map(({ verdict }) => verdict)).toEqual(['pass', 'pass']);
  expect(tries).toEqual([undefined, silent(2000), undefined]);
});

test('a target that is busy from then on is not accused of silence', async () => {
  let lateMs = 0;
  const { results } = await run(
    () => lateMs,
    {
      concurrency: 1,
      onResult: ({ case: id }) => {
        if (id === version.id) lateMs = 600;
      },
    },
    ['ping-unanswered'],
    [version, ping],
  );
  expect(results[1]).toMatchObject({ verdict: 'inconclusive', deviatingTries: 0 });
  expect(results[1]?.reason).toMatch(/^silence for 2000 ms .* too busy to tell$/);
});

test('a target whose logins have been slow from the beginning is', async () => {
  const { results } = await run(() => 600, {}, ['ping-unanswered']);
  expect(results[0]).toMatchObject({ verdict: 'fail', reason: silent(2000) });
});

test('a target that answers others at once is asked once', async () => {
  const { results, notes, tries } = await run(() => 0, {}, ['ping-unanswered']);
  expect(results[0]?.deviation?.got).toBe(silent(2000));
  expect(tries).toEqual([silent(2000)]);
  expect(notes.join()).not.toContain('asked again');
});
