import { type Assertion, finding, type Observed, versionOf } from '../../../harness/scenario/scenario.ts';
import type { Front } from './fronts.ts';

/** Something that every proxy is asked. */
export interface Question<F> {
  /** Words, as an assertion's name: 'transaction-stays'. */
  readonly name: string;
  /** As it stands in the table. */
  readonly asks: string;
  /** In a few words, without ids and times: what the table shows, and what must come out again. Pure. */
  readonly answer: (observed: Observed<F>, front: Front) => string;
  /** A world with another answer. */
  readonly unless: (observed: Observed<F>) => Observed<F>;
  /** Where a manual promises the answer, by the name of the front. */
  readonly promised?: Readonly<Partial<Record<string, string>>>;
}

/** What was measured, and when: by the name of the front (with the version behind an @ where versions differ), by the name of the question. */
export type Measured = Readonly<Record<string, Readonly<Record<string, string>>>>;

const measuredHere = 'measured with mywire on 2026-11-26; no manual says it of all products';

/** The answer that is right for this product and version. */
export function expected(measured: Measured, front: Front, observed: Observed<unknown>, question: string): string | undefined {
  const version = versionOf(observed, front.product);
  const own = Object.entries(measured).filter(
    ([key]) => key.startsWith(`${front.name}@`) && version.startsWith(key.slice(front.name.length + 1)),
  );
  return own.map(([, answers]) => answers[question]).find((answer) => answer !== undefined) ?? measured[front.name]?.[question];
}

/** One assertion per question: the answer is the one that was measured. */
export function assertionsOf<F>(questions: readonly Question<F>[], front: Front, measured: Measured): Assertion<F>[] {
  return questions.map(({ name, asks, answer, unless, promised }) => {
    const manual = promised?.[front.name];
    return {
      name,
      says: asks,
      level: manual ? 'MUST' : 'OBSERVE',
      source: manual ?? measuredHere,
      judge: (observed) => {
        const seen = answer(observed, front);
        const right = expected(measured, front, observed, name);
        return finding(seen === right, seen === right ? seen : `${seen}; measured before: ${right ?? 'nothing'}`);
      },
      unless,
    };
  });
}

/** A column of the table. */
export const answersOf =
  <F>(topic: string, questions: readonly Question<F>[], front: Front) =>
  (observed: Observed<F>) => ({
    topic,
    column: `${front.title} ${versionOf(observed, front.product)}`,
    rows: questions.map(({ asks, answer }) => [asks, answer(observed, front)] as const),
  });
