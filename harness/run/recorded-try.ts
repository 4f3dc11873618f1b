import { CACHING_SHA2_PASSWORD } from '../auth/caching-sha2.ts';
import { NATIVE_PASSWORD } from '../auth/native-password.ts';
import type { Case, Need } from '../case/case.ts';
import { stimuliOf } from '../case/script.ts';
import type { Step, Stimulus } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { has, mariadbCapability } from '../codec/capability.ts';
import { frame, join } from '../codec/frame.ts';
import { serverEnding } from '../pcap/ending.ts';
import type { TcpConnection, TcpData } from '../pcap/tcp-connection.ts';
import { accountsWith, databaseName } from '../target/accounts.ts';
import type { Accounts } from '../target/target.ts';
import { answerOf } from './auth-exchange.ts';
import { compose } from './compose.ts';
import { endingInWords } from './describe.ts';
import { type Attempt, Matcher, type Situation } from './matcher.ts';
import { Session } from './session.ts';
import type { Try } from './try.ts';

/** Thrown where the recorded client did something else than the case does. */
const anotherCase = Symbol('the client of the recording did something else');

/** One connection of a recording, as every case is held against it. */
export interface Recorded {
  readonly connection: TcpConnection;
  readonly data: readonly TcpData[];
  /** What the client sent before the server ended. */
  readonly sent: Uint8Array;
  /** Data events before the client's own end: what comes behind it answers that end. */
  readonly beforeEnd: number;
  readonly accounts: Accounts;
}

/** Takes a connection apart once, for all cases. */
export function recorded(connection: TcpConnection): Recorded {
  const ends = (side: 'client' | 'server'): number =>
    connection.events.findIndex(({ kind, from }) => from === side && (kind === 'fin' || kind === 'rst'));
  // What the client still sends behind the server's end nobody reads: mywire's own probe for a RST is such a byte.
  const [over, left] = [ends('server'), ends('client')];
  const data = connection.events.slice(0, over < 0 ? undefined : over).filter((event) => event.kind === 'data');
  const beforeEnd = left < 0 ? data.length : data.filter((event) => connection.events.indexOf(event) < left).length;
  const sent = join(data.flatMap(({ from, bytes }) => (from === 'client' ? [bytes] : [])));
  return { connection, data, sent, beforeEnd, accounts: accountsOf(sent) };
}

/** The accounts of every target that mywire starts; their plugin, and the user without a password, are those that the client names. */
function accountsOf(sent: Uint8Array): Accounts {
  const accounts = accountsWith(Buffer.from(sent).includes(CACHING_SHA2_PASSWORD) ? CACHING_SHA2_PASSWORD : NATIVE_PASSWORD);
  const user = userIn(sent);
  return accounts.check && user !== undefined && user !== accounts.login?.user
    ? { ...accounts, check: { ...accounts.check, user } }
    : accounts;
}

/** Holds one recorded connection against a case; undefined when its client sent something else. */
export function recordedTry(one: Case, what: Recorded): Omit<Try, 'transcript'> | undefined {
  if (!oneConnection(one.script)) return undefined;
  try {
    return new Replay(what).play(one);
  } catch (error) {
    // A case that needs what a recording cannot tell (a random number) cannot be put together.
    if (error !== anotherCase && !(error instanceof Error)) throw error;
    return undefined;
  }
}

/** No second connection, and nothing that the bytes do not show. */
function oneConnection(script: readonly Step[]): boolean {
  const sends = script.some((step) => 'send' in step);
  return sends && script.every((step) => !('beside' in step) && !('do' in step && step.do !== 'half-close'));
}

/** The recorded conversation, walked in step with the script: each expectation sees what had come before the client went on. */
class Replay {
  readonly #connection: TcpConnection;
  readonly #session: Session;
  readonly #matcher: Matcher;
  readonly #data: readonly TcpData[];
  readonly #sent: Uint8Array;
  #how: Ending;
  #beforeEnd: number;
  /** Bytes of the client that the script has accounted for. */
  #taken = 0;
  /** Events whose bytes the matcher has. */
  #fed = 0;

  constructor({ connection, data, sent, beforeEnd, accounts }: Recorded) {
    this.#connection = connection;
    this.#data = data;
    this.#sent = sent;
    this.#beforeEnd = beforeEnd;
    this.#session = new Session(accounts, databaseName);
    this.#matcher = new Matcher(this.#session);
    const end = serverEnding(connection);
    this.#how = end.how === 'open' || end.first === 'client' ? 'open' : end.how;
  }

