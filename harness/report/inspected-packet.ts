import type { PassedPacket } from '../inspect/follower.ts';
import { isBroken } from '../inspect/totals.ts';
import { captureTime } from './capture-time.ts';
import type { Colors } from './color.ts';
import { headline, hexOf } from './field-value.ts';
import { oneLine } from './layout.ts';
import { fieldLines } from './packet-fields.ts';

/** Bytes shown of what has no fields. */
const MOST_BYTES = 256;
const INDENT = '        ';

/** A packet field by field: frame, connection, direction, name; per field its offset and length in the payload. */
export function packetLines({ stream, packet, timeNs, findings }: PassedPacket, c: Colors): string[] {
  const arrow = packet.from === 'client' ? '->' : '<-';
  const early = packet.early ? ' (early: sent before the greeting had come)' : '';
  const answers = packet.answers ? `, answers ${oneLine(packet.answers.name, 40)} of frame ${packet.answers.at}` : '';
  const carrier = packet.carrier ? `, in compressed packet ${packet.carrier.sequenceId}` : '';
  const head = `frame ${packet.at}  ${clock(timeNs)}  #${stream} ${arrow} ${oneLine(headline({ ...packet, early: undefined } as never), 120)}`;
  const fields = fieldLines(packet);
  const says = findings.map((one) => {
    const text = `${INDENT}${isBroken(one) ? 'BREAKS' : 'note:'} ${one.rule}: ${oneLine(one.says, 300)}`;
    return isBroken(one) ? c.red(text) : c.yellow(text);
  });
  const problem = packet.problem && findings.length === 0 ? [`${INDENT}${oneLine(packet.problem, 300)}`] : [];
  const bytes = fields.length === 0 || packet.problem ? [`${INDENT}bytes ${hexOf(packet.payload, MOST_BYTES)}`] : [];
  return [
    `${c.bold(head)}, at offset ${packet.offset}${carrier}${answers}${early}`,
    ...says,
    ...problem,
    ...fields.map((line) => `${INDENT}${line}`.trimEnd()),
    ...bytes,
  ];
}

/** Time of day in UTC, in microseconds. */
function clock(ns: bigint): string {
  return captureTime(ns)?.replace(/^.*T|Z$/g, '') ?? 'at no time';
}
