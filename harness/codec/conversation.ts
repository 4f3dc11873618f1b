import { Answer } from './answer.ts';
import { has } from './capability.ts';
import { identifyCommand, identifyFirstClientPacket } from './client-packet.ts';
import { commandOf } from './command.ts';
import { CodecError } from './error.ts';
import { recogniseClient, recogniseServer, startsTls, type Verdict } from './foreign.ts';
import { type Packet, PacketReader, type PacketReaderOptions } from './frame.ts';
import { bytesThatAreNoPacket, type LabelledPacket, labelled, type Side } from './labelled-packet.ts';
import type { Context } from './message.ts';
import { authSwitchResponse } from './messages/auth-switch-response.ts';
import { offeredCapabilities } from './messages/handshake-v10.ts';
import { decodeAs, type Identified, identifyServerPacket } from './server-packet.ts';

export type { LabelledPacket, Side } from './labelled-packet.ts';

interface Pending {
  readonly answer: Answer;
  readonly to: LabelledPacket;
  /** Sequence id that the server must use next; undefined after a fault of the client, where servers differ. */
  sequenceId: number | undefined;
}

interface Stream {
  readonly from: Side;
  readonly reader: PacketReader;
  readonly recognise: (start: Uint8Array) => Verdict;
  /** The first bytes have been told from other protocols. */
  told: boolean;
  /** The stream is no longer packets, and this is what it is. */
  opaque: string | undefined;
}

/**
 * Decodes both directions of one connection, incrementally, in the order of capture. Client bytes are named by
 * what they are and not by when they come: a HandshakeResponse sent before the greeting is one, a command behind it
 * waits in a queue, and each answer of the server belongs to the oldest unanswered command. Bytes that are not MySQL
 * are given out chunk by chunk under the protocol's name. Never throws.
 */
export class Conversation {
  readonly #client: Stream;
  readonly #server: Stream;
  #greeted = false;
  #loggedIn = false;
  #refused = false;
  #tlsAsked = false;
  #sentResponse = false;
  #offered: Context | undefined;
  #declared: Context = { capabilities: 0 };
  #pending: Pending[] = [];

  constructor(options: PacketReaderOptions = {}) {
    const stream = (from: Side, recognise: Stream['recognise']): Stream => ({
      from,
      recognise,
      reader: new PacketReader(options),
      told: false,
      opaque: undefined,
    });
    this.#client = stream('client', recogniseClient);
    this.#server = stream('server', recogniseServer);
  }

  fromClient(chunk: Uint8Array, at?: number): LabelledPacket[] {
    return this.#push(this.#client, chunk, at);
  }

  fromServer(chunk: Uint8Array, at?: number): LabelledPacket[] {
    return this.#push(this.#server, chunk, at);
  }

  /** No more bytes will come: what is left of packets that did not become whole. */
  finish(at?: number): LabelledPacket[] {
    return [this.#client, this.#server].flatMap((stream) => {
      const { reader } = stream;
      const out: LabelledPacket[] = [];
      if (!stream.told) {
        // The few bytes could have become another protocol; as they are they can only be packets.
        stream.told = true;
        this.#drain(stream, at, out);
      }
      const { continued } = reader;
      const offset = reader.offset;
      const rest = reader.take();
      if (rest.length === 0 && continued === 0) return out;
      const held = continued > 0 ? `, after ${continued} bytes of the same packet` : '';
      const problem = `the stream ends inside a packet: ${rest.length} bytes are left${held}`;
      return [...out, this.#bytes(stream, 'incomplete packet', rest, offset, at, problem)];
    });
  }

