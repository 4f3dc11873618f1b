import { frame } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Channel, OpenChannel } from './channel.ts';
import { Gate, type Order } from './gate.ts';
import { type AnswerPacket, Outcome, type Result, resultsOf } from './outcome.ts';
import { type Action, isDenial, type Login, needsNoAnswer, type Plan, SHOWN, type Step } from './plan.ts';
import { compare, outcomeOf, type Played, playedAs, type Waiting } from './played.ts';
import type { OtherOutcome, Replayed } from './replayed.ts';
import { timesOf } from './timed.ts';

export interface ReplayOptions {
  /** Default 'answers'. */
  readonly order?: Order;
  /** Gives the target the AUTO_INCREMENT values of the capture; default true. Else they are the target's own and are not compared. */
  readonly insertIds?: boolean;
  /** No step starts before its time in the capture. Default: as fast as the order allows. */
  readonly timing?: 'captured' | 'fast';
  /** ms without any answer after which a step goes out of turn; default 250. */
  readonly stallMs?: number;
  /** ms that an answer may take; then its connection is given up. Default 60000. */
  readonly limitMs?: number;
  /** ms that the server may take to end a connection; default 2000. */
  readonly endMs?: number;
  /** Stops: what was reached is told. */
  readonly signal?: AbortSignal;
  /** Asked once for each connection of the plan that is not played by its statements, at its time; `play` waits for it. */
  readonly other?: (connection: number) => Promise<OtherOutcome>;
}

const SET_INSERT_ID = 'SET insert_id = ';
const COM_QUERY = 0x03;
const COM_QUIT = 0x01;
/** So much longer nothing may move while a connection is played otherwise: it tells nothing until it is over. */
const OTHERS_TAKE = 20;

/** Plays a plan: all connections at once, each in its own order, and in the order of the capture among each other. */
export function replay(plan: Plan, open: OpenChannel, options: ReplayOptions = {}): Promise<Replayed> {
  return new Player(plan, open, options).play();
}

class Player {
  readonly #plan: Plan;
  readonly #open: OpenChannel;
  readonly #options: Required<Omit<ReplayOptions, 'signal' | 'other'>> & Pick<ReplayOptions, 'signal' | 'other'>;
  readonly #gate: Gate;
  readonly #connections: Played[];
  /** Connections that are coming to their end, and those that others play. */
  readonly #pending: Promise<unknown>[] = [];
  #began = 0;
  #moved = 0;
  #pumping = false;
  /** Connections under way that others play. */
  #others = 0;
  #due: NodeJS.Timeout | undefined;
  #finish: ((stopped?: string) => void) | undefined;

  constructor(plan: Plan, open: OpenChannel, options: ReplayOptions) {
    this.#plan = plan;
    this.#open = open;
    this.#options = { order: 'answers', insertIds: true, timing: 'fast', stallMs: 250, limitMs: 60_000, endMs: 2000, ...options };
    this.#gate = new Gate(timesOf(plan.steps), this.#options.order);
    this.#connections = plan.connections.map(playedAs);
  }

