import type { CheckResult, TargetReport } from '../run/result.ts';
import type { RunOutcome } from '../run/run-all.ts';
import type { TranscriptEvent } from '../wire/transcript.ts';

/** A shorter one stands in too many places that have nothing to do with it. */
const LEAST_BYTES = 4;
const FILLER = 0x78; // x

/**
 * A run with each password in its transcripts, where an account sent it in the clear (inside TLS too), filled with x. The frames and the
 * TLS secrets of such a result are left out, since they have it too.
 */
export function maskedRun({ report, frames }: RunOutcome, passwords: readonly string[]): RunOutcome {
  const wanted = wantedOf(passwords);
  if (wanted.length === 0) return { report, frames };
  const kept = new Map(frames);
  const targets = report.targets.map((target) => ({
    ...target,
    results: target.results.map((result) => {
      const out = masked(result, wanted);
      if (out !== result) kept.delete(result);
      return out;
    }),
  }));
  return { report: { ...report, targets }, frames: kept };
}

/** The same of one target, without frames. */
export function maskedTarget(target: TargetReport, passwords: readonly string[]): TargetReport {
  const wanted = wantedOf(passwords);
  return wanted.length === 0 ? target : { ...target, results: target.results.map((result) => masked(result, wanted)) };
}

const wantedOf = (passwords: readonly string[]): Buffer[] =>
  passwords.map((one) => Buffer.from(one)).filter(({ length }) => length >= LEAST_BYTES);

function masked(result: CheckResult, wanted: readonly Buffer[]): CheckResult {
  const { transcript } = result;
  const events = transcript?.events.map((event) => maskedEvent(event, wanted));
  if (!transcript || !events || events.every((event, i) => event === transcript.events[i])) return result;
  const { tlsSecrets: _, ...rest } = transcript;
  return { ...result, transcript: { ...rest, events } };
}

function maskedEvent(event: TranscriptEvent, wanted: readonly Buffer[]): TranscriptEvent {
  if (event.kind !== 'sent' && event.kind !== 'received') return event;
  const bytes = Buffer.from(event.bytes);
  let found = false;
  for (const password of wanted)
    for (let at = bytes.indexOf(password); at >= 0; at = bytes.indexOf(password, at + password.length)) {
      bytes.fill(FILLER, at, at + password.length);
      found = true;
    }
  return found ? { ...event, bytes: new Uint8Array(bytes) } : event;
}
