import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import type { Expectation } from '../run/expectations.ts';
import type { TargetReport } from '../run/result.ts';
import { runAll } from '../run/run-all.ts';
import type { TargetOptions } from '../target/options.ts';

/** One run per target, its cases shown as tests: the runner is the CLI's own, vitest only shows what it found. */
export function registerLive(
  target: string,
  cases: readonly Case[],
  expectations: readonly Expectation[],
  targetOptions: TargetOptions,
): void {
  describe(target, () => {
    let report: TargetReport | undefined;
    beforeAll(async () => {
      const { report: run } = await runAll({
        targets: [target],
        targetOptions,
        cases,
        knownIds: new Set(cases.map((one) => one.id)),
        expectations,
        askHaproxy: false,
        capture: true,
        onNote: (line) => console.log(`${target}: ${line}`),
        untested: [],
        command: 'vitest',
        version: 'test',
        tries: 50,
      });
      report = run.targets[0];
    }, 180_000);
    afterAll(() => {
      const skipped = report?.results.filter((r) => r.verdict === 'skipped') ?? [];
      for (const reason of new Set(skipped.map((r) => r.reason))) console.log(`${target}: skipped: ${reason}`);
    });

    test('can be judged', () => {
      expect(report?.failure).toBeUndefined();
      expect(report?.results.filter((r) => r.verdict === 'pass').length).toBeGreaterThan(0);
      expect(report?.expectationProblems).toEqual([]);
    });
    test('the endings that the socket saw are those of the capture', (context) => {
      const compared = report?.notes.find((note) => note.includes('endings seen by the socket'));
      if (!compared) context.skip('no live capture here');
      // Sent in pieces, a byte of ours may cross the server's FIN; then only the capture can tell whose RST it is.
      const wrong = report?.notes.filter((note) => note.includes(': the socket saw') && !/\((bytes|fields)\)/.test(note));
      expect(wrong).toEqual([]);
    });
    test.each(cases.map((one) => [one.id]))('%s', (id) => {
      const wrong = report?.results.filter((r) => r.case === id && ((r.verdict === 'fail' && !r.known) || r.verdict === 'inconclusive'));
      expect(wrong?.map((r) => `${r.delivery}: ${r.verdict}: ${r.reason}; expected ${r.deviation?.expected}`)).toEqual([]);
    });
  });
}
