import { describe, expect, test } from 'vitest';
import type { Expectation } from '../run/expectations.ts';
import type { HealthState, ToldProfile } from '../run/result.ts';
import type { Transcript } from '../wire/transcript.ts';
import { compareSides } from './compare.ts';
import { type Policy, usualPolicy } from './policy.ts';
import { failed, report, result, side } from './testdata/sides.ts';

const stopping = (comparison: ReturnType<typeof compareSides>): string[] =>
  comparison.differences.filter(({ ruling }) => ruling.stops).map(({ after }) => after.shown.case);
const policy = (more: Partial<Policy>): Policy => ({ ...usualPolicy, ...more });
const passes = side([report([result()])]);
const fails = side([report([failed()])]);

describe('what stops the gate', () => {
  test('a regression, at every level', () => {
    for (const level of ['MUST', 'SHOULD', 'MAY', 'OBSERVE'] as const) {
      const [before, after] = [side([report([result({ level })])]), side([report([failed({ level })])])];
      expect(stopping(compareSides(before, after, usualPolicy))).toEqual(['quit/after-login']);
    }
  });

  test('only the levels that the policy names', () => {
    const mine = policy({ stop: { ...usualPolicy.stop, regression: ['SHOULD'], improvement: ['MUST'] } });
    expect(stopping(compareSides(passes, fails, mine))).toEqual([]);
    expect(stopping(compareSides(fails, passes, mine))).toEqual(['quit/after-login']);
  });

  test('a death, whatever the policy says of levels', () => {
    const dead = side([report([failed({ deviation: { axis: 'liveness', step: 1, expected: '', got: 'SIGSEGV' } })])]);
    expect(stopping(compareSides(passes, dead, policy({ stop: { ...usualPolicy.stop, regression: [] } })))).toEqual(['quit/after-login']);
  });

  test.each(['quit', 'quit/after-login', 'quit/*'])('nothing that the policy ignores by %s', (pattern) => {
    expect(stopping(compareSides(passes, fails, policy({ ignore: [pattern] })))).toEqual([]);
    expect(stopping(compareSides(passes, fails, policy({ ignore: ['command', 'quit/other'] })))).toEqual(['quit/after-login']);
  });

  test('no deviation that the user has accepted for these versions', () => {
    const entry: Expectation = {
      case: 'quit/*',
      target: 'reference',
      versions: '>=8',
      reason: 'looked at',
      link: 'https://x.example',
      at: '',
    };
    expect(stopping(compareSides(passes, fails, policy({ accept: [entry] })))).toEqual([]);
    expect(stopping(compareSides(passes, fails, policy({ accept: [{ ...entry, versions: '>=9' }] })))).toEqual(['quit/after-login']);
    // What mywire knows of the candidate alone is a regression all the same.
    const known = side([report([failed({ known: { reason: 'a bug', link: 'https://x.example' } })])]);
    expect(stopping(compareSides(passes, known, usualPolicy))).toEqual(['quit/after-login']);
  });

  test('no race that the baseline is known for too, although it did not show', () => {
    const race: Expectation = { case: 'quit/*', target: 'reference', versions: '<9', reason: 'a race', link: 'https://x.example', at: '' };
    expect(stopping(compareSides(passes, fails, usualPolicy, [race]))).toEqual([]);
    expect(stopping(compareSides(passes, fails, usualPolicy, [{ ...race, versions: '>=9' }]))).toEqual(['quit/after-login']);
  });

  test('no loss of what only MAY be there', () => {
    const lost = (level: 'MUST' | 'MAY') =>
      compareSides(side([report([result({ level })])]), side([report([result({ level, verdict: 'unsupported' })])]), usualPolicy);
    expect(stopping(lost('MUST'))).toEqual(['quit/after-login']);
    expect(stopping(lost('MAY'))).toEqual([]);
    expect(lost('MAY').differences.map(({ kind }) => kind)).toEqual(['lost']);
  });
});

test('what stops comes first: deaths, MUST before SHOULD, the plain delivery, then few steps', () => {
  const all = [
    failed({ case: 'a/should', level: 'SHOULD' }),
    failed({ case: 'b/bytes', delivery: 'bytes' }),
    failed({ case: 'c/plain' }),
    failed({ case: 'd/dies', level: 'MAY', deviation: { axis: 'liveness', step: 1, expected: '', got: 'SIGSEGV' } }),
  ];
  const before = side([report(all.map((one) => ({ ...result(), case: one.case, level: one.level, delivery: one.delivery })))]);
  expect(stopping(compareSides(before, side([report(all)]), usualPolicy))).toEqual(['d/dies', 'c/plain', 'b/bytes', 'a/should']);
});

test('of cases that show the same, the one that is named like it comes first', () => {
  const late = { deviation: { axis: 'ending', step: 4, expected: 'nothing more, then FIN', got: 'still open at the limit' } } as const;
  const quit: Transcript = {
    startedAt: 0,
    ending: 'timeout',
    events: [{ at: 1, kind: 'sent', bytes: new Uint8Array(5), segments: [5], label: 'COM_QUIT' }],
  };
  const all = ['command/kill', 'command/ping', 'quit/after-login'].map((id) => failed({ case: id, transcript: quit, ...late }));
  const before = side([report(all.map((one) => result({ case: one.case })))]);
  expect(stopping(compareSides(before, side([report(all)]), usualPolicy))[0]).toBe('quit/after-login');
});

