import type { CapturedFrame } from '../../pcap/captured-frame.ts';
import { Fragments } from '../../pcap/fragments.ts';
import type { FrameToWrite } from '../../pcap/pcapng-writer.ts';
import { TcpReassembler } from '../../pcap/reassemble.ts';
import type { Side, TcpConnection } from '../../pcap/tcp-connection.ts';
import { type TcpSegment, tcpSegment } from '../../pcap/tcp-segment.ts';
import { type Filled, RedactedConnection } from './redacted-connection.ts';
import { FILLER } from './redacted-packet.ts';
import { withHeaderChecksum, withPayload } from './with-payload.ts';

/** What became of a capture. */
export interface Redacted {
  frames: number;
  connections: number;
  /** Frames that are no TCP segment: left out, since they could hold anything. */
  leftOut: number;
  /** Pieces of IP packets, and packets that were put together of them: these are written whole, as raw IP. */
  pieces: number;
  joined: number;
  /** Packets of which pieces are missing: left out. */
  unfinished: number;
  /** Connections that were filled, as a whole or from some packet on. */
  readonly filled: Map<Filled, number>;
}

interface Waiting {
  readonly frame: CapturedFrame;
  readonly segment: TcpSegment;
  readonly connection: RedactedConnection | undefined;
  readonly from: Side;
}

/** Closed connections that late frames are looked up in: each holds what was sent last. */
const LINGERING = 128;

/** Bytes of frames that wait for the end of a packet at most; past it they go as they are decided: filled. */
const MOST_WAITING = 64 << 20;

/**
 * Takes what is said out of a capture, frame by frame: user names, passwords and their proofs, databases, statements, values of rows,
 * messages and attributes become filler of the same length. Headers, lengths, sequence ids, numbers and flags stay, and TCP's numbers,
 * times and endings too, so that every tool decodes it. A byte is shown only where a packet that was read says what it is.
 */
export class Redactor {
  readonly told: Redacted = { frames: 0, connections: 0, leftOut: 0, pieces: 0, joined: 0, unfinished: 0, filled: new Map() };
  readonly #whole: CapturedFrame[] = [];
  readonly #fragments = new Fragments((packet) => this.#whole.push(packet));
  readonly #reassembler: TcpReassembler;
  readonly #connections = new Map<TcpConnection, RedactedConnection>();
  /** By the text of both ends: the connection that a frame belongs to. */
  readonly #byEnds = new Map<string, { readonly connection: RedactedConnection; readonly from: Side }>();
  readonly #waiting: Waiting[] = [];
  #first = 0;
  #waits = 0;

  constructor() {
    this.#reassembler = new TcpReassembler({
      lingering: LINGERING,
      sink: {
        event: (connection, event) => this.#of(connection).event(event),
        over: (connection) => this.#over(connection),
      },
    });
  }

  /** The frames that can go now, in order. They are new: nothing of the given one is kept but its headers. */
  push(frame: CapturedFrame): FrameToWrite[] {
    const segment = tcpSegment(frame);
    if (segment === 'fragment') return this.#piece(frame);
    if (typeof segment === 'string') {
      this.told.leftOut++;
      return [];
    }
    return this.#segment(frame, segment);
  }

  /** A piece of an IP packet: the packet goes as a whole, once its last piece has come. */
  #piece(frame: CapturedFrame): FrameToWrite[] {
    this.#fragments.push(frame);
    this.told.pieces++;
    return this.#whole.splice(0).flatMap((packet) => {
      const segment = tcpSegment(packet);
      if (typeof segment === 'string') return [];
      this.told.joined++;
      return this.#segment({ ...packet, bytes: withHeaderChecksum(packet.bytes), interfaceId: frame.interfaceId }, segment);
    });
  }

  #segment(frame: CapturedFrame, segment: TcpSegment): FrameToWrite[] {
    this.#reassembler.push(segment);
    const known = this.#byEnds.get(`${segment.src.text} ${segment.dst.text}`);
    this.#waiting.push({ frame, segment, connection: known?.connection, from: known?.from ?? 'client' });
    this.#waits += frame.bytes.length;
    return this.#ready(MOST_WAITING);
  }

  /** Call once, after the last frame. */
  end(): FrameToWrite[] {
    this.#reassembler.end();
    this.#fragments.end();
    this.told.unfinished = this.#fragments.seen.unfinished;
    return this.#ready(0);
  }

  #ready(mostWaiting: number): FrameToWrite[] {
    const out: FrameToWrite[] = [];
    for (let head = this.#waiting[this.#first]; head; head = this.#waiting[this.#first]) {
      const { frame, segment, connection, from } = head;
      const stream = connection?.streams[from];
      const { length } = segment.payload;
      const seq = segment.flags.syn ? segment.seq + 1 : segment.seq; // a SYN has a number of its own
      if (length > 0 && stream && !stream.isDecided(seq, length) && this.#waits <= mostWaiting) break;
      const { timeNs, linkType, interfaceId, originalLength } = frame;
      const payload = stream?.bytes(seq, length) ?? new Uint8Array(length).fill(FILLER);
      out.push({ timeNs, linkType, interfaceId, originalLength, bytes: withPayload(frame, segment, payload) });
      this.told.frames++;
      this.#waits -= frame.bytes.length;
      this.#first++;
    }
    if (this.#first > 1024) {
      this.#waiting.splice(0, this.#first);
      this.#first = 0;
    }
    return out;
  }

  #of(connection: TcpConnection): RedactedConnection {
    const known = this.#connections.get(connection);
    if (known) return known;
    const made = new RedactedConnection(connection);
    this.told.connections++;
    this.#connections.set(connection, made);
    const { client, server } = connection;
    this.#byEnds.set(`${client.text} ${server.text}`, { connection: made, from: 'client' });
    this.#byEnds.set(`${server.text} ${client.text}`, { connection: made, from: 'server' });
    return made;
  }

  #over(connection: TcpConnection): void {
    const made = this.#connections.get(connection);
    this.#connections.delete(connection);
    if (!made) return;
    made.over();
    for (const why of made.filled) this.told.filled.set(why, (this.told.filled.get(why) ?? 0) + 1);
    const { client, server } = connection;
    for (const ends of [`${client.text} ${server.text}`, `${server.text} ${client.text}`])
      if (this.#byEnds.get(ends)?.connection === made) this.#byEnds.delete(ends);
  }
}
