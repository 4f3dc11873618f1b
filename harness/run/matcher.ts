import type { Alternative, Condition, Step } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { type Packet, PacketReader } from '../codec/frame.ts';
import type { Composed } from './compose.ts';
import { inWords, meets } from './condition.ts';
import { endingInWords, expectation, masked, packetInWords } from './describe.ts';
import type { Deviation } from './result.ts';
import { readAnswer, type ServerPacket } from './server-packet.ts';
import type { Session } from './session.ts';

export type Attempt =
  | { readonly is: 'matched'; readonly by: Alternative; readonly packet?: ServerPacket }
  /** The auth exchange goes on before the answer comes: the client owes a reply. */
  | { readonly is: 'continues'; readonly packet: ServerPacket }
  | { readonly is: 'needs-more' }
  | { readonly is: 'deviates'; readonly deviation: Deviation };

/** What is known of the connection when a step is tried. */
export interface Situation {
  /** Nothing more will arrive, and how it ended. */
  readonly over: boolean;
  readonly how?: Ending;
  /** The limit of the wait, in ms, once it has passed. */
  readonly silentForMs?: number;
}

/**
 * Holds the server's byte stream against the script, step by step. Pure: the live driver feeds it from a socket, a
 * recording from a capture, and both get the same verdict.
 */
export class Matcher {
  readonly session: Session;
  readonly seen: string[] = [];
  readonly #endingsHidden: boolean;
  readonly #reader = new PacketReader();
  #queue: Packet[] = [];
  /** First sequence id of each answer that is due; the greeting's is 0. */
  #due: (number | undefined)[] = [0];
  /** Beside #due: the command that each answer belongs to, since it decides how the answer is read. */
  #commands: (number | undefined)[] = [undefined];
  #next: number | undefined = 0;
  /** The answer at the head of the queue, once it is whole: it is asked for again and again. */
  #read: ServerPacket | undefined;
  /** Fields of the packets read so far, for `sameAs`. */
  readonly #fields = new Map<string, string>();

  constructor(session: Session, endingsHidden = false) {
    this.session = session;
    this.#endingsHidden = endingsHidden;
  }

  feed(chunk: Uint8Array): void {
    for (const packet of this.#reader.push(chunk)) this.#queue.push(packet);
  }

  /** A packet of the client takes its place in the script. */
  sent(composed: Composed): void {
    composed.said(this.session);
    this.#read = undefined; // the flags in force may have changed, and with them how it is read
    if (!composed.answered) return;
    this.#due.push(composed.answerSequenceId);
    this.#commands.push(this.session.command);
  }

  /** A whole answer is at hand (or bytes that can form none). */
  ready(): boolean {
    return this.#answer() !== undefined;
  }

  /** Tries an `expect` step. */
  expect(step: Extract<Step, { expect: unknown }>, index: number, now: Situation): Attempt {
    const packet = this.#answer();
    if (!packet) return this.#withoutPacket(step, index, now);
    const wanted = this.#due.length > 0 ? this.#due[0] : this.#next;
    const follows = this.#follows(step, packet);
    const why: string[] = [];
    const by = follows ? undefined : step.expect.find((a) => this.#fits(a, packet, wanted, why));
    const sequenceProblem = follows && wanted !== undefined && packet.sequenceId !== wanted;
    const tolerated = by !== undefined && onlyGreets(by) && 'serverVersion' in packet.value;
    if ((by || follows) && (!packet.problem || tolerated) && !sequenceProblem) {
      this.#consume(packet);
      return by ? { is: 'matched', by, packet } : { is: 'continues', packet };
    }
    this.seen.push(masked(packet));
    if (sequenceProblem) why.push(`its sequence id must be ${wanted}`);
    return deviates('answer', index, expectation(step), `${packetInWords(packet)}${why.length > 0 ? ` (${why[why.length - 1]})` : ''}`);
  }

  /** Judges the end of the connection: nothing unread, and one of the endings asked for. */
  end(step: Extract<Step, { end: unknown }>, index: number, how: Ending): Attempt {
    const extra = this.#answer() ?? (this.#queue[0] && unread(this.#queue[0]));
    if (extra) {
      this.seen.push(masked(extra));
      return deviates('answer', index, expectation(step), `another packet: ${packetInWords(extra)}`);
    }
    const pending = this.#reader.pending.length;
    if (pending > 0) return deviates('answer', index, expectation(step), `${pending} bytes that form no whole packet`);
    const closed = this.#endingsHidden && isClosed(how) && step.end.some(isClosed);
    if (closed || step.end.includes(how)) return { is: 'matched', by: {} };
    return deviates('ending', index, expectation(step), endingInWords(how));
  }

  #answer(): ServerPacket | undefined {
    if (this.#commands.length > 0) this.session.command = this.#commands[0];
    this.#read ??= readAnswer(this.#queue, this.session);
    return this.#read;
  }

  #withoutPacket(step: Extract<Step, { expect: unknown }>, index: number, now: Situation): Attempt {
    const pending = this.#reader.pending.length;
    if (!now.over && now.silentForMs === undefined) return { is: 'needs-more' };
    if (pending === 0 && this.#queue.length === 0) {
      const by = step.expect.find((a) => (now.over ? a.closes : a.waits));
      if (by) return { is: 'matched', by };
    }
    const part =
      this.#queue.length > 0
        ? `${this.#queue.length} packets of an unfinished answer, then `
        : pending > 0
          ? `${pending} bytes of an unfinished packet, then `
          : '';
    const got = now.over
      ? `${now.how ? endingInWords(now.how) : 'the end of the connection'} without an answer`
      : `silence for ${now.silentForMs} ms on an open connection`;
    return deviates('answer', index, expectation(step), part + got);
  }

  /** A well-behaved client goes on with AuthSwitchRequest and AuthMoreData when the case asks only for the outcome. */
  #follows(step: Extract<Step, { expect: unknown }>, packet: ServerPacket): boolean {
    if (this.session.phase !== 'auth' || !this.session.login) return false;
    if (packet.name !== 'AuthSwitchRequest' && packet.name !== 'AuthMoreData') return false;
    return !step.expect.some((a) => a.packet === packet.name) && step.expect.some((a) => a.packet === 'OK' || a.packet === 'ERR');
  }

