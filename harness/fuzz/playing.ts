import type { TlsChoice } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { join } from '../codec/frame.ts';
import { type Composed, compose } from '../run/compose.ts';
import { segmentsOf } from '../run/delivering.ts';
import type { Session } from '../run/session.ts';
import type { Connection } from '../wire/connection.ts';
import { cutAt } from '../wire/segments.ts';
import { type Ahead, attempt, composeAhead, waitsForLogin } from './ahead.ts';
import { type Act, type Client, isLie, stimuliIn } from './exec.ts';
import { Listening } from './listening.ts';
import type { PlayContext, PlayedClient } from './play.ts';

/** Cut further, a long packet would keep everything else waiting and show nothing new. */
const MOST_SEGMENTS = 200;
/** ms for which a client says nothing when it pauses. */
const PAUSE_MS = 150;
/** So many bytes give the server its time again, at most so often: MySQL 9.7 prepares 65,535 parameters in 0.3 s, and ten such at once in 3 s. */
const HEAVY = 32_768;
const MOST_TIMES = 5;

const tlsSessions = new Map<string, Buffer[]>();
/** The TLS sessions that this server has given to clients of ours. */
function sessionsOf({ host, port }: PlayContext['endpoint']): Buffer[] {
  const name = `${host}:${port}`;
  const known = tlsSessions.get(name) ?? [];
  tlsSessions.set(name, known);
  return known;
}

/** One client, while it is played. */
export class Playing {
  readonly #client: Client;
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #first: Session | undefined;
  readonly #context: PlayContext;
  readonly #listening: Listening;
  #unsent = 0;
  #overdue: string | undefined;
  /** Bytes that are not answered yet. */
  #asked = 0;
  /** Something went out that no client says. */
  #lied = false;
  /** How our own side has ended. */
  #done: 'fin' | 'rst' | undefined;

  constructor(client: Client, connection: Connection, session: Session, context: PlayContext, first?: Session) {
    this.#first = first;
    this.#client = client;
    this.#connection = connection;
    this.#session = session;
    this.#context = context;
    this.#listening = new Listening(connection, session, client);
  }

  async run(early: Ahead | undefined): Promise<PlayedClient> {
    const connection = this.#connection;
    if (connection.failed) return this.#result('open', 'no connection');
    if (early) this.#sentAhead(early);
    connection.onReceived = (chunk) => this.#listening.received(chunk);
    if (!early) {
      await this.#proxied();
      await this.#wait('the greeting', () => this.#listening.greeted);
    }
    const coalesced = this.#client.delivery === 'coalesced' && !waitsForLogin(this.#client);
    if (coalesced) {
      const ahead = composeAhead(this.#client, this.#session);
      this.#sentAhead(ahead);
      connection.write(join(ahead.all.map((c) => c.bytes)), 'all of it');
    }
    if (early || coalesced) await this.#settled('the answers');
    else await this.#acts();
    return this.#result(await this.#leave());
  }

  async #acts(): Promise<void> {
    const { acts } = this.#client;
    // What an act before it had not waited for, an answer may lack as well.
    let ahead = false;
    for (let i = 0; i < acts.length && !this.#connection.over && this.#overdue === undefined; i++) {
      const act = acts[i] as Act;
      this.#listening.next = acts[i + 1];
      if ('send' in act) {
        this.#listening.held = false;
        await this.#send(act);
        if (!act.ahead || (this.#session.phase !== 'command' && waitsForLogin(this.#client))) {
          await this.#settled(ahead ? 'the answers' : `the answer to ${nameOf(act)}`);
          ahead = false;
        } else ahead = true;
      } else if (act.do === 'half-close') this.#halfClose();
      else if (act.do === 'reset') return this.#reset();
      else if (act.do === 'pause') await this.#pause();
      else if (!(await this.#startTls('tls' in act ? act.tls : undefined))) return;
    }
  }

  async #pause(): Promise<void> {
    await this.#connection.wait('a pause', PAUSE_MS, () => false);
  }

  /** It stands in front of the connection, and neither side counts it among its packets. */
  async #proxied(): Promise<void> {
    const { proxied, delivery } = this.#client;
    if (proxied === undefined) return;
    const header = Buffer.from(proxied, 'hex');
    const cuts = delivery === 'bytes' ? [...header.keys()].slice(1) : delivery === 'fields' ? [header.length >> 1] : [];
    await this.#connection.send(cutAt(header, cuts), 'PROXY header');
  }

  #sentAhead({ all, unsent }: Ahead): void {
    this.#lied = stimuliIn(this.#client).some(isLie);
    this.#unsent = unsent;
    for (const composed of all) this.#sent(composed);
  }

  #halfClose(): void {
    if (!this.#done) this.#connection.halfClose();
    this.#done = 'fin';
    this.#listening.mute = true;
  }

