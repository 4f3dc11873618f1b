import { CodecError } from '../codec/error.ts';
import type { Packet } from '../codec/frame.ts';
import type { Message, MessageOf } from '../codec/message.ts';
import type { ServerPacket } from './server-packet.ts';
import type { Session } from './session.ts';

/** Packets of an answer in which lengths are looked at: what the server does in these, it does in all. */
const LENGTHS_LOOKED_AT = 32;

/** Thrown where the packets of an answer are not all there yet. */
const needsMore = Symbol('more packets are needed');

/**
 * Walks the packets that answer one command, and keeps the first thing that is wrong with them: contiguous sequence ids
 * (mysql/page_protocol_basic_packets), every byte of a packet claimed by a field, and what the reader notes.
 */
export class PacketWalk {
  readonly session: Session;
  problem: string | undefined;
  /** Packets that the answer has at least, as far as counts in it tell. */
  #least = 0;
  /** What is read now comes until an EOF, OK or ERR ends it. */
  #untilEnd = false;
  /** Bytes that length-encoded integers take beyond their shortest form. */
  #spare = 0;
  readonly #queue: readonly Packet[];
  #taken = 0;

  constructor(queue: readonly Packet[], session: Session) {
    this.#queue = queue;
    this.session = session;
  }

  /** The payload of the next packet, which stays. */
  peek(): Uint8Array {
    const packet = this.#queue[this.#taken];
    if (!packet) throw needsMore;
    return packet.payload;
  }

  /** So many packets are still to come. */
  announce(packets: number): void {
    this.#least = Math.max(this.#least, this.#taken + packets);
  }

  /** From here on an EOF, OK or ERR ends the answer. */
  untilEnd(): void {
    this.#untilEnd = true;
  }

  /** The payload of the next packet. */
  take(): Uint8Array {
    const payload = this.peek();
    const before = this.#queue[this.#taken - 1];
    const { sequenceId, outOfTurn } = this.#queue[this.#taken] as Packet;
    this.#taken++;
    const wanted = before && (before.lastSequenceId + 1) & 0xff;
    if (wanted !== undefined && sequenceId !== wanted)
      this.note(`packet ${this.#taken} of the answer has sequence id ${sequenceId}, not ${wanted}`);
    if (outOfTurn) this.note(`packet ${this.#taken} of the answer goes on with sequence id ${outOfTurn.is}, not ${outOfTurn.wanted}`);
    return payload;
  }

  /** The next packet as this message; `what` it is, in a problem. */
  read<M extends Message>(message: M, what: string): MessageOf<M> {
    const payload = this.take();
    const { value, left } = message.decode(payload, this.session.context);
    if (this.#taken <= LENGTHS_LOOKED_AT) this.#spare += payload.length - left - message.encode(value, this.session.context).length;
    if (left > 0) this.note(`${left} bytes stand behind ${what}`);
    return value as MessageOf<M>;
  }

  note(problem: string): void {
    this.problem ??= problem;
  }

  /** What was walked over, as one answer. */
  answer(name: ServerPacket['name'], value: Readonly<Record<string, unknown>>): ServerPacket {
    const first = this.#queue[0] as Packet;
    const last = this.#queue[Math.max(this.#taken, 1) - 1] as Packet;
    return {
      name,
      value: { ...value, spareBytes: this.#spare },
      sequenceId: first.sequenceId,
      lastSequenceId: last.lastSequenceId,
      packets: Math.max(this.#taken, 1),
      ...(this.problem === undefined ? {} : { problem: this.problem }),
    };
  }

  /** Reads an answer; undefined while packets are missing. A packet that cannot be decoded ends it with its problem. */
  static read(queue: readonly Packet[], session: Session, name: ServerPacket['name'], read: (walk: PacketWalk) => ServerPacket) {
    const walk = new PacketWalk(queue, session);
    try {
      return read(walk);
    } catch (error) {
      // What is wrong already will not become right by waiting.
      if (error === needsMore) {
        session.lacks = { packets: walk.#least, end: walk.#untilEnd, seen: queue.length };
        return walk.problem === undefined ? undefined : walk.answer(name, {});
      }
      if (!(error instanceof CodecError)) throw error;
      walk.note(`packet ${walk.#taken} of the answer: ${error.message}`);
      return walk.answer(name, {});
    }
  }
}
