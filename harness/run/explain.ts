import { sparedBy } from '../case/asks.ts';
import { type Case, defaultDeliveries, type Need, type Regression } from '../case/case.ts';
import { deliveries } from '../case/delivery.ts';
import { features } from '../case/feature.ts';
import type { Alternative, Step, Stimulus } from '../case/step.ts';
import { alternativeInWords, expectation } from './describe.ts';

/** A case as a page of text: what is sent, what must come back, who says so, and the defects that must turn it red. */
export function explainCase(one: Case): string {
  const lines = [
    one.id,
    `  ${one.title} (${one.level})`,
    ...one.source.map((s) => `  per ${s.manual} manual, ${s.page}: ${s.says}\n    ${s.url}`),
    ...(one.source.length === 0 ? ['  No manual speaks of this: what a target does is recorded.'] : []),
    ...(one.regression ? [`  a bug of ${regressionInWords(one.regression)}`] : []),
    ...(one.link ? [`  see ${one.link}`] : []),
    ...(one.needs ? [`  needs ${one.needs.map(needInWords).join(', ')}`] : []),
    ...sparedBy(one).map((what) => `  not for a target that ${what}`),
    '  script:',
    ...one.script.flatMap((step, i) => `    ${i + 1}. ${stepInWords(step)}`),
    '  deliveries:',
    ...(one.deliveries ?? defaultDeliveries).map((d) => `    ${d}: ${deliveries[d]}`),
    ...(one.tries ? [`  tries: ${one.tries} per delivery`] : []),
    `  killed by: ${one.killedBy.join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function needInWords(need: Need): string {
  if (typeof need === 'string') return need;
  if ('offers' in need) return `an offer of ${need.offers}`;
  if ('offersMariadb' in need) return `an offer of MARIADB_CLIENT_${need.offersMariadb}`;
  if ('lacks' in need) return `no offer of ${need.lacks}`;
  if ('lacksMariadb' in need) return `no offer of MARIADB_CLIENT_${need.lacksMariadb}`;
  if ('account' in need) return `the account ${need.account}`;
  if ('firstProof' in need) return `a greeting that names the plugin of the account ${need.firstProof}`;
  if ('switched' in need) return `a greeting that names another plugin than that of the account ${need.switched}`;
  if ('backend' in need) return `the reference server ${need.backend}`;
  return 'dialect' in need ? `the dialect of ${need.dialect}` : `a server of which this does not hold: ${features[need.feature].without}`;
}

function regressionInWords({ product, issue, affected, fixed }: Regression): string {
  return [`${product}, ${issue}`, affected && `affected ${affected}`, fixed && `fixed in ${fixed}`].filter(Boolean).join('; ');
}

/** Answers that lead to answers are told so deep: a stream of events may go on for 200 of them, each as the one before. */
const MOST_NESTED = 3;

function stepInWords(step: Step, nested = 0): string {
  if ('send' in step)
    return `send ${(Array.isArray(step.send) ? step.send : [step.send as Stimulus]).map(stimulusInWords).join(', then ')}`;
  if ('do' in step && step.mostMs !== undefined)
    return `${step.do}; the next message comes at most ${step.mostMs} ms behind the one before`;
  if ('do' in step) return step.tls ? `${step.do} ${JSON.stringify(step.tls)}` : step.do;
  if ('beside' in step) {
    const within = step.mostMs === undefined ? '' : `, over at most ${step.mostMs} ms behind the message before`;
    return `on a second connection${within}: ${inTurn(step.beside, nested)}`;
  }
  return `expect ${'expect' in step ? step.expect.map((a) => answerInWords(a, nested)).join(', or ') : expectation(step)}`;
}

/** An answer that may come, which sequence id it must have, and what it leads to where that is not the rest of the script. */
function answerInWords(a: Alternative, nested: number): string {
  const details = [
    alternativeInWords(a),
    ...(a.sequenceId === undefined ? [] : [`with ${a.sequenceId === 'any' ? 'any sequence id' : `sequence id ${a.sequenceId}`}`]),
    ...(a.means ? [`which says that the target does not do this (${a.means}): unsupported`] : []),
    ...(a.then && !a.closes ? [thenInWords(a.then, nested)] : []),
  ];
  return details.join(' ');
}

function thenInWords(steps: readonly Step[], nested: number): string {
  if (steps.length === 0) return 'and no more is asked';
  return nested < MOST_NESTED ? `and then [${inTurn(steps, nested + 1)}]` : 'and so on';
}

const inTurn = (steps: readonly Step[], nested: number): string => steps.map((step) => stepInWords(step, nested)).join('; ');

function stimulusInWords(s: Stimulus): string {
  if (s.wire !== undefined) return `the bytes ${short(s.wire)}`;
  const { message, payload, ...rest } = s;
  const details = Object.entries(rest).map(
    ([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value, shortened) : value}`,
  );
  return `${message ?? `a packet with payload ${short(payload ?? '')}`}${details.length > 0 ? ` (${details.join(', ')})` : ''}`;
}

/** A text in the fields of a message, where it is long. */
const shortened = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && value.length > 400 ? `${value.slice(0, 60)}… (${value.length} characters)` : value;

const short = (hex: string): string => (hex.length > 96 ? `${hex.slice(0, 96)}… (${hex.replaceAll(' ', '').length / 2} bytes)` : hex);
