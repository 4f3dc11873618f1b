import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { tcpInIp } from '../pcap/ip.ts';
import { ipHeaderAt } from '../pcap/link.ts';
import type { FrameToWrite } from '../pcap/pcapng-writer.ts';
import { reassemble } from '../pcap/reassemble.ts';
import { tcpSegment } from '../pcap/tcp-segment.ts';

const MYSQL_PORT = 3306;
/** Offset of the checksum in a TCP header. */
const CHECKSUM = 16;

/** Captured frames, ready to be written, and what was done to them. */
export interface Readable {
  readonly frames: readonly FrameToWrite[];
  /** A sentence for the file's comment; '' where nothing was changed. */
  readonly says: string;
}

interface Leg {
  readonly port: number;
  readonly from: 'client' | 'server';
}

/**
 * Wireshark takes only port 3306 for MySQL by itself, and local targets listen on free ports: the server port of each
 * connection is written as 3306, checksums adjusted, and nothing else touched. Two connections that would become one
 * keep their ports.
 */
export function withMysqlPort(frames: readonly CapturedFrame[]): Readable {
  const legs = legsOf(frames);
  const told = new Set<string>();
  const ports = new Set<number>();
  const made = frames.map((frame): FrameToWrite => {
    const segment = tcpSegment(frame);
    if (typeof segment === 'string') return frame;
    const leg = legs.get(`${segment.src.text} ${segment.dst.text}`);
    if (!leg) return frame;
    const connection = leg.from === 'client' ? `${segment.src.text} ${segment.dst.text}` : `${segment.dst.text} ${segment.src.text}`;
    const first = !told.has(connection);
    told.add(connection);
    ports.add(leg.port);
    const comment = [frame.comment, first ? `The server's port was ${leg.port}.` : ''].filter(Boolean).join('\n');
    const { timeNs, linkType, originalLength, interfaceId } = frame;
    return { timeNs, linkType, originalLength, interfaceId, bytes: rewritten(frame, leg), ...(comment === '' ? {} : { comment }) };
  });
  const list = [...ports].join(', ');
  const says =
    ports.size === 0
      ? ''
      : `Server port ${list} is written as 3306, with its checksum, so that Wireshark decodes MySQL; all else is as captured.`;
  return { frames: made, says };
}

/** Each direction whose server port is not 3306, by its two endpoints. */
function legsOf(frames: readonly CapturedFrame[]): Map<string, Leg> {
  const all = reassemble(frames).connections;
  const taken = new Map<string, Set<number>>();
  const key = ({ client, server }: (typeof all)[number]): string => `${client.text} ${server.text.slice(0, server.text.lastIndexOf(':'))}`;
  for (const one of all) taken.set(key(one), (taken.get(key(one)) ?? new Set()).add(one.server.port));
  const legs = new Map<string, Leg>();
  for (const one of all) {
    const { client, server } = one;
    if (server.port === MYSQL_PORT || (taken.get(key(one))?.size ?? 0) > 1) continue;
    legs.set(`${client.text} ${server.text}`, { port: server.port, from: 'client' });
    legs.set(`${server.text} ${client.text}`, { port: server.port, from: 'server' });
  }
  return legs;
}

function rewritten(frame: CapturedFrame, leg: Leg): Uint8Array {
  const bytes = Uint8Array.from(frame.bytes);
  const view = new DataView(bytes.buffer);
  const ipAt = ipHeaderAt(frame.linkType, view, 0, bytes.length);
  const ip = typeof ipAt === 'string' ? ipAt : tcpInIp(view, ipAt, bytes.length);
  if (typeof ip === 'string') return bytes;
  view.setUint16(ip.tcpAt + (leg.from === 'client' ? 2 : 0), MYSQL_PORT);
  // RFC 1624: HC' = ~(~HC + ~m + m'). Offload leaves a part of the sum, which this keeps as it is.
  let sum = (~view.getUint16(ip.tcpAt + CHECKSUM) & 0xffff) + (~leg.port & 0xffff) + MYSQL_PORT;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  view.setUint16(ip.tcpAt + CHECKSUM, ~sum & 0xffff);
  return bytes;
}
