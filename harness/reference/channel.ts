import type { Socket } from 'node:net';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { Compression } from '../codec/compressed-frame.ts';
import { frame, HEADER_BYTES, join, MAX_PAYLOAD } from '../codec/frame.ts';
import { CompressedLink } from './compressed-link.ts';
import type { DefectName } from './defects/index.ts';
import { endConnection } from './ending.ts';
import { type Header, Input } from './input.ts';
import { outgoing } from './outgoing.ts';
import { Departure, type Leave, Refusal, refuse } from './refusal.ts';
import { bytesOfSegment } from './segment.ts';

/** Bytes of one logical packet before and after the login; MariaDB's max_allowed_packet is 16 MiB, MySQL's 64. */
const MAX_LOGIN_BYTES = 0x1000000;
export const MAX_COMMAND_BYTES = 0x4000000;
/** How long a client may leave an answer unread that is not to, in ms. */
const LATE_MS = 200;
/** Bytes that may wait while the session is busy; more stay in the kernel. */
const BACKLOG_BYTES = 0x10000;

/** One connection in packets: sequence ids, framing, backpressure and the ending. */
export class Channel {
  #socket: Socket;
  /** The TCP socket; the same as #socket unless TLS is on. */
  readonly #tcp: Socket;
  readonly #has: (name: DefectName) => boolean;
  readonly #input = new Input();
  /** Sequence id of the next packet in either direction. */
  #next = 0;
  #inCommands = false;
  #sent = 0;
  #compression: CompressedLink | undefined;
  /** What has come is broken: told when it is read. */
  #broken: Refusal | Departure | undefined;
  /** The client has sent FIN, or the connection is gone. */
  #ended = false;
  #expired = false;
  #left = false;
  #wake: (() => void) | undefined;
  #drained: () => void = () => {};

  constructor(socket: Socket, has: (name: DefectName) => boolean) {
    this.#socket = socket;
    this.#tcp = socket;
    this.#has = has;
    this.#listen();
  }

  /** Bytes that have arrived and have not been read as packets. */
  get waiting(): number {
    return this.#input.size;
  }
  get ended(): boolean {
    return this.#ended;
  }
  /** Has the client ever sent a byte? */
  get heard(): boolean {
    return this.#tcp.bytesRead > 0;
  }
  get compressed(): boolean {
    return this.#compression !== undefined;
  }
  get secure(): boolean {
    return this.#socket !== this.#tcp;
  }

  /** Did the client go on with an earlier TLS session? */
  get resumedTls(): boolean {
    return this.#socket instanceof TLSSocket && this.#socket.isSessionReused();
  }

  /** The first bytes that wait, at most n; they stay. */
  peek(n: number): Uint8Array {
    return this.#input.peek(n);
  }

  /** Throws away n of the bytes that wait. */
  discard(n = this.#input.size): void {
    this.#input.take(Math.min(n, this.#input.size));
  }

  /** Throws away everything behind the first packet that waits. */
  keepFirstPacket(): void {
    const header = this.#input.header();
    if (!header) return;
    const first = this.#input.take(Math.min(HEADER_BYTES + header.length, this.#input.size));
    this.discard();
    this.#input.push(first);
  }

