import type { LabelledPacket } from '../codec/conversation.ts';
import { partInWords, valueInWords } from './field-value.ts';

/** offset, length, name and value of each field that is there; the parts of a composite one below it. */
export function fieldLines(packet: LabelledPacket): string[] {
  const spans = (packet.spans ?? []).filter((span) => span.len > 0);
  const name = Math.max(0, ...spans.map((span) => span.field.length));
  const place = (off: number, len: number): string => `${String(off).padStart(5)} ${String(len).padStart(5)}`;
  return spans.flatMap((span) => [
    `${place(span.off, span.len)}  ${span.field.padEnd(name)}  ${valueInWords(span.field, packet.value?.[span.field], true)}`,
    ...(span.parts ?? [])
      .filter((part) => part.len > 0)
      .map((part) => `${place(part.off, part.len)}    ${part.field.padEnd(name - 2)}  ${partInWords(packet.payload, part)}`),
  ]);
}
