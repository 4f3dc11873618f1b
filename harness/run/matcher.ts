import type { Case } from '../case/case.ts';
import type { Alternative, Step } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { has } from '../codec/capability.ts';
import type { Compression } from '../codec/compressed-frame.ts';
import type { Packet } from '../codec/frame.ts';
import type { HandshakeV10 } from '../codec/messages/handshake-v10.ts';
import { status } from '../codec/status.ts';
import { misfits, nearestMisfit, onlyGreets } from './alternative.ts';
import { atLimit, initFailed } from './at-limit.ts';
import { follow, isAuthQuestion, isOnTheWayTo } from './auth-exchange.ts';
import type { Composed } from './compose.ts';
import { alternativeInWords, endingInWords, expectation, masked, packetInWords } from './describe.ts';
import { withFrames } from './frames-of-answer.ts';
import { type Arrived, Inflow } from './inflow.ts';
import type { Deviation } from './result.ts';
import { authenticating, readAnswer, type ServerPacket } from './server-packet.ts';
import type { Session } from './session.ts';
import { TlsAlerts } from './tls-alerts.ts';
import type { TryContext } from './try.ts';

/** A packet, why an alternative of its name that stands before the one that took it did not, and what those before ask for. */
export interface Doubt {
  readonly got: string;
  readonly expected: string;
}

export type Attempt =
  | { readonly is: 'matched'; readonly by: Alternative; readonly packet?: ServerPacket; readonly doubt?: Doubt }
  /** The auth exchange goes on before the answer comes: the client owes a reply. */
  | { readonly is: 'continues'; readonly packet: ServerPacket }
  | { readonly is: 'needs-more' }
  /** Instead of an answer, the server speaks of a limit or a mode of its own. */
  | { readonly is: 'at-limit'; readonly says: string }
  | { readonly is: 'deviates'; readonly deviation: Deviation };

/** What is known of the connection when a step is tried. */
export interface Situation {
  /** Nothing more will arrive, and how it ended. */
  readonly over: boolean;
  readonly how?: Ending;
  /** The limit of the wait, in ms, once it has passed. */
  readonly silentForMs?: number;
}

/** What is known of the target before the first case. */
type Known = Pick<TryContext, 'endingsHidden' | 'answersQuit' | 'blocks' | 'interrupts'> & Pick<Case, 'mostBytes'>;

/**
 * Holds the server's byte stream against the script, step by step. Pure: the live driver feeds it from a socket, a
 * recording from a capture, and both get the same verdict.
 */
export class Matcher {
  readonly session: Session;
  readonly seen: string[] = [];
  readonly #of: Known;
  readonly #inflow: Inflow;
  readonly #alerts = new TlsAlerts();
  #queue: Arrived[] = [];
  /** The OK of the login has arrived, though it may not have been read yet. */
  #loggedIn = false;
  #arrived = 0;
  /** The answers that are due, the greeting first. */
  #due: Due[] = [{ sequenceId: 0, command: undefined }];
  /** What an answer that nothing asked for belongs to: the exchange before it. */
  #last: Due = { sequenceId: 0, command: undefined };
  /** The answer at the head of the queue, once it is whole: it is asked for again and again. */
  #read: ServerPacket | undefined;

  constructor(session: Session, of: Known = {}) {
    this.session = session;
    this.#of = of;
    this.#inflow = new Inflow((packet) => this.#compressionBehind(packet), of.mostBytes);
  }