  async play(): Promise<Replayed> {
    this.#began = performance.now();
    this.#moved = this.#began;
    const { stallMs, limitMs, signal } = this.#options;
    const interrupted = () => this.#finish?.('it was interrupted');
    const stopped = await new Promise<string | undefined>((resolve) => {
      const timer = setInterval(() => this.#look(stallMs, limitMs), Math.max(10, stallMs / 5));
      this.#finish = (why) => {
        clearInterval(timer);
        clearTimeout(this.#due);
        this.#finish = undefined;
        resolve(why);
      };
      signal?.addEventListener('abort', interrupted, { once: true });
      if (signal?.aborted) interrupted();
      this.#pump();
    });
    signal?.removeEventListener('abort', interrupted);
    const ms = performance.now() - this.#began;
    await Promise.all(this.#pending);
    for (const { channel } of this.#connections) channel?.close();
    return this.#result(stopped, ms);
  }

  #result(stopped: string | undefined, ms: number): Replayed {
    const connections = this.#connections.map((played) => outcomeOf(played, this.#plan));
    const all = (count: 'statements' | 'same' | 'different' | 'uncompared') => connections.reduce((sum, one) => sum + one[count], 0);
    return {
      statements: all('statements'),
      same: all('same'),
      different: all('different'),
      uncompared: all('uncompared'),
      differences: connections.flatMap(({ difference }) => (difference ? [difference] : [])),
      connections,
      leftOut: this.#plan.leftOut,
      forced: this.#gate.forced,
      ...(stopped ? { stopped } : {}),
      ms,
    };
  }

  /** Whether everything still moves. */
  #look(stallMs: number, limitMs: number): void {
    const now = performance.now();
    for (const played of this.#connections) {
      const head = played.waiting[0];
      if (head && now - head.since > limitMs) this.#giveUp(played, `no answer to ${this.#nameOf(head.index)} in ${limitMs} ms`);
    }
    if (now - this.#moved < stallMs * (this.#others > 0 ? OTHERS_TAKE : 1) || this.#isWaitingForTime()) return;
    const index = this.#gate.outOfTurn();
    if (index === undefined) return;
    this.#start(index);
    this.#pump();
  }

  #nameOf(index: number | undefined): string {
    const step = index === undefined ? undefined : this.#plan.steps[index];
    if (!step) return 'SET insert_id';
    return `${step.command}${step.frame === undefined ? '' : ` (frame ${step.frame})`}`;
  }

  #isWaitingForTime(): boolean {
    return this.#due !== undefined;
  }

  /** Starts what may start. */
  #pump(): void {
    if (this.#pumping) return; // an answer may be told while a step starts
    this.#pumping = true;
    for (let index = this.#gate.next(); index !== undefined && this.#isTime(index); index = this.#gate.next()) this.#start(index);
    this.#pumping = false;
    if (this.#gate.done) this.#finish?.();
  }

  /** Whether its time in the capture has come; if not, it is looked at again then. */
  #isTime(index: number): boolean {
    if (this.#options.timing === 'fast') return true;
    const { steps } = this.#plan;
    const due = this.#began + (steps[index] as Step).at - (steps[0] as Step).at;
    const wait = due - performance.now();
    if (wait <= 0.5) return true;
    clearTimeout(this.#due);
    this.#due = setTimeout(() => {
      this.#due = undefined;
      this.#pump();
    }, wait);
    return false;
  }

  #start(index: number): void {
    const step = this.#plan.steps[index] as Step;
    const played = this.#connections[step.connection] as Played;
    this.#moved = performance.now();
    this.#gate.start(index);
    played.steps++;
    const { action } = step;
    if (action.do === 'login') {
      played.loggingIn = this.#moved;
      this.#login(index, action.login, played).catch((error: unknown) => this.#noLogin(index, played, error));
      return;
    }
    if (action.do === 'other') {
      void this.#other(index, step.connection, played);
      return;
    }
    const { channel } = played;
    if (action.do === 'end') {
      played.ending = action.how;
      this.#endIfDone(step.connection, played);
      return this.#gate.answer(index);
    }
    if (!channel || played.over) {
      if (played.over) played.gaveUp ??= `the target hung up before ${this.#nameOf(index)}`;
      played.counts.unplayed++;
      return this.#gate.answer(index);
    }
    played.counts.statements++;
    const insertId = action.do === 'send' && this.#options.insertIds ? action.insertId : undefined;
    const packet = this.#say(channel, played, index, () => this.#payloadOf(action, channel, played), insertId);
    channel.send(packet);
    if (needsNoAnswer(step.command)) this.#gate.answer(index);
  }

