/** A delivery as segments: what of a script goes out ahead, and how the bytes are cut. */
import type { Delivery } from '../case/delivery.ts';
import { stimuliOf } from '../case/script.ts';
import type { Step } from '../case/step.ts';
import { HEADER_BYTES, join } from '../codec/frame.ts';
import { cutAt, everyByte } from '../wire/segments.ts';
import { type Composed, compose } from './compose.ts';
import type { Session } from './session.ts';

/** What of a script goes out before there is anything to answer. */
export interface Plan {
  /** Bytes that go out as the connection opens. */
  readonly early?: { readonly label: string; readonly segments: readonly Uint8Array[] };
  /** What was composed ahead, by step index: it is not sent again. */
  readonly ahead: ReadonlyMap<number, readonly Composed[]>;
}

/**
 * The early delivery composes all sends before there is a greeting, and makes one segment of them. Sent whole, a script
 * that begins with sends has those written as the connection opens, too: that is what such a script is about.
 */
export function planOf(script: readonly Step[], delivery: Delivery, session: Session): Plan {
  const behind = script.findIndex((step) => !('send' in step));
  const until = delivery === 'early' ? script.length : delivery === 'whole' ? Math.max(behind, 0) : 0;
  const ahead = new Map<number, Composed[]>();
  script.slice(0, until).forEach((step, i) => {
    if ('send' in step)
      ahead.set(
        i,
        stimuliOf(step).map((s) => compose(s, session)),
      );
  });
  if (ahead.size === 0) return { ahead };
  const all = [...ahead.values()];
  const segments = all.map((step) => join(step.map((c) => c.bytes)));
  const label = all.flatMap((step) => step.map((c) => c.label)).join(' + ');
  return { ahead, early: { label, segments: delivery === 'early' ? [join(segments)] : segments } };
}

/** The bytes of these stimuli, cut as the delivery says; those of "early" and "coalesced" are one segment. */
export function segmentsOf(composed: readonly Composed[], delivery: Delivery): Uint8Array[] {
  if (delivery === 'bytes') return composed.flatMap((c) => everyByte(c.bytes));
  if (delivery === 'fields') return composed.flatMap((c) => cutAt(c.bytes, c.cuts));
  const [only] = composed;
  // One may have 64 MiB: no copy of it.
  return [only && composed.length === 1 ? only.bytes : join(composed.map((c) => c.bytes))];
}

/** The header of the first packet, and what is behind it. */
export const headerApart = (segments: readonly Uint8Array[]): Uint8Array[] => cutAt(join(segments), [HEADER_BYTES]);

/** The first segments joined as far as a byte behind the header. */
export function headerKept(segments: readonly Uint8Array[]): Uint8Array[] {
  let last = 0;
  for (let length = segments[0]?.length ?? 0; length <= HEADER_BYTES && last + 1 < segments.length; last++)
    length += segments[last + 1]?.length ?? 0;
  return [join(segments.slice(0, last + 1)), ...segments.slice(last + 1)];
}
