import type { CheckResult, Deviation } from '../run/result.ts';

/** One deviation, told once: a case under all the deliveries that show it, and the cases that show the very same. */
export interface ToldDeviation {
  /** The result that is told in full. */
  readonly shown: CheckResult;
  /** Results of the case with the same expected and got, the shown one included. */
  readonly same: readonly CheckResult[];
  /** The case's other deviations, one per expected and got. */
  readonly others: readonly (readonly CheckResult[])[];
  /** Other cases that sent the same bytes and met the same deviation, or that the same death of the target is charged to. */
  readonly alsoIn: readonly string[];
}

/** Above this, what was sent is not compared between cases, in bytes. */
const MOST_COMPARED = 4096;

/** Groups the deviating results of one target; the order is that of the first deviation of each case. */
export function deviationsOf(results: readonly CheckResult[]): ToldDeviation[] {
  const told: ToldDeviation[] = [];
  const seen = new Map<string, string[]>();
  for (const ofCase of groupBy(results, (r) => r.case)) {
    const variants = groupBy(ofCase, (r) => deviationKey(r));
    const first = variants.find((v) => v.some((r) => r.delivery === 'whole')) ?? (variants[0] as CheckResult[]);
    const shown = first.find((r) => r.delivery === 'whole') ?? (first[0] as CheckResult);
    const others = variants.filter((v) => v !== first);
    const key = others.length === 0 ? sharedKey(shown) : undefined;
    const earlier = key === undefined ? undefined : seen.get(key);
    if (earlier) {
      earlier.push(shown.case);
      continue;
    }
    const alsoIn: string[] = [];
    if (key !== undefined) seen.set(key, alsoIn);
    told.push({ shown, same: first, others, alsoIn });
  }
  return told;
}

/** What was expected and what came; a result that has no deviation stands by its reason. */
export function deviationOf(result: CheckResult): Pick<Deviation, 'expected' | 'got'> {
  return result.deviation ?? { expected: '', got: result.reason ?? '' };
}

function deviationKey(result: CheckResult): string {
  const { expected, got } = deviationOf(result);
  return JSON.stringify([result.deviation?.axis, expected, got]);
}

/** Same deviation after the same bytes, or the same death of the target; undefined where that cannot be told. */
function sharedKey(result: CheckResult): string | undefined {
  if (result.deviation?.axis === 'liveness') return deviationKey(result);
  if (!result.transcript || result.tries > 1) return undefined;
  const sent = result.transcript.events.flatMap((event) => (event.kind === 'sent' ? [event.bytes] : []));
  if (sent.reduce((sum, bytes) => sum + bytes.length, 0) > MOST_COMPARED) return undefined;
  return `${deviationKey(result)} ${result.delivery} ${Buffer.concat(sent).toString('hex')}`;
}

/** Groups in order of first appearance. */
export function groupBy<T>(list: Iterable<T>, key: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(key(one));
    if (group) group.push(one);
    else groups.set(key(one), [one]);
  }
  return [...groups.values()];
}