  feed(chunk: Uint8Array): void {
    const inTheClear = this.session.tlsAsked && !this.session.tls;
    // Not spread: a bomb of compression gives more packets than a call may have arguments.
    for (const packet of this.#inflow.feed(inTheClear ? this.#alerts.without(chunk) : chunk)) this.#queue.push(packet);
  }

  /** More packets have come than any case gets that does not ask for more bytes: those that are no larger than a row of NULL are memory, and few bytes. */
  get floods(): boolean {
    return this.#of.mostBytes === undefined && this.#inflow.count > MOST_SMALL_PACKETS;
  }

  /** A packet of the client takes its place in the script. */
  sent(composed: Composed): void {
    composed.said(this.session);
    this.session.lacks = undefined;
    this.#read = undefined; // the flags in force may have changed, and with them how it is read
    if (composed.answered) this.#due.push({ sequenceId: composed.answerSequenceId, command: this.session.command });
  }

  /** A whole answer is at hand (or bytes that can form none). */
  ready(): boolean {
    return this.#answer() !== undefined || this.#inflow.broken !== undefined;
  }

  /** Tries an `expect` step. */
  expect(step: Extract<Step, { expect: unknown }>, index: number, now: Situation): Attempt {
    const packet = this.#answer(now.over || now.silentForMs !== undefined);
    if (!packet) return this.#withoutPacket(step, index, now);
    const wanted = this.#current.sequenceId;
    const follows = this.#follows(step, packet);
    const named = follows ? [] : step.expect.filter((a) => a.packet === packet.name);
    const { fields } = this.session;
    let doubt: string | undefined;
    const by = named.find((a) => {
      const first = misfits(a, packet, wanted, fields).next().value;
      doubt ??= first;
      return first === undefined;
    });
    const misnumbered = wanted !== undefined && packet.sequenceId !== wanted;
    const sequenceProblem = follows && misnumbered;
    const tolerated = by !== undefined && onlyGreets(by) && 'serverVersion' in packet.value;
    if ((by || follows) && (!packet.problem || tolerated) && !sequenceProblem) {
      this.#consume(packet, by);
      if (!by) return { is: 'continues', packet };
      if (doubt === undefined) return { is: 'matched', by, packet };
      const expected = named.slice(0, named.indexOf(by)).map(alternativeInWords).join(', or ');
      return { is: 'matched', by, packet, doubt: { got: `${packetInWords(packet)} (${doubt})`, expected } };
    }
    this.seen.push(masked(packet));
    const limit = misnumbered && !initFailed(packet) ? undefined : atLimit(packet, this.#of);
    if (limit) return { is: 'at-limit', says: limit };
    const why = this.#isBeyondClient(packet)
      ? 'the client has not set PLUGIN_AUTH'
      : sequenceProblem
        ? `its sequence id must be ${wanted}`
        : nearestMisfit(named, packet, wanted, fields);
    return deviates('answer', index, expectation(step), `${packetInWords(packet)}${why === undefined ? '' : ` (${why})`}`);
  }

  /** Judges the end of the connection: nothing unread, and one of the endings asked for. */
  end(step: Extract<Step, { end: unknown }>, index: number, how: Ending): Attempt {
    const extra = this.#answer(true) ?? (this.#queue[0] && unread(this.#queue[0]));
    if (extra) this.seen.push(masked(extra));
    if (extra && !this.#isOverlooked(extra)) {
      const limit = atLimit(extra, this.#of);
      if (limit) return { is: 'at-limit', says: limit };
      return deviates('answer', index, expectation(step), `another packet: ${packetInWords(extra)}`);
    }
    const { broken, pending } = this.#inflow;
    if (broken !== undefined) return deviates('answer', index, expectation(step), `bytes that are no packet: ${broken}`);
    if (pending > 0) return deviates('answer', index, expectation(step), `${pending} bytes that form no whole packet`);
    const closed = this.#of.endingsHidden && isClosed(how) && step.end.some(isClosed);
    if (closed || step.end.includes(how)) return { is: 'matched', by: {} };
    return deviates('ending', index, expectation(step), endingInWords(how));
  }

  /** The answer to a COM_QUIT that is nobody's matter here, and nothing behind it. */
  #isOverlooked({ name, packets }: ServerPacket): boolean {
    const asked = this.#of.answersQuit === true && this.session.command === COM_QUIT;
    return asked && (name === 'OK' || name === 'ERR') && packets === this.#queue.length;
  }

  /** The answer at the head of the queue; `last`: nothing more will come, so whatever is there is read. */
  #answer(last = false): ServerPacket | undefined {
    if (!this.#read && !last && this.#isWaiting()) return undefined;
    this.#read ??= withFrames(readAnswer(this.#queue, this.session, this.#current.command), this.#queue);
    return this.#read;
  }

  /** Compression begins behind the OK of the login, the first packet after the greeting that begins with 0x00. */
  #compressionBehind(packet: Arrived): Compression | undefined {
    if (this.#loggedIn || this.#arrived++ === 0 || packet.firstByte !== 0x00) return undefined;
    this.#loggedIn = true;
    return this.session.agreedCompression;
  }

  /** Is what a long answer lacks still not there? */
  #isWaiting(): boolean {
    const { lacks } = this.session;
    const arrived = this.#queue.length;
    if (!lacks || arrived < LONG_ANSWER) return false;
    if (arrived < lacks.packets) return true;
    if (!lacks.end || this.#queue.slice(lacks.seen).some(({ firstByte = 0 }) => firstByte >= 0xfe)) return false;
    this.session.lacks = { ...lacks, seen: arrived };
    return true;
  }

  get #current(): Due {
    return this.#due[0] ?? this.#last;
  }

  #withoutPacket(step: Extract<Step, { expect: unknown }>, index: number, now: Situation): Attempt {
    const { broken, pending } = this.#inflow;
    if (broken !== undefined) return deviates('answer', index, expectation(step), `bytes that are no packet: ${broken}`);
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

  /** A well-behaved client goes on with the authentication exchange when the case asks only for the outcome. */
  #follows(step: Extract<Step, { expect: unknown }>, packet: ServerPacket): boolean {
    if (!authenticating(this.session, this.#current.command) || !this.session.login) return false;
    if (!isAuthQuestion(packet) || this.#isBeyondClient(packet)) return false;
    return isOnTheWayTo(step.expect, packet);
  }

  /** A client without CLIENT_PLUGIN_AUTH knows no AuthSwitchRequest, and can give no answer (mysql/page_protocol_connection_phase). */
  #isBeyondClient({ name }: ServerPacket): boolean {
    const { phase, client = 0 } = this.session;
    return name === 'AuthSwitchRequest' && phase === 'auth' && !has(client, 'PLUGIN_AUTH');
  }

  #consume(packet: ServerPacket, by: Alternative | undefined): void {
    const { session } = this;
    const command = this.#current.command;
    session.lacks = undefined;
    this.#read = undefined;
    keepScalars(packet.value, `${packet.name}.`, session.fields);
    if (by?.as !== undefined) keepScalars(packet.value, `${by.as}.`, session.fields);
    const first = this.#queue[0] as Arrived;
    this.#queue = this.#queue.slice(packet.packets);
    this.seen.push(masked(session.phase === 'auth' ? withoutWarnings(packet) : packet, by));
    const next = (packet.lastSequenceId + 1) & 0xff;
    this.#last = { sequenceId: next, command };
    // Another result of the same command comes before the answer to the next one, and so does what follows a report.
    if (this.#due.length > 0 && goesOn(packet)) this.#due[0] = this.#last;
    else this.#due.shift();
    session.next = isAuthQuestion(packet) || packet.name === 'LocalInfileRequest' ? next : undefined;
    if (isAuthQuestion(packet)) follow(session, packet);
    if (packet.name === 'HandshakeV10') session.greet(packet.value as HandshakeV10);
    else if (packet.name === 'HandshakeV9') session.phase = 'auth';
    else if (packet.name === 'OK' && session.phase === 'auth') {
      session.phase = 'command';
      session.compression = session.agreedCompression;
    }
    if (session.compression && first.travelled) session.nextFrame = (first.travelled.lastFrameSequenceId + 1) & 0xff;
  }
}

/**
 * The OK of a login as it is compared: with max_error_count=0 MariaDB counts in it what a thread has left from the session before.
 */
function withoutWarnings(packet: ServerPacket): ServerPacket {
  if (packet.name !== 'OK' || packet.value['warnings'] === undefined) return packet;
  return { ...packet, value: { ...packet.value, warnings: 0 } };
}

/** Of cases that say nothing of `mostBytes`; the most that one of ours gets is 306. */
const MOST_SMALL_PACKETS = 10_000;

/** Shorter ones are read anew whenever a chunk comes. */
const LONG_ANSWER = 200;

/** An answer that is due: its first sequence id, where it can be foretold, and the command that it belongs to. */
interface Due {
  readonly sequenceId: number | undefined;
  readonly command: number | undefined;
}

/** Is this answer not the last of its command? */
function goesOn({ name, value }: ServerPacket): boolean {
  if (name === 'ProgressReport' || name === 'BinlogEvent') return true;
  if ((Number(value['statusFlags'] ?? 0) & status.MORE_RESULTS_EXISTS) !== 0) return true;
  // Of OUT parameters the EOF behind the definitions says so, and the last one need not (mysql/page_protocol_command_phase_sp).
  const out = status.PS_OUT_PARAMS | status.MORE_RESULTS_EXISTS;
  return (Number(value['definitionsStatusFlags'] ?? 0) & out) === out;
}

/** The values by path that a later step may speak of; of rows and definitions the first few. */
function keepScalars(value: object, path: string, to: Map<string, string | number>, deep = 0): void {
  for (const key of Object.keys(value)) {
    const one: unknown = value[key as keyof typeof value];
    if (typeof one === 'string' || typeof one === 'number') to.set(path + key, one);
    else if (typeof one === 'bigint') to.set(path + key, String(one));
    else if (one instanceof Uint8Array) {
      if (one.length <= LONGEST_KEPT) to.set(path + key, Buffer.from(one).toString('hex'));
    } else if (typeof one === 'object' && one !== null && deep < 2 && !(Number(key) > 3)) keepScalars(one, `${path}${key}.`, to, deep + 1);
  }
}

function deviates(axis: Deviation['axis'], step: number, expected: string, got: string): Attempt {
  return { is: 'deviates', deviation: { axis, step, expected, got } };
}

/** Bytes of a field that a later packet may be compared with: a scramble, a proof. */
const LONGEST_KEPT = 64;

/** Its answer, which there is not. */
const COM_QUIT = 0x01;

const isClosed = (how: Ending): boolean => how !== 'open' && how !== 'timeout';

function unread(packet: Packet): ServerPacket {
  return { name: 'unknown', value: {}, sequenceId: packet.sequenceId, lastSequenceId: packet.lastSequenceId, packets: 1 };
}
