import { Conversation, type LabelledPacket, type Side } from '../codec/conversation.ts';
import type { Glanced, Glimpse } from '../codec/glance.ts';
import type { PacketSink } from '../codec/packet-sink.ts';
import { beginsWithSslRequest, HEAD_BYTES, isGreeting, isMysql, wasMysql } from '../codec/recognise.ts';
import type { FollowedConnection } from '../pcap/packed-events.ts';
import { otherSide, type TcpData, type TcpEvent, type TcpGap } from '../pcap/tcp-connection.ts';
import type { TlsSecrets } from '../pcap/tls/key-log.ts';
import { CausalOrder, type InOrder } from './causal-order.ts';
import { type Decoder, joinedKnown, joinedUnknown } from './decoder.ts';
import type { Finding } from './finding.ts';
import type { Inspected } from './inspected.ts';
import { Joining, type Joint } from './joining.ts';
import { LateTls } from './late-tls.ts';
import type { Lint } from './lint.ts';
import { Notes } from './notes.ts';
import { isBlanked, isCompressed, type Veil } from './veil.ts';

/** Bytes kept until they show what they are. */
const MOST_UNDECIDED = 64 * 1024;
const NOTHING = new Uint8Array(0);
const NO_EVENTS: TcpData[] = [];
const NOTHING_LEFT: readonly LabelledPacket[] = [];

/** A packet, and where it stood. */
export interface PassedPacket {
  /** Wireshark's tcp.stream. */
  readonly stream: number;
  readonly packet: LabelledPacket;
  readonly timeNs: bigint;
  /** The rules that it breaks. */
  readonly findings: readonly Finding[];
}

export interface FollowOptions {
  readonly lint: Lint;
  /** What is known of TLS sessions. */
  readonly secrets?: TlsSecrets | undefined;
  /** Told of each packet of a MySQL connection, in order. */
  readonly onPacket?: ((passed: PassedPacket) => void) | undefined;
}

/**
 * undecided: not known yet whether it is MySQL. joining: looking for a command to begin at. decoding: packets come out.
 * other: another protocol, not looked at any more.
 */
type Mode = 'undecided' | 'joining' | 'decoding' | 'other';

/** Follows one TCP connection and tells what it was. Needs bounded memory, however long the connection is. */
export class Follower implements PacketSink, InOrder {
  /** Whoever follows many notes here that something has passed. */
  busy = false;
  readonly #connection: FollowedConnection;
  readonly #options: FollowOptions;
  readonly #notes: Notes;
  #mode: Mode;
  #decoder: Decoder | undefined;
  #joining: Joining | undefined;
  #veil: Veil | undefined;
  /** The first bytes behind the login, until they tell whether a redaction has left zeros of them. */
  #behindLogin: { readonly from: Side; readonly bytes: Uint8Array } | 'told' | undefined;
  readonly #tls: LateTls;
  #fins = 0;
  /** What remained of packets when both sides had ended; asked for once. */
  #left: readonly LabelledPacket[] | undefined;
  /** It has been MySQL once. */
  #proven = false;
  /** The port told the sides wrong: a capture that began in the middle. */
  #swapped = false;
  readonly #order: CausalOrder;
  #undecided = NO_EVENTS;
  #undecidedBytes = 0;
  #clientHead: Uint8Array = NOTHING;
  #serverHead: Uint8Array = NOTHING;

  constructor(connection: FollowedConnection, options: FollowOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#notes = new Notes(options.lint);
    this.#tls = new LateTls(options.secrets);
    this.#order = new CausalOrder(!connection.midStream, this);
    this.#mode = connection.midStream ? 'joining' : 'undecided';
    if (connection.midStream) {
      this.#joining = new Joining(false);
      this.#notes.begunInTheMiddle();
    }
  }

