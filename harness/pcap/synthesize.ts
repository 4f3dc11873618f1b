import { parseAddress } from './ip-address.ts';
import { LinkType } from './link-type.ts';
import { PcapError } from './pcap-error.ts';
import { type AboutCapture, type FrameToWrite, writePcapng } from './pcapng-writer.ts';
import { advance } from './sequence.ts';
import { otherSide, type Side } from './tcp-connection.ts';
import { TcpFlag, tcpFrame } from './tcp-frame.ts';

/** What a socket saw: the smallest form of a transcript's event that frames can be made of. */
export interface SocketEvent {
  /** Nanoseconds since 1970. */
  readonly timeNs: bigint;
  readonly from: Side;
  readonly kind: 'connect' | 'data' | 'fin' | 'rst';
  /** Only for `data`. */
  readonly bytes?: Uint8Array;
  /** Written to the first frame that the event makes. */
  readonly comment?: string | undefined;
}

export interface SocketTranscript {
  readonly client: { readonly address: string; readonly port: number };
  /** Wireshark decodes port 3306 as MySQL by itself; any other after "Decode As", which the file's comment says. */
  readonly server: { readonly address: string; readonly port?: number };
  readonly events: readonly SocketEvent[];
  /** Which of the file's `interfaces` it was on. Default: one named 'synthesised'. */
  readonly interfaceId?: number | undefined;
}

/** Stands in each synthesised file and on the first frame of each connection. */
export const SYNTHESISED =
  'Synthesised from a socket transcript, not captured: bytes, order, times and the kind of ending are as the socket saw them; ' +
  'addresses are real, while sequence numbers, segment boundaries and the handshake were made for this file.';

/** Largest payload per frame (bytes): with its headers it still fits an IP packet. */
const LARGEST_PAYLOAD = 65_000;
const MYSQL_PORT = 3306;

// MSS (kind 2) 65,000; window scale (kind 3) 14, so that no window is ever full; NOP.
const SYN_OPTIONS = Uint8Array.of(2, 4, LARGEST_PAYLOAD >>> 8, LARGEST_PAYLOAD & 0xff, 3, 3, 14, 1);
const NOTHING = new Uint8Array(0);

/**
 * IP/TCP frames for one connection: a whole handshake, then each event with true sequence and acknowledgement
 * numbers and checksums. Throws PcapError `PCAP_BAD_ADDRESS`, and `PCAP_BAD_TRANSCRIPT` for what no socket can do.
 *
 * `ordinal` tells connections of one file apart: their initial sequence numbers differ by it.
 */
export function synthesize(transcript: SocketTranscript, linkType: number = LinkType.raw, ordinal = 0): FrameToWrite[] {
  const conversation = new SynthesizedConnection(transcript, linkType, ordinal);
  return transcript.events.flatMap((event) => conversation.add(event));
}

/** A pcapng file of several transcripts, by time. */
export function synthesizePcapng(about: AboutCapture, transcripts: readonly SocketTranscript[]): Uint8Array {
  const frames = transcripts
    .flatMap((transcript, ordinal) => synthesize(transcript, LinkType.raw, ordinal))
    .sort((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0));
  const ports = new Set(transcripts.map(({ server }) => server.port ?? MYSQL_PORT));
  const hints = [...ports].filter((port) => port !== MYSQL_PORT).map((port) => `-d tcp.port==${port},mysql`);
  const decode = hints.length > 0 ? `Open with: tshark ${hints.join(' ')} (or Wireshark, Decode As, MySQL).` : '';
  const comment = [about.comment, SYNTHESISED, decode].filter(Boolean).join('\n');
  return writePcapng({ interfaceName: 'synthesised', ...about, comment }, frames);
}

/** The same as `synthesize`, event by event, for a file that is written while the connection goes on. */
export class SynthesizedConnection {
  readonly #addresses: Record<Side, Uint8Array>;
  readonly #ports: Record<Side, number>;
  /** Next sequence number of each side. */
  readonly #next: Record<Side, number>;
  readonly #ended: Record<Side, 'fin' | 'rst' | undefined> = { client: undefined, server: undefined };
  readonly #linkType: number;
  readonly #interfaceId: number | undefined;
  #connected = false;
  #lastNs = 0n;
  #comment: string | undefined;
  #count = 0;
  #frames: FrameToWrite[] = [];