test('a plain case before one that is named after a bug, and one whose area is what was sent before one that only speaks of it', () => {
  const late = { deviation: { axis: 'answer', step: 4, expected: 'OK', got: 'OK, its sequence id must be 4, not 5' } } as const;
  const reply: Transcript = {
    startedAt: 0,
    ending: 'open',
    events: [{ at: 1, kind: 'sent', bytes: new Uint8Array(5), segments: [5], label: 'reply to AuthSwitchRequest' }],
  };
  const ids = ['login/auth-switch', 'regression/proxysql-1944-auth-switch', 'session/change-user', 'auth/switch-counts-on'];
  const all = ids.map((id) => failed({ case: id, transcript: reply, ...late }));
  const before = side([report(all.map((one) => result({ case: one.case })))]);
  expect(stopping(compareSides(before, side([report(all)]), usualPolicy))).toEqual([
    'auth/switch-counts-on',
    'login/auth-switch',
    'session/change-user',
    'regression/proxysql-1944-auth-switch',
  ]);
});

test('what deviates now and then leaves a doubt, unless the baseline is known for it', () => {
  const rare = side([report([failed({ tries: 100, deviatingTries: 1 })])]);
  const [unknown] = compareSides(passes, rare, usualPolicy).differences;
  expect(unknown?.ruling).toEqual({ stops: false, why: 'too few tries to be sure', doubt: true });
  const race = { case: 'quit/after-login', target: 'reference', reason: 'A race.', link: 'https://example.org', at: 'here:1' };
  const [known] = compareSides(passes, rare, usualPolicy, [race]).differences;
  expect(known?.ruling).toEqual({ stops: false, why: 'the baseline is known for it: A race. (https://example.org)' });
});

describe('cases that the two do not share', () => {
  const saved = { 'quit/after-login': 'aaaa', 'quit/gone': 'bbbb' };
  test('a case that is new or was written anew is not compared', () => {
    const before = { ...passes, cases: saved };
    const changed = compareSides(before, { ...fails, cases: { 'quit/after-login': 'cccc', 'quit/new': 'dddd' } }, usualPolicy);
    expect(changed.differences).toEqual([]);
    expect(changed.compared).toBe(0);
    expect(changed.notCompared.map((one) => `${one.case}: ${one.why}`)).toEqual([
      'quit/after-login: changed since the baseline was taken',
      'quit/new: new since the baseline was taken',
      'quit/gone: only the baseline has it',
    ]);
    expect(stopping(compareSides(before, { ...fails, cases: saved }, usualPolicy))).toEqual(['quit/after-login']);
  });
});

describe('what HAProxy believes', () => {
  const state = (status: string, check: string, transitions = 0): HealthState => ({
    mode: 'post-41',
    by: 'HAProxy 3.0',
    status,
    check,
    code: undefined,
    description: '',
    transitions,
  });
  const of = (before: HealthState, after: HealthState, more: Partial<Policy> = {}) =>
    compareSides(
      side([report([result()], { healthChecks: [before] })]),
      side([report([result()], { healthChecks: [after] })]),
      policy(more),
    ).health.map(({ kind, stops }) => [kind, stops]);
  const [up, down] = [state('UP', 'L7OK'), state('DOWN', 'L7STS')];

  test('a server that goes DOWN, or flaps, stops the gate', () => {
    expect(of(up, down)).toEqual([['regression', true]]);
    expect(of(up, state('UP', 'L7OK', 3))).toEqual([['regression', true]]);
    expect(of(down, up)).toEqual([['improvement', false]]);
    expect(of(up, up)).toEqual([]);
    expect(of(down, state('DOWN', 'L7RSP'))).toEqual([['change', false]]);
  });

  test('but only in the modes that the policy names', () => {
    expect(of(up, down, { healthChecks: ['pre-41'] })).toEqual([['regression', false]]);
    expect(of(up, down, { healthChecks: ['post-41'] })).toEqual([['regression', true]]);
  });
});

test('what greeting, accounts and probes offer, lost and gained', () => {
  const profile = (more: Partial<ToldProfile>): ToldProfile => ({
    serverVersion: '8.4',
    capabilities: ['SSL'],
    mariadbCapabilities: [],
    accounts: { check: 'works', login: 'works', sha2: 'declared' },
    features: { 'local-infile': true },
    refuses: [],
    ...more,
  });
  const after = profile({
    capabilities: ['COMPRESS'],
    accounts: { check: 'works', login: 'refused' },
    features: { 'local-infile': false },
    refuses: ['takes no clients from before 4.1 (ERR 1251 or 1043)'],
  });
  const told = (one: ToldProfile, other: ToldProfile) =>
    compareSides(side([report([], { profile: one })]), side([report([], { profile: other })]), usualPolicy).capabilities.map(
      ({ kind, says }) => `${kind}: ${says}`,
    );
  expect(told(profile({}), after)).toEqual([
    'lost: the greeting no longer offers SSL',
    'lost: the account "login" no longer gets in',
    'lost: local_infile is not on',
    'lost: it now takes no clients from before 4.1 (ERR 1251 or 1043)',
    'gained: the greeting now offers COMPRESS',
  ]);
  expect(told(after, profile({}))).toEqual([
    'lost: the greeting no longer offers COMPRESS',
    'gained: the greeting now offers SSL',
    'gained: the account "login" now gets in',
    'gained: no longer: local_infile is not on',
    'gained: it no longer takes no clients from before 4.1 (ERR 1251 or 1043)',
  ]);
});
