import type { Case } from '../case/case.ts';
import { type ProbeName, probes } from '../case/probe.ts';
import type { Step } from '../case/step.ts';
import type { Try, TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/** What came of the probes before the first case. */
export interface Probed {
  readonly refuses: ReadonlySet<ProbeName>;
  /** They did not get as far as the answer that tells (the machine is busy, the server at a limit): why. */
  readonly unclear: ReadonlyMap<ProbeName, string>;
}

/** Asks each probe once. Without the account that they log in with there is nothing to ask, and no case that could meet a refusal. */
export async function askProbes(cases: readonly Case[], context: TryContext): Promise<Probed> {
  const refuses = new Set<ProbeName>();
  const unclear = new Map<ProbeName, string>();
  if (!context.accounts.check) return { refuses, unclear };
  await Promise.all(
    probesOf(cases).map(async (name) => {
      const { script, refusals } = probes[name];
      const got = await tryCase({ script: [...script, { expect: refusals }] }, 'whole', context);
      const why = whyUnclear(got, script.length);
      if (why !== undefined) unclear.set(name, why);
      else if (!got.deviation) refuses.add(name);
    }),
  );
  return { refuses, unclear };
}

/** `last`: the step whose answer tells. Any there but a refusal is what they get who are not refused; silence may be the run's own doing. */
function whyUnclear({ deviation, inconclusive }: Try, last: number): string | undefined {
  if (!deviation) return inconclusive;
  return deviation.step < last || deviation.got.startsWith('silence') ? deviation.got : undefined;
}

/** The probes whose refusal these cases may meet. */
function probesOf(cases: readonly Case[]): ProbeName[] {
  const named = (script: readonly Step[]): readonly ProbeName[] =>
    script.flatMap((step) => ('expect' in step ? step.expect.flatMap((a) => [...(a.means ? [a.means] : []), ...named(a.then ?? [])]) : []));
  return [...new Set(cases.flatMap((one) => named(one.script)))];
}
