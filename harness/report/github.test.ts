import { describe, expect, test } from 'vitest';
import { githubAnnotations, githubQuiet, githubSummary } from './github.ts';
import { ACTIVE, failing, HOSTILE, result, run, target } from './testdata/reports.ts';

const known = { reason: 'closes until 2.0.17', link: 'https://example.org/3342' };
const many = (n: number, over: Parameters<typeof failing>[0] = {}) =>
  Array.from({ length: n }, (_, i) => failing({ case: `quit/case-${i}`, ...over }));

describe("annotations of GitHub's workflows", () => {
  test.each([
    ['a MUST', failing(), '::error title=MUST early-data/response-and-quit::local%'],
    ['a SHOULD', failing({ level: 'SHOULD' }), '::warning title=SHOULD early-data/response-and-quit::'],
    [
      'a death',
      failing({ level: 'MAY', deviation: { axis: 'liveness', step: 0, expected: 'a', got: 'b' } }),
      '::error title=MAY early-data/',
    ],
    ['a known deviation', failing({ known }), '::notice title=known%3A early-data/response-and-quit::local:proxysql+mariadb: closes until'],
    [
      'what could not be judged',
      result({ verdict: 'inconclusive', reason: 'no connection' }),
      '::warning title=local%3Aproxysql+mariadb::1 check is',
    ],
  ])('%s', (_what, one, begins) => {
    const lines = githubAnnotations(run([target([one])]));
    expect(lines).toHaveLength(1);
    expect(lines[0]?.slice(0, begins.length).replace('::local:', '::local%')).toBe(begins.replace('::local:', '::local%'));
  });

  test('what passed, was skipped or refused is none', () => {
    const quiet = [result(), result({ verdict: 'skipped', reason: 'no TLS' }), result({ verdict: 'unsupported', reason: 'ERR 1251' })];
    expect(githubAnnotations(run([target(quiet)]))).toEqual([]);
  });

  test('one per case and target, with title, expected, got and the command, on lines of their own', () => {
    const [line, ...more] = githubAnnotations(run([target([failing(), failing({ delivery: 'whole' })])]));
    expect(more).toEqual([]);
    expect(line?.replace(/^.*?::.*?::/, '').split('%0A')).toEqual([
      'local:proxysql+mariadb: a check that is sent before the greeting gets the greeting and OK',
      'expected HandshakeV10',
      'got FIN followed by RST without an answer',
      'repeat: mywire run local:proxysql+mariadb --case early-data/response-and-quit --delivery early',
    ]);
  });

  test('at most ten of a kind, the last of which counts the rest', () => {
    expect(githubAnnotations(run([target(many(10))]))).toHaveLength(10);
    const lines = githubAnnotations(run([target(many(25))]));
    expect(lines).toHaveLength(10);
    expect(lines[9]).toBe('::error title=mywire::16 more like this; the job summary and the report have them');
  });

  test.each([
    ['line ends', 'x\r\n::error::owned\n::add-mask::y'],
    ['an end of properties', 'x::error title=a,file=b::owned'],
    ['what is escaped already', '%0A::error::owned %25'],
    ['all that is hostile', HOSTILE],
  ])('text of a server cannot begin a command: %s', (_what, text) => {
    const report = run(
      [
        target([failing({ case: `quit/${text}`, target: text, deviation: { axis: 'answer', step: 0, expected: text, got: text } })], {
          target: text,
          expectationProblems: [text],
        }),
        target([], { target: text, failure: { code: 'X', says: text } }),
      ],
      { problems: [text] },
    );
    const lines = githubAnnotations(report);
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      expect(line).not.toMatch(ACTIVE);
      expect(line).not.toMatch(/[\r\n]/);
      // As the runner reads it: a command, properties up to the next two colons, and a message.
      expect(line).toMatch(/^::(error|warning|notice) title=[^:,]*::/);
      // Percent signs of the text are escaped: what GitHub decodes has no line end that is not ours.
      const decoded = line
        .slice(line.indexOf('::', 2) + 2)
        .replaceAll('%0A', '\n')
        .replaceAll('%0D', '\r')
        .replaceAll('%25', '%');
      expect(decoded).not.toContain('\r');
      expect(decoded.split('\n').length).toBeLessThanOrEqual(4);
    }
  });

  test('between before and after nothing is a command', () => {
    expect(githubQuiet('t0ken')).toEqual({ before: '::stop-commands::t0ken\n', after: '::t0ken::\n' });
  });
});

describe('the summary of a job', () => {
  test('verdict, a line per target, five deviations and the number of the others, what was not judged', () => {
    const report = run(
      [
        target([
          result(),
          ...many(7),
          failing({ case: 'auth/x', area: 'auth' }),
          result({ verdict: 'inconclusive', reason: 'no connection' }),
        ]),
        target([], { target: '10.0.0.1:3306', versions: '', failure: { code: 'TARGET_UNREACHABLE', says: 'connection refused' } }),
      ],
      { problems: ['unknown case z/z'], untested: ['no Docker: containers were not tested'] },
    );
    const text = githubSummary(report);
    expect(text).toMatch(/^### mywire: failed\n\n8 checks fail, 1 problem of the run \(exit code 1\), 1\.5 s\n/);
    expect(text).toContain('| target | versions | pass | fail | known | unsupported | skipped | inconclusive |\n| --- | --- | --: |');
    expect(text).toContain(
      '| `local:proxysql+mariadb` | proxysql 2.0.17 + mariadb 10.11.19 | 1 | 8 | 0 | 0 | 0 | 1 |\n| `10.0.0.1:3306` |',
    );
    expect(text.match(/^- \*\*MUST\*\* `quit\/case-\d`/gm)).toHaveLength(5);
    expect(text).toContain('- and 3 more cases: quit 2, auth 1\n');
    expect(text).toContain('- `10.0.0.1:3306`: connection refused\n- 1 check on `local:proxysql+mariadb`: no connection\n');
    expect(text).toContain('- unknown case z/z\n');
    expect(text).toContain('- no Docker: containers were not tested\n');
    expect(text).toContain('`mywire run local:proxysql+mariadb --case quit/case-0 --delivery early`');
  });

  test.each([
    [[result()], 'passed', 'no deviation (exit code 0)'],
    [[result({ verdict: 'inconclusive', reason: 'x' })], 'could not be judged', '1 check is inconclusive (exit code 3)'],
  ])('says how it ended', (results, word, reason) => {
    expect(githubSummary(run([target(results)]))).toMatch(new RegExp(`^### mywire: ${word}\n\n${reason.replaceAll(/[()]/g, '\\$&')}`));
  });

  test('text of a server is no markup', () => {
    const got = `${HOSTILE} | a | <img src=x> @everyone #1 [x](http://x) \`code\``;
    const text = githubSummary(
      run([target([failing({ deviation: { axis: 'answer', step: 0, expected: 'OK', got } })], { versions: got })], { problems: [got] }),
    );
    expect(text).not.toMatch(ACTIVE);
    const row = text.split('\n').find((line) => line.startsWith('| `'));
    expect(row?.match(/(?<!\\)\|/g)).toHaveLength(9);
    const outside = text.replaceAll(/(`+)[^`].*?[^`]\1(?!`)/g, '');
    expect(outside).not.toMatch(/(?<!\\)<|(?<!\\)\[|@everyone|#1/);
  });
});
