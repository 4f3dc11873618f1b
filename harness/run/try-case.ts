import {
  CACHING_SHA2_PASSWORD,
  cleartextPassword,
  encryptPassword,
  FAST_AUTH_SUCCESS,
  PERFORM_FULL_AUTHENTICATION,
  REQUEST_PUBLIC_KEY,
} from '../auth/caching-sha2.ts';
import { authPlugins } from '../auth/plugin.ts';
import type { Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { Step, Stimulus } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { frame, join } from '../codec/frame.ts';
import type { Accounts, Endpoint } from '../target/target.ts';
import { Connection } from '../wire/connection.ts';
import { WireError } from '../wire/error.ts';
import { cutAt, everyByte } from '../wire/segments.ts';
import type { Transcript } from '../wire/transcript.ts';
import { type Composed, compose } from './compose.ts';
import { endingInWords } from './describe.ts';
import { RunError } from './error.ts';
import type { Limits } from './limits.ts';
import { type Attempt, Matcher } from './matcher.ts';
import type { Deviation } from './result.ts';
import type { ServerPacket } from './server-packet.ts';
import { Session } from './session.ts';

/** Where a try goes, and with what. */
export interface TryContext {
  readonly endpoint: Endpoint;
  readonly accounts: Accounts;
  readonly database?: string;
  readonly limits: Limits;
  /** The path hides how connections end (a userland proxy): FIN, FIN+RST and RST all count as closed. */
  readonly endingsHidden?: boolean;
  /** Stimuli put together already, kept over the tries of a case. */
  readonly composed?: Map<Stimulus, Composed>;
  /** Told of every try, the passing ones too. */
  readonly onTry?: (one: Try) => void;
}

/** What one try of a script showed. */
export interface Try {
  readonly deviation?: Deviation;
  /** The alternative that says "this target does not do this" was taken. */
  readonly unsupported?: string;
  /** We failed, not the target: no connection, TLS on our side, a stimulus that cannot be built. */
  readonly inconclusive?: string;
  readonly observation: string;
  readonly transcript: Transcript;
  /** Answers in order, for checks across tries. */
  readonly packets: readonly ServerPacket[];
}

/** Plays a script once over a fresh connection. Never throws: what goes wrong is in the result. */
export async function tryCase(one: Pick<Case, 'script' | 'limitMs'>, delivery: Delivery, context: TryContext): Promise<Try> {
  const session = new Session(context.accounts, context.database, context.composed);
  const limits = one.limitMs === undefined ? context.limits : { ...context.limits, answerMs: one.limitMs };
  let plan: Plan;
  try {
    plan = planOf(one.script, delivery, session);
  } catch (error) {
    return failedToBuild(error);
  }
  const connection = await Connection.open({
    ...context.endpoint,
    connectLimitMs: limits.connectMs,
    probeAfterMs: limits.afterFinMs,
    ...(plan.early ? { early: plan.early } : {}),
  });
  try {
    if (connection.failed) return unreachable(connection);
    return await new Player(connection, new Matcher(session, context.endingsHidden), limits, plan).play(one.script, delivery);
  } catch (error) {
    return failedToBuild(error, connection);
  } finally {
    connection.close();
  }
}

interface Plan {
  /** Bytes that go out as the connection opens. */
  readonly early?: { readonly label: string; readonly segments: readonly Uint8Array[] };
  /** What was composed ahead, by step index: it is not sent again. */
  readonly ahead: ReadonlyMap<number, readonly Composed[]>;
}

/**
 * The early delivery composes all sends before there is a greeting, and makes one segment of them. Sent whole, a script
 * that begins with sends has those written as the connection opens, too: that is what such a script is about.
 */
function planOf(script: readonly Step[], delivery: Delivery, session: Session): Plan {
  const behind = script.findIndex((step) => !('send' in step));
  const until = delivery === 'early' ? script.length : delivery === 'whole' ? Math.max(behind, 0) : 0;
  const ahead = new Map<number, Composed[]>();
  script.slice(0, until).forEach((step, i) => {
    if ('send' in step)
      ahead.set(
        i,
        stimuli(step).map((s) => compose(s, session)),
      );
  });
  if (ahead.size === 0) return { ahead };
  const all = [...ahead.values()];
  const segments = all.map((step) => join(step.map((c) => c.bytes)));
  const label = all.flatMap((step) => step.map((c) => c.label)).join(' + ');
  return { ahead, early: { label, segments: delivery === 'early' ? [join(segments)] : segments } };
}

class Player {
  readonly #connection: Connection;
  readonly #matcher: Matcher;
  readonly #limits: Limits;
  readonly #ahead: Map<number, readonly Composed[]>;
  readonly #packets: ServerPacket[] = [];
  #how: Ending | undefined;

  constructor(connection: Connection, matcher: Matcher, limits: Limits, plan: Plan) {
    this.#connection = connection;
    this.#matcher = matcher;
    this.#limits = limits;
    this.#ahead = new Map(plan.ahead);
    connection.onReceived = (chunk) => matcher.feed(chunk);
  }

  async play(script: readonly Step[], delivery: Delivery): Promise<Try> {
    let steps = script;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if ('send' in step) await this.#send(steps, i, delivery);
      else if ('do' in step) {
        const failed = await this.#act(step.do);
        if (failed) return this.#result({ deviation: { axis: 'answer', step: i, expected: step.do, got: failed } });
      } else {
        const attempt = 'expect' in step ? await this.#expect(step, i) : await this.#end(step, i);
        if (attempt.is === 'deviates') return this.#result({ deviation: attempt.deviation });
        if (attempt.is !== 'matched') throw new RunError('RUN_BAD_STIMULUS', `step ${i} came to no result`);
        if (attempt.packet) this.#packets.push(attempt.packet);
        if (attempt.by.means) return this.#result({ unsupported: this.#matcher.seen[this.#matcher.seen.length - 1] ?? '' });
        if (attempt.by.then) {
          steps = attempt.by.then;
          this.#ahead.clear();
          i = -1;
        }
      }
    }
    return this.#result({});
  }

  async #send(steps: readonly Step[], i: number, delivery: Delivery): Promise<void> {
    const ready = this.#ahead.get(i);
    if (ready) {
      for (const composed of ready) this.#matcher.sent(composed);
      return;
    }
    const composed = stimuli(steps[i]).map((s) => compose(s, this.#matcher.session));
    const bytes = [...composed];
    if (delivery === 'coalesced')
      steps.forEach((later, j) => {
        if (j <= i || !('send' in later)) return;
        const more = stimuli(later).map((s) => compose(s, this.#matcher.session));
        this.#ahead.set(j, more);
        bytes.push(...more);
      });
    for (const one of composed) this.#matcher.sent(one);
    await this.#connection.send(segmentsOf(bytes, delivery), bytes.map((c) => c.label).join(' + '));
  }

  /** What went wrong on the target's side, if anything did. */
  async #act(what: 'start-tls' | 'half-close' | 'reset'): Promise<string | undefined> {
    if (what === 'half-close') this.#connection.halfClose();
    else if (what === 'reset') this.#connection.reset();
    else {
      try {
        await this.#connection.startTls(this.#limits.answerMs);
      } catch (error) {
        if (error instanceof WireError) return error.says;
        throw error;
      }
      this.#matcher.session.tls = true;
    }
    return undefined;
  }

  async #expect(step: Extract<Step, { expect: unknown }>, i: number): Promise<Attempt> {
    const limit = step.expect.some((a) => a.waits) ? this.#limits.quietMs : this.#limits.answerMs;
    for (let rounds = 0; ; rounds++) {
      if (rounds > MOST_AUTH_ROUNDS)
        return deviatesAt(i, 'OK or ERR at last', `${rounds} AuthSwitchRequest or AuthMoreData packets and no end`);
      const outcome = await this.#connection.wait(nameOf(step), limit, () => this.#matcher.ready());
      const over = this.#connection.over;
      if (over && !this.#matcher.ready()) this.#how = await this.#connection.ending(0);
      const attempt = this.#matcher.expect(step, i, {
        over,
        ...(this.#how ? { how: this.#how } : {}),
        ...(outcome === 'limit' ? { silentForMs: limit } : {}),
      });
      if (this.#connection.flooded && attempt.is === 'needs-more') return this.#flood(i);
      if (attempt.is !== 'continues') return attempt;
      this.#packets.push(attempt.packet);
      await this.#reply(attempt.packet);
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
      `${this.#connection.receivedBytes} bytes and more; reading stopped`,
    );
  }

  /** What a well-behaved client answers to AuthSwitchRequest and AuthMoreData. */
  async #reply(packet: ServerPacket): Promise<void> {
    const session = this.#matcher.session;
    const login = session.login;
    const data = packet.value['data'] as Uint8Array;
    if (!login) return;
    let payload: Uint8Array | undefined;
    if (packet.name === 'AuthSwitchRequest') {
      const plugin = authPlugins[String(packet.value['pluginName'])];
      session.scramble = data.subarray(0, 20);
      payload = plugin ? plugin.scramble(login.password, session.scramble) : new Uint8Array(0);
    } else if (login.account.plugin === CACHING_SHA2_PASSWORD || data[0] === PERFORM_FULL_AUTHENTICATION) {
      if (data[0] === FAST_AUTH_SUCCESS) return; // OK follows without a word of ours
      if (data[0] === PERFORM_FULL_AUTHENTICATION)
        payload = session.tls ? cleartextPassword(login.password) : Uint8Array.of(REQUEST_PUBLIC_KEY);
      else payload = encryptPassword(login.password, session.scramble ?? new Uint8Array(20), data);
    }
    if (!payload) return;
    const sequenceId = (packet.lastSequenceId + 1) & 0xff;
    const bytes = frame(payload, { sequenceId });
    this.#matcher.sent({ bytes, cuts: [], label: '', answered: true, answerSequenceId: (sequenceId + 1) & 0xff, said: () => undefined });
    await this.#connection.send([bytes], `reply to ${packet.name}`);
  }

  async #result(outcome: Pick<Try, 'deviation' | 'unsupported'>): Promise<Try> {
    const how =
      this.#how ??
      (this.#connection.over || outcome.deviation || outcome.unsupported ? await this.#connection.ending(AFTERMATH_MS) : 'open');
    const seen = this.#matcher.seen;
    return {
      ...outcome,
      observation: [...seen, endingInWords(how)].join(' | '),
      transcript: this.#connection.transcript(how),
      packets: this.#packets,
    };
  }
}

/** No login needs more: a switch, a public key, the outcome, and as much again for a second factor. */
const MOST_AUTH_ROUNDS = 8;

function deviatesAt(step: number, expected: string, got: string): Attempt {
  return { is: 'deviates', deviation: { axis: 'answer', step, expected, got } };
}

/** After a deviation: how long we look for the end, for the report only, in ms. */
const AFTERMATH_MS = 100;

function segmentsOf(composed: readonly Composed[], delivery: Delivery): Uint8Array[] {
  if (delivery === 'bytes') return composed.flatMap((c) => everyByte(c.bytes));
  if (delivery === 'fields') return composed.flatMap((c) => cutAt(c.bytes, c.cuts));
  return [join(composed.map((c) => c.bytes))];
}

const stimuli = (step: Step | undefined): readonly Stimulus[] =>
  step && 'send' in step ? (Array.isArray(step.send) ? step.send : [step.send as Stimulus]) : [];

const nameOf = (step: Extract<Step, { expect: unknown }>): string =>
  step.expect.map((a) => a.packet ?? (a.closes ? 'end' : 'silence')).join(' or ');

function unreachable(connection: Connection): Try {
  const last = connection.events.at(-1);
  const why = last && 'detail' in last ? last.detail : 'no connection';
  return { inconclusive: `no connection: ${why}`, observation: 'no connection', transcript: connection.transcript('open'), packets: [] };
}

function failedToBuild(error: unknown, connection?: Connection): Try {
  const why = error instanceof Error ? error.message : String(error);
  return {
    inconclusive: why,
    observation: 'not run',
    transcript: connection?.transcript('open') ?? { startedAt: Date.now(), events: [], ending: 'open' },
    packets: [],
  };
}
