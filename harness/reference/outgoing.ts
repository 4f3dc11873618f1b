import { frame, HEADER_BYTES, join, MAX_PAYLOAD } from '../codec/frame.ts';
import type { DefectName } from './defects/index.ts';

/** The packets of one answer in one piece, numbered on from a sequence id, and the number behind them. */
export function outgoing(
  payloads: readonly Uint8Array[],
  from: number,
  has: (name: DefectName) => boolean,
): { readonly bytes: Uint8Array; readonly next: number } {
  let at = from;
  const packets = payloads.map((payload, i) => {
    const lie = has('answer-header-too-long') ? { length: payload.length + 1 } : {};
    const packet = frame(payload, { sequenceId: has('sequence-stays-at-255') ? Math.min(at, 0xff) : at & 0xff, ...lie });
    const more = Math.floor(payload.length / MAX_PAYLOAD);
    const shares = isExpression(payload) && isExpression(payloads[i + 1]) && has('expressions-share-sequence-id');
    const counted = more > 0 && has('continued-answer-counts-once') ? 0 : more;
    if (!shares && !has('resultset-sequence-stuck')) at += counted + 1;
    return more > 0 ? continued(packet, payload.length, has) : packet;
  });
  return { bytes: join(packets), next: at };
}

/** What goes wrong with a payload that takes several packets. */
function continued(packet: Uint8Array, length: number, has: (name: DefectName) => boolean): Uint8Array {
  if (has('continued-answer-keeps-sequence-id')) packet[HEADER_BYTES + MAX_PAYLOAD + 3] = packet[3] as number;
  if (has('continued-answer-counts-once'))
    for (let n = 1; n <= Math.floor(length / MAX_PAYLOAD); n++) packet[n * (HEADER_BYTES + MAX_PAYLOAD) + 3] = packet[3] as number;
  const endsEmpty = length % MAX_PAYLOAD === 0;
  const isBinaryRow = packet[HEADER_BYTES] === 0;
  const isCut = has('full-answer-without-empty-packet') || (isBinaryRow && has('full-binary-row-without-empty-packet'));
  return endsEmpty && isCut ? packet.subarray(0, -HEADER_BYTES) : packet;
}

/** A column definition that begins with its catalog, "def", and has no schema behind it. */
const isExpression = (payload: Uint8Array | undefined): boolean =>
  payload !== undefined && EXPRESSION.equals(payload.subarray(0, EXPRESSION.length));
const EXPRESSION = Buffer.from('\x03def\0', 'latin1');
