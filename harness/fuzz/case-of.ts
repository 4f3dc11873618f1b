import type { Alternative, Step } from '../case/step.ts';
import { serverMessages } from '../case/step.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { unitsOf, type WrittenCase } from '../replay/to-case.ts';
import { type Act, type Client, stimuliIn } from './exec.ts';
import type { Finding } from './finding.ts';
import type { PlayedClient } from './play.ts';

/** Any packet of a server, well-formed, or the end: where all that is asked is an answer. */
const anything: readonly [Alternative, ...Alternative[]] = [
  { closes: true },
  ...serverMessages.map((packet): Alternative => ({ packet, sequenceId: 'any' })),
];
const GREETING: Step = { expect: [{ packet: 'HandshakeV10', sequenceId: 'any' }] };

/** What was right, and what was not, where a finding has both. */
export interface Shown {
  readonly expected?: PlayedClient | undefined;
  readonly wrong?: PlayedClient | undefined;
}

/**
 * A finding as a case that `mywire run --cases` takes: what its client sends, and the answers that `expected` got, otherwise
 * delivered or from another server; without it any answer or an end is right. Of its deliveries the last is the one that
 * shows the fault. Undefined where the language of cases cannot say it: several clients at once, cuts of its own.
 */
export function caseOf({ id, oracle, says, exec }: Finding, { expected, wrong }: Shown = {}): WrittenCase | undefined {
  const [first, ...others] = exec.clients;
  const client = wrong?.client ?? first;
  if (others.length > 0 || client.cuts) return undefined;
  const right = wrong && expected && !expected.client.cuts ? expected.client.delivery : undefined;
  const script = scriptOf(client, expected);
  const accounts = new Set(stimuliIn(client).map(({ account }) => account));
  const needs = [...(accounts.has('check') ? ['check-account'] : []), ...(accounts.has('login') ? ['login-account'] : [])];
  return {
    id,
    title: `found by the oracle "${oracle}": ${says}`,
    level: 'MUST',
    ...(needs.length > 0 ? { needs } : {}),
    deliveries: right ? [right, client.delivery] : [client.delivery],
    script,
  };
}

function scriptOf(client: Client, expected: PlayedClient | undefined): Step[] {
  const answers = expected ? answersByAct(client, expected) : undefined;
  const steps: Step[] = [GREETING];
  client.acts.forEach((act, i) => {
    steps.push('send' in act ? { send: act.send } : act);
    if ('send' in act && !act.ahead && act.send.some((one) => isAsked(one.message)))
      steps.push(...(answers ? (answers[i] ?? []) : [{ expect: anything }]));
  });
  if (client.leaves === 'quit') steps.push({ send: { message: 'COM_QUIT' } }, { end: ['fin', 'fin+rst', 'rst'] });
  else if (client.leaves === 'fin') steps.push({ do: 'half-close' }, { end: ['fin', 'fin+rst', 'rst'] });
  return steps;
}

const isAsked = (message: string | undefined): boolean =>
  message !== 'SSLRequest' && message !== 'COM_STMT_CLOSE' && message !== 'COM_STMT_SEND_LONG_DATA' && message !== 'COM_QUIT';

/** What was answered to each act: the packets behind the last of its own, up to the first of the next act. */
function answersByAct(client: Client, { packets }: PlayedClient): Step[][] {
  const own = packets.filter(({ from, name }) => from === 'client' && name !== 'AuthSwitchResponse');
  const out: Step[][] = [];
  let at = 0;
  for (const act of client.acts) {
    const mine = own.slice(at, at + sizeOf(act));
    at += mine.length;
    const answers = packets.filter(({ from, answers: to }) => from === 'server' && to !== undefined && mine.includes(to as LabelledPacket));
    out.push(unitsOf(answers).flatMap(({ expects }) => (expects ? [stepOf(expects)] : [])));
  }
  return out;
}

/** What no case can name (rows without a resultset) is anything. */
const stepOf = (expects: Alternative): Step =>
  expects.packet !== undefined && serverMessages.includes(expects.packet) ? { expect: [expects] } : { expect: anything };

const sizeOf = (act: Act): number => ('send' in act ? act.send.length : 0);
