import { setMaxListeners } from 'node:events';

/** ms for which a campaign plays, however long the target was looked at before. */
const LEAST_MS = 1000;
/** Of its time, what is kept for suspicions where there are some: this share, and no more ms than that. */
const [LOOKS_SHARE, MOST_LOOKS_MS] = [1 / 4, 20_000];
/** ms in which findings are played once more for their evidence: at least, as a share of the campaign's time, and behind Ctrl-C. */
const [LEAST_EVIDENCE_MS, EVIDENCE_SHARE, STOPPED_EVIDENCE_MS] = [2000, 1 / 6, 30_000];

export interface PhasesOptions {
  /** ms of the whole campaign, the look at the target before it included; undefined: until its runs are done. */
  readonly timed: number | undefined;
  /** ms that an answer may take. */
  readonly limitMs: number;
  /** When it began, as performance.now() tells. */
  readonly from: number;
  /** Ctrl-C. */
  readonly stop: AbortSignal;
}

/** When the parts of a campaign end: what a silent target keeps waiting must not outlast the time that was given. */
export interface Phases {
  /** No further sessions. */
  readonly over: AbortSignal;
  /** Those that are under way are cut off. */
  readonly cutPlays: AbortSignal;
  /** What is looked into is cut off. */
  readonly cutLooks: AbortSignal;
  /** So many suspicions are being looked into: near its end the campaign plays no more while there are any. */
  looking(suspicions: number): void;
  /** From now on evidence is written: findings that are not played again by then are told without their packets. */
  evidence(): AbortSignal;
  /** ms that there are for it; Infinity without a limit. */
  evidenceMs(): number;
  end(): void;
}

export function phases({ timed, limitMs, from, stop }: PhasesOptions): Phases {
  const [over, cutPlays, cutLooks, cutEvidence] = Array.from({ length: 4 }, () => new AbortController()) as [
    AbortController,
    AbortController,
    AbortController,
    AbortController,
  ];
  // Every connection and every batch listens.
  setMaxListeners(0, stop, over.signal, cutPlays.signal, cutLooks.signal, cutEvidence.signal);
  const timers: NodeJS.Timeout[] = [];
  const after = (ms: number, then: () => void): void => void timers.push(setTimeout(then, ms));
  const cutAfter = (ms: number, which: AbortController): void => after(ms, () => which.abort());
  let [suspicions, isNearEnd] = [0, false];
  const look = (): void => {
    if (isNearEnd && suspicions > 0) over.abort();
  };
  over.signal.addEventListener('abort', () => cutAfter(limitMs, cutPlays));
  const stopped = (): void => {
    over.abort();
    cutAfter(limitMs, cutLooks);
  };
  stop.addEventListener('abort', stopped, { once: true });
  if (stop.aborted) stopped();
  if (timed !== undefined) {
    const left = Math.max(LEAST_MS, timed - (performance.now() - from));
    after(left - Math.min(left * LOOKS_SHARE, MOST_LOOKS_MS), () => {
      isNearEnd = true;
      look();
    });
    cutAfter(left, over);
    cutAfter(left + limitMs, cutLooks);
  }
  const evidenceMs = (): number => {
    if (stop.aborted) return STOPPED_EVIDENCE_MS;
    return timed === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_EVIDENCE_MS, timed * EVIDENCE_SHARE);
  };
  return {
    over: over.signal,
    cutPlays: cutPlays.signal,
    cutLooks: cutLooks.signal,
    looking(now) {
      suspicions = now;
      look();
    },
    evidence() {
      const ms = evidenceMs();
      if (ms < Number.POSITIVE_INFINITY) cutAfter(ms, cutEvidence);
      return cutEvidence.signal;
    },
    evidenceMs,
    end() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
