import { describe, expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import type { Case } from '../case/case.ts';
import { type DefectName, startReference } from '../reference/index.ts';
import { accountsWith, databaseName } from '../target/accounts.ts';
import type { RunningTarget } from '../target/target.ts';
import type { Limits } from './limits.ts';
import { Patience } from './patience.ts';
import type { CheckResult } from './result.ts';
import { runTarget } from './run-target.ts';
import type { Try } from './try.ts';

const limits: Limits = { connectMs: 5000, answerMs: 2000, quietMs: 300, afterFinMs: 5 };
const accounts = accountsWith('mysql_native_password');
const whole = { limits, deliveries: ['whole'] } as const;

function named(...ids: string[]): Case[] {
  return ids.map((id) => {
    const one = suites.find((c) => c.id === id);
    if (!one) throw new Error(`there is no case ${id}`);
    return one;
  });
}

interface Reference extends RunningTarget {
  readonly restarts: number;
}

async function reference(
  defects: readonly DefectName[],
  more: Partial<RunningTarget> = {},
  { later = defects, onAsked }: { later?: readonly DefectName[]; onAsked?: (name: DefectName, die: () => void) => void } = {},
): Promise<Reference> {
  const options = { defects, ...(onAsked && { onAsked: (name: DefectName) => onAsked(name, () => void server.stop()) }) };
  let server = await startReference(options);
  let restarts = 0;
  const { endpoint } = server;
  return {
    name: 'reference',
    nodes: [
      {
        name: 'reference',
        product: 'reference',
        version: '',
        endpoint,
        state: async () => (server.alive ? 'running' : 'it closed its port'),
        log: () => '',
      },
    ],
    legs: [],
    front: endpoint,
    accounts,
    database: databaseName,
    path: { transparent: true },
    restart: async () => {
      restarts++;
      server = await startReference({ ...options, defects: later, port: endpoint.port });
    },
    stop: () => server.stop(),
    ...more,
    get restarts() {
      return restarts;
    },
  };
}

/** The same case, its COM_PING given as bytes. */
function asBytes(one: Case): Case {
  return {
    ...one,
    script: one.script.map((step) =>
      'send' in step && 'message' in step.send && step.send.message === 'COM_PING' ? { send: { payload: '0e' } } : step,
    ),
  };
}

/** At an address: nobody but its owner can restart it. */
async function address(defects: readonly DefectName[], more: Partial<RunningTarget> = {}): Promise<Reference> {
  const target = await reference(defects, more);
  Reflect.deleteProperty(target, 'restart');
  return target;
}

const quiet = ['quit/after-login', 'command/ping', 'command/select', 'quit/twice'];

describe.concurrent('runTarget', () => {
  test('tells what the target declares, and what the probes found of it', async () => {
    const target = await reference([]);
    try {
      const { profile } = await runTarget(
        target,
        named('handshake-response-320/is-answered', 'regression/proxysql-4742-wrong-column-count'),
        whole,
      );
      expect(profile).toMatchObject({
        serverVersion: '8.4.99-mywire',
        mariadbCapabilities: [],
        accounts: { check: 'works', login: 'works' },
        features: {},
        refuses: [],
      });
      expect(profile?.capabilities).toContain('ZSTD_COMPRESSION_ALGORITHM');
    } finally {
      await target.stop();
    }
  });

  test('a refusal that a probe did not meet is no excuse', async () => {
    // Old clients get in when the probe asks, and one of the tries behind it is refused.
    const target = await reference([]);
    try {
      const one = named('handshake-response-320/is-answered')[0] as Case;
      const refused: Case = {
        ...one,
        script: [
          { expect: [{ packet: 'HandshakeV10' }] },
          { send: { message: 'HandshakeResponse41', account: 'unknown' } },
          { expect: [{ packet: 'ERR', means: 'clients-before-4.1' }] },
        ],
      };
      const { results } = await runTarget(target, [refused], whole);
      expect(results.map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual([
        expect.stringMatching(/^fail: .*a probe of the same kind was not refused/),
      ]);
    } finally {
      await target.stop();
    }
  });

  test('where the probe came to nothing, a refusal is inconclusive', async () => {
    const target = await reference([], {
      accounts: { ...accounts, check: { user: 'mywire_no_such_user', password: '', plugin: 'mysql_native_password' } },
    });
    try {
      const refused: Case = {
        ...(named('handshake-response-320/is-answered')[0] as Case),
        needs: [],
        script: [
          { expect: [{ packet: 'HandshakeV10' }] },
          { send: { message: 'HandshakeResponse41', account: 'unknown' } },
          { expect: [{ packet: 'ERR', means: 'cursors' }] },
        ],
      };
      const { results } = await runTarget(target, [refused], whole);
      expect(results.map(({ verdict, reason }) => `${verdict}: ${reason}`)).toEqual([
        expect.stringMatching(/^inconclusive: .*the probe before the first case did not show \(ERR 1045/),
      ]);
    } finally {
      await target.stop();
    }
  });

  test.each([1, 24])('charges a death to the case that brought it about, %i connections at once', async (concurrency) => {
    const target = await reference(['garbage-takes-server-down']);
    try {
      const report = await runTarget(target, named(...quiet.slice(0, 2), 'first-packet/ssh-banner', ...quiet.slice(2)), {
        ...whole,
        concurrency,
      });
      const red = report.results.filter((r) => r.verdict !== 'pass');
      expect(red.map((r) => r.case)).toEqual(['first-packet/ssh-banner']);
      expect(red[0]).toMatchObject({ verdict: 'fail', deviation: { axis: 'liveness', got: 'the target died: it closed its port' } });
      expect(report.results.map((r) => r.case).sort()).toEqual([...quiet, 'first-packet/ssh-banner'].sort());
      expect(target.restarts).toBeGreaterThanOrEqual(2); // after the crowd, and after the culprit alone
    } finally {
      await target.stop();
    }
  });

  test('does not send again, in another delivery, what the target died of', async () => {
    const target = await reference(['garbage-takes-server-down']);
    try {
      const deliveries = ['whole', 'bytes', 'fields'] as const;
      const [garbage] = named('first-packet/ssh-banner') as [Case];
      const { results } = await runTarget(target, [{ ...garbage, deliveries }, ...named('command/ping')], { concurrency: 1 });
      const told = results.filter((r) => r.case === garbage.id).map((r) => `${r.delivery}: ${r.verdict}: ${r.reason}`);
      expect(told).toEqual([
        'whole: fail: the target died: it closed its port',
        'bytes: inconclusive: not sent, since the target breaks of this case under the delivery whole',
        'fields: inconclusive: not sent, since the target breaks of this case under the delivery whole',
      ]);
      expect(results.filter((r) => r.case !== garbage.id).map((r) => r.verdict)).toEqual(['pass', 'pass', 'pass']);
    } finally {
      await target.stop();
    }
  });

  test('what only waits does not hold up the search for the one that kills, and is judged again', async () => {
    // Its death takes their connections with it: what they got then says nothing of them.
    const target = await reference(['unknown-user-without-password-stops-server']);
    try {
      const waits = named('greeting/comes-once', 'login/stays-open', 'command/unanswered-client-is-kept');
      const [kills] = named('regression/proxysql-1893-unknown-user-without-a-password') as [Case];
      const told: string[] = [];
      const { results } = await runTarget(target, [...waits, kills], {
        ...whole,
        limits: { ...limits, quietMs: 3000 },
        isKnown: () => true, // so that nothing else judges them again
        onResult: (result) => told.push(result.case),
      });
      // In the crowd, cut off beside the one that kills, and again.
      expect(told.filter((id) => id === waits[2]?.id)).toHaveLength(3);
      expect(results.map((r) => [r.case, r.verdict])).toEqual([...waits.map((one) => [one.id, 'pass']), [kills.id, 'fail']]);
      expect(target.restarts).toBe(3); // after the crowd, and twice after the culprit alone
    } finally {
      await target.stop();
    }
  });

  test('what programs have died of runs behind the others, alone: its death costs one start, and nobody else is judged again', async () => {
    const target = await reference(['garbage-takes-server-down']);
    const told: string[] = [];
    const perilous = new Set(['first-packet/ssh-banner', 'first-packet/ones']);
    try {
      const cases = named('first-packet/ssh-banner', 'first-packet/ones', ...quiet);
      const report = await runTarget(target, cases, { ...whole, perilous, onResult: (result) => told.push(result.case) });
      expect(report.results.map((r) => [r.case, r.deviation?.axis])).toEqual([
        ['first-packet/ssh-banner', 'liveness'],
        ['first-packet/ones', 'liveness'],
        ...quiet.map((id) => [id, undefined]),
      ]);
      expect(told.slice(0, quiet.length).sort()).toEqual([...quiet].sort());
      expect(new Set(told.slice(quiet.length))).toEqual(perilous);
      // The first twice, since others had run in the same program before it; the second once.
      expect(target.restarts).toBe(3);
      expect(report.expectationProblems).toEqual([]);
    } finally {
      await target.stop();
    }
  });

  test('goes on with the patience of a run before', async () => {
    const target = await reference(['long-ping-unanswered']);
    const inVain = { verdict: 'fail', deviation: { got: 'still open at the limit' } } as CheckResult;
    const patience = new Patience();
    for (let n = 0; n < 100; n++) patience.saw(inVain);
    try {
      const of = async (more: { patience?: Patience }): Promise<(string | undefined)[]> => {
        const tries: (string | undefined)[] = [];
        const onTry = ({ deviation }: Try): unknown => tries.push(deviation?.got);
        await runTarget(target, named('command/ping-with-trailing-bytes'), { ...whole, ...more, onTry });
        return tries;
      };
      const [short, long] = [1000, 2000].map((ms) => `silence for ${ms} ms on an open connection`);
      expect(await of({})).toEqual([long]);
      // Once more, as long as an answer may take, before it is told.
      expect(await of({ patience })).toEqual([short, long]);
    } finally {
      await target.stop();
    }
  });

  test('charges a death that comes late to the case that brought it about', async () => {
    // For 200 ms after its first garbage the server goes on answering: brackets hold, other cases run and pass.
    const late = (name: DefectName, die: () => void): void => {
      if (name === 'garbage-closes-silently') setTimeout(die, 200);
    };
    const target = await reference([], {}, { onAsked: late });
    // What no client sends runs apart from the rest: a COM_PING that is given as bytes stays beside the garbage.
    const many = Array.from({ length: 400 }, () => named('command/ping').map(asBytes)).flat();
    try {
      const report = await runTarget(target, [...named('command/ping', 'first-packet/ssh-banner'), ...many], whole);
      const red = report.results.filter((r) => r.verdict !== 'pass');
      expect(red.map((r) => r.case)).toEqual(['first-packet/ssh-banner']);
      expect(red[0]).toMatchObject({ verdict: 'fail', deviation: { axis: 'liveness' } });
      expect(report.expectationProblems).toEqual([]);
    } finally {
      await target.stop();
    }
  });

  test('judges again what failed in a program that broke later, but for known deviations', async () => {
    // So many that a bracket clears the first ones before the program dies.
    const many = Array.from({ length: 45 }, () => named('command/select')).flat();
    const target = await reference(
      ['quit-ends-with-rst', 'ping-answers-eof', 'illegal-temporal-length-stops-server'],
      {},
      { later: ['illegal-temporal-length-stops-server'] },
    );
    // Among the others: alone, behind them, it would explain the death without them.
    const [{ perilous: _, ...kills }] = named('prepared/parameter-date-of-illegal-length') as [Case];
    try {
      const report = await runTarget(target, [...named('command/ping', 'quit/after-login'), ...many, kills], {
        ...whole,
        concurrency: 1,
        isKnown: (result) => result.case === 'quit/after-login',
      });
      const others = report.results.filter((r) => r.case !== 'command/select');
      expect(others.map((r) => [r.case, r.verdict, r.deviation?.axis])).toEqual([
        ['command/ping', 'pass', undefined],
        ['quit/after-login', 'fail', 'ending'],
        ['prepared/parameter-date-of-illegal-length', 'fail', 'liveness'],
      ]);
      expect(report.notes).toContainEqual(
        expect.stringMatching(/^command\/ping, whole, failed in a program that broke later \(".*"\), and was judged again alone\.$/),
      );
    } finally {
      await target.stop();
    }
  });

  test('waits for a program that crashes to end, and starts it again', async () => {
    const target = await reference(['garbage-takes-server-down']);
    const node = target.nodes[0];
    if (!node) throw new Error('the target has no node');
    const { state } = node;
    let since: number | undefined;
    const late = async (): Promise<'running' | string> => {
      const now = await state();
      if (now === 'running') since = undefined;
      else since ??= performance.now();
      return since !== undefined && performance.now() - since < 600 ? 'running' : now;
    };
    Object.assign(node, { state: late });
    try {
      const report = await runTarget(target, named('first-packet/ssh-banner', 'command/ping'), { ...whole, concurrency: 1 });
      expect(report.results.map((r) => r.verdict)).toEqual(['fail', 'pass']);
      expect(report.results[0]).toMatchObject({ deviation: { axis: 'liveness', got: 'the target died: it closed its port' } });
    } finally {
      await target.stop();
    }
  });

  test('says so when a target at an address does not come back', async () => {
    const target = await address(['garbage-takes-server-down']);
    try {
      const report = await runTarget(target, named('first-packet/ssh-banner', 'first-packet/postgresql-startup'), {
        ...whole,
        concurrency: 1,
      });
      const culprit = report.results[0];
      expect(culprit).toMatchObject({ verdict: 'fail', deviation: { axis: 'liveness' } });
      expect(culprit?.reason).toContain('did not come back within 10000 ms');
      expect(report.results.filter((r) => r.verdict === 'pass')).toEqual([]);
    } finally {
      await target.stop();
    }
  });

  test('stops between two cases when told to, and marks the rest', async () => {
    const target = await reference([]);
    const controller = new AbortController();
    try {
      const report = await runTarget(target, named(...quiet), {
        ...whole,
        concurrency: 1,
        signal: controller.signal,
        onResult: () => controller.abort(),
      });
      expect(report.results.map((r) => r.verdict)).toEqual(['pass', 'inconclusive', 'inconclusive', 'inconclusive']);
      expect(new Set(report.results.slice(1).map((r) => r.reason))).toEqual(new Set(['the run was stopped before this case']));
      expect(report.results[1]).toMatchObject({ case: 'command/ping', area: 'command', observation: 'not run', tries: 0 });
    } finally {
      await target.stop();
    }
  });

  test('runs every case under every delivery it has, in order, and tells of each', async () => {
    const target = await reference([]);
    const told: string[] = [];
    let total = 0;
    try {
      const report = await runTarget(target, named('quit/after-login', 'command/ping'), {
        limits,
        onStart: (n) => {
          total = n;
        },
        onResult: (r) => told.push(`${r.case}@${r.delivery}`),
      });
      const ran = report.results.map((r) => `${r.case}@${r.delivery}`);
      expect(total).toBe(ran.length);
      expect([...told].sort()).toEqual([...ran].sort());
      expect(report).toMatchObject({ target: 'reference', versions: 'reference', dialect: 'mysql', notes: [], expectationProblems: [] });
      expect(report.results.filter((r) => r.verdict !== 'pass')).toEqual([]);
    } finally {
      await target.stop();
    }
  });

  test('leaves a case undecided whose declared account an address refuses, and says so', async () => {
    const target = await address([], { accounts: { check: { user: 'nobody_here', password: '', plugin: 'mysql_native_password' } } });
    try {
      const report = await runTarget(target, named('command/ping', 'quit/instead-of-handshake-response', 'login/right-password'), whole);
      const [ping, early, login] = ['command/ping', 'quit/instead-of-handshake-response', 'login/right-password'].map((id) =>
        report.results.find((r) => r.case === id),
      );
      expect(ping).toMatchObject({ case: 'command/ping', verdict: 'inconclusive' });
      expect(ping?.reason).toMatch(/^needs an account with an empty password: nobody_here is refused with ERR 1045 "/);
      expect(early?.verdict).toBe('pass');
      expect(login).toMatchObject({
        verdict: 'skipped',
        reason: 'needs an account with a password: no such account was given (--user, MYWIRE_PASSWORD)',
      });
      expect(report.notes).toEqual([expect.stringMatching(/^The declared account nobody_here is refused with ERR 1045/)]);
    } finally {
      await target.stop();
    }
  });

  test('judges a refusal of an account that it made itself', async () => {
    const target = await reference([], { accounts: { check: { user: 'nobody_here', password: '', plugin: 'mysql_native_password' } } });
    try {
      const report = await runTarget(target, named('command/ping'), whole);
      expect(report.results[0]).toMatchObject({ verdict: 'fail', deviation: { axis: 'answer' } });
    } finally {
      await target.stop();
    }
  });

  test('judges FIN and RST as closed on a path that hides them', async () => {
    const open = await reference(['quit-ends-with-rst']);
    const hidden = await reference(['quit-ends-with-rst'], { path: { transparent: false, why: 'Docker publishes it' } });
    try {
      const [seen, unseen] = [
        await runTarget(open, named('command/ping', 'quit/after-login'), whole),
        await runTarget(hidden, named('quit/after-login'), whole),
      ];
      expect(seen.results.find((r) => r.case === 'quit/after-login')).toMatchObject({
        verdict: 'fail',
        ending: 'fail',
        deviation: { axis: 'ending' },
      });
      expect(unseen.results[0]?.verdict).toBe('pass');
      expect(unseen.notes).toEqual(['The path to the target is not transparent: Docker publishes it. FIN and RST are judged as "closed".']);
    } finally {
      await Promise.all([open.stop(), hidden.stop()]);
    }
  });

  test('reports a target that cannot be judged at all', async () => {
    const target = await reference([]);
    await target.stop();
    const report = await runTarget(target, named('command/ping'), whole);
    expect(report.results).toEqual([]);
    expect(report.failure?.code).toBe('RUN_NOT_MYSQL');
    expect(report.failure?.says).toMatch(/^reference: no connection: .*ECONNREFUSED/);
  });
});
