import type { PlayedClient } from '../fuzz/play.ts';
import type { CheckResult, TargetReport } from '../run/result.ts';
import type { RunOutcome } from '../run/run-all.ts';
import type { Transcript, TranscriptEvent } from '../wire/transcript.ts';
import type { FindingEvidence } from './fuzz-evidence.ts';

/** A shorter one stands in too many places that have nothing to do with it. */
const LEAST_BYTES = 4;
const FILLER = 0x78; // x
/** Stands in names that cases send (mywire_nobody), and in the password of the examples: it tells nothing of one. */
const OURS = 'mywire';

/**
 * A run with each password in its transcripts, where an account sent it in the clear (inside TLS), filled with x. The frames and the
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

/** What is known of a finding, the same done to it. */
export function maskedEvidence(evidence: FindingEvidence, passwords: readonly string[]): FindingEvidence {
  const wanted = wantedOf(passwords);
  let found = false;
  const maskedClient = (client: PlayedClient): PlayedClient => {
    const transcript = maskedBy(client.transcript, wanted);
    found ||= transcript !== undefined;
    return transcript ? { ...client, transcript } : client;
  };
  const played = evidence.played.map(maskedClient);
  const right = evidence.right && maskedClient(evidence.right);
  return found ? { ...evidence, played, right, frames: undefined } : evidence;
}

function masked(result: CheckResult, wanted: readonly Wanted[]): CheckResult {
  const transcript = result.transcript && maskedBy(result.transcript, wanted);
  return transcript ? { ...result, transcript } : result;
}

function maskedBy(transcript: Transcript, wanted: readonly Wanted[]): Transcript | undefined {
  const events = transcript.events.map((event) => maskedEvent(event, wanted));
  if (events.every((event, i) => event === transcript.events[i])) return undefined;
  const { tlsSecrets: _, ...rest } = transcript;
  return { ...rest, events };
}

/** A password, and the pieces by which it is found. */
interface Wanted {
  readonly length: number;
  readonly pieces: readonly string[];
}

/**
 * Cases and fuzzing also send it cut, in capitals, and with a bit turned: half of it tells where it stands, whatever the case of its letters.
 */
const wantedOf = (passwords: readonly string[]): Wanted[] =>
  passwords.map(letters).flatMap((whole) => {
    const { length } = whole;
    const half = Math.max(LEAST_BYTES, Math.floor(length / 2));
    return length < LEAST_BYTES
      ? []
      : [{ length, pieces: Array.from({ length: length - half + 1 }, (_, at) => whole.slice(at, at + half)) }];
  });

/** A letter per byte, small. */
const letters = (bytes: string | Uint8Array): string =>
  Buffer.from(bytes as string)
    .toString('latin1')
    .toLowerCase();

function maskedEvent(event: TranscriptEvent, wanted: readonly Wanted[]): TranscriptEvent {
  if (event.kind !== 'sent' && event.kind !== 'received') return event;
  const text = letters(event.bytes);
  let bytes: Uint8Array | undefined;
  for (const { length, pieces } of wanted)
    for (const [before, piece] of pieces.entries()) {
      if (piece.length < length && OURS.includes(piece)) continue;
      for (let at = text.indexOf(piece); at >= 0; at = text.indexOf(piece, at + 1)) {
        bytes ??= new Uint8Array(event.bytes);
        bytes.fill(FILLER, Math.max(0, at - before), at - before + length);
      }
    }
  return bytes ? { ...event, bytes } : event;
}
