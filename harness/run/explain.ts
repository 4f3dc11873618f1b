import { type Case, defaultDeliveries } from '../case/case.ts';
import { deliveries } from '../case/delivery.ts';
import type { Step, Stimulus } from '../case/step.ts';
import { expectation } from './describe.ts';

/** A case as a page of text: what is sent, what must come back, who says so, and the defects that must turn it red. */
export function explainCase(one: Case): string {
  const lines = [
    one.id,
    `  ${one.title} (${one.level})`,
    ...one.source.map((s) => `  per ${s.manual} manual, ${s.page}: ${s.says}\n    ${s.url}`),
    ...(one.source.length === 0 ? ['  No manual speaks of this: what a target does is recorded.'] : []),
    ...(one.link ? [`  see ${one.link}`] : []),
    ...(one.needs ? [`  needs ${one.needs.map((n) => (typeof n === 'string' ? n : `an offer of ${n.offers}`)).join(', ')}`] : []),
    '  script:',
    ...one.script.flatMap((step, i) => `    ${i + 1}. ${stepInWords(step)}`),
    '  deliveries:',
    ...(one.deliveries ?? defaultDeliveries).map((d) => `    ${d}: ${deliveries[d]}`),
    ...(one.tries ? [`  tries: ${one.tries} per delivery`] : []),
    `  killed by: ${one.killedBy.join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function stepInWords(step: Step): string {
  if ('send' in step)
    return `send ${(Array.isArray(step.send) ? step.send : [step.send as Stimulus]).map(stimulusInWords).join(', then ')}`;
  if ('do' in step) return step.do;
  return `expect ${expectation(step)}`;
}

function stimulusInWords(s: Stimulus): string {
  if (s.wire !== undefined) return `the bytes ${short(s.wire)}`;
  const { message, payload, ...rest } = s;
  const details = Object.entries(rest).map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  return `${message ?? `a packet with payload ${short(payload ?? '')}`}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}

const short = (hex: string): string => (hex.length > 96 ? `${hex.slice(0, 96)}… (${hex.replaceAll(' ', '').length / 2} bytes)` : hex);
