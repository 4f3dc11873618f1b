import { has } from '../codec/capability.ts';
import type { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Context } from '../codec/message.ts';
import { isAuthQuestion } from '../run/auth-exchange.ts';
import type { Channel } from './channel.ts';
import { packetOf, queryPacket, STATEMENT_ID } from './command-bytes.ts';
import { type AnswerPacket, Outcome, type Result } from './outcome.ts';
import { SHOWN } from './plan.ts';
import type { StepList } from './step-list.ts';
import { what } from './what.ts';
import { withoutAttributes } from './without-attributes.ts';

/** Who is told what comes of the steps that were sent. */
export interface LineListener {
  /** The answer was, to the byte, the captured one. */
  same(index: number): void;
  answered(index: number, results: readonly Result[], packets: readonly AnswerPacket[]): void;
  /** It ended before it answered these; they are told as answered next, with what had come. */
  lost(indexes: readonly number[]): void;
  /** Query attributes were left out: the target has none. */
  bare(): void;
  /** What comes is no packet any more: nothing will be answered. */
  foreign(why: string): void;
  /** What came is told. */
  taken(): void;
}

interface Waiting {
  /** undefined: the answer is nobody's business. */
  readonly index: number | undefined;
  readonly to: LabelledPacket | undefined;
  readonly since: number;
  readonly outcome: Outcome;
  /** The first packets of the answer, to be shown. */
  readonly packets: LabelledPacket[];
}

const SET_INSERT_ID = 'SET insert_id = ';
const COM_QUIT = 0x01;
const NONE = -1;

/** The packets of a server that wait for the client. */
const isAsking = (packet: LabelledPacket): boolean => isAuthQuestion(packet) || packet.name === 'LocalInfileRequest';

/** A connection to the target on which steps of a plan are said, one after the other. */
export class Line {
  /** The target has ended it. */
  over = false;
  readonly #channel: Channel;
  readonly #steps: StepList;
  readonly #told: LineListener;
  readonly #waiting: Waiting[] = [];
  /** The target's ids of prepared statements and how many parameters they have, by the captured ids. */
  readonly #statements = new Map<number, { readonly id: number; readonly parameters: number }>();
  /** What the captured commands are laid out under, where the target reads them otherwise: without QUERY_ATTRIBUTES. */
  readonly #attributed: Context | undefined;
  /** Both ends have agreed on what they had in the capture, so the same bytes say the same. */
  readonly #comparesBytes: boolean;
  /** The step that was said alone, and is read only where its answer is not the captured one to the byte; -1: none. */
  #alone = NONE;
  #since = 0;