  #fits(a: Alternative, packet: ServerPacket, wanted: number | undefined, why: string[]): boolean {
    if (a.packet !== packet.name) return false;
    const sequenceId = a.sequenceId ?? wanted;
    if (sequenceId !== undefined && sequenceId !== 'any' && !onlyGreets(a) && packet.sequenceId !== sequenceId) {
      why.push(`its sequence id must be ${sequenceId}`);
      return false;
    }
    for (const [field, condition] of Object.entries(a.where ?? {}))
      if (!this.#meets(packet.value[field], condition)) {
        why.push(`${field} is ${show(packet.value[field])}, not ${inWords(condition)}`);
        return false;
      }
    return true;
  }

  #meets(value: unknown, condition: Condition): boolean {
    if (typeof condition === 'object' && 'sameAs' in condition)
      return value !== undefined && String(value) === this.#fields.get(condition.sameAs);
    return meets(value, condition);
  }

  #consume(packet: ServerPacket): void {
    this.#read = undefined;
    for (const [field, value] of Object.entries(packet.value))
      if (typeof value === 'string' || typeof value === 'number') this.#fields.set(`${packet.name}.${field}`, String(value));
    const first = this.#queue[0] as Packet;
    this.#queue = this.#queue.slice(packet.packets);
    this.seen.push(masked(packet));
    this.#due.shift();
    this.#commands.shift();
    this.#next = (packet.lastSequenceId + 1) & 0xff;
    if (packet.name === 'HandshakeV10') this.session.greet(first.payload);
    else if (packet.name === 'HandshakeV9') this.session.phase = 'auth';
    else if (packet.name === 'OK' && this.session.phase === 'auth') this.session.phase = 'command';
  }
}

/**
 * A case that is not about the greeting asks for one without conditions. A readable greeting with a fault then does not
 * fail it: that fault belongs to the greeting cases, and one fault should not read as a hundred.
 */
function onlyGreets(a: Alternative): boolean {
  return a.packet === 'HandshakeV10' && a.where === undefined && a.sequenceId === undefined;
}

function deviates(axis: Deviation['axis'], step: number, expected: string, got: string): Attempt {
  return { is: 'deviates', deviation: { axis, step, expected, got } };
}

const isClosed = (how: Ending): boolean => how !== 'open' && how !== 'timeout';

function unread(packet: Packet): ServerPacket {
  return { name: 'unknown', value: {}, sequenceId: packet.sequenceId, lastSequenceId: packet.lastSequenceId, packets: 1 };
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
}
