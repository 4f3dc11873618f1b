/** What rules read of packets that are many: straight from the payload, as decoding every OK would cost more than all rules. */
import { has } from '../harness/codec/capability.ts';
import { latin1 } from '../harness/codec/field.ts';
import type { LabelledPacket } from '../harness/codec/labelled-packet.ts';

/** Bytes that a length-encoded integer takes, by its first one. */
const width = (first: number): number => (first < 0xfb ? 1 : first === 0xfc ? 3 : first === 0xfd ? 4 : first === 0xfe ? 9 : 1);

/** Offset of the status flags of an OK. */
function statusAt(payload: Uint8Array): number {
  const at = 1 + width(payload[1] ?? 0);
  return at + width(payload[at] ?? 0);
}

/** Status flags of an OK under PROTOCOL_41; undefined where it is too short. */
export function okStatus({ payload }: LabelledPacket): number | undefined {
  const at = statusAt(payload);
  return at + 2 > payload.length ? undefined : (payload[at] as number) | ((payload[at + 1] as number) << 8);
}

/** Do bytes stand behind the info of an OK under PROTOCOL_41? False too where only decoding it can tell. */
export function goesOnBehindInfo({ payload }: LabelledPacket): boolean {
  const at = statusAt(payload) + 4;
  const info = payload[at] ?? 0xff;
  return info < 0xfb && at + 1 + info < payload.length;
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
