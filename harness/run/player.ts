import { setTimeout as sleep } from 'node:timers/promises';
import { AuthError } from '../auth/error.ts';
import type { Delivery } from '../case/delivery.ts';
import type { ProbeName } from '../case/probe.ts';
import { stimuliOf } from '../case/script.ts';
import type { Step, TlsChoice } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { frame } from '../codec/frame.ts';
import type { TlsOptions } from '../wire/connect-options.ts';
import type { Connection } from '../wire/connection.ts';
import { WireError } from '../wire/error.ts';
import { answerOf } from './auth-exchange.ts';
import { type Composed, compose } from './compose.ts';
import { headerApart, headerKept, type Plan, segmentsOf } from './delivering.ts';
import { endingInWords } from './describe.ts';
import { RunError } from './error.ts';
import type { Limits } from './limits.ts';
import { doubtOfSilence, lateLogin, overLate, slowLogin, tooLate, unheard } from './looked-late.ts';
import type { Attempt, Doubt, Matcher } from './matcher.ts';
import type { Deviation } from './result.ts';
import type { ServerPacket } from './server-packet.ts';
import { travelling } from './travelling.ts';
import type { Try, TryContext } from './try.ts';

/** How long a pause of the client is, in ms. */
const PAUSE_MS = 400;
/** No login needs more: a switch, a public key, the outcome, and as much again for a second factor. */
const MOST_AUTH_ROUNDS = 8;
/** Few need so many. A peer that asks for more each second is not waited for in every case: no longer than for so many answers. */
const MANY_AUTH_ROUNDS = 3;
const MOST_ANSWERS_LONG = 2;
/** Limits that bytes may go or come for, as long as they do: 32 MiB at 10 Mbit/s take 27 s. */
const SLOW_PATH = 4;
/** After a deviation: how long we look for the end, for the report only, in ms. */
const AFTERMATH_MS = 100;
/** How long the payload of a first packet stays away from its header: any server has read that by then, in ms. */
const APART_MS = 100;

/** Plays the steps of a script over one connection, and holds what comes back against them. */
export class Player {
  readonly #connection: Connection;
  readonly #matcher: Matcher;
  readonly #limits: Limits;
  readonly #ahead: Map<number, readonly Composed[]>;
  readonly #packets: ServerPacket[] = [];
  readonly #beside: (script: readonly Step[]) => Promise<Try>;
  readonly #refuses: TryContext['refuses'];
  readonly #unclear: TryContext['unclear'];
  /** How long the answer before was on its way, in ms: the server's silence may have begun so much sooner than ours. */
  #answeredMs = 0;
  /** What the last message took to be sent, in ms. */
  #sentMs = 0;
  /** When that began. */
  #sentAt = performance.now();
  /** How long the server may not have heard from us before it was sent, in ms. */
  #unheardMs = 0;
  readonly #patienceMs: TryContext['patienceMs'];
  /** Until when the next message must be sent (`pause`). */
  #dueAt = Number.POSITIVE_INFINITY;
  /** Until the first packet is sent. */
  #firstHeader: TryContext['firstHeader'];
  #how: Ending | undefined;

  constructor(
    connection: Connection,
    matcher: Matcher,
    limits: Limits,
    plan: Plan,
    context: TryContext,
    beside: (script: readonly Step[]) => Promise<Try>,
  ) {
    this.#refuses = context.refuses;
    this.#unclear = context.unclear;
    this.#patienceMs = context.patienceMs;
    this.#firstHeader = context.firstHeader;
    this.#beside = beside;
    this.#connection = connection;
    this.#matcher = matcher;
    this.#limits = limits;
    this.#ahead = new Map(plan.ahead);
    connection.onReceived = (chunk) => {
      matcher.feed(chunk);
      if (matcher.floods) connection.floods();
    };
  }