  async #other(index: number, connection: number, played: Played): Promise<void> {
    this.#others++;
    const outcome: OtherOutcome = (await this.#options.other?.(connection)) ?? {};
    this.#others--;
    const { sent = 0, difference, ...others } = outcome;
    Object.assign(played, { segments: sent, ...others });
    if (difference) {
      played.difference = { connection: played.name, ...difference };
    }
    this.#moved = performance.now();
    this.#gate.answer(index);
    this.#pump();
  }

  /** Counts a command as said and gives its packet, with what must stand before it. */
  #say(channel: Channel, played: Played, index: number | undefined, payload: () => Uint8Array, insertId: string | undefined): Uint8Array {
    const before =
      insertId === undefined
        ? undefined
        : this.#say(channel, played, undefined, () => queryPayload(`${SET_INSERT_ID}${insertId}`), undefined);
    const packet = packetOf(payload());
    const { conversation } = channel;
    const unanswered = conversation.unanswered;
    const [to] = conversation.fromClient(packet);
    if (conversation.unanswered > unanswered) played.waiting.push({ index, to, since: this.#moved, outcome: new Outcome(), packets: [] });
    return before ? Buffer.concat([before, packet]) : packet;
  }

  /** The bytes of the capture, with the target's id of the prepared statement. */
  #payloadOf(action: Action, channel: Channel, { statements }: Played): Uint8Array {
    if (action.do === 'prepare') return action.payload;
    if (action.do === 'change-user') return channel.changeUser(action.login);
    if (action.do !== 'send') return new Uint8Array(0);
    if (action.statementId === undefined) return action.payload;
    const own = Buffer.from(action.payload);
    own.writeUInt32LE(statements.get(action.statementId) ?? 0, 1);
    return own;
  }

  async #login(index: number, login: Login, played: Played): Promise<void> {
    const channel = await this.#open(login);
    delete played.loggingIn;
    if (!this.#finish) return channel.close(); // it was stopped meanwhile
    played.channel = channel;
    channel.onBytes((bytes) => this.#take(bytes, played));
    this.#answered(index, played, [{ kind: 'ok', affectedRows: 0, lastInsertId: '0' }], [{ name: 'OK' }]);
    this.#pump();
  }

  #noLogin(index: number, played: Played, error: unknown): void {
    delete played.loggingIn;
    const refused = (error as { packet?: LabelledPacket }).packet;
    played.gaveUp = `the login failed: ${(error as Error).message}`;
    const step = this.#plan.steps[index] as Step;
    const results = refused ? resultsOf([refused]) : [];
    const wasRefused = step.captured?.some(({ kind }) => kind === 'err');
    // Without the password a refusal is what there must be: it tells nothing about the target.
    if (!refused || (!wasRefused && results.some((one) => one.kind === 'err' && isDenial(one.code)))) {
      played.unjudged = true;
      this.#gate.answer(index);
    } else {
      if (wasRefused) delete played.gaveUp;
      this.#answered(index, played, results, [refused]);
    }
    this.#moved = performance.now();
    this.#pump();
  }