  /** Waits until n bytes have arrived. Throws Departure when the client ends before that, or the login took too long. */
  async arrived(n: number): Promise<void> {
    while (this.#input.size < n) {
      if (this.#broken) throw this.#broken;
      if (this.#expired) throw new Departure('fin');
      if (this.#ended && this.#has('fin-ends-packet') && this.#input.size > HEADER_BYTES) return;
      if (this.#ended) throw new Departure(this.#has('half-close-keeps-open') ? 'abandon' : 'fin');
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#socket.resume();
      await woken;
    }
  }

  /** Waits until something has arrived, the client has ended, or ms have passed with the sockets looked at behind them. */
  async stirred(ms: number): Promise<void> {
    const quiet = (): boolean => this.#input.size === 0 && !this.#ended;
    const until = performance.now() + ms;
    while (quiet() && performance.now() < until) await pause(2);
    // A busy process runs its timers before it reads its sockets.
    for (let turns = 0; turns < 3 && quiet(); turns++) await turn();
  }

  /** Lets the wait that is under way, or the next one, end with a FIN. */
  expire(): void {
    this.#expired = true;
    this.#stir();
  }

  /**
   * The payload of the next packet, continuations joined (mysql/page_protocol_basic_packets). The sequence id is
   * checked as soon as the header is there, as both servers do. Throws Refusal (1156, 1153) and Departure.
   */
  async receive(anySequenceId = this.#toleratesDisorder()): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      await this.arrived(HEADER_BYTES);
      if (this.#has('half-close-drops-answers')) await this.#lookForEnd();
      const { length, sequenceId } = this.#input.header() as Header;
      if (length === 0 && total === 0 && this.#has('empty-packet-hangs')) throw new Departure('stay');
      // Inside of compressed packets both servers look at the numbers of those alone.
      const inside = this.#compression !== undefined;
      if (sequenceId !== this.#next && inside && this.#has('compressed-packet-out-of-order-closes')) throw new Departure('fin');
      if (sequenceId !== this.#next && !inside && !anySequenceId) {
        if (this.#has('wrong-sequence-id-closes-silently')) throw new Departure('fin');
        throw refuse.outOfOrder();
      }
      total += length;
      this.#next = (sequenceId + 1) & 0xff;
      const most = this.#inCommands ? MAX_COMMAND_BYTES : MAX_LOGIN_BYTES;
      if (total > most && !this.#has('no-limit-for-packets')) {
        if (this.#has('too-large-closes-silently')) throw new Departure('fin');
        throw refuse.packetTooLarge();
      }
      if (length > 0x100000 && this.#has('large-packet-closes')) throw new Departure('fin');
      await this.arrived(HEADER_BYTES + length);
      parts.push(this.#input.take(Math.min(HEADER_BYTES + length, this.waiting)).subarray(HEADER_BYTES));
      this.#compression?.took(HEADER_BYTES + length);
      const last = length < MAX_PAYLOAD - (this.#has('continues-four-bytes-early') ? 4 : 0);
      if (last || this.#has('ignores-continued-payload') || (parts.length === 2 && this.#has('joins-only-two-packets')))
        return parts.length === 1 || this.#cutsContinued(parts[0]?.[0]) ? (parts[0] as Uint8Array) : join(parts);
    }
  }

  #cutsContinued(command: number | undefined): boolean {
    return (command === 0x16 && this.#has('continued-prepare-cut')) || (command === 0x18 && this.#has('continued-long-data-cut'));
  }

  /** A new exchange begins: a command and its answer count from 0. */
  startCommand(): void {
    this.#inCommands = true;
    this.#next = 0;
    this.#compression?.startCommand();
  }

  /** Every byte behind the OK of the login is compressed, those that came with it too; undefined: none is from here on (a defect). */
  compress(algorithm: Compression | undefined): void {
    this.#compression = algorithm && new CompressedLink(algorithm, this.#has);
    const waiting = this.#input.takeAll();
    if (waiting.length > 0) this.#unpack(waiting);
  }

  /** The next packet, in either direction, has this sequence id. */
  numberFrom(sequenceId: number): void {
    this.#next = sequenceId;
  }

  /** Leaves out the sequence id that is due. */
  skipSequenceId(): void {
    this.#next = (this.#next + 1) & 0xff;
  }

  /** Writes the packets of one answer, in one go, numbered on from the last packet. */
  send(...payloads: readonly Uint8Array[]): void {
    const isErr = payloads[0]?.[0] === 0xff;
    let at = this.#next;
    if (this.#has('answer-sequence-off-by-one')) at += 1;
    if (this.#has('answer-sequence-zero') || (isErr && this.#has('err-sequence-zero'))) at = 0;
    if (this.#inCommands && this.#has('sequence-not-reset-by-commands')) at = this.#sent + 1;
    const { bytes, next } = outgoing(payloads, at, this.#has);
    this.#sent = next - 1;
    this.#next = next & 0xff;
    if (bytes.length > 0x100000 && this.#has('large-answer-breaks-off')) {
      this.write(bytes.subarray(0, 0x100000));
      throw new Departure('fin');
    }
    if (isErr && this.#has('compression-err-in-clear')) this.#socket.write(bytes);
    else this.write(bytes);
  }

  /** The greeting: the first packet, and the one whose header may lie on its own. */
  sendGreeting(payload: Uint8Array, sequenceId: number, length: number): void {
    this.#next = 1;
    this.write(frame(payload, { sequenceId, length }));
  }

  write(bytes: Uint8Array): void {
    const most = this.secure && this.#has('tls-large-answers-cut') ? 0x10000 : bytes.length;
    const sent = bytes.subarray(0, most);
    if (this.#has('compressed-answers-start-at-zero')) this.#compression?.startCommand();
    if (!this.#left && this.#socket.writable) this.#socket.write(this.#compression?.pack(sent) ?? sent);
  }

  /** Resolves when the kernel takes bytes again: a client that does not read stops us, not our memory. Throws Departure for a defect. */
  async drained(): Promise<void> {
    while (this.#socket.writableNeedDrain && !this.#left) {
      const drained = new Promise<void>((resolve) => {
        this.#drained = resolve;
      });
      if (!this.#has('late-reader-given-up')) await drained;
      else if ((await Promise.race([drained, pause(LATE_MS, 'late')])) === 'late') throw new Departure('rst');
    }
  }

  /** TLS from here on; bytes that came behind the SSLRequest belong to it. Throws Departure when the handshake fails. */
  async startTls(secureContext: SecureContext): Promise<void> {
    const socket = this.#tcp;
    socket.pause();
    socket.removeAllListeners('data').removeAllListeners('end');
    if (this.#input.size > 0) socket.unshift(this.#input.takeAll());
    const secured = new TLSSocket(socket, { isServer: true, secureContext });
    this.#socket = secured;
    const done = new Promise<boolean>((resolve) => {
      secured.once('secure', () => resolve(true));
      secured.once('error', () => resolve(false));
      secured.once('close', () => resolve(false));
      socket.once('end', () => resolve(false));
      this.#wake = () => resolve(false);
    });
    this.#listen();
    const up = await done;
    this.#wake = undefined;
    if (!up) throw new Departure('fin');
  }

  /** Ends the connection. Nothing is sent or read as a packet after this. */
  leave(how: Leave): void {
    if (this.#left) return;
    this.#left = true;
    this.discard();
    const ending = how === 'fin' && this.#has('fin-then-rst-at-end') ? 'fin-rst' : how;
    endConnection({ socket: this.#socket, tcp: this.#tcp, clientHasEnded: this.#ended }, ending);
  }

  #listen(): void {
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('drain', () => this.#drained());
    this.#socket.on('end', () => this.#end());
    this.#socket.on('close', () => {
      this.#end();
      this.#drained();
    });
    // A reset by the client is an end like any other; 'close' follows.
    this.#socket.on('error', () => this.#end());
  }

  #unpack(bytes: Uint8Array): void {
    try {
      for (const part of this.#compression?.unpack(bytes) ?? []) this.#input.push(part);
    } catch (error) {
      if (!(error instanceof Refusal || error instanceof Departure)) throw error;
      this.#broken = error;
    }
  }

  #end(): void {
    this.#ended = true;
    this.#stir();
  }

  #take(chunk: Uint8Array): void {
    if (this.#left || (this.secure && this.#input.size > 0 && this.#has('tls-pieces-lost'))) return;
    const kept = bytesOfSegment(chunk, this.#input.size, this.#has);
    if (typeof kept === 'string') {
      this.leave(kept);
      return this.#end();
    }
    if (this.#has('payload-apart-out-of-order') && this.#input.size === HEADER_BYTES) this.#broken = refuse.outOfOrder();
    else if (this.#compression) this.#unpack(kept);
    else this.#input.push(kept);
    if (this.#input.size > BACKLOG_BYTES && !this.#wake) this.#socket.pause();
    this.#stir();
  }

  /** Gives the client's FIN time to arrive, and takes it for the end of everything. */
  async #lookForEnd(): Promise<void> {
    await pause(50);
    if (this.#ended) throw new Departure('fin');
  }

  #toleratesDisorder(): boolean {
    return this.#has(this.#inCommands ? 'accepts-wrong-command-sequence-id' : 'accepts-wrong-sequence-id');
  }

  #stir(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