  constructor({ client, server, interfaceId }: Omit<SocketTranscript, 'events'>, linkType: number = LinkType.raw, ordinal = 0) {
    this.#linkType = linkType;
    this.#interfaceId = interfaceId;
    this.#addresses = { client: parseAddress(client.address), server: parseAddress(server.address) };
    this.#ports = { client: client.port, server: server.port ?? MYSQL_PORT };
    if (this.#addresses.client.length !== this.#addresses.server.length) {
      throw new PcapError(
        'PCAP_BAD_ADDRESS',
        `${client.address} and ${server.address} are not of the same IP version: one connection has only one.`,
      );
    }
    // Wireshark tells a reused port from a repeated SYN by the initial sequence number.
    const isn = Math.imul(ordinal + 1, 0x9e37_79b1) >>> 0;
    this.#next = { client: isn, server: Math.imul(isn ^ 0x5bd1_e995, 0x85eb_ca6b) >>> 0 };
  }

  /** The frames that an event makes, in order. Throws PcapError `PCAP_BAD_TRANSCRIPT`. */
  add(event: SocketEvent): FrameToWrite[] {
    this.#frames = [];
    this.#add(event);
    return this.#frames;
  }

  #add(event: SocketEvent): void {
    // Frames are written in the transcript's order; a clock that steps back must not contradict it.
    if (event.timeNs > this.#lastNs) this.#lastNs = event.timeNs;
    if (event.kind === 'connect') {
      if (this.#connected) throw impossible('connects twice');
      this.#comment = event.comment;
      return this.#connect();
    }
    this.#connect();
    this.#comment = event.comment;
    const { from } = event;
    const ended = this.#ended[from];
    if (ended === 'rst' || (ended === 'fin' && event.kind !== 'rst')) {
      throw impossible(`has ${event.kind} from the ${from} after its ${ended.toUpperCase()}`);
    }
    if (event.kind === 'data') this.#data(from, event.bytes ?? NOTHING);
    else if (event.kind === 'fin') this.#send(from, TcpFlag.fin | TcpFlag.ack);
    else this.#send(from, TcpFlag.rst | TcpFlag.ack);
    if (event.kind !== 'data') this.#ended[from] = event.kind;
  }

  #connect(): void {
    if (this.#connected) return;
    this.#connected = true;
    this.#comment = [this.#comment, SYNTHESISED].filter(Boolean).join('\n');
    this.#send('client', TcpFlag.syn, NOTHING, SYN_OPTIONS);
    this.#send('server', TcpFlag.syn | TcpFlag.ack, NOTHING, SYN_OPTIONS);
    this.#send('client', TcpFlag.ack);
  }

  #data(from: Side, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += LARGEST_PAYLOAD) {
      this.#send(from, TcpFlag.psh | TcpFlag.ack, bytes.subarray(at, at + LARGEST_PAYLOAD));
    }
  }

  #send(from: Side, flags: number, payload: Uint8Array = NOTHING, options: Uint8Array = NOTHING): void {
    const to = otherSide(from);
    const segment = {
      srcAddress: this.#addresses[from],
      dstAddress: this.#addresses[to],
      srcPort: this.#ports[from],
      dstPort: this.#ports[to],
      seq: this.#next[from],
      ack: flags & TcpFlag.ack ? this.#next[to] : 0,
      flags,
      options,
      payload,
      identification: ++this.#count & 0xffff,
    };
    this.#frames.push({
      timeNs: this.#lastNs,
      linkType: this.#linkType,
      interfaceId: this.#interfaceId,
      bytes: tcpFrame(segment, this.#linkType),
      comment: this.#comment,
    });
    this.#comment = undefined;
    const numbered = payload.length + (flags & (TcpFlag.syn | TcpFlag.fin) ? 1 : 0);
    this.#next[from] = advance(this.#next[from], numbered);
  }
}

function impossible(what: string): PcapError {
  return new PcapError('PCAP_BAD_TRANSCRIPT', `The transcript ${what}, which TCP cannot do: no capture can be made of it.`);
}