  play(one: Case): Omit<Try, 'transcript'> {
    let steps = one.script;
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i] as Step;
      if ('send' in step) this.#send(stimuliOf(step));
      // From here on the client's own end explains nothing.
      if ('do' in step) {
        this.#how = serverEnding(this.#connection).how;
        this.#beforeEnd = this.#data.length;
      }
      if (!('expect' in step || 'end' in step)) continue;
      const attempt = 'expect' in step ? this.#expect(step, i) : this.#end(step, i);
      if (attempt.is === 'deviates' && this.#meets(one.needs ?? []) && this.#isWhole(steps, i))
        return { deviation: attempt.deviation, ...this.#seen };
      if (attempt.is === 'at-limit' && this.#isWhole(steps, i)) return { inconclusive: attempt.says, ...this.#seen };
      if (attempt.is !== 'matched') throw anotherCase;
      if (attempt.by.means) return { unsupported: this.#matcher.seen.at(-1) ?? '', ...this.#seen };
      if (!attempt.by.then) continue;
      steps = attempt.by.then;
      i = -1;
    }
    if (this.#taken < this.#sent.length || !this.#meets(one.needs ?? [])) throw anotherCase;
    return this.#seen;
  }

  get #seen() {
    return { observation: [...this.#matcher.seen, endingInWords(this.#how)].join(' | '), packets: [] };
  }

  /** A deviation counts only in a conversation that is the case's to its end, as far as the client could go on. */
  #isWhole(steps: readonly Step[], from: number): boolean {
    try {
      for (const step of steps.slice(from + 1)) for (const s of stimuliOf(step)) this.#take(compose(s, this.#session).bytes);
    } catch (error) {
      // What comes next speaks of the answer that did not come: then all that the client sent must be accounted for.
      return error !== anotherCase && this.#taken > 0 && this.#taken === this.#sent.length;
    }
    return this.#taken > 0 && this.#taken === this.#sent.length;
  }

  #send(stimuli: readonly Stimulus[]): void {
    for (const stimulus of stimuli) {
      const composed = compose(stimulus, this.#session);
      this.#take(composed.bytes);
      this.#matcher.sent(composed);
    }
  }

  #take(bytes: Uint8Array): void {
    const there = this.#sent.subarray(this.#taken, this.#taken + bytes.length);
    if (Buffer.compare(there, bytes) !== 0) throw anotherCase;
    this.#taken += bytes.length;
  }

  #expect(step: Extract<Step, { expect: unknown }>, i: number): Attempt {
    for (;;) {
      const situation = this.#feed();
      const attempt = this.#matcher.expect(step, i, situation);
      if (attempt.is !== 'continues') return attempt;
      const payload = answerOf(this.#session);
      if (!payload) continue;
      const sequenceId = (attempt.packet.lastSequenceId + 1) & 0xff;
      const bytes = frame(payload, { sequenceId });
      this.#take(bytes);
      this.#matcher.sent({ bytes, cuts: [], label: '', answered: true, answerSequenceId: (sequenceId + 1) & 0xff, said: () => undefined });
    }
  }

  #end(step: Extract<Step, { end: unknown }>, i: number): Attempt {
    this.#feed();
    const attempt = this.#matcher.end(step, i, this.#how);
    // The client ended first: what the server would have done is not in the recording.
    const unknown = this.#how === 'open' && attempt.is === 'deviates' && attempt.deviation.axis === 'ending';
    return unknown ? { is: 'matched', by: {} } : attempt;
  }

  /** Gives the matcher what the server had sent when the client went on; how it stood then. */
  #feed(): Situation {
    let before = 0;
    let client = 0;
    const until = this.#data.findIndex(({ from, bytes }) => {
      before = client;
      if (from === 'client') client += bytes.length;
      return client > this.#taken;
    });
    // A client that spoke before the greeting waits for no answer: all of the server's bytes answer it.
    const early = this.#data[0]?.from === 'client';
    // What comes next came in one segment with what came before: a client that did not wait for this answer.
    if (until >= 0 && before < this.#taken && !early) throw anotherCase;
    const end = early ? this.#data.length : until < 0 ? this.#beforeEnd : until;
    for (const { from, bytes } of this.#data.slice(this.#fed, end)) if (from === 'server') this.#matcher.feed(bytes);
    this.#fed = Math.max(this.#fed, end);
    if (until < 0 || early)
      return this.#how === 'open' ? { over: false, silentForMs: this.#span(undefined) } : { over: true, how: this.#how };
    return { over: false, silentForMs: this.#span(until) };
  }

  /** ms from the first event to the one at this place, or to the last. */
  #span(at: number | undefined): number {
    const first = this.#connection.events[0]?.timeNs ?? 0n;
    const last = (at === undefined ? this.#connection.events.at(-1) : this.#data[at])?.timeNs ?? first;
    return Math.round(Number(last - first) / 1e6);
  }

  /** What the greeting tells of the needs; the rest was there, or the client would not have sent this. */
  #meets(needs: readonly Need[]): boolean {
    const { offered, offeredMariadb, fields } = this.#session;
    if (offered === undefined) return true;
    const dialect = /mariadb/i.test(String(fields.get('HandshakeV10.serverVersion'))) ? 'mariadb' : 'mysql';
    return needs.every((need) => {
      if (typeof need === 'string') return true;
      if ('offers' in need) return has(offered, need.offers);
      if ('offersMariadb' in need) return (offeredMariadb & mariadbCapability[need.offersMariadb]) !== 0;
      return 'dialect' in need ? need.dialect === dialect : !('backend' in need);
    });
  }
}

/** The user of a HandshakeResponse at the head of the bytes: 41 has it at 32, 320 at 5. */
function userIn(sent: Uint8Array): string | undefined {
  const payload = sent.subarray(4);
  const at = ((payload[1] ?? 0) & 0x02) !== 0 ? 32 : 5;
  const end = payload.indexOf(0, at);
  return end > at ? Buffer.from(payload.subarray(at, end)).toString('latin1') : undefined;
}
