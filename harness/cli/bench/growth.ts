import { fileURLToPath } from 'node:url';
import { apart, inChild } from './child.ts';
import type { BenchLine, Figure } from './line.ts';
import { cpuOf, exponent, LINEAR } from './measure.ts';
import { runOnReference } from './on-reference.ts';

/** How the CPU time of a run grows with the cases, the deliveries of each and the targets, on the server that is built in. */
export const line: BenchLine = {
  about: 'how the CPU time of a run on the reference server grows with cases, deliveries and targets: the exponent over two doublings',
  promise: `linear: an exponent of at most ${LINEAR}`,
  bench,
};

const self = fileURLToPath(import.meta.url);

interface Size {
  readonly cases: number;
  readonly deliveries: number;
  readonly targets: number;
}
interface Cost {
  readonly checks: number;
  readonly cpuMs: number;
}

async function bench(_args: readonly string[], say: (line: string) => void, tiny: boolean): Promise<readonly Figure[]> {
  const middle: Size = tiny ? { cases: 2, deliveries: 1, targets: 1 } : { cases: 200, deliveries: 1, targets: 1 };
  const figures: Figure[] = [];
  for (const what of ['cases', 'deliveries', 'targets'] as const) {
    const costs: Cost[] = [];
    for (const step of tiny ? [1, 2] : what === 'deliveries' ? [1, 2, 3] : [1, 2, 4])
      costs.push(await apart<Cost>(self, [JSON.stringify({ ...middle, [what]: middle[what] * step })]));
    say(`${what}: ${costs.map(({ checks, cpuMs }) => `${checks} checks ${cpuMs.toFixed(0)} ms`).join(', ')} of CPU`);
    figures.push({
      name: `a run, with the ${what} (exponent)`,
      ratio: exponent(costs.map(({ checks, cpuMs }) => [checks, cpuMs])),
      most: LINEAR,
    });
  }
  return figures;
}

async function measure(size: Size): Promise<Cost> {
  const [{ suites }, { deliveriesOf }] = await Promise.all([import('../../../suites/index.ts'), import('../../case/case.ts')]);
  // Alike in kind and number whatever the size: cases that allow three deliveries, from all over the catalogue; none that is large by itself.
  const fit = suites.filter((one) => deliveriesOf(one).length >= 3 && !one.id.startsWith('limits/'));
  const cases = (count: number) =>
    Array.from({ length: count }, (_, i) => fit[Math.floor((i * fit.length) / count) % fit.length] as (typeof fit)[number]).map((one) => ({
      ...one,
      deliveries: deliveriesOf(one).slice(0, size.deliveries) as unknown as NonNullable<typeof one.deliveries>,
    }));
  let checks = 0;
  const run = async (count: number, targets: number): Promise<void> => {
    const report = await runOnReference(cases(count), targets);
    checks = report.targets.reduce((sum, { results }) => sum + results.length, 0);
  };
  await run(Math.min(50, size.cases), 1); // what is compiled once
  const cpuMs = await cpuOf(() => run(size.cases, size.targets));
  return { checks, cpuMs };
}

inChild(self, ([size = '{}']) => measure(JSON.parse(size) as Size));
