import type { BenchLine, Figure } from './line.ts';
import { longReport } from './long-report.ts';
import { exponent, inTurn, LINEAR } from './measure.ts';

/** CPU time to make each report of a long run, as a ratio to JSON.stringify of what it is made of. */
export const line: BenchLine = {
  about: 'CPU time of the reports of 5,000 checks on each of three targets, as a ratio to JSON.stringify of the same results',
  promise: `linear: twice the checks, at most 2^${LINEAR} the time`,
  bench,
};

const CHECKS = 5000;
const ROUNDS = 3;

async function bench(_args: readonly string[], say: (line: string) => void, tiny: boolean): Promise<readonly Figure[]> {
  const [{ reportAsJson }, { reportAsJunit }, { reportAsText }, { reportAsHtml }] = await Promise.all([
    import('../../report/json.ts'),
    import('../../report/junit.ts'),
    import('../../report/terminal.ts'),
    import('../../report/html/html.ts'),
  ]);
  const sizes = tiny ? [5, 10] : [CHECKS / 4, CHECKS / 2, CHECKS];
  const grown: (readonly [number, number])[] = [];
  const figures: Figure[] = [];
  for (const checks of sizes) {
    const report = await longReport(checks);
    const ms = await inTurn(tiny ? 1 : ROUNDS, {
      stringify: () => JSON.stringify(report),
      JSON: () => reportAsJson(report, 'everything'),
      JUnit: () => reportAsJunit(report),
      text: () => reportAsText(report, { color: false, columns: 120 }),
      HTML: () => reportAsHtml(report),
    });
    const { stringify, ...ours } = ms;
    say(
      `${checks} checks on each of 3 targets: ${Object.entries(ms)
        .map(([name, one]) => `${name} ${one.toFixed(0)} ms`)
        .join(', ')}`,
    );
    grown.push([checks, Object.values(ours).reduce((sum, one) => sum + one, 0)]);
    if (checks === sizes.at(-1))
      for (const [name, one] of Object.entries(ours)) figures.push({ name: `${name}, against JSON.stringify`, ratio: one / stringify });
  }
  return [...figures, { name: 'growth with the checks (exponent)', ratio: exponent(grown), most: LINEAR }];
}
