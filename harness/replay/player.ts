import { setMaxListeners } from 'node:events';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { isDenial } from './asked.ts';
import type { Channel, OpenChannel } from './channel.ts';
import { Gate } from './gate.ts';
import { Line } from './line.ts';
import { type AnswerPacket, type Result, resultsOf } from './outcome.ts';
import { patience } from './patience.ts';
import type { Plan } from './plan.ts';
import { compare, leftOutAttributes, outcomesOf, type Played, playedAs } from './played.ts';
import type { ReplayOptions } from './replay-options.ts';
import type { OtherOutcome, Replayed } from './replayed.ts';
import type { End } from './step.ts';
import type { StepList } from './step-list.ts';
import { what } from './what.ts';

export type { ReplayOptions } from './replay-options.ts';

/** So often the limit of an answer may pass for nothing, one behind the other, until a target that answers no statement is given up. */
const MOST_IN_VAIN = 3;

/** Plays a plan: all connections at once, each in its own order, and in the order of the capture among each other. */
export function replay(plan: Plan, open: OpenChannel, options: ReplayOptions = {}): Promise<Replayed> {
  return new Player(plan, open, options).play();
}

class Player {
  readonly #plan: Plan;
  readonly #steps: StepList;
  readonly #open: OpenChannel;
  readonly #options: Required<Omit<ReplayOptions, 'signal' | 'other'>> & Pick<ReplayOptions, 'signal' | 'other'>;
  readonly #gate: Gate;
  readonly #connections: Played[];
  /** Connections that are coming to their end, and those that others play. */
  readonly #pending: Promise<unknown>[] = [];
  #began = 0;
  #moved = 0;
  /** When a statement was answered last, or nothing came of one; and how long nothing came of any, all in all. */
  #told = 0;
  #vainMs = 0;
  /** It came to its end, or was stopped. */
  readonly #over = new AbortController();
  #pumping = false;
  /** Connections under way that others play. */
  #others = 0;
  #due: NodeJS.Timeout | undefined;
  #finish: ((stopped?: string) => void) | undefined;

