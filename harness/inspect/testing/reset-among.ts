import { greeting, ok, ping, quit, response41 } from '../../codec/scripted-conversation.ts';
import { readCapture } from '../../pcap/capture-reader.ts';
import type { CapturedFrame } from '../../pcap/captured-frame.ts';
import { TcpFlag, tcpFrame } from '../../pcap/tcp-frame.ts';
import { captureOfTurns } from './capture-of.ts';

const localhost = Uint8Array.of(127, 0, 0, 1);
const ports = { client: [40_000, 3306], server: [3306, 40_000] } as const;
/** Far from every number of the connection. */
const SEQ = 100_000;

interface Reset {
  /** It stands in front of the frame that carries these bytes. */
  readonly before: Uint8Array;
  /** Whose it seems to be; undefined: nobody sends one. */
  readonly from?: 'client' | 'server' | undefined;
  /** Frames that come behind it. Default: all. */
  readonly followedBy?: number | undefined;
}

/** A login, a ping, COM_QUIT and the FINs of both, 2 ms apart, and a RST among them; with the number of its frame. */
export function resetAmong({ before, from, followedBy }: Reset): { readonly frames: CapturedFrame[]; readonly resetFrame: number } {
  const turns = [
    { from: 'server', bytes: greeting },
    { from: 'client', bytes: response41 },
    { from: 'server', bytes: ok(2) },
    { from: 'client', bytes: ping },
    { from: 'server', bytes: ok(1) },
    { from: 'client', bytes: quit },
    { from: 'client' },
    { from: 'server' },
  ] as const;
  const { frames } = readCapture(captureOfTurns(turns));
  const { linkType } = frames[0] as CapturedFrame;
  const all = frames.map(({ bytes }) => bytes);
  const place = all.findIndex((bytes) => Buffer.from(bytes).includes(Buffer.from(before)));
  const rest = all.splice(place).slice(0, followedBy);
  if (from) {
    const [srcPort, dstPort] = ports[from];
    const segment = { srcAddress: localhost, dstAddress: localhost, srcPort, dstPort, seq: SEQ, ack: 0, flags: TcpFlag.rst };
    all.push(tcpFrame({ ...segment, options: new Uint8Array(0), payload: new Uint8Array(0), identification: 0 }, linkType));
  }
  const timed = [...all, ...rest].map((bytes, i) => ({
    number: i + 1,
    timeNs: BigInt(i) * 2_000_000n,
    linkType,
    bytes,
    originalLength: bytes.length,
  }));
  return { frames: timed, resetFrame: place + 1 };
}
