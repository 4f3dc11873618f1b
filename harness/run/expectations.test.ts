import { describe, expect, test } from 'vitest';
import type { RunningNode } from '../target/target.ts';
import { RunError } from './error.ts';
import { applyExpectations, type Expectation, parseExpectations, unknownIds, withKnown } from './expectations.ts';
import type { CheckResult } from './result.ts';

const good = `- case: quit/after-login
  target: mariadb
  reason: It answers COM_QUIT with OK.
  link: https://example.org/1
`;

const node = (product: RunningNode['product'], version = ''): RunningNode => ({
  name: product,
  product,
  version,
  endpoint: { host: '127.0.0.1', port: 3306 },
  state: async () => 'running',
  log: () => '',
});

const entry = (more: Partial<Expectation> = {}): Expectation => ({
  case: 'quit/after-login',
  target: 'mariadb',
  reason: 'It answers COM_QUIT with OK.',
  link: 'https://example.org/1',
  at: 'known.yaml:7',
  ...more,
});

const passed: CheckResult = {
  target: 'mariadb:11.8',
  case: 'quit/after-login',
  area: 'quit',
  title: 'COM_QUIT closes',
  level: 'MUST',
  delivery: 'whole',
  source: [],
  verdict: 'pass',
  answer: 'pass',
  ending: 'pass',
  observation: '0:HandshakeV10 | 2:OK 0/0/0x2/0 | FIN',
  tries: 1,
  deviatingTries: 0,
  ms: 1,
};
const failed = (
  got = 'OK (affected rows 0), sequence id 1',
  axis: 'answer' | 'ending' | 'invariance' | 'liveness' = 'answer',
): CheckResult => ({
  ...passed,
  verdict: 'fail',
  reason: got,
  answer: 'fail',
  deviation: { axis, step: 3, expected: 'nothing more, then FIN', got },
});

