import { Agreement } from './agreement.ts';
import { Answer } from './answer.ts';
import { identifyCommand, identifyFirstClientPacket, loginMessage } from './client-packet.ts';
import { nameCommand, nameProxyHeader, takeAuthData, takeFileData, takeSemiSyncAck } from './client-turn.ts';
import { commandOf, SEMI_SYNC_ACK } from './command.ts';
import { CodecError } from './error.ts';
import { type Foreign, recogniseClient, recogniseServer, startsTls } from './foreign.ts';
import { PacketReader, type PacketReaderOptions } from './frame.ts';
import { bytesThatAreNoPacket, Labelled, type LabelledPacket, type Side } from './labelled-packet.ts';
import type { Context, Message } from './message.ts';
import { handshakeV10 } from './messages/handshake-v10.ts';
import { localInfileData } from './messages/local-infile-data.ts';
import type { PacketSink } from './packet-sink.ts';
import { identifyServerPacket, serverMessage } from './server-packet.ts';
import { Statements } from './statements.ts';
import { decompress, expected, openStream, type Stream, sequenceProblem, type Taken } from './stream.ts';
import type { TlsDecryption } from './tls-decryption.ts';
import { Unanswered } from './unanswered.ts';

export type { LabelledPacket, Side } from './labelled-packet.ts';

export interface ConversationOptions extends PacketReaderOptions {
  /** The conversation is joined at a command, after the login that agreed on this. */
  readonly agreed?: Context | undefined;
  /** How many bytes of each side were before those that will be pushed; default none. */
  readonly before?: Readonly<Record<Side, number>> | undefined;
  /** Reads what the peers say inside TLS; without it those bytes are told of as 'TLS'. */
  readonly tls?: TlsDecryption | undefined;
  /** Takes the packets as they are found; then the lists that are given back are empty. */
  readonly sink?: PacketSink | undefined;
}
/** What packets are given to: a list, or who takes them one by one. */
type Out = Pick<PacketSink, 'push'>;

const NOTHING: LabelledPacket[] = [];