  /** What both peers have agreed on so far; before the greeting, what the client declares. */
  get context(): Context {
    const offered = this.#offered;
    if (!offered) return this.#declared;
    const both = (offered.capabilities & this.#declared.capabilities) >>> 0;
    // LONG_PASSWORD is MariaDB's CLIENT_MYSQL: extended capabilities count where neither side sets it.
    const mariadb = !has(offered.capabilities | this.#declared.capabilities, 'LONG_PASSWORD');
    const extended = mariadb ? ((offered.mariadbCapabilities ?? 0) & (this.#declared.mariadbCapabilities ?? 0)) >>> 0 : 0;
    return { capabilities: both, mariadbCapabilities: extended };
  }

  #push(stream: Stream, chunk: Uint8Array, at: number | undefined): LabelledPacket[] {
    stream.reader.add(chunk);
    const out: LabelledPacket[] = [];
    this.#drain(stream, at, out);
    return out;
  }

  /** Takes what has become whole. */
  #drain(stream: Stream, at: number | undefined, out: LabelledPacket[]): void {
    const { reader } = stream;
    for (;;) {
      if (stream.opaque === undefined) this.#look(stream, at, out);
      if (stream.opaque !== undefined) {
        const offset = reader.offset;
        const bytes = reader.take();
        if (bytes.length > 0) out.push(this.#bytes(stream, stream.opaque, bytes, offset, at));
        return;
      }
      if (!stream.told) return;
      let packet: Packet | undefined;
      try {
        packet = reader.next();
      } catch (error) {
        if (!(error instanceof CodecError)) throw error;
        out.push(this.#bytes(stream, 'unknown', new Uint8Array(0), reader.offset, at, error.message));
        stream.opaque = 'unknown';
        continue;
      }
      if (!packet) return;
      out.push(stream.from === 'client' ? this.#fromClient(packet, at) : this.#fromServer(packet, at));
    }
  }

  /** Decides whether the next bytes of the stream are packets at all. */
  #look(stream: Stream, at: number | undefined, out: LabelledPacket[]): void {
    const { reader } = stream;
    if (!stream.told) {
      const verdict = stream.recognise(reader.pending);
      if (verdict === undefined) return;
      stream.told = true;
      if (verdict !== 'mysql') {
        if (verdict.size === Number.POSITIVE_INFINITY) stream.opaque = verdict.name;
        else out.push(this.#bytes(stream, verdict.name, reader.take(verdict.size), reader.offset - verdict.size, at));
      }
    }
    if (this.#tlsAsked && reader.continued === 0 && startsTls(reader.pending)) stream.opaque = 'TLS';
    if (this.#loggedIn && compresses(this.context)) stream.opaque = 'compressed packets';
  }

  #fromClient(packet: Packet, at: number | undefined): LabelledPacket {
    const front = this.#pending[0];
    if (front?.answer.wants === 'file') {
      if (packet.payload.length === 0) front.answer.wants = undefined;
      front.sequenceId = (packet.lastSequenceId + 1) & 0xff;
      return this.#label('client', packet, { name: 'LocalInfileData' }, at);
    }
    if (!this.#sentResponse) return this.#firstFromClient(packet, at);
    // Pipelined commands start at 0; data for the plugin goes on counting.
    if (front?.answer.kind === 'change-user' && packet.sequenceId !== 0) return this.#authData(front, packet, at);
    const found = identifyCommand(packet.payload, this.context);
    const problem = packet.sequenceId === 0 ? found.problem : expected(packet.sequenceId, 0);
    const label = this.#label('client', packet, problem ? { ...found, problem } : found, at);
    const byte = packet.payload[0];
    if (byte === undefined) return label;
    const { answer } = commandOf(byte);
    if (answer !== 'none') this.#expect(new Answer(answer), label, packet);
    return label;
  }

  #firstFromClient(packet: Packet, at: number | undefined): LabelledPacket {
    const found = identifyFirstClientPacket(packet.payload, packet.sequenceId);
    const isResponse = found.name.startsWith('HandshakeResponse');
    const inTurn = isResponse || found.name === 'SSLRequest';
    // After an SSLRequest in the clear that nobody followed with TLS, the response counts on.
    const due = inTurn ? (this.#tlsAsked ? 2 : 1) : packet.sequenceId;
    const problem = found.problem ?? (packet.sequenceId === due ? undefined : expected(packet.sequenceId, due));
    const label = this.#label('client', packet, problem ? { ...found, problem } : found, at);
    const value = found.decoded?.value;
    if (found.name === 'SSLRequest') this.#tlsAsked = true;
    if (isResponse) {
      this.#sentResponse = true;
      this.#declared = {
        capabilities: Number(value?.['capabilities'] ?? 0),
        mariadbCapabilities: Number(value?.['mariadbCapabilities'] ?? 0),
      };
      this.#expect(new Answer('change-user'), label, packet);
    }
    return label;
  }

  #authData(front: Pending, packet: Packet, at: number | undefined): LabelledPacket {
    const found = decodeAs(authSwitchResponse, packet.payload, this.context);
    const problem =
      front.answer.wants === undefined && front.answer.last !== undefined
        ? 'the server has not asked for more data'
        : front.sequenceId === undefined || front.sequenceId === packet.sequenceId
          ? undefined
          : expected(packet.sequenceId, front.sequenceId);
    front.answer.wants = undefined;
    front.sequenceId = problem ? undefined : (packet.lastSequenceId + 1) & 0xff;
    return this.#label('client', packet, problem ? { ...found, problem } : found, at);
  }

  #fromServer(packet: Packet, at: number | undefined): LabelledPacket {
    if (!this.#greeted) {
      this.#greeted = true;
      const greeting = identifyServerPacket(packet.payload, 'greeting', { capabilities: 0 });
      if (greeting.name !== 'unknown') return this.#greeting(greeting, packet, at);
      return this.#answer(packet, at, 'no greeting has come before it');
    }
    return this.#answer(packet, at);
  }

  #greeting(found: Identified, packet: Packet, at: number | undefined): LabelledPacket {
    const value = found.decoded?.value;
    if (found.name === 'HandshakeV10' && value)
      this.#offered = {
        capabilities: offeredCapabilities(value as Parameters<typeof offeredCapabilities>[0]),
        mariadbCapabilities: Number(value['mariadbCapabilities'] ?? 0),
      };
    if (found.name === 'ERR') this.#refused = true;
    const problem = found.problem ?? (packet.sequenceId === 0 ? undefined : expected(packet.sequenceId, 0));
    return this.#label('server', packet, problem ? { ...found, problem } : found, at);
  }

  #answer(packet: Packet, at: number | undefined, fault?: string): LabelledPacket {
    const front = this.#pending[0];
    if (!front || this.#refused) {
      const found = identifyServerPacket(packet.payload, this.#loggedIn ? 'status' : 'auth', this.context);
      // A server may say at any time why it hangs up.
      const unasked = found.name === 'ERR' && !this.#refused ? undefined : 'it answers nothing that the client sent';
      const problem = fault ?? found.problem ?? (this.#refused ? 'a packet after the ERR that ended the login' : unasked);
      if (found.name === 'ERR' && !this.#loggedIn) this.#refused = true;
      return this.#label('server', packet, problem ? { ...found, problem } : found, at);
    }
    const due = front.sequenceId;
    const behind = this.#pending[1];
    if (behind && front.answer.last !== undefined && due !== packet.sequenceId && behind.sequenceId === packet.sequenceId) {
      // The packet starts the next answer: go on there, or every later packet would be named wrong.
      this.#pending.shift();
      return this.#answer(packet, at, `the answer to ${front.to.name} has not ended before it`);
    }
    const found = front.answer.take(packet.payload, this.context);
    const problem =
      fault ?? found.problem ?? (due === undefined || due === packet.sequenceId ? undefined : expected(packet.sequenceId, due));
    front.sequenceId = (packet.lastSequenceId + 1) & 0xff;
    if (front.answer.done) {
      this.#pending.shift();
      if (!this.#loggedIn) {
        this.#loggedIn = found.name === 'OK';
        this.#refused = found.name === 'ERR';
      }
    }
    return this.#label('server', packet, problem ? { ...found, problem } : found, at, front.to);
  }

  #bytes(stream: Stream, name: string, bytes: Uint8Array, offset: number, at?: number, problem?: string): LabelledPacket {
    return bytesThatAreNoPacket(stream.from, name, bytes, { offset, at, early: this.#isEarly(stream.from), problem });
  }

  #label(from: Side, packet: Packet, found: Identified, at: number | undefined, answers?: LabelledPacket): LabelledPacket {
    return labelled(from, packet, found, { at, early: this.#isEarly(from), answers });
  }

  #isEarly(from: Side): boolean {
    return from === 'client' && !this.#greeted;
  }

  #expect(answer: Answer, to: LabelledPacket, packet: Packet): void {
    const sequenceId = to.problem === undefined ? (packet.lastSequenceId + 1) & 0xff : undefined;
    this.#pending.push({ answer, to, sequenceId });
  }
}

function compresses(context: Context): boolean {
  return has(context.capabilities, 'COMPRESS') || has(context.capabilities, 'ZSTD_COMPRESSION_ALGORITHM');
}

function expected(got: number, wanted: number): string {
  return `sequence id ${got}, expected ${wanted}`;
}