function refusal(text: string): RunError {
  try {
    parseExpectations(text, 'known.yaml');
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('parseExpectations', () => {
  test('reads entries and where each stands', () => {
    const [first, second] = parseExpectations(`# the first two\n${good}${good.replace('after-login', 'twice')}`, 'known.yaml');
    expect(first).toMatchObject({ case: 'quit/after-login', target: 'mariadb', at: 'known.yaml:2' });
    expect(second).toMatchObject({ case: 'quit/twice', at: 'known.yaml:6' });
  });

  test('makes an expectation of each case and delivery of a list', () => {
    const text = good.replace('quit/after-login', '[quit/twice, quit/*]').replace('  target', '  delivery: [bytes, fields]\n  target');
    const read = parseExpectations(text, 'known.yaml');
    expect(read.map((e) => [e.case, e.delivery, e.at])).toEqual([
      ['quit/twice', 'bytes', 'known.yaml:1'],
      ['quit/twice', 'fields', 'known.yaml:1'],
      ['quit/*', 'bytes', 'known.yaml:1'],
      ['quit/*', 'fields', 'known.yaml:1'],
    ]);
    expect(read[3]).toMatchObject({ reason: 'It answers COM_QUIT with OK.', target: 'mariadb' });
  });

  test('takes an empty file for no entries', () => {
    expect(parseExpectations('', 'known.yaml')).toEqual([]);
    expect(parseExpectations('# nothing known\n', 'known.yaml')).toEqual([]);
  });

  test.each([
    ['broken YAML', `${good}- case: "quit\n`, /^known\.yaml:[56]: ./],
    ['a tab for indentation', `- case: quit/twice\n\ttarget: mariadb\n`, /^known\.yaml:2: ./],
    ['no reason', `${good}- case: quit/twice\n  target: mariadb\n  link: https://example.org/1\n`, /^known\.yaml:5: reason: ./],
    ['a reason that says nothing', good.replace('It answers COM_QUIT with OK.', 'bug'), /^known\.yaml:1: reason: ./],
    ['a link that is none', `${good}${good.replace('https://example.org/1', 'see the issue')}`, /^known\.yaml:5: link: ./],
    ['an unknown key', `${good}${good}  verdict: pass\n`, /^known\.yaml:5: .*"verdict"/],
    ['an unknown delivery', `${good}  delivery: carrier-pigeon\n`, /^known\.yaml:1: delivery: ./],
    ['a pattern that is none', `${good}  shows: '('\n`, /^known\.yaml:1: shows: is no regular expression/],
    ['an entry that is a word', `${good}- quit/twice\n`, /^known\.yaml:5: entry: ./],
    ['not a list', 'case: quit/after-login\n', /^known\.yaml:1: must be a list of entries/],
  ])('says file and line: %s', (_what, text, says) => {
    const error = refusal(text);
    expect(error.code).toBe('RUN_BAD_EXPECTATIONS');
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain('\n');
  });
});

describe('unknownIds', () => {
  const ids = new Set(['quit/after-login', 'quit/twice']);

  test('names entries that fit no case', () => {
    const problems = unknownIds([entry(), entry({ case: 'quit/after-logout' }), entry({ case: 'login/*', at: 'known.yaml:12' })], ids);
    expect(problems).toEqual([
      'known.yaml:7: no case has the id quit/after-logout; correct the entry or remove it',
      'known.yaml:12: no case has the id login/*; correct the entry or remove it',
    ]);
  });

  test('takes a pattern that fits some case', () => {
    expect(unknownIds([entry({ case: 'quit/*' }), entry({ case: '*' })], ids)).toEqual([]);
  });
});

describe('applyExpectations', () => {
  const apply = (result: CheckResult, e: Expectation, ...nodes: RunningNode[]) =>
    applyExpectations([result], [e], nodes.length > 0 ? nodes : [node('mariadb')], new Set(['quit/after-login', 'quit/twice']));

  test('marks a deviation that an entry names', () => {
    const { results, problems } = apply(failed(), entry());
    expect(results[0]).toMatchObject({ verdict: 'fail', known: { reason: 'It answers COM_QUIT with OK.', link: 'https://example.org/1' } });
    expect(problems).toEqual([]);
  });

  test('leaves a deviation at another step red', () => {
    expect(apply(failed(), entry({ step: 3 })).results[0]?.known).toBeDefined();
    expect(apply(failed(), entry({ step: 2 })).results[0]?.known).toBeUndefined();
  });

  test('calls an entry stale when its case passes', () => {
    const { results, problems } = apply(passed, entry());
    expect(results[0]?.known).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^known\.yaml:7: quit\/after-login is expected to deviate on mariadb, but it passes/);
  });

  test('does not, where the case was not run', () => {
    expect(applyExpectations([], [entry()], [node('mariadb')], new Set(['quit/after-login'])).problems).toEqual([]);
    expect(apply({ ...passed, verdict: 'skipped' }, entry()).problems).toEqual([]);
    expect(apply({ ...passed, verdict: 'inconclusive' }, entry()).problems).toEqual([]);
  });

  test('calls an entry of many cases stale only where all of them were asked', () => {
    expect(apply(passed, entry({ case: 'quit/*' })).problems).toEqual([]);
    expect(apply(passed, entry({ case: 'quit/after*' })).problems).toHaveLength(1);
  });

  test('lets a race pass, and still marks it when it shows', () => {
    expect(apply(passed, entry({ sometimes: true })).problems).toEqual([]);
    expect(apply(failed(), entry({ sometimes: true })).results[0]?.known).toBeDefined();
  });

  test('keeps to the delivery that the entry names', () => {
    expect(apply(failed(), entry({ delivery: 'bytes' })).results[0]?.known).toBeUndefined();
    expect(apply({ ...failed(), delivery: 'bytes' }, entry({ delivery: 'bytes' })).results[0]?.known).toBeDefined();
  });

  test('leaves another deviation of the same case red', () => {
    expect(apply(failed('FIN without an answer'), entry({ shows: '^OK' })).results[0]?.known).toBeUndefined();
    expect(apply(failed(), entry({ shows: '^OK' })).results[0]?.known).toBeDefined();
  });

  test.each([
    ['2.0.17', '<2.0.18', true],
    ['2.0.18', '<2.0.18', false],
    ['2.0.17-0-gabcdef', '<2.0.18', true],
    ['2.7', '>=2.7.0 <3.0.0', true],
    ['3.0.0', '<3.0.0', false],
    ['24.02.4', '>=24.2.0 <25.0.0', true],
    ['25.01.1', '>=24.2.0 <25.0.0', false],
    ['', '<3.0.0', false],
  ])('of version "%s" and range %s: applies is %s', (version, versions, applies) => {
    const { results } = apply(failed(), entry({ target: 'proxysql*', versions }), node('proxysql', version));
    expect(results[0]?.known !== undefined).toBe(applies);
  });

  test('asks for the version of the front product', () => {
    const nodes = [node('proxysql', '2.7.1'), node('mariadb', '11.8.6')];
    expect(apply(failed(), entry({ target: 'proxysql*', versions: '>=11' }), ...nodes).results[0]?.known).toBeUndefined();
    expect(apply(failed(), entry({ target: 'proxysql*', versions: '>=2.7 <3' }), ...nodes).results[0]?.known).toBeDefined();
  });

  test.each([
    ['mariadb', ['haproxy', 'mariadb'], false],
    ['haproxy', ['haproxy', 'mariadb'], false],
    ['haproxy+mariadb', ['haproxy', 'mariadb'], true],
    ['haproxy+mariadb', ['mariadb'], false],
    ['*mariadb', ['haproxy', 'mariadb'], true],
    ['proxysql*', ['haproxy', 'proxysql', 'mariadb'], false],
  ] as const)('an entry for %s on the chain %j: applies is %s', (target, chain, applies) => {
    const { results, problems } = apply(failed(), entry({ target }), ...chain.map((product) => node(product)));
    expect(results[0]?.known !== undefined).toBe(applies);
    expect(problems).toEqual([]);
  });

  test('a death of the target is never known', () => {
    const died = failed('the target died: signal SIGSEGV', 'liveness');
    expect(apply(died, entry()).results[0]?.known).toBeUndefined();
    expect(withKnown(died, [entry()]).known).toBeUndefined();
  });
});

describe('withKnown', () => {
  test('marks what the entry names, and nothing that passes', () => {
    expect(withKnown(failed(), [entry()]).known).toBeDefined();
    expect(withKnown(failed(), [entry({ case: 'quit/twice' })]).known).toBeUndefined();
    expect(withKnown(passed, [entry()]).known).toBeUndefined();
  });
});

test('while the run goes on too, an entry knows only the deviation that it shows', () => {
  const odd = failed();
  expect(withKnown(odd, [entry({ shows: '^nothing like it$' })]).known).toBeUndefined();
  expect(withKnown(odd, [entry()]).known).toBeDefined();
});
