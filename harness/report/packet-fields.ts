import type { LabelledPacket } from '../codec/conversation.ts';
import { partInWords, valueInWords } from './field-value.ts';

/** A field for a person: where it lies in the payload, and its value in words. */
export interface TellableField {
  readonly off: number;
  readonly len: number;
  readonly name: string;
  readonly value: string;
  /** It is a part of the composite field before it. */
  readonly part: boolean;
}

/** Each field that is there; the parts of a composite one behind it. */
export function fieldsOf(packet: LabelledPacket): TellableField[] {
  const spans = (packet.spans ?? []).filter((span) => span.len > 0);
  return spans.flatMap(({ off, len, field, parts }) => [
    { off, len, name: field, value: valueInWords(field, packet.value?.[field], true), part: false },
    ...(parts ?? [])
      .filter((part) => part.len > 0)
      .map((part) => ({ off: part.off, len: part.len, name: part.field, value: partInWords(packet.payload, part), part: true })),
  ]);
}

/** offset, length, name and value of each field that is there; the parts of a composite one below it. */
export function fieldLines(packet: LabelledPacket): string[] {
  const fields = fieldsOf(packet);
  const width = Math.max(0, ...fields.filter(({ part }) => !part).map(({ name }) => name.length));
  const place = (off: number, len: number): string => `${String(off).padStart(5)} ${String(len).padStart(5)}`;
  return fields.map(({ off, len, name, value, part }) =>
    part ? `${place(off, len)}    ${name.padEnd(width - 2)}  ${value}` : `${place(off, len)}  ${name.padEnd(width)}  ${value}`,
  );
}
