import type { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { Gate, type Order } from './gate.ts';
import { type AnswerPacket, type Result, resultsOf, told } from './outcome.ts';
import { type LeftOut, type Login, needsNoAnswer, type Plan, type Step } from './plan.ts';

/** A connection to the target that is logged in. */
export interface Channel {
  readonly conversation: Conversation;
  /** Bytes that go out as one write. */
  send(bytes: Uint8Array): void;
  /** Called for all that the server sends from now on; with undefined when it has ended. */
  onBytes(take: (bytes: Uint8Array | undefined) => void): void;
  close(): void;
}

/** Where a replay plays. @throws Error when the login fails */
export type OpenChannel = (login: Login) => Promise<Channel>;

export interface ReplayOptions {
  /** Default 'answers'. */
  readonly order?: Order;
  /** Gives the target the AUTO_INCREMENT values of the capture; default true. Else they are the target's own and are not compared. */
  readonly insertIds?: boolean;
  /** ms without any answer after which a step goes out of turn; default 250. */
  readonly stallMs?: number;
  /** ms without any answer after which the replay gives up; default 60000. */
  readonly limitMs?: number;
}

/** The first difference of a connection. */
export interface Difference {
  readonly connection: string;
  /** The how-manieth step of its connection, from 1: the login. */
  readonly step: number;
  readonly command: string;
  readonly sql?: string;
  readonly captured: string;
  readonly replayed: string;
}

export interface Replayed {
  /** Commands that were sent, logins not counted. */
  readonly statements: number;
  /** Of these, how many gave what they gave in the capture, and how many had no captured answer. */
  readonly same: number;
  readonly uncompared: number;
  readonly different: number;
  readonly differences: readonly Difference[];
  readonly leftOut: readonly LeftOut[];
  /** Steps that went out of turn, because nothing else moved. */
  readonly forced: number;
  /** Why it did not come to the end; undefined: it did. */
  readonly stopped?: string;
  readonly ms: number;
}

interface Waiting {
  /** undefined: the answer is nobody's business. */
  readonly index: number | undefined;
  readonly packets: AnswerPacket[];
}

/** One connection of the plan while it is played. */
interface Played {
  channel?: Channel;
  readonly waiting: Waiting[];
  readonly statements: Map<number, number>;
  steps: number;
  differs: boolean;
}

const SET_INSERT_ID = 'SET insert_id = ';
const COM_QUERY = 0x03;

/** Plays a plan: all connections at once, each in its own order, and in the order of the capture among each other. */
export function replay(plan: Plan, open: OpenChannel, options: ReplayOptions = {}): Promise<Replayed> {
  return new Player(plan, open, options).play();
}

class Player {
  readonly #plan: Plan;
  readonly #open: OpenChannel;
  readonly #options: Required<ReplayOptions>;
  readonly #gate: Gate;
  readonly #connections: Played[];
  readonly #differences: Difference[] = [];
  #counts = { statements: 0, same: 0, uncompared: 0, different: 0 };
  #moved = 0;
  #pumping = false;
  #finish: ((stopped?: string) => void) | undefined;

  constructor(plan: Plan, open: OpenChannel, { order = 'answers', insertIds = true, stallMs = 250, limitMs = 60_000 }: ReplayOptions) {
    this.#plan = plan;
    this.#open = open;
    this.#options = { order, insertIds, stallMs, limitMs };
    this.#gate = new Gate(plan.steps, order);
    this.#connections = plan.connections.map(() => ({ waiting: [], statements: new Map(), steps: 0, differs: false }));
  }

  async play(): Promise<Replayed> {
    const began = performance.now();
    this.#moved = began;
    const { stallMs, limitMs } = this.#options;
    const stopped = await new Promise<string | undefined>((resolve) => {
      const timer = setInterval(() => this.#look(stallMs, limitMs), Math.max(10, stallMs / 5));
      this.#finish = (why) => {
        clearInterval(timer);
        resolve(why);
      };
      this.#pump();
    });
    const ms = performance.now() - began;
    for (const { channel } of this.#connections) channel?.close();
    const { leftOut } = this.#plan;
    return { ...this.#counts, differences: this.#differences, leftOut, forced: this.#gate.forced, ...(stopped ? { stopped } : {}), ms };
  }

  /** Whether anything still moves. */
  #look(stallMs: number, limitMs: number): void {
    const still = performance.now() - this.#moved;
    if (still > limitMs) return this.#finish?.(`no answer for ${limitMs} ms`);
    if (still < stallMs) return;
    const index = this.#gate.outOfTurn();
    if (index === undefined) return;
    this.#start(index);
    this.#pump();
  }

  /** Starts what may start. */
  #pump(): void {
    if (this.#pumping) return; // an answer may be told while a step starts
    this.#pumping = true;
    for (let index = this.#gate.next(); index !== undefined; index = this.#gate.next()) this.#start(index);
    this.#pumping = false;
    if (this.#gate.done) this.#finish?.();
  }

  #start(index: number): void {
    const step = this.#plan.steps[index] as Step;
    const played = this.#connections[step.connection] as Played;
    this.#moved = performance.now();
    this.#gate.start(index);
    played.steps++;
    const { action } = step;
    if (action.do === 'login') {
      this.#login(index, action.login, played).catch((error: Error) => this.#finish?.(`login as ${action.login.user}: ${error.message}`));
      return;
    }
    const { channel } = played;
    if (action.do === 'end' || !channel) {
      channel?.close();
      delete played.channel;
      return this.#answered(index, undefined);
    }
    this.#counts.statements++;
    const insertId = action.do === 'send' && this.#options.insertIds ? action.insertId : undefined;
    const packets = [
      ...(insertId === undefined ? [] : [this.#say(channel, played, undefined, queryPayload(`${SET_INSERT_ID}${insertId}`))]),
      this.#say(channel, played, index, this.#payloadOf(step, played)),
    ];
    channel.send(packets.length === 1 ? (packets[0] as Uint8Array) : Buffer.concat(packets));
    if (needsNoAnswer(step.command)) this.#answered(index, undefined);
  }

  /** Counts a command as said and gives its packet. */
  #say({ conversation }: Channel, { waiting }: Played, index: number | undefined, payload: Uint8Array): Uint8Array {
    const packet = frame(payload);
    const before = conversation.unanswered;
    conversation.fromClient(packet);
    if (conversation.unanswered > before) waiting.push({ index, packets: [] });
    return packet;
  }

  /** The bytes of the capture, with the target's id of the prepared statement. */
  #payloadOf({ action }: Step, { statements }: Played): Uint8Array {
    if (action.do === 'prepare') return action.payload;
    if (action.do !== 'send') return new Uint8Array(0);
    if (action.statementId === undefined) return action.payload;
    const own = Buffer.from(action.payload);
    own.writeUInt32LE(statements.get(action.statementId) ?? 0, 1);
    return own;
  }

  async #login(index: number, login: Login, played: Played): Promise<void> {
    const channel = await this.#open(login);
    played.channel = channel;
    channel.onBytes((bytes) => this.#take(bytes, played));
    this.#gate.answer(index);
    this.#moved = performance.now();
    this.#pump();
  }

  #take(bytes: Uint8Array | undefined, played: Played): void {
    const { channel, waiting } = played;
    if (!channel) return;
    if (bytes === undefined) {
      delete played.channel; // what still comes on this connection is not sent any more
      for (const { index, packets } of waiting.splice(0)) if (index !== undefined) this.#answered(index, packets);
      return this.#pump();
    }
    this.#moved = performance.now();
    // Answers come in the order of the commands; a packet of the next one is behind the last of this one.
    const labels: LabelledPacket[] = channel.conversation.fromServer(bytes);
    const groups = new Map<LabelledPacket | undefined, LabelledPacket[]>();
    for (const label of labels) {
      const group = groups.get(label.answers);
      if (group) group.push(label);
      else groups.set(label.answers, [label]);
    }
    let ended = waiting.length - channel.conversation.unanswered;
    for (const group of groups.values()) {
      const head = waiting[0];
      if (!head) break;
      for (const label of group) head.packets.push(label);
      if (ended-- <= 0) break;
      waiting.shift();
      if (head.index !== undefined) this.#answered(head.index, head.packets, played);
    }
    this.#pump();
  }

  #answered(index: number, packets: readonly AnswerPacket[] | undefined, played?: Played): void {
    this.#gate.answer(index);
    const step = this.#plan.steps[index] as Step;
    if (step.action.do === 'end') return;
    if (step.action.do === 'prepare' && step.action.statementId !== undefined) {
      const id = packets?.find(({ name }) => name === 'StmtPrepareOK')?.value?.['statementId'];
      if (id !== undefined) played?.statements.set(step.action.statementId, Number(id));
    }
    if (!step.captured) this.#counts.uncompared++;
    else this.#compare(step, step.captured, packets ? resultsOf(packets) : []);
  }

  #compare({ connection, command, sql, captured: _, ...step }: Step, captured: readonly Result[], replayed: readonly Result[]): void {
    const played = this.#connections[connection] as Played;
    const ids = { ids: this.#options.insertIds };
    const [then, now] = [told(captured, ids), told(replayed, ids)];
    if (then === now) {
      this.#counts.same++;
      return;
    }
    this.#counts.different++;
    if (played.differs) return;
    played.differs = true;
    const name = this.#plan.connections[connection] as string;
    this.#differences.push({
      connection: name,
      step: played.steps,
      command,
      ...(sql === undefined ? {} : { sql }),
      captured: then,
      replayed: now,
    });
    void step;
  }
}

function queryPayload(sql: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(COM_QUERY), Buffer.from(sql)]);
}