  constructor(channel: Channel, steps: StepList, connection: number, told: LineListener) {
    this.#channel = channel;
    this.#steps = steps;
    this.#told = told;
    const captured = steps.contextOf(connection);
    this.#comparesBytes = channel.isAsIn(captured);
    const lost = captured.capabilities & ~channel.conversation.context.capabilities;
    this.#attributed = has(lost, 'QUERY_ATTRIBUTES') ? captured : undefined;
    channel.onBytes((bytes) => (bytes ? this.#take(bytes) : this.#end()));
  }

  /** All that was said is answered. */
  get isQuiet(): boolean {
    return this.#waiting.length === 0 && this.#alone === NONE;
  }

  /** The step that waits for its answer longest, and since when; undefined: none does. `SET insert_id` has no index. */
  get owed(): { readonly index: number | undefined; readonly since: number } | undefined {
    return this.#alone === NONE ? this.#waiting[0] : { index: this.#alone, since: this.#since };
  }

  /** Says a step at a time (ms, any clock). `insertId`: the AUTO_INCREMENT value that it must get. */
  say(index: number, now: number, insertId?: string): void {
    if (this.#comparesBytes && insertId === undefined && this.isQuiet && this.#steps.hasBytes(index)) {
      this.#alone = index;
      this.#since = now;
      this.#channel.send(this.#steps.packet(index));
      return;
    }
    this.#readAlone();
    const set = insertId === undefined ? undefined : queryPacket(`${SET_INSERT_ID}${insertId}`, this.#channel.conversation.context);
    const before = set ? [this.#spoken(undefined, set, now)] : [];
    const packet = this.#spoken(index, this.#packetOf(index), now);
    this.#channel.send(before.length > 0 ? Buffer.concat([...before, packet]) : packet);
  }

  quit(): void {
    this.#channel.send(this.#channel.wrap(packetOf(Uint8Array.of(COM_QUIT)), 0));
  }

  /** Nothing more is expected: the steps that have no answer. */
  drop(): number[] {
    this.#readAlone();
    return this.#waiting.splice(0).flatMap(({ index }) => (index === undefined ? [] : [index]));
  }

  /** The conversation is told what it was not told of so far. */
  #readAlone(): void {
    const index = this.#alone;
    if (index === NONE) return;
    this.#alone = NONE;
    this.#spoken(index, this.#steps.packet(index), this.#since);
  }

  /** Lets the conversation read a packet, so that it understands the answer; the bytes that go out. */
  #spoken(index: number | undefined, packet: Uint8Array, since: number): Uint8Array {
    const { conversation } = this.#channel;
    const bytes = this.#channel.wrap(packet, 0);
    const { unanswered } = conversation;
    const [to] = conversation.fromClient(bytes);
    if (conversation.unanswered > unanswered) this.#waiting.push({ index, to, since, outcome: new Outcome(), packets: [] });
    return bytes;
  }

  /** The bytes of the capture, with the target's id of the prepared statement, or its proof of a password. */
  #packetOf(index: number): Uint8Array {
    const steps = this.#steps;
    if (steps.what(index) === what.changeUser) return packetOf(this.#channel.changeUser(steps.loginOf(index)));
    const id = steps.statementId(index);
    const known = id === undefined ? undefined : this.#statements.get(id);
    const packet = this.#laidOut(steps.packet(index), known?.parameters ?? 0);
    if (id === undefined) return packet;
    const own = Buffer.from(packet);
    own.writeUInt32LE(known?.id ?? 0, STATEMENT_ID);
    return own;
  }

  #laidOut(packet: Uint8Array, parameters: number): Uint8Array {
    if (!this.#attributed) return packet;
    const bare = withoutAttributes(packet, this.#attributed, parameters);
    if (bare.lost) this.#told.bare();
    return bare.packet;
  }

  #take(bytes: Uint8Array): void {
    const index = this.#alone;
    if (index !== NONE && this.#steps.isAnswer(index, bytes)) {
      this.#alone = NONE;
      return this.#told.same(index);
    }
    this.#readAlone();
    const { conversation } = this.#channel;
    const waiting = this.#waiting;
    // Answers come in the order of the commands; a packet of the next one is behind the last of this one.
    for (const label of conversation.fromServer(bytes)) {
      if (label.sequenceId === undefined) return this.#told.foreign(label.problem ?? label.name);
      while (waiting.length > 1 && label.answers !== undefined && label.answers !== waiting[0]?.to && label.answers === waiting[1]?.to)
        this.#isOver();
      const head = waiting[0];
      if (!head) continue;
      head.outcome.add(label);
      if (head.packets.length < SHOWN) {
        if (label.carrier) label.letGo?.(); // of a compressed packet: 16 MiB for a row of ten bytes
        head.packets.push(label);
      }
      if (isAsking(label)) this.#reply(label, head, conversation);
    }
    while (waiting.length > conversation.unanswered) this.#isOver();
    this.#told.taken();
  }

  #isOver(): void {
    const { index, outcome, packets } = this.#waiting.shift() as Waiting;
    if (index === undefined) return;
    const prepared = this.#steps.what(index) === what.prepare ? this.#steps.preparedId(index) : undefined;
    if (prepared !== undefined) {
      const ok = packets.find(({ name }) => name === 'StmtPrepareOK')?.value;
      if (ok) this.#statements.set(prepared, { id: Number(ok['statementId']), parameters: Number(ok['parameters']) });
    }
    this.#told.answered(index, outcome.results, packets);
  }

  /** What is not answered now, will not be. What still comes on this connection is not sent any more. */
  #end(): void {
    this.over = true;
    this.#readAlone();
    const lost = this.#waiting.splice(0).filter(({ index }) => index !== undefined);
    this.#told.lost(lost.map(({ index }) => index as number));
    for (const { index, outcome, packets } of lost) this.#told.answered(index as number, outcome.results, packets);
    this.#told.taken();
  }

  /** The server wants more before it answers: a proof, or the client's file. */
  #reply(label: LabelledPacket, { index }: Waiting, conversation: Conversation): void {
    const say = (payload: Uint8Array, by: number): void => {
      const packet = frame(payload, { sequenceId: ((label.sequenceId ?? 0) + by) & 0xff });
      const bytes = this.#channel.wrap(packet, ((label.carrier?.sequenceId ?? 0) + by) & 0xff);
      conversation.fromClient(bytes);
      this.#channel.send(bytes);
    };
    if (label.name !== 'LocalInfileRequest') {
      const payload = this.#channel.authAnswer(label);
      if (payload) say(payload, 1);
      return;
    }
    const file = index === undefined ? [] : (this.#steps.fileOf(index) ?? []);
    // Who went away in the middle of his file does so again, and gets no answer.
    const isCut = index !== undefined && this.#steps.answeredAt(index) === Number.POSITIVE_INFINITY;
    const pieces = isCut || file.at(-1)?.length === 0 ? file : [...file, new Uint8Array(0)];
    for (const [i, piece] of pieces.entries()) say(piece, i + 1);
    if (isCut && file.at(-1)?.length !== 0) this.#isOver();
  }
}