  async play(script: readonly Step[], delivery: Delivery): Promise<Try> {
    let steps = script;
    /** Why the branch that is played was not the first choice, and what that was. */
    let doubt: Doubt | undefined;
    const because = (deviation: Deviation): Deviation =>
      doubt === undefined ? deviation : { ...deviation, got: `${deviation.got}; the branch was taken for ${doubt.got}` };
    /** A second connection was asked whether what came is right in its own way: what came is what is told first. */
    const excused = (deviation: Deviation): Deviation =>
      doubt === undefined
        ? deviation
        : {
            ...deviation,
            expected: doubt.expected,
            got: `${doubt.got}; another would be right if this held, too: ${deviation.expected}; but ${deviation.got}`,
          };
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if ('send' in step) {
        await this.#send(steps, i, delivery);
        if (performance.now() > this.#dueAt) return this.#result({ inconclusive: tooLate(performance.now() - this.#dueAt) });
        this.#dueAt = Number.POSITIVE_INFINITY;
      } else if ('do' in step) {
        const failed = await this.#act(step);
        if (failed) return this.#result({ deviation: { axis: 'answer', step: i, expected: step.do, got: failed } });
      } else if ('beside' in step) {
        const dueAt = this.#sentAt + (step.mostMs ?? Number.POSITIVE_INFINITY);
        const other = await this.#beside(step.beside);
        if (performance.now() > dueAt) return this.#result({ inconclusive: overLate(performance.now() - dueAt) });
        const { deviation } = other;
        const got = deviation && `on the second connection, step ${deviation.step + 1}: ${deviation.got}`;
        if (deviation && got) return this.#result({ deviation: excused({ ...deviation, step: i, got }) });
        if (other.inconclusive) throw new RunError('RUN_BAD_STIMULUS', `on the second connection: ${other.inconclusive}`);
        if (other.unsupported) return this.#result({ unsupported: other.unsupported });
      } else {
        const attempt = 'expect' in step ? await this.#expect(step, i) : await this.#end(step, i);
        if (attempt.is === 'deviates') return this.#result({ deviation: because(attempt.deviation) });
        if (attempt.is === 'at-limit') return this.#result({ inconclusive: attempt.says });
        if (attempt.is !== 'matched') throw new RunError('RUN_BAD_STIMULUS', `step ${i} came to no result`);
        if (attempt.packet) this.#packets.push(attempt.packet);
        if (attempt.by.means) return this.#refused(i, attempt.by.means);
        if (attempt.by.then) {
          steps = attempt.by.then;
          doubt = attempt.doubt;
          this.#ahead.clear();
          i = -1;
        }
      }
    }
    return this.#result({});
  }

  /** The target says that it does not do this. Where a probe before the first case got in, that is a deviation, if that showed it. */
  #refused(step: number, means: ProbeName): Promise<Try> {
    const seen = this.#matcher.seen.at(-1) ?? '';
    if (!this.#refuses || this.#refuses.has(means)) return this.#result({ unsupported: seen });
    const why = this.#unclear?.get(means);
    if (why !== undefined)
      return this.#result({ inconclusive: `${seen}: whether it always does so, the probe before the first case did not show (${why})` });
    const got = `${seen}, though before the first case a probe of the same kind was not refused (${means})`;
    return this.#result({ deviation: { axis: 'answer', step, expected: 'what the probe got', got } });
  }

