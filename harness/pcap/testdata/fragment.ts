import type { CapturedFrame } from '../captured-frame.ts';
import { LinkType } from '../link-type.ts';
import type { FrameToWrite } from '../pcapng-writer.ts';
import { tcpSegment } from '../tcp-segment.ts';

/** The frames with each IP packet cut into pieces of `size` bytes (eights), as RFC 791 and RFC 8200 section 4.5 cut it; Ethernet only. */
export function fragmented(frames: readonly CapturedFrame[], size: number): FrameToWrite[][] {
  return frames.map((frame, i) => {
    const segment = tcpSegment(frame);
    if (frame.linkType !== LinkType.ethernet || typeof segment === 'string') return [frame];
    return frame.bytes[12] === 0x08 ? ipv4(frame, size, i) : ipv6(frame, size, i);
  });
}

function ipv4(frame: CapturedFrame, size: number, identification: number): FrameToWrite[] {
  const { bytes } = frame;
  const head = bytes.subarray(0, 14 + ((bytes[14] as number) & 0x0f) * 4);
  const end = 14 + (((bytes[16] as number) << 8) | (bytes[17] as number));
  return pieces(bytes.subarray(head.length, end), size).map(({ at, part, last }) => {
    const whole = Buffer.concat([head, part]);
    whole.writeUInt16BE(head.length - 14 + part.length, 16);
    whole.writeUInt16BE(identification, 18);
    whole.writeUInt16BE((last ? 0 : 0x2000) | (at / 8), 20);
    whole.writeUInt16BE(0, 24);
    let sum = 0;
    for (let i = 14; i < head.length; i += 2) sum += whole.readUInt16BE(i);
    while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
    whole.writeUInt16BE(~sum & 0xffff, 24);
    return written(frame, whole);
  });
}

function ipv6(frame: CapturedFrame, size: number, identification: number): FrameToWrite[] {
  const { bytes } = frame;
  const head = bytes.subarray(0, 54);
  const end = 54 + (((bytes[18] as number) << 8) | (bytes[19] as number));
  return pieces(bytes.subarray(54, end), size).map(({ at, part, last }) => {
    const extension = Buffer.alloc(8);
    extension[0] = bytes[20] as number;
    extension.writeUInt16BE(at | (last ? 0 : 1), 2);
    extension.writeUInt32BE(0xabcd_0000 + identification, 4);
    const whole = Buffer.concat([head, extension, part]);
    whole.writeUInt16BE(8 + part.length, 18);
    whole[20] = 44;
    return written(frame, whole);
  });
}

function pieces(payload: Uint8Array, size: number) {
  const count = Math.max(1, Math.ceil(payload.length / size));
  return Array.from({ length: count }, (_, i) => ({
    at: i * size,
    part: payload.subarray(i * size, (i + 1) * size),
    last: i === count - 1,
  }));
}

const written = ({ timeNs, linkType }: CapturedFrame, bytes: Uint8Array): FrameToWrite => ({ timeNs, linkType, bytes });