  #reset(): void {
    this.#connection.reset();
    this.#done = 'rst';
    this.#listening.mute = true;
  }

  async #send(act: Extract<Act, { send: unknown }>): Promise<void> {
    const id = this.#first?.fields.get('HandshakeV10.threadId');
    if (id !== undefined) this.#session.fields.set('outer.HandshakeV10.threadId', id);
    const composed: Composed[] = [];
    for (const stimulus of act.send) {
      const one = attempt(stimulus, this.#session);
      if (!one) {
        this.#unsent++;
        continue;
      }
      composed.push(one);
      this.#lied ||= isLie(stimulus);
      this.#sent(one);
    }
    if (composed.length === 0) return;
    const label = this.#context.keepsTranscript ? composed.map((c) => c.label).join(' + ') : '';
    const { cuts, delivery } = this.#client;
    const segments = atMost(MOST_SEGMENTS, cuts ? cutAt(join(composed.map((c) => c.bytes)), cuts) : segmentsOf(composed, delivery));
    if (this.#client.slow && segments.length > 1) {
      this.#connection.write(segments[0] as Uint8Array, label);
      await this.#pause();
      await this.#connection.send(segments.slice(1), label);
    } else if (segments.length === 1) this.#connection.write(segments[0] as Uint8Array, label);
    else await this.#connection.send(segments, label);
  }

  #sent(composed: Composed): void {
    composed.said(this.#session);
    this.#asked += composed.bytes.length;
    this.#listening.asked(composed.bytes);
  }

  async #startTls({ version, behind, pieces, resume }: TlsChoice = {}): Promise<boolean> {
    const request = behind && attempt(behind, this.#session);
    if (request) this.#sent(request);
    const sessions = sessionsOf(this.#context.endpoint);
    try {
      await this.#connection.startTls(this.#context.limitMs, {
        sessions,
        ...(version && { version }),
        ...((request || pieces) && { hello: { ...(request && { behind: request.bytes }), ...(pieces && { pieces }) } }),
        ...(resume && { resume }),
      });
      // The last one is enough.
      sessions.splice(0, sessions.length - 1);
    } catch {
      return false; // how the connection ended says the rest
    }
    this.#session.tls = true;
    return true;
  }

  /** Waits until everything that was asked is answered, or the server waits for what the next act sends. */
  async #settled(what: string): Promise<void> {
    await this.#wait(what, () => this.#listening.held || this.#listening.answered);
  }

  async #wait(what: string, met: () => boolean): Promise<void> {
    if (met() || this.#connection.over) return;
    const times = Math.min(MOST_TIMES, 1 + Math.floor(this.#asked / HEAVY));
    const outcome = await this.#connection.wait(what, this.#limitMs * times, met);
    if (outcome === 'limit') this.#overdue = what;
    this.#asked = 0;
  }

  get #limitMs(): number {
    const { limitMs, hurryMs = limitMs } = this.#context;
    return this.#lied ? Math.min(limitMs, hurryMs) : limitMs;
  }

  /** Ends our side as the client does, and waits for the server to end its own where that is due. */
  async #leave(): Promise<Ending> {
    const connection = this.#connection;
    const { leaves } = this.#client;
    if (connection.over) return this.#ended(this.#context.limitMs);
    if (this.#overdue === undefined && leaves === 'rst' && !this.#done) this.#reset();
    if (this.#overdue !== undefined || leaves === 'vanish' || this.#done === 'rst') return 'open';
    if (leaves === 'quit' && this.#session.phase === 'command' && !this.#done) {
      const { bytes } = compose({ message: 'COM_QUIT' }, this.#session);
      this.#listening.sent(bytes);
      connection.write(bytes, 'COM_QUIT');
      // A server that waits for the rest of a packet takes COM_QUIT for that rest.
      if (this.#listening.packets.at(-1)?.name !== 'COM_QUIT') this.#halfClose();
    } else this.#halfClose();
    const ending = await this.#ended(this.#limitMs);
    if (ending === 'timeout') this.#overdue = `its end of the connection, behind our ${leaves === 'quit' ? 'COM_QUIT' : 'FIN'}`;
    return ending;
  }

  /** A fatal alert of TLS ends a connection as well: Node closes our side of it at once. */
  async #ended(limitMs: number): Promise<Ending> {
    const ending = await this.#connection.ending(limitMs);
    return ending === 'open' && this.#connection.failed ? 'fin' : ending;
  }

  #result(ending: Ending, unreachable?: string): PlayedClient {
    const listening = this.#listening;
    listening.end();
    return {
      client: this.#client,
      packets: listening.packets,
      standings: listening.standings,
      ending,
      ...(this.#overdue === undefined ? {} : { overdue: this.#overdue }),
      ...(this.#overdue !== undefined && this.#limitMs < this.#context.limitMs ? { hurried: true as const } : {}),
      ...(unreachable === undefined ? {} : { unreachable }),
      unsent: this.#unsent,
      flooded: this.#connection.flooded,
      transcript: this.#connection.transcript(ending),
    };
  }
}

/** What is behind the first segments goes out in one. */
const atMost = (most: number, segments: readonly Uint8Array[]): readonly Uint8Array[] =>
  segments.length <= most ? segments : [...segments.slice(0, most - 1), join(segments.slice(most - 1))];

const nameOf = (act: Extract<Act, { send: unknown }>): string => act.send.map((one) => one.message ?? 'bytes').join(' + ');
