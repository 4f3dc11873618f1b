import type { Arrived } from './inflow.ts';
import type { ServerPacket } from './server-packet.ts';

/** With compression on: how the packets of an answer travelled, for the conditions of a case. */
export function withFrames(read: ServerPacket | undefined, queue: readonly Arrived[]): ServerPacket | undefined {
  const first = queue[0]?.travelled;
  if (!read || !first) return read;
  const last = queue[read.packets - 1]?.travelled;
  const problem = read.problem ?? brokenCount(queue.slice(0, read.packets));
  return {
    ...read,
    ...(problem === undefined ? {} : { problem }),
    value: { ...read.value, frames: first.frames, frameSequenceId: first.frameSequenceId, lastFrameSequenceId: last?.lastFrameSequenceId },
  };
}

/** The compressed packets of an answer count on (mysql/page_protocol_basic_compression_packet). */
function brokenCount(packets: readonly Arrived[]): string | undefined {
  for (const [at, { travelled }] of packets.entries()) {
    if (travelled?.disorder !== undefined) return travelled.disorder;
    const before = packets[at - 1]?.travelled?.lastFrameSequenceId;
    const first = travelled?.frameSequenceId;
    if (before === undefined || first === before || first === ((before + 1) & 0xff)) continue;
    return `a compressed packet of the answer has sequence id ${first}, not ${(before + 1) & 0xff}`;
  }
  return undefined;
}