/** What a greeting is read under: nothing is agreed on. */
const BEFORE: Context = { capabilities: 0 };
const NO_ROWS = {};
/** Commands begin a new count. */
const FIRST: readonly number[] = [0];

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
  /** A PROXY header stood first. */
  #proxied = false;
  #sentResponse = false;
  readonly #agreement: Agreement;
  readonly #statements = new Statements();
  readonly #unanswered = new Unanswered(this.#statements);
  readonly #options: ConversationOptions;

  constructor(options: ConversationOptions = {}) {
    this.#options = options;
    this.#client = openStream('client', recogniseClient, options, options.before?.client ?? 0);
    this.#server = openStream('server', recogniseServer, options, options.before?.server ?? 0);
    this.#agreement = new Agreement(options.agreed);
    if (!options.agreed) return;
    this.#greeted = this.#sentResponse = this.#loggedIn = true;
    this.#client.told = this.#server.told = true;
  }

  fromClient(chunk: Uint8Array, at?: number): LabelledPacket[] {
    return this.#push(this.#client, chunk, at);
  }

  fromServer(chunk: Uint8Array, at?: number): LabelledPacket[] {
    return this.#push(this.#server, chunk, at);
  }

  push(from: Side, chunk: Uint8Array, at?: number): LabelledPacket[] {
    return this.#push(from === 'client' ? this.#client : this.#server, chunk, at);
  }

  /** No more bytes will come: what is left of packets that did not become whole, as a list in any case. */
  finish(at?: number): LabelledPacket[] {
    const out: LabelledPacket[] = [];
    this.#finish(this.#client, at, out);
    this.#finish(this.#server, at, out);
    return out;
  }

  #finish(stream: Stream, at: number | undefined, out: Out): void {
    if (!stream.told) {
      // The few bytes could have become another protocol; as they are they can only be packets.
      stream.told = true;
      this.#drain(stream, at, out);
    }
    const { continued, held, waiting } = stream.reader;
    if (waiting + continued + held === 0) return;
    if (waiting + continued === 0) {
      out.push(this.#rest(stream, 'empty compressed packet', at));
      return;
    }
    const before = continued > 0 ? `, after ${continued} bytes of the same packet` : '';
    const problem = `the stream ends inside a packet: ${waiting} bytes are left${before}`;
    out.push(this.#rest(stream, 'incomplete packet', at, problem));
  }

  /** Lets go of the chunks that were pushed, if whoever pushes them wants their memory back: no packet that waits for its answer holds one then. */
  letGo(): void {
    this.#unanswered.letGo();
  }

  /** How many commands (and logins) have no whole answer yet. */
  get unanswered(): number {
    return this.#unanswered.count;
  }

  /** What both peers have agreed on so far; before the greeting, what the client declares. */
  get context(): Context {
    return this.#agreement.context;
  }

  #push(stream: Stream, chunk: Uint8Array, at: number | undefined): LabelledPacket[] {
    const { sink } = this.#options;
    const list = sink ? NOTHING : [];
    const out = sink ?? list;
    if (stream.ciphered !== undefined) this.#decrypt(stream, chunk, at, out);
    else {
      stream.reader.add(chunk);
      this.#drain(stream, at, out);
    }
    return list;
  }

  /** Bytes of TLS: the packets that become readable, or the bytes as they are. */
  #decrypt(stream: Stream, bytes: Uint8Array, at: number | undefined, out: Out): void {
    const offset = stream.ciphered ?? 0;
    stream.ciphered = offset + bytes.length;
    const plaintext = this.#options.tls?.push(stream.from, bytes);
    // A record whose end has not come is told of with its end; what was no more than a handshake, as it is.
    if (!plaintext || (plaintext.length === 0 && !stream.deciphered)) out.push(this.#bytes(stream, 'TLS', bytes, offset, at));
    for (const said of plaintext ?? []) {
      const of = said.from === 'client' ? this.#client : this.#server;
      of.deciphered = true;
      of.reader.add(said.bytes);
      this.#drain(of, at, out);
    }
  }

  /** Takes what has become whole. */
  #drain(stream: Stream, at: number | undefined, out: Out): void {
    for (;;) {
      if (!stream.steady && stream.opaque === undefined) this.#look(stream, at, out);
      const { reader } = stream;
      if (stream.opaque !== undefined) {
        if (reader.waiting > 0) out.push(this.#rest(stream, stream.opaque, at));
        return;
      }
      if (!stream.told) return;
      let found: boolean;
      try {
        found = reader.advance();
      } catch (error) {
        if (!(error instanceof CodecError)) throw error;
        out.push(this.#rest(stream, 'unknown', at, error.message, 0));
        stream.opaque = 'unknown';
        continue;
      }
      if (!found) return;
      if (stream === this.#server && this.#glance(stream, out)) continue;
      out.push(stream.from === 'client' ? this.#fromClient(reader.packet, at) : this.#fromServer(reader.packet, at));
    }
  }

  /** Most packets behind the login are only counted. What came inside TLS or compressed is taken the long way. */
  #glance({ steady, ciphered, reader }: Stream, out: Out): boolean {
    const { sink } = this.#options;
    if (!steady || sink === undefined || out !== sink || ciphered !== undefined || this.#refused) return false;
    return reader instanceof PacketReader && this.#unanswered.glance(reader.packet, this.context, sink);
  }

  /** Decides whether the next bytes of the stream are packets at all. */
  #look(stream: Stream, at: number | undefined, out: Out): void {
    const { reader } = stream;
    while (!stream.told) {
      const verdict = stream.recognise(reader.pending);
      if (verdict === undefined) return;
      const isHeader = verdict !== 'mysql' && verdict.size < Number.POSITIVE_INFINITY;
      // Each proxy of a chain may write its own in front.
      if (isHeader) out.push(this.#proxyHeader(stream, verdict, at));
      else if (verdict !== 'mysql') stream.opaque = verdict.name;
      stream.told = !isHeader;
    }
    if (this.#tlsAsked && !stream.clear && stream.ciphered === undefined && reader.continued === 0 && startsTls(reader.pending))
      this.#startTls(stream, at, out);
    if (!this.#loggedIn) return;
    decompress(stream, this.context, this.#options);
    stream.steady = !this.#tlsAsked || stream.clear || stream.ciphered !== undefined;
  }

  #startTls(stream: Stream, at: number | undefined, out: Out): void {
    if (!this.#options.tls) {
      stream.opaque = 'TLS';
      return;
    }
    const { reader } = stream;
    if (reader.held > 0) out.push(this.#rest(stream, 'empty compressed packet', at, undefined, 0));
    stream.ciphered = reader.offset;
    stream.reader = new PacketReader(this.#options);
    this.#decrypt(stream, reader.take(), at, out);
  }

  #proxyHeader(stream: Stream, { name, size }: Foreign, at: number | undefined): LabelledPacket {
    this.#proxied = true;
    const header = this.#rest(stream, name, at, undefined, size);
    return nameProxyHeader(header, header.payload);
  }

  #fromClient(packet: Taken, at: number | undefined): Labelled {
    const { front } = this.#unanswered;
    const label = this.#label('client', packet, at);
    this.#client.clear = this.#tlsAsked;
    if (front?.answer.wants === 'file') return takeFileData(front, label, packet, this.context);
    if (!this.#sentResponse) return this.#firstFromClient(label, packet);
    // Pipelined commands start at 0; data for the plugin goes on counting.
    if (front?.answer.kind === 'change-user' && packet.sequenceId !== 0) return takeAuthData(front, label, packet, this.context);
    if (this.#unanswered.isFileStill(packet)) {
      label.is(localInfileData, this.context);
      return label;
    }
    const byte = label.byte(0);
    if (byte === SEMI_SYNC_ACK && front?.answer.kind === 'binlog') return takeSemiSyncAck(front, label, this.context);
    if (byte === undefined) {
      label.isAs(identifyCommand(label.payload, this.context));
      label.problem = sequenceProblem(packet, 0, FIRST) ?? label.problem;
      // Both servers take it for COM_SLEEP, which they refuse.
      this.#unanswered.expect(new Answer('status'), label, packet);
      return label;
    }
    const { name, answer } = commandOf(byte);
    const id = nameCommand(byte, name, label, packet, this.context, this.#statements);
    label.problem = sequenceProblem(packet, 0, FIRST) ?? label.problem;
    if (answer === 'none') return label;
    // The columns that are known when the answer is, not when the command goes out: what is pipelined may change them.
    const statements = this.#statements;
    const due =
      id === undefined
        ? new Answer(answer)
        : new Answer(
            answer,
            () => statements.columns(id),
            () => statements.leftOut(id),
          );
    this.#unanswered.expect(due, label, packet, id);
    return label;
  }

  #firstFromClient(label: Labelled, packet: Taken): Labelled {
    const { payload } = label;
    const login = loginMessage(payload, packet.sequenceId);
    const value = login ? label.is(login.message, login.declared) : label.isAs(identifyFirstClientPacket(payload, packet.sequenceId));
    const isResponse = login !== undefined && label.name !== 'SSLRequest';
    // After an SSLRequest in the clear that nobody followed with TLS, the response counts on.
    const due = login ? (this.#tlsAsked ? 2 : 1) : packet.sequenceId;
    label.problem ??= packet.sequenceId === due ? undefined : expected(packet.sequenceId, due);
    if (login && !isResponse) this.#tlsAsked = true;
    if (isResponse) {
      this.#sentResponse = true;
      this.#agreement.responded(value, label);
      // A server that waits for TLS, or takes no PROXY header, refuses what came before the login, and counts on from there.
      const surely = !this.#proxied && (!this.#tlsAsked || this.#client.ciphered !== undefined);
      this.#unanswered.expect(new Answer('change-user'), label, packet, undefined, surely);
    }
    return label;
  }

  #fromServer(packet: Taken, at: number | undefined): Labelled {
    const label = this.#label('server', packet, at);
    if (this.#greeted) {
      this.#server.clear = this.#tlsAsked;
      this.#answer(label, packet);
    } else {
      this.#greeted = true;
      const greeting = serverMessage(label, 'greeting', BEFORE, NO_ROWS);
      if (typeof greeting !== 'string') this.#greeting(greeting, label, packet);
      else this.#answer(label, packet, 'no greeting has come before it');
    }
    return label;
  }

  #greeting(message: Message, label: Labelled, packet: Taken): void {
    const value = label.is(message, BEFORE);
    if (message === handshakeV10 && value['capabilitiesLow'] !== undefined) this.#agreement.greeted(value);
    if (label.name === 'ERR') this.#refused = true;
    label.problem ??= packet.sequenceId === 0 ? undefined : expected(packet.sequenceId, 0);
  }

  #answer(label: Labelled, packet: Taken, fault?: string): void {
    const { front } = this.#unanswered;
    if (!front || this.#refused) {
      label.isAs(identifyServerPacket(label.payload, this.#loggedIn ? 'status' : 'auth', this.context));
      // A server may say at any time why it hangs up.
      const unasked = label.name === 'ERR' && !this.#refused ? undefined : 'it answers nothing that the client sent';
      // What it is can only be guessed where nothing is due.
      label.problem = fault ?? (this.#refused ? 'a packet after the ERR that ended the login' : unasked) ?? label.problem;
      if (label.name === 'ERR' && !this.#loggedIn) this.#refused = true;
      return;
    }
    const over = this.#unanswered.take(front, label, packet, this.context, fault);
    if (front.answer.kind === 'handover' && label.name === 'OK')
      this.#client.opaque = this.#server.opaque = `what follows ${front.to.name}`;
    if (!over || this.#loggedIn) return;
    this.#loggedIn = label.name === 'OK';
    this.#refused = label.name === 'ERR';
  }

  /** Of what the reader has: n pending bytes (default all), and what was held before them. */
  #rest(stream: Stream, name: string, at: number | undefined, problem?: string, n?: number): Labelled {
    const { offset, held } = stream.reader;
    return this.#bytes(stream, name, stream.reader.take(n), offset, at, problem, held);
  }

  #bytes(stream: Stream, name: string, bytes: Uint8Array, offset: number, at?: number, problem?: string, held = 0): Labelled {
    const deciphered = stream.deciphered && name !== 'TLS';
    return bytesThatAreNoPacket(stream.from, name, bytes, { offset, at, early: this.#isEarly(stream.from), problem, deciphered, held });
  }

  #label(from: Side, packet: Taken, at: number | undefined): Labelled {
    const { deciphered } = from === 'client' ? this.#client : this.#server;
    return new Labelled(from, packet, at, this.#isEarly(from), deciphered);
  }

  #isEarly(from: Side): boolean {
    return from === 'client' && !this.#greeted;
  }
}
