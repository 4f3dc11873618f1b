import type { Step, Stimulus } from './step.ts';

/** What a step sends; nothing where it expects or does something. */
export const stimuliOf = (step: Step | undefined): readonly Stimulus[] =>
  step && 'send' in step ? (Array.isArray(step.send) ? step.send : [step.send as Stimulus]) : [];

/** Every step of a script, those behind `then` and on a second connection included. */
export function allSteps(script: readonly Step[]): Step[] {
  return script.flatMap((step) => [
    step,
    ...('expect' in step ? step.expect.flatMap((a) => allSteps(a.then ?? [])) : []),
    ...('beside' in step ? allSteps(step.beside) : []),
  ]);
}
