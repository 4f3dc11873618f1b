import { Conversation } from '../../codec/conversation.ts';
import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import type { Side, TcpConnection, TcpEvent } from '../../pcap/tcp-connection.ts';
import { isRead, redactedPacket } from './redacted-packet.ts';
import { RedactedStream } from './redacted-stream.ts';
import { compressedPackets, Skeleton, tlsRecords } from './skeleton.ts';

/** Why a connection's bytes, or what they carry, were filled as a whole. */
export type Filled =
  /** The capture began after the login: nobody knows where packets begin. */
  | 'began before the capture'
  | 'bytes are missing'
  | 'TLS'
  | 'compressed'
  /** From the packet on that cannot be read. */
  | 'not MySQL';

/** First packets that are believed: then the stream is MySQL's. */
const openings = { client: /^(HandshakeResponse|SSLRequest$|COM_)/, server: /^(Handshake|ERR$)/ };

/** Decides on the bytes of one connection, packet by packet. */
export class RedactedConnection {
  readonly streams: Readonly<Record<Side, RedactedStream>> = { client: new RedactedStream(), server: new RedactedStream() };
  readonly filled = new Set<Filled>();
  readonly #conversation = new Conversation();
  readonly #opened = { client: false, server: false };
  readonly #skeletons: Partial<Record<Side, Skeleton>> = {};
  /** Bytes that came and were not decided on. */
  readonly #raw: Record<Side, Uint8Array[]> = { client: [], server: [] };

  constructor({ midStream }: TcpConnection) {
    if (midStream) this.#fill('began before the capture');
  }

  event(event: TcpEvent): void {
    const { from, kind } = event;
    if (kind === 'gap') return this.#fill('bytes are missing');
    if (kind !== 'data') return;
    const stream = this.streams[from];
    stream.came(event.seq, event.bytes.length);
    if (stream.decided === Number.POSITIVE_INFINITY) return;
    const skeleton = this.#skeletons[from];
    if (skeleton) return stream.decide(skeleton.push(event.bytes));
    this.#raw[from].push(event.bytes);
    this.#take(from === 'client' ? this.#conversation.fromClient(event.bytes) : this.#conversation.fromServer(event.bytes));
  }

  over(): void {
    this.#take(this.#conversation.finish());
    for (const stream of Object.values(this.streams)) stream.give();
  }

  #take(packets: readonly LabelledPacket[]): void {
    for (const packet of packets) this.#decide(packet);
  }

  #decide(packet: LabelledPacket): void {
    const { from, name } = packet;
    const stream = this.streams[from];
    if (stream.decided === Number.POSITIVE_INFINITY || this.#skeletons[from]) return;
    if (packet.offset !== stream.decided) return this.#fill('not MySQL'); // a hole in what the decoder told
    if (name === 'TLS' || packet.carrier) return this.#layer(from, packet.carrier ? 'compressed' : 'TLS');
    if (name.startsWith('PROXY header')) return this.#decided(from, new Uint8Array(packet.size).fill(0x78));
    if (packet.sequenceId === undefined) return this.#fill('not MySQL');
    if (!this.#opened[from] && !(openings[from].test(name) && isRead(packet))) return this.#fill('not MySQL');
    this.#opened[from] = true;
    if (name === 'unknown') return this.#fill('not MySQL');
    this.#decided(from, redactedPacket(packet));
  }

  /** From here on only the headers of another layer are shown. */
  #layer(from: Side, layer: 'TLS' | 'compressed'): void {
    this.filled.add(layer);
    const skeleton = new Skeleton(layer === 'TLS' ? tlsRecords : compressedPackets);
    this.#skeletons[from] = skeleton;
    for (const bytes of this.#raw[from].splice(0)) this.streams[from].decide(skeleton.push(bytes));
  }

  #decided(from: Side, bytes: Uint8Array): void {
    this.streams[from].decide(bytes);
    const raw = this.#raw[from];
    for (let left = bytes.length; left > 0; ) {
      const [first] = raw;
      if (!first) return;
      if (first.length > left) raw[0] = first.subarray(left);
      else raw.shift();
      left -= first.length;
    }
  }

  #fill(why: Filled): void {
    this.filled.add(why);
    for (const side of ['client', 'server'] as const) {
      this.streams[side].give();
      this.#raw[side].length = 0;
    }
  }
}
