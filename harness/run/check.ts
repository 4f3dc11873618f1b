import { areaOf, type Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { Transcript } from '../wire/transcript.ts';
import { atLimit, initFailed, isFull } from './at-limit.ts';
import { excused, inVain } from './heard-again.ts';
import { notReached } from './not-reached.ts';
import type { CheckResult, Deviation } from './result.ts';
import type { Try, TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/** At most this many tries of one case run side by side: a race needs company, a server needs air. */
const TRIES_AT_ONCE = 8;

/** So many tries that met nothing but silence, and no other, are enough: each of the hundreds that may be asked for takes the whole limit of a wait. */
const ENOUGH_SILENT = 16;
const isSilent = ({ deviation }: Try): boolean => deviation?.got.startsWith('silence for ') === true;

/** Runs one case under one delivery, all its tries, and judges them together. */
export async function check(one: Case, delivery: Delivery, target: string, context: TryContext): Promise<CheckResult> {
  const from = performance.now();
  const tries: Try[] = [];
  const wanted = one.tries ?? 1;
  let next = 0;
  const shared = wanted > 1 ? { ...context, composed: new Map() } : context;
  const worker = async (): Promise<void> => {
    // A run that is being ended waits for no hundreds of tries.
    while (next++ < wanted && (next === 1 || !context.signal?.aborted)) {
      if (tries.length >= ENOUGH_SILENT && tries.every(isSilent)) return;
      const got = unlessFull(await tryCase(one, delivery, shared));
      context.onTry?.(got);
      tries.push(isFirst(got, tries) ? got : light(got, one));
    }
  };
  await Promise.all(Array.from({ length: Math.min(wanted, TRIES_AT_ONCE) }, worker));
  const result = unlessDelayed(judge(one, delivery, target, tries, performance.now() - from), context);
  if (tries.length === wanted || result.verdict !== 'pass') return result;
  return { ...result, verdict: 'inconclusive', reason: notReached(context.signal, `try ${tries.length + 1} of ${wanted}`) };
}

/** Of a case that takes any ERR. */
function unlessFull(got: Try): Try {
  const { deviation, ...rest } = got;
  const says = got.inconclusive ? undefined : got.packets.find((packet) => initFailed(packet) || (!deviation && isFull(packet)));
  const limit = says && atLimit(says, {});
  return limit === undefined ? got : { ...rest, inconclusive: limit };
}

/** Silence of a server that delays its answers is no deviation. */
const unlessDelayed = (result: CheckResult, { delays }: TryContext): CheckResult =>
  delays !== undefined && inVain(result) ? excused(result, delays) : result;

/** Only the first of its kind may be shown. */
const isFirst = ({ deviation, inconclusive }: Try, before: readonly Try[]): boolean =>
  before.length === 0 ||
  (deviation !== undefined && !before.some((one) => one.deviation)) ||
  (inconclusive !== undefined && !before.some((one) => one.inconclusive));

/** Of hundreds of tries, one transcript is enough: the others would only fill the memory. */
function light(one: Try, { differs }: Case): Try {
  return { ...one, transcript: { startedAt: 0, events: [], ending: one.transcript.ending }, packets: differs ? one.packets : [] };
}

/** From tries to one result: one deviating try makes the case deviate, one that could not be run makes it inconclusive. */
export function judge(one: Case, delivery: Delivery, target: string, tries: readonly Try[], ms: number): CheckResult {
  const deviating = tries.filter((t) => t.deviation);
  const shown = deviating[0] ?? tries.find((t) => t.inconclusive) ?? tries.find((t) => t.unsupported) ?? (tries[0] as Try);
  const repeated = deviating.length === 0 ? unchanged(one, tries) : undefined;
  const deviation = shown.deviation ?? repeated;
  const base = {
    target,
    case: one.id,
    area: areaOf(one),
    title: one.title,
    level: one.level,
    delivery,
    source: one.source,
    ...(one.link ? { link: one.link } : {}),
    observation: shown.observation,
    tries: tries.length,
    deviatingTries: deviating.length,
    ...(tries.length > 1 ? { tally: tallied(tries) } : {}),
    ms,
  } as const;
  if (deviation)
    return {
      ...base,
      verdict: 'fail',
      reason: tries.length > 1 ? `${deviating.length || tries.length} of ${tries.length} tries: ${deviation.got}` : deviation.got,
      answer: deviation.axis === 'ending' ? 'pass' : 'fail',
      ending: deviation.axis === 'ending' ? 'fail' : 'unjudged',
      deviation,
      transcript: shown.transcript,
    };
  const judged = { answer: 'pass', ending: one.script.some((s) => 'end' in s) ? 'pass' : 'unjudged' } as const;
  if (shown.inconclusive)
    return {
      ...base,
      verdict: 'inconclusive',
      reason: shown.inconclusive,
      answer: 'unjudged',
      ending: 'unjudged',
      transcript: shown.transcript,
    };
  const transcript = kept(shown.transcript);
  if (shown.unsupported) return { ...base, verdict: 'unsupported', reason: `refused: ${shown.unsupported}`, ...judged, transcript };
  return { ...base, verdict: 'pass', ...judged, transcript };
}

/** Bytes of a transcript that is kept although its check passed. */
const MOST_KEPT = 0x40000;

/** Nobody reads the megabytes of a check that passed, and a run has many: what happened and when is enough. */
function kept(transcript: Transcript): Transcript {
  const bytes = transcript.events.reduce((sum, event) => sum + ('bytes' in event ? event.bytes.length : 0), 0);
  return bytes <= MOST_KEPT ? transcript : { ...transcript, events: transcript.events.filter((event) => !('bytes' in event)) };
}

/** Fields that must differ between tries and do not. */
function unchanged(one: Case, tries: readonly Try[]): Deviation | undefined {
  for (const path of one.differs ?? []) {
    const [message, field] = path.split('.') as [string, string];
    const values = new Set<string>();
    let seen = 0;
    for (const packet of tries.flatMap((t) => t.packets)) {
      if (packet.name !== message) continue;
      seen++;
      const value = packet.value[field];
      values.add(value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value));
    }
    if (values.size < seen)
      return {
        axis: 'answer',
        step: 0,
        expected: `${path} differs between ${seen} connections`,
        got: `${values.size} different values in ${seen} connections`,
      };
  }
  return undefined;
}

function tallied(tries: readonly Try[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const t of tries) counts[t.observation] = (counts[t.observation] ?? 0) + 1;
  return counts;
}