  event(event: TcpEvent): void {
    this.#notes.passed(event);
    if (this.#mode !== 'other') this.#order.push(event);
  }

  unsure(): void {
    this.#gap('client', { missing: 0, frame: 0 });
  }

  inOrder(event: TcpEvent): void {
    if (this.#mode === 'other') return;
    switch (event.kind) {
      case 'data':
        this.#notes.data(event, this.#sideOf(event.from));
        return this.#data(event);
      case 'syn-ack':
        return this.#notes.goesOn(event, this.#sideOf(event.from));
      case 'gap':
        return this.#gap(event.from, event);
      case 'fin':
        this.#notes.end(event, this.#sideOf(event.from), this.#decoder);
        this.#fins++;
        return this.#release();
      case 'rst':
        this.#notes.end(event, this.#sideOf(event.from), this.#decoder);
    }
  }

  /** Behind the FINs of both sides only a RST can come: thousands that wait for one must not hold what decoded them. */
  #release(): void {
    if (this.#fins < 2 || this.#mode !== 'decoding') return;
    this.#left = this.#decoder?.finish(this.#notes.endFrame);
    this.#notes.readAs = this.#decoder?.context;
    if (this.#left?.length !== 0) return;
    this.#left = NOTHING_LEFT;
    this.#decoder = undefined;
  }

  /** Keeps none of the frames alive that have passed. */
  letGo(): void {
    this.#decoder?.letGo();
    this.#notes.letGo();
  }

  /** Undefined where it was not MySQL. */
  over(): Inspected | undefined {
    this.#order.end();
    if (this.#mode === 'undecided' && wasMysql(this.#clientHead, this.#serverHead)) this.#begin();
    const quit = this.#mode === 'joining' && !this.#proven ? this.#joining?.quit() : undefined;
    if (this.#mode === 'joining') this.#veil ??= this.#joining?.veil;
    // Bytes that came out as long as announced: nothing but MySQL compresses so.
    if (this.#veil === 'compressed') this.#proven = true;
    if (this.#veil && this.#mode !== 'decoding') this.#notes.veiled(this.#veil);
    if (quit && this.#notes.endedBy === this.#sideOf(quit.from)) this.#join(quit.from, quit.command, 0);
    if (!this.#proven) return undefined;
    const notes = this.#notes;
    const decoder = this.#decoder;
    if (decoder && this.#mode === 'decoding') this.#tell(this.#left ?? decoder.finish(notes.endFrame), notes.lastNs, 'end');
    const { client, server } = this.#connection;
    return notes.done(
      this.#connection.id,
      this.#swapped ? server.text : client.text,
      this.#swapped ? client.text : server.text,
      decoder,
      this.#tls.session?.about,
    );
  }

  /** TLS since before the capture began: what is said in it, nobody knows. */
  get hidden(): boolean {
    return this.#veil === 'TLS';
  }

  /** Not a byte has passed. */
  get silent(): boolean {
    return this.#notes.silent;
  }

  #sideOf(side: Side): Side {
    return this.#swapped ? otherSide(side) : side;
  }

  #data(event: TcpData): void {
    if (this.#mode === 'decoding') return this.#decode(event.from, event.bytes, event.frame, event.timeNs);
    if (this.#mode === 'joining') return this.#tryToJoin(event);
    const head = event.from === 'client' ? this.#clientHead : this.#serverHead;
    const room = HEAD_BYTES - head.length;
    const more = event.bytes.length <= room ? event.bytes : event.bytes.subarray(0, room);
    if (more.length > 0) this.#keepHead(event.from, head.length === 0 ? more : Buffer.concat([head, more]));
    const verdict = isMysql(this.#clientHead, this.#serverHead);
    if (verdict === true) {
      this.#begin();
      return this.#decode(event.from, event.bytes, event.frame, event.timeNs);
    }
    // Copies: views keep the chunk of the file alive that they lie in.
    const bytes = new Uint8Array(event.bytes);
    if (head.length === 0) this.#keepHead(event.from, bytes.length <= room ? bytes : bytes.subarray(0, room));
    if (this.#undecided === NO_EVENTS) this.#undecided = [];
    this.#undecided.push({ ...event, bytes });
    this.#undecidedBytes += event.bytes.length;
    if (verdict === false || this.#undecidedBytes > MOST_UNDECIDED) this.#leave();
  }

  #keepHead(from: Side, bytes: Uint8Array): void {
    if (from === 'client') this.#clientHead = bytes;
    else this.#serverHead = bytes;
  }

  #begin(): void {
    this.#mode = 'decoding';
    this.#proven = true;
    this.#decoder = new Conversation({ sink: this.#sink, tls: this.#tls });
    const held = this.#undecided;
    this.#undecided = NO_EVENTS;
    this.#clientHead = this.#serverHead = NOTHING;
    for (const { from, bytes, frame, timeNs } of held) this.#decode(from, bytes, frame, timeNs);
  }

  /** The capture lacks the SYN, and has everything behind it. */
  #beginLate(event: TcpData): void {
    if (event.from === 'client') this.#swap();
    this.#notes.begunAtTheGreeting();
    this.#joining = undefined;
    this.#undecided = [event];
    this.#begin();
  }

  /** Where nobody wants to see the packets, most of them are only counted. */
  get #sink(): PacketSink | undefined {
    return this.#options.onPacket ? undefined : this;
  }

  push(packet: LabelledPacket): void {
    this.#notes.packet(packet, this.#decoder as Decoder, false);
  }

  mayCount(name: Glanced, seen: Glimpse, answers: LabelledPacket): boolean {
    return this.#options.lint.isSilentAbout(name, seen, answers, this.#notes);
  }

  counted(name: Glanced, answers: LabelledPacket): void {
    this.#notes.counted(name, answers, (this.#decoder as Decoder).unanswered);
  }

  #leave(): void {
    this.#veil = this.#joining?.veil;
    this.#mode = 'other';
    this.#undecided = NO_EVENTS;
    this.#clientHead = this.#serverHead = NOTHING;
    this.#joining = undefined;
  }

  #decode(from: Side, bytes: Uint8Array, frame: number, timeNs: bigint): void {
    if (this.#isBlanked(from, bytes)) return;
    const packets = (this.#decoder as Decoder).push(this.#sideOf(from), bytes, frame);
    this.#tell(packets, timeNs);
  }

  /** A redaction leaves zeros of what is compressed: they break no rule. Some clients send header and body in segments of their own. */
  #isBlanked(from: Side, bytes: Uint8Array): boolean {
    const begun = this.#behindLogin;
    if (begun !== 'told' && this.#notes.loggedIn) {
      const { known } = this.#notes;
      const all = begun ? Buffer.concat([begun.bytes, bytes]) : bytes;
      const blanked = known !== undefined && isCompressed(known) && (begun?.from ?? from) === from && isBlanked(all);
      this.#behindLogin = blanked === undefined ? { from, bytes: all } : 'told';
      if (blanked) {
        this.#veil = 'blanked';
        this.#notes.veiled(this.#veil);
      }
    }
    return this.#veil === 'blanked';
  }

  #tell(packets: readonly LabelledPacket[], timeNs: bigint, when?: 'end'): void {
    if (packets.length === 0) return;
    const decoder = this.#decoder as Decoder;
    const { onPacket } = this.#options;
    for (const packet of packets) {
      const findings = this.#notes.packet(packet, decoder, when === 'end');
      onPacket?.({ stream: this.#connection.id, packet, timeNs, findings });
    }
  }

  #gap(from: Side, gap: Pick<TcpGap, 'missing' | 'frame' | 'mayEnd'>): void {
    const side = this.#sideOf(from);
    this.#notes.gap(side, gap);
    if (this.#mode === 'undecided') {
      // The greeting or the login is not whole.
      this.#undecided = NO_EVENTS;
      this.#mode = 'joining';
      this.#joining = new Joining(true);
      this.#notes.begunInTheMiddle();
      if (wasMysql(this.#clientHead, this.#serverHead)) this.#proven = true;
      return;
    }
    if (this.#mode === 'joining') return this.#joining?.gap();
    if (this.#tls.session) return this.#tls.session.lost(side);
    this.#mode = 'joining';
    const { known } = this.#notes;
    this.#joining = new Joining(true, known && isCompressed(known));
    this.#decoder = undefined;
    this.#notes.lostTrack();
  }

  #tryToJoin(event: TcpData): void {
    if (!this.#proven && this.#notes.silentBefore(event.bytes.length) && isGreeting(event.bytes)) return this.#beginLate(event);
    if (!this.#proven && beginsWithSslRequest(event.bytes)) {
      if (this.#sideOf(event.from) === 'server') this.#swap();
      this.#proven = true;
      this.#notes.askedForTls(event.frame);
    }
    const joining = this.#joining as Joining;
    const joint = joining.push(this.#sideOf(event.from), event.bytes, event.frame, event.timeNs);
    if (joint) {
      this.#join(joint.from, joint.command, event.bytes.length);
      this.#decode(event.from, event.bytes, event.frame, event.timeNs);
    } else if (joining.hopeless && joining.veil !== 'compressed' && !this.#proven) this.#leave();
  }

  /** `answer`: so many bytes of the answer are counted already. */
  #join(from: Side, command: Joint['command'], answer: number): void {
    if (from === 'server') this.#swap();
    const notes = this.#notes;
    const before = { client: notes.offset('client') - command.bytes.length, server: notes.offset('server') - answer };
    const agreed = notes.known;
    this.#decoder = agreed
      ? joinedKnown(agreed, this.#sink, before)
      : joinedUnknown(command.content ?? command.bytes, command.content !== undefined, before);
    this.#mode = 'decoding';
    this.#proven = true;
    this.#joining = undefined;
    this.#notes.joined(command.frame);
    this.#tell(this.#decoder.push('client', command.bytes, command.frame), command.timeNs);
  }

  #swap(): void {
    this.#swapped = !this.#swapped;
    this.#notes.swapSides();
  }
}
