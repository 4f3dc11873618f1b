import { setMaxListeners } from 'node:events';
import { type Finding, isConfirmed, seenAgain, smaller } from '../fuzz/finding.ts';
import type { EachWritten } from '../report/each-written.ts';
import { isNews, type ToldFinding } from '../report/fuzzed.ts';
import { EvidenceCapture } from './evidence-capture.ts';
import { type FindingPlace, playFinding, wake } from './fuzz-evidence.ts';

/** ms in which a finding is made smaller once no other session plays. */
const MOST_QUIET_MS = 20_000;
/** ms in which a finding that nobody has looked into is played again. */
const MOST_AGAIN_MS = 5000;
/** What is not new takes no more than so many times its share of the time that is left. */
const SHARES = 4;

/** What is new and sure first, what is known last, and of that what is shown by silence, which takes longest: the time for it may be over. */
const rank = ({ known, again, oracle }: ToldFinding): number =>
  known === undefined ? (again.shown > 0 ? 0 : 1) : oracle === 'answers' ? 3 : 2;

/**
 * Plays each finding once more, captured, and writes its folder into `dir`; what is new is made smaller before.
 * @param ms that there are for all of it
 */
export async function writeFindings(
  dir: string,
  found: readonly Finding[],
  toldOf: (one: Finding) => ToldFinding,
  place: Omit<FindingPlace, 'capture'>,
  ms: number,
  writes: EachWritten,
): Promise<{ told: ToldFinding[]; folders: Map<string, string> }> {
  const { target, judging } = place;
  const until = performance.now() + ms;
  const told = found.map(toldOf);
  const inOrder = [...told].sort((one, other) => rank(one) - rank(other));
  // Half of the time is for the packets.
  const quietMs = Math.min(MOST_QUIET_MS, ms / 2 / told.filter((one) => isNews(one) && one.again.shown > 0).length);
  const folders = new Map<string, string>();
  const writing: Promise<void>[] = [];
  const capture = told.length > 0 ? await EvidenceCapture.start(target) : undefined;
  try {
    for (const [i, one] of inOrder.entries()) {
      const isNew = isNews(one);
      const isUnopened = one.known === undefined && !isConfirmed(one) && one.again.of === 0;
      if (isNew || isUnopened) await wake(target);
      const seen = isUnopened ? await seenAgain(one, judging, MOST_AGAIN_MS) : one;
      const finding = isNews(seen) ? toldOf(await smaller(seen, judging, quietMs)) : seen;
      told[told.indexOf(one)] = finding;
      const share = (SHARES * Math.max(0, until - performance.now())) / (inOrder.length - i);
      const write = await playFinding(dir, finding, { ...place, capture, judging: isNew ? judging : within(judging, share) });
      const written = writes.attempt(async () => void folders.set(finding.id, await write()));
      // A fault of ours is told of when all are played.
      written.catch(() => {});
      writing.push(written);
    }
    await Promise.all(writing);
  } finally {
    await capture?.stop();
  }
  return { told, folders };
}

/** The same, for so many ms at most. */
function within(judging: FindingPlace['judging'], ms: number): FindingPlace['judging'] {
  if (ms === Number.POSITIVE_INFINITY) return judging;
  const late = AbortSignal.timeout(Math.round(ms));
  const cutOf = (cut: AbortSignal | undefined): AbortSignal => {
    const either = cut ? AbortSignal.any([cut, late]) : late;
    // Every connection listens.
    setMaxListeners(0, either);
    return either;
  };
  const { target, against } = judging;
  return {
    ...judging,
    target: { ...target, cut: cutOf(target.cut) },
    ...(against ? { against: { ...against, cut: cutOf(against.cut) } } : {}),
  };
}
