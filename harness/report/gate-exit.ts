import type { GateReport } from '../gate/gate.ts';
import type { ExitCode } from './exit-code.ts';
import { oneLine } from './layout.ts';

/** What a gate says that is stopped, in front of its reasons. */
export const SHUT = 'the gate is shut';

/** 1: stopped. 3: not stopped, but something could not be judged. 1 goes before 3. */
export function exitCodeOfGate({ steps }: GateReport): ExitCode {
  const stopped = steps.find(({ verdict }) => verdict === 'stopped');
  if (stopped) return { code: 1, reason: oneLine(`${SHUT}: ${said(stopped.reasons)}`) };
  const open = steps.find(({ verdict }) => verdict === 'inconclusive');
  if (open) return { code: 3, reason: oneLine(`inconclusive: ${said(open.reasons)}`) };
  if (steps.length === 0) return { code: 3, reason: 'inconclusive: nothing was compared' };
  return { code: 0, reason: 'the gate is open' };
}

/** The reason ends the sentence that it becomes a part of. */
const said = (reasons: readonly string[]): string => `${(reasons[0] ?? '').replace(/\.$/, '')}${more(reasons)}`;

const more = (reasons: readonly string[]): string => (reasons.length > 1 ? `, and ${reasons.length - 1} more` : '');