  constructor(plan: Plan, open: OpenChannel, options: ReplayOptions) {
    this.#plan = plan;
    this.#steps = plan.steps;
    this.#open = open;
    this.#options = { order: 'answers', insertIds: true, timing: 'fast', stallMs: 1000, limitMs: 60_000, endMs: 2000, ...options };
    this.#gate = new Gate(plan.steps, this.#options.order);
    setMaxListeners(0, this.#over.signal); // one for each connection under way
    this.#connections = plan.connections.map(playedAs);
  }

  async play(): Promise<Replayed> {
    this.#began = this.#moved = this.#told = performance.now();
    const { stallMs, limitMs, signal } = this.#options;
    const interrupted = () => this.#finish?.('it was interrupted');
    const stopped = await new Promise<string | undefined>((resolve) => {
      // One clock for all connections: no answer has a timer of its own.
      const timer = setInterval(() => this.#look(stallMs, limitMs), Math.max(10, stallMs / 5));
      this.#finish = (why) => {
        clearInterval(timer);
        clearTimeout(this.#due);
        this.#finish = undefined;
        this.#over.abort();
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

  async #result(stopped: string | undefined, ms: number): Promise<Replayed> {
    const connections = await outcomesOf(this.#connections, this.#plan);
    const all = (count: 'statements' | 'same' | 'different' | 'uncompared' | 'answerless') =>
      connections.reduce((sum, one) => sum + one[count], 0);
    return {
      statements: all('statements'),
      same: all('same'),
      different: all('different'),
      uncompared: all('uncompared'),
      answerless: all('answerless'),
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
      const owed = played.line?.owed;
      if (owed && now - owed.since > limitMs) this.#giveUp(played, `it stalls: no answer to ${this.#nameOf(owed.index)} in ${limitMs} ms`);
      if (!this.#finish) return; // it was given up
    }
    if (this.#due !== undefined || now - this.#moved < stallMs) return;
    const owed = this.#connections.map(({ line }) => line?.owed?.index);
    const waits = now - this.#moved < patience(this.#steps, owed, this.#others, stallMs);
    const index = waits ? undefined : this.#gate.outOfTurn();
    if (index === undefined) return;
    this.#start(index);
    this.#pump();
  }

  #nameOf(index: number | undefined): string {
    if (index === undefined) return 'SET insert_id';
    const frame = this.#steps.frame(index);
    return `${this.#steps.command(index)}${frame === undefined ? '' : ` (frame ${frame})`}`;
  }

  /** Starts what may start. */
  #pump(): void {
    if (this.#pumping || !this.#finish) return; // an answer may be told while a step starts
    this.#pumping = true;
    for (let index = this.#gate.next(); index !== undefined && this.#isTime(index); index = this.#gate.next()) this.#start(index);
    this.#pumping = false;
    if (this.#gate.done) this.#finish?.();
  }

  /** Whether its time in the capture has come; if not, it is looked at again then. */
  #isTime(index: number): boolean {
    if (this.#options.timing === 'fast') return true;
    const due = this.#began + this.#steps.at(index) - this.#steps.at(0);
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
    const steps = this.#steps;
    const connection = steps.connection(index);
    const played = this.#connections[connection] as Played;
    this.#moved = performance.now();
    this.#gate.start(index);
    played.steps++;
    const kind = steps.what(index);
    if (kind === what.login) {
      // One that was stopped tells nothing of the target.
      this.#login(index, played).catch((error: unknown) => this.#finish && this.#noLogin(index, played, error));
      return;
    }
    if (kind === what.other) {
      this.#pending.push(this.#other(index, connection, played));
      return;
    }
    const how = steps.end(index);
    if (how) {
      played.ending = how;
      this.#endIfDone(connection, played);
      return this.#gate.answer(index);
    }
    const { line } = played;
    if (!line || line.over) {
      if (line?.over) played.gaveUp ??= `the target hung up before ${this.#nameOf(index)}`;
      played.counts.unplayed++;
      return this.#gate.answer(index);
    }
    played.counts.statements++;
    line.say(index, this.#moved, this.#options.insertIds ? steps.insertId(index) : undefined);
    if (steps.isAnswered(index)) return;
    played.counts.answerless++;
    this.#gate.answer(index);
  }

  async #other(index: number, connection: number, played: Played): Promise<void> {
    this.#others++;
    const outcome: OtherOutcome = (await this.#options.other?.(connection, this.#over.signal)) ?? {};
    this.#others--;
    const { sent = 0, difference, ...others } = outcome;
    Object.assign(played, { segments: sent, ...others });
    if (difference) played.difference = { connection: played.name, ...difference };
    const { gaveUp, endings } = outcome;
    if (gaveUp !== undefined || (endings?.replayed === 'open' && endings.captured !== 'open')) this.#inVain();
    else this.#told = performance.now();
    this.#moved = performance.now();
    this.#gate.answer(index);
    this.#pump();
  }

  async #login(index: number, played: Played): Promise<void> {
    const login = this.#steps.loginOf(index);
    const channel = await this.#open(login, this.#over.signal);
    if (!this.#finish) return channel.close(); // it was stopped meanwhile
    played.channel = channel;
    if (login.compression) played.compression = { captured: login.compression, replayed: channel.compression ?? 'none' };
    this.#answered(index, played, [{ kind: 'ok', affectedRows: 0, lastInsertId: '0' }], [{ name: 'OK' }]);
    played.line = this.#lineOf(this.#steps.connection(index), channel, played);
    this.#pump();
  }

  #lineOf(connection: number, channel: Channel, played: Played): Line {
    return new Line(channel, this.#steps, connection, {
      same: (index) => {
        this.#moved = performance.now();
        this.#told = this.#moved;
        played.counts.same++;
        this.#gate.answer(index);
        if (played.ending !== undefined) this.#endIfDone(connection, played);
        this.#pump();
      },
      answered: (index, results, packets) => {
        this.#told = performance.now();
        this.#answered(index, played, results, packets);
        if (played.ending !== undefined) this.#endIfDone(connection, played);
      },
      lost: (indexes) => {
        if (indexes.length > 0) played.gaveUp = `the target hung up instead of answering ${this.#nameOf(indexes[0])}`;
      },
      bare: () => leftOutAttributes(played),
      foreign: (why) => this.#giveUp(played, `what the target sends is no packet of MySQL: ${why}`),
      taken: () => {
        this.#moved = performance.now();
        this.#pump();
      },
    });
  }

  #noLogin(index: number, played: Played, error: unknown): void {
    const refused = (error as { packet?: LabelledPacket }).packet;
    played.gaveUp = `the login failed: ${(error as Error).message}`;
    const wasRefused = this.#steps.step(index).captured?.some(({ kind }) => kind === 'err');
    const results = refused ? resultsOf([refused]) : [];
    if (!refused) this.#inVain();
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
    const { channel, line, ending } = played;
    if (channel && line && ending !== undefined && line.isQuiet) this.#end(connection, line.over ? 'server' : ending, channel, played);
  }

  #end(connection: number, how: End, channel: Channel, played: Played): void {
    if (how === 'quit') played.line?.quit();
    delete played.channel;
    delete played.line;
    const captured = this.#plan.endings?.[connection];
    const ended = channel.end(how, this.#options.endMs).then((replayed) => {
      if (captured === undefined || how === 'rst') return;
      // After the client's own end, a RST depends on which of both was faster.
      const same = how === 'server' ? captured === replayed : (captured === 'open') === (replayed === 'open');
      if (captured !== 'open' || how === 'server') played.endings = { captured, replayed, same };
    });
    this.#pending.push(ended);
  }

  #answered(index: number, played: Played, results: readonly Result[], packets: readonly AnswerPacket[]): void {
    this.#gate.answer(index);
    compare(this.#steps.step(index), played, results, packets, this.#options.insertIds);
  }

  /** Nothing came of what was waited for. A target that does so again and again is not waited for on each connection. */
  #inVain(): void {
    const { limitMs } = this.#options;
    const now = performance.now();
    this.#vainMs += Math.min(limitMs, now - this.#told);
    this.#told = now;
    if (this.#vainMs >= (MOST_IN_VAIN - 0.1) * limitMs)
      this.#finish?.(`the target was waited for in vain, again and again (${(this.#vainMs / 1000).toFixed(1)} s): it was given up`);
  }

  /** Nothing more is expected of this connection. */
  #giveUp(played: Played, why: string): void {
    const { channel, line } = played;
    played.gaveUp = why;
    delete played.channel;
    delete played.line;
    for (const index of line?.drop() ?? []) {
      played.counts.uncompared++;
      this.#gate.answer(index);
    }
    channel?.close();
    this.#inVain();
    this.#pump();
  }
}
