import type { TranscriptEvent } from '../wire/transcript.ts';
import type { CheckResult } from './result.ts';

/** Bytes of long transcripts that a target's report keeps in all. */
const ROOM = 1 << 22;
/** A transcript of no more bytes is kept whole in any case. */
const SHORT = 1 << 14;

/** A peer that floods does so in every check: the first long transcripts are kept whole, of the others the beginning. */
export class Room {
  #left = ROOM;

  /** The result, with what was said cut where there is no room for it; the events say how much was left out. */
  fit(result: CheckResult): CheckResult {
    const { transcript } = result;
    if (!transcript) return result;
    const size = transcript.events.reduce((sum, event) => sum + ('bytes' in event ? event.bytes.length : 0), 0);
    if (size <= SHORT) return result;
    if (size <= this.#left) {
      this.#left -= size;
      return result;
    }
    return { ...result, transcript: { ...transcript, events: beginning(transcript.events) } };
  }
}

function beginning(events: readonly TranscriptEvent[]): TranscriptEvent[] {
  const out: TranscriptEvent[] = [];
  let kept = 0;
  let cut: { at: number; kind: 'received'; bytes: Uint8Array; leftOut: number } | undefined;
  for (const event of events) {
    if (event.kind === 'received') {
      if (cut) cut.leftOut += event.bytes.length;
      else if (kept + event.bytes.length <= SHORT) out.push(event);
      else {
        // A copy: a view would keep all of it.
        const bytes = Uint8Array.from(event.bytes.subarray(0, SHORT - kept));
        cut = { at: event.at, kind: 'received', bytes, leftOut: event.bytes.length - bytes.length };
        out.push(cut);
      }
      kept += event.bytes.length;
    } else if (event.kind === 'sent' && event.bytes.length > SHORT)
      out.push({ ...event, bytes: Uint8Array.from(event.bytes.subarray(0, SHORT)), leftOut: event.bytes.length - SHORT });
    else out.push(event);
  }
  return out;
}
