import type { Step, Stimulus } from './step.ts';

/** What a step sends; nothing where it expects or does something. */
export const stimuliOf = (step: Step | undefined): readonly Stimulus[] =>
  step && 'send' in step ? (Array.isArray(step.send) ? step.send : [step.send as Stimulus]) : [];

const known = new WeakMap<readonly Step[], readonly Step[]>();
/** Every step of a script, those behind `then` and on a second connection included. Asked of each case many times in a run. */
export function allSteps(script: readonly Step[]): readonly Step[] {
  const before = known.get(script);
  if (before) return before;
  const all = script.flatMap((step) => [
    step,
    ...('expect' in step ? step.expect.flatMap((a) => allSteps(a.then ?? NONE)) : []),
    ...('beside' in step ? allSteps(step.beside) : []),
  ]);
  known.set(script, all);
  return all;
}
const NONE: readonly Step[] = [];