  #endIfDone(connection: number, played: Played): void {
    const { channel, ending, waiting, over } = played;
    if (channel && ending !== undefined && waiting.length === 0) this.#end(connection, over ? 'server' : ending, channel, played);
  }

  #end(connection: number, how: Extract<Action, { do: 'end' }>['how'], channel: Channel, played: Played): void {
    delete played.channel;
    if (how === 'quit') channel.send(frame(Uint8Array.of(COM_QUIT)));
    const captured = this.#plan.endings?.[connection];
    const ended = channel.end(how, this.#options.endMs).then((replayed) => {
      if (captured === undefined || how === 'rst') return;
      // After the client's own end, a RST depends on which of both was faster.
      const same = how === 'server' ? captured === replayed : (captured === 'open') === (replayed === 'open');
      if (captured !== 'open' || how === 'server') played.endings = { captured, replayed, same };
    });
    this.#pending.push(ended);
  }

  #take(bytes: Uint8Array | undefined, played: Played): void {
    const { channel, waiting } = played;
    if (!channel) return;
    if (bytes === undefined) {
      // What still comes on this connection is not sent any more; how it ended is looked at where the capture ends it.
      played.over = true;
      const lost = waiting.splice(0);
      if (lost.length > 0)
        played.gaveUp = `the target hung up instead of answering ${this.#nameOf(lost.find(({ index }) => index !== undefined)?.index)}`;
      for (const { index, outcome, packets } of lost) if (index !== undefined) this.#answered(index, played, outcome.results, packets);
      return this.#pump();
    }
    this.#moved = performance.now();
    const { conversation } = channel;
    // Answers come in the order of the commands; a packet of the next one is behind the last of this one.
    for (const label of conversation.fromServer(bytes)) {
      while (waiting.length > 1 && label.answers !== undefined && label.answers !== waiting[0]?.to && label.answers === waiting[1]?.to)
        this.#isOver(played);
      const head = waiting[0];
      if (!head) continue;
      head.outcome.add(label);
      if (head.packets.length < SHOWN) head.packets.push(label);
      if (asking.has(label.name)) this.#reply(label, head, channel);
    }
    while (waiting.length > conversation.unanswered) this.#isOver(played);
    this.#pump();
  }

  #isOver(played: Played): void {
    const { index, outcome, packets } = played.waiting.shift() as Waiting;
    if (index === undefined) return;
    this.#answered(index, played, outcome.results, packets);
    if (played.ending !== undefined) this.#endIfDone((this.#plan.steps[index] as Step).connection, played);
  }

  /** The server wants more before it answers: a proof, or the client's file. */
  #reply(label: LabelledPacket, { index }: Waiting, channel: Channel): void {
    const say = (payload: Uint8Array, sequenceId: number): void => {
      const packet = frame(payload, { sequenceId: sequenceId & 0xff });
      channel.conversation.fromClient(packet);
      channel.send(packet);
    };
    const next = (label.sequenceId ?? 0) + 1;
    if (label.name !== 'LocalInfileRequest') {
      const payload = channel.authAnswer(label);
      if (payload) say(payload, next);
      return;
    }
    const action = index === undefined ? undefined : this.#plan.steps[index]?.action;
    const file = action?.do === 'send' ? (action.file ?? []) : [];
    const pieces = file.at(-1)?.length === 0 ? file : [...file, new Uint8Array(0)];
    for (const [i, piece] of pieces.entries()) say(piece, next + i);
  }

  #answered(index: number, played: Played, results: readonly Result[], packets: readonly AnswerPacket[]): void {
    this.#gate.answer(index);
    const step = this.#plan.steps[index] as Step;
    if (step.action.do === 'prepare' && step.action.statementId !== undefined) {
      const id = packets.find(({ name }) => name === 'StmtPrepareOK')?.value?.['statementId'];
      if (id !== undefined) played.statements.set(step.action.statementId, Number(id));
    }
    compare(step, played, results, packets, this.#options.insertIds);
  }

  /** Nothing more is expected of this connection. */
  #giveUp(played: Played, why: string): void {
    const { channel, waiting } = played;
    played.gaveUp = `it stalls: ${why}`;
    delete played.channel;
    for (const { index } of waiting.splice(0)) {
      if (index === undefined) continue;
      played.counts.uncompared++;
      this.#gate.answer(index);
    }
    channel?.close();
    this.#pump();
  }
}

/** A command as a packet; the usual short one without a detour. */
function packetOf(payload: Uint8Array): Uint8Array {
  const { length } = payload;
  if (length >= 0xffffff) return frame(payload);
  const packet = Buffer.allocUnsafe(length + 4);
  packet.writeUInt32LE(length, 0);
  packet.set(payload, 4);
  return packet;
}

/** The packets of a server that wait for the client. */
const asking = new Set(['AuthSwitchRequest', 'OldAuthSwitchRequest', 'AuthMoreData', 'AuthNextFactor', 'LocalInfileRequest']);

function queryPayload(sql: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(COM_QUERY), Buffer.from(sql)]);
}
