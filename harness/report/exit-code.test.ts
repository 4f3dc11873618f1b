import { describe, expect, test } from 'vitest';
import { exitCodeOf } from './exit-code.ts';
import { failing, result, run, target } from './testdata/reports.ts';

const known = { reason: 'ProxySQL closes', link: 'https://github.com/sysown/proxysql/issues/3342' };
const failure = { code: 'TARGET_UNREACHABLE', says: 'connection refused' };
const unsure = result({ verdict: 'inconclusive', reason: 'no connection' });

describe('the exit code', () => {
  test.each([
    ['all pass', run([target([result()])]), 0, 'no deviation'],
    ['a refusal that means "not supported"', run([target([result({ verdict: 'unsupported' })])]), 0, 'no deviation'],
    ['only known deviations', run([target([failing({ known })])]), 0, 'no deviation but the known ones'],
    ['one failure', run([target([result(), failing()])]), 1, '1 check fails'],
    ['two failures on two targets', run([target([failing()]), target([failing()])]), 1, '2 checks fail'],
    ['a stale expectation', run([target([result()], { expectationProblems: ['x/y passes now'] })]), 1, '1 problem beside the checks'],
    ['a problem of the run', run([target([result()])], { problems: ['unknown case x/y'] }), 1, '1 problem of the run'],
    ['one inconclusive', run([target([result(), unsure])]), 3, '1 check is inconclusive'],
    ['a target that cannot be judged', run([target([], { failure }), target([result()])]), 3, '1 target could not be judged'],
    ['a failure and an inconclusive', run([target([failing(), unsure])]), 1, '1 check fails'],
    ['a failure and a target that cannot be judged', run([target([failing()]), target([], { failure })]), 1, '1 check fails'],
    ['nothing', run([]), 1, 'no case was executed'],
    ['everything skipped', run([target([result({ verdict: 'skipped', reason: 'no TLS' })])]), 1, 'no case was executed'],
  ])('%s', (_name, report, code, reason) => {
    expect(exitCodeOf(report)).toEqual({ code, reason });
  });

  test('recordings alone execute no case and are good', () => {
    const recorded = [
      { file: 'a.pcap', server: 'MariaDB 10.11', mode: 'post-41', outcome: 'Greeting, OK', count: 1, verdict: 'OK' },
    ] as const;
    expect(exitCodeOf(run([], { recorded })).code).toBe(0);
  });
});