  async #send(steps: readonly Step[], i: number, delivery: Delivery): Promise<void> {
    const ready = this.#ahead.get(i);
    if (ready) {
      for (const composed of ready) this.#matcher.sent(composed);
      return;
    }
    const composed = stimuliOf(steps[i]).map((s) => compose(s, this.#matcher.session));
    const bytes = [...composed];
    if (delivery === 'coalesced')
      steps.forEach((later, j) => {
        if (j <= i || !('send' in later)) return;
        const more = stimuliOf(later).map((s) => compose(s, this.#matcher.session));
        this.#ahead.set(j, more);
        bytes.push(...more);
      });
    for (const one of composed) this.#matcher.sent(one);
    const label = bytes.map((c) => c.label).join(' + ');
    const segments = segmentsOf(bytes, delivery);
    const how = this.#firstHeader;
    this.#firstHeader = undefined;
    const from = performance.now();
    const before = this.#sentAt;
    this.#sentAt = from;
    if (how === 'apart') {
      const [header = new Uint8Array(), ...rest] = headerApart(segments);
      await this.#connection.send([header], `header of ${label}`);
      await sleep(APART_MS);
      await this.#connection.send(rest, label);
    } else await this.#connection.send(how === 'kept' ? headerKept(segments) : segments, label);
    this.#sentMs = performance.now() - from;
    this.#unheardMs = performance.now() - before;
  }

  /** What went wrong on the target's side, if anything did. */
  async #act({ do: what, tls = {}, mostMs = Number.POSITIVE_INFINITY }: Extract<Step, { do: unknown }>): Promise<string | undefined> {
    if (what === 'half-close') this.#connection.halfClose();
    else if (what === 'reset') this.#connection.reset();
    else if (what === 'stop-reading') this.#connection.pause();
    else if (what === 'read-on') this.#connection.resume();
    else if (what === 'pause') {
      this.#dueAt = this.#sentAt + mostMs;
      await sleep(PAUSE_MS);
    } else {
      try {
        await this.#connection.startTls(this.#limits.answerMs, this.#tlsOptions(tls));
      } catch (error) {
        if (error instanceof WireError) return error.says;
        throw error;
      }
      this.#matcher.session.tls = true;
    }
    return undefined;
  }

  #tlsOptions({ version, behind, pieces, resume }: TlsChoice): TlsOptions {
    const { session } = this.#matcher;
    const ahead = behind && compose(behind, session);
    if (ahead) this.#matcher.sent(ahead);
    const hello = ahead || pieces ? { ...(ahead && { behind: ahead.bytes }), ...(pieces && { pieces }) } : undefined;
    return { sessions: session.tlsSessions, ...(version && { version }), ...(hello && { hello }), ...(resume && { resume }) };
  }

  async #expect(step: Extract<Step, { expect: unknown }>, i: number): Promise<Attempt> {
    const quiet = step.expect.some((a) => a.waits);
    const limit = quiet ? this.#limits.quietMs : this.#limits.answerMs;
    const most = quiet ? limit : SLOW_PATH * limit;
    const from = performance.now();
    for (let rounds = 0; ; rounds++) {
      const late = rounds >= MANY_AUTH_ROUNDS && performance.now() - from > MOST_ANSWERS_LONG * this.#limits.answerMs;
      if (late || rounds > MOST_AUTH_ROUNDS) return deviatesAt(i, 'OK or ERR at last', `${rounds} packets that ask for more and no end`);
      const asked = performance.now();
      const outcome = await this.#connection.wait(nameOf(step), limit, () => this.#matcher.ready(), most);
      const waitedMs = performance.now() - asked;
      if (outcome === 'under way')
        return {
          is: 'at-limit',
          says: `bytes still come or go ${most} ms behind the question: the path to the target is too slow for this case`,
        };
      const over = this.#connection.over;
      if (over && !this.#matcher.ready()) this.#how = await this.#connection.ending(0);
      const attempt = this.#matcher.expect(step, i, {
        over,
        ...(this.#how ? { how: this.#how } : {}),
        ...(outcome === 'limit' ? { silentForMs: limit } : {}),
      });
      if (this.#connection.flooded && attempt.is === 'needs-more') return this.#flood(i);
      const doubt = quiet && attempt.is === 'deviates' ? doubtOfSilence(limit, waitedMs, this.#answeredMs) : undefined;
      if (doubt) return { is: 'at-limit', says: doubt };
      // Whether it ends or says so (ER_NET_READ_INTERRUPTED).
      const inLogin = attempt.is === 'deviates' && over && this.#packets.length === 1;
      if (inLogin && this.#sentMs > this.#limits.answerMs) return { is: 'at-limit', says: slowLogin(this.#sentMs) };
      const gaveUp = inLogin && !this.#matcher.ready();
      if (gaveUp && this.#answeredMs > this.#limits.answerMs) return { is: 'at-limit', says: lateLogin(this.#answeredMs) };
      const tired = attempt.is === 'deviates' && over && this.#patienceMs !== undefined && unheard(this.#unheardMs, this.#patienceMs);
      if (tired) return { is: 'at-limit', says: tired };
      this.#answeredMs = waitedMs;
      if (attempt.is !== 'continues') return attempt;
      this.#packets.push(attempt.packet);
      const stuck = await this.#reply(attempt.packet);
      if (stuck) return deviatesAt(i, 'a packet that a client can answer', `${attempt.packet.name}: ${stuck}`);
    }
  }

  async #end(step: Extract<Step, { end: unknown }>, i: number): Promise<Attempt> {
    const patience = step.end.includes('timeout') ? this.#limits.quietMs : this.#limits.answerMs;
    this.#how = step.end.includes('open') && !this.#connection.over ? 'open' : await this.#connection.ending(patience);
    if (this.#connection.flooded) return this.#flood(i);
    return this.#matcher.end(step, i, this.#how);
  }

  #flood(step: number): Attempt {
    return deviatesAt(
      step,
      'an answer of a size that fits the question',
      `${this.#connection.receivedBytes} bytes and more; reading stopped (a case may want more, by mostBytes)`,
    );
  }

  /** Sends what a well-behaved client answers in a login. What keeps it from that, if anything of the server's does. */
  async #reply(packet: ServerPacket): Promise<string | undefined> {
    let payload: Uint8Array | undefined;
    try {
      payload = answerOf(this.#matcher.session);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      return error.message;
    }
    if (!payload) return undefined;
    const sequenceId = (packet.lastSequenceId + 1) & 0xff;
    const { bytes } = travelling(frame(payload, { sequenceId }), { message: 'AuthSwitchResponse' }, this.#matcher.session);
    this.#matcher.sent({ bytes, cuts: [], label: '', answered: true, answerSequenceId: (sequenceId + 1) & 0xff, said: () => undefined });
    await this.#connection.send([bytes], `reply to ${packet.name}`);
    return undefined;
  }

  async #result(outcome: Pick<Try, 'deviation' | 'unsupported' | 'inconclusive'>): Promise<Try> {
    const how =
      this.#how ??
      (this.#connection.over || outcome.deviation || outcome.unsupported || outcome.inconclusive
        ? await this.#connection.ending(AFTERMATH_MS)
        : 'open');
    const seen = this.#matcher.seen;
    return {
      ...outcome,
      observation: [...seen, endingInWords(how)].join(' | '),
      transcript: this.#connection.transcript(how),
      packets: this.#packets,
    };
  }
}

function deviatesAt(step: number, expected: string, got: string): Attempt {
  return { is: 'deviates', deviation: { axis: 'answer', step, expected, got } };
}

const nameOf = (step: Extract<Step, { expect: unknown }>): string =>
  step.expect.map((a) => a.packet ?? (a.closes ? 'end' : 'silence')).join(' or ');
