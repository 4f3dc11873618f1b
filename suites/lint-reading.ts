/** What rules read of packets that are many: straight from the payload, as decoding every OK would cost more than all rules. */
import { Reader } from '../harness/codec/bytes.ts';
import { has } from '../harness/codec/capability.ts';
import { latin1 } from '../harness/codec/field.ts';
import type { LabelledPacket } from '../harness/codec/labelled-packet.ts';
import { skipLenencBytes } from '../harness/codec/lenenc.ts';
import { status } from '../harness/codec/status.ts';

/** Bytes that a length-encoded integer takes, by its first one. */
const width = (first: number): number => (first < 0xfb ? 1 : first === 0xfc ? 3 : first === 0xfd ? 4 : first === 0xfe ? 9 : 1);

/** Offset of the status flags of an OK. */
function statusAt(payload: Uint8Array): number {
  const at = 1 + width(payload[1] ?? 0);
  return at + width(payload[at] ?? 0);
}

/** Status flags of an OK under PROTOCOL_41; undefined where it is too short, and to an older client, whose OK may have none. */
export function okStatus({ payload, context }: LabelledPacket): number | undefined {
  if (!has(context?.capabilities ?? 0, 'PROTOCOL_41')) return undefined;
  const at = statusAt(payload);
  return at + 2 > payload.length ? undefined : (payload[at] as number) | ((payload[at + 1] as number) << 8);
}

/** Do bytes stand behind the info of an OK under PROTOCOL_41? False too where only decoding it can tell. */
export function goesOnBehindInfo({ payload }: LabelledPacket): boolean {
  const at = statusAt(payload) + 4;
  const info = payload[at] ?? 0xff;
  return info < 0xfb && at + 1 + info < payload.length;
}

/** The session state of an OK; undefined where it has none, or its fields are not whole. */
export function sessionStateOf(packet: LabelledPacket): Uint8Array | undefined {
  const { payload, context } = packet;
  const flags = okStatus(packet);
  if (flags !== undefined && (flags & status.SESSION_STATE_CHANGED) === 0) return undefined;
  if (flags !== undefined && has(context?.capabilities ?? 0, 'SESSION_TRACK') && goesOnBehindInfo(packet)) {
    const info = statusAt(payload) + 4;
    const at = info + 1 + (payload[info] as number);
    const length = payload[at] as number;
    if (length < 0xfb && at + 1 + length <= payload.length) return payload.subarray(at + 1, at + 1 + length);
  }
  return packet.value?.['sessionState'] as Uint8Array | undefined;
}

/** The value of the form string<lenenc> that a payload begins with, if it is short. */
export function firstString(payload: Uint8Array): string | undefined {
  const length = payload[0] ?? 0xff;
  return length < 0xfb && length < payload.length ? latin1(payload.subarray(1, 1 + length)) : undefined;
}

/** Where in a block of session state, entries of int<1> and string<lenenc>, one begins that does not end in it. */
export function entryThatIsCut(block: Uint8Array): number | undefined {
  const r = new Reader(block);
  for (let at = 0; r.left > 0; at = r.off) {
    r.off++;
    if (!skipLenencBytes(r)) return at;
  }
  return undefined;
}

/** Offset behind `n` values of the form string<lenenc>; undefined where the payload ends before, or a length is none. */
export function behindStrings(payload: Uint8Array, n: number): number | undefined {
  let at = 0;
  for (let i = 0; i < n; i++) {
    const first = payload[at];
    // The names in a definition are shorter than 251 bytes nearly always; 0xFC has two more bytes.
    if (first === undefined || (first > 0xfa && first !== 0xfc)) return undefined;
    at += first === 0xfc ? 3 + ((payload[at + 1] ?? 0) | ((payload[at + 2] ?? 0) << 8)) : 1 + first;
  }
  return at < payload.length ? at : undefined;
}

/** The statement of the COM_QUERY that an OK answers (not one that ends rows), if it is no longer than `most` bytes. */
export function statementOf({ answers, payload }: LabelledPacket, most: number): string | undefined {
  if (answers?.name !== 'COM_QUERY' || answers.length > most || payload[0] !== 0) return undefined;
  const attributes = has(answers.context?.capabilities ?? 0, 'QUERY_ATTRIBUTES');
  return attributes ? (answers.value?.['query'] as string | undefined) : latin1(answers.payload.subarray(1));
}
