import { AuthError } from '../auth/error.ts';
import type { Stimulus, TlsChoice } from '../case/step.ts';
import type { Ending } from '../case/verdict.ts';
import { Conversation, type LabelledPacket } from '../codec/conversation.ts';
import { frame, join } from '../codec/frame.ts';
import { answerOf, follow, isAuthQuestion } from '../run/auth-exchange.ts';
import { type Composed, compose } from '../run/compose.ts';
import { segmentsOf } from '../run/delivering.ts';
import type { ServerPacket } from '../run/server-packet.ts';
import type { Session } from '../run/session.ts';
import { travelling } from '../run/travelling.ts';
import type { Connection } from '../wire/connection.ts';
import { cutAt } from '../wire/segments.ts';
import { type Ahead, attempt, composeAhead, waitsForLogin } from './ahead.ts';
import { type Act, type Client, isLie, stimuliIn } from './exec.ts';
import { Flood, MOST_BYTES, portionsOf } from './flood.ts';
import type { PlayContext, PlayedClient, Standing } from './play.ts';

/** Cut further, a long packet would keep everything else waiting and show nothing new. */
const MOST_SEGMENTS = 200;
/** No login needs more rounds: further ones are not answered. */
const MOST_AUTH_ROUNDS = 8;
/** ms for which a client says nothing when it pauses. */
const PAUSE_MS = 150;

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
  readonly #conversation = new Conversation({ limit: MOST_BYTES });
  readonly #packets: LabelledPacket[] = [];
  readonly #standings: Standing[] = [];
  /** A question of a login that the next act answers itself. */
  #held = false;
  #next: Act | undefined;
  readonly #flood = new Flood();
  #rounds = 0;
  #unsent = 0;
  #overdue: string | undefined;
  #greeted = false;
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
  }

  async run(early: Ahead | undefined): Promise<PlayedClient> {
    const connection = this.#connection;
    if (connection.failed) return this.#result('open', 'no connection');
    if (early) this.#sentAhead(early);
    connection.onReceived = (chunk) => this.#received(chunk);
    if (!early) {
      await this.#proxied();
      await this.#wait('the greeting', () => this.#greeted);
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
      this.#next = acts[i + 1];
      if ('send' in act) {
        this.#held = false;
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
  }

  #reset(): void {
    this.#connection.reset();
    this.#done = 'rst';
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
    this.#flood.asked(composed.bytes.length);
    this.#take(this.#conversation.fromClient(composed.bytes));
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

  #received(chunk: Uint8Array): void {
    for (const portion of portionsOf(chunk)) {
      const packets = this.#conversation.fromServer(portion);
      this.#take(packets);
      for (const packet of packets) this.#heed(packet);
      if (!this.#flood.has(packets, this.#session.phase === 'command' ? 0 : this.#connection.receivedBytes)) continue;
      this.#connection.floods();
      return;
    }
  }

  /** What a client must know of a packet to go on. */
  #heed(packet: LabelledPacket): void {
    const session = this.#session;
    this.#greeted = true;
    if (packet.carrier) session.nextFrame = (packet.carrier.sequenceId + 1) & 0xff;
    switch (packet.name) {
      case 'HandshakeV10':
        if (packet.value) {
          session.greet(packet.payload);
          session.fields.set('HandshakeV10.threadId', Number(packet.value['threadId'] ?? 0));
        }
        return;
      case 'StmtPrepareOK':
        session.fields.set('StmtPrepareOK.statementId', Number(packet.value?.['statementId'] ?? 0));
        return;
      case 'OK':
        if (session.phase !== 'auth' || session.client === undefined) return;
        session.phase = 'command';
        session.compression = session.agreedCompression;
        return;
      case 'LocalInfileRequest':
        session.next = ((packet.sequenceId ?? 0) + 1) & 0xff;
        if (!nextSends(this.#next, 'LocalInfileData')) this.#reply(new Uint8Array(0), packet, 'LocalInfileData');
        else this.#held = true;
        return;
      default: {
        if (!isAuthQuestion(packet)) return;
        follow(session, asServerPacket(packet));
        session.next = ((packet.sequenceId ?? 0) + 1) & 0xff;
        if (nextSends(this.#next, 'AuthSwitchResponse')) this.#held = true;
        else this.#authenticate(packet);
      }
    }
  }

  #authenticate(packet: LabelledPacket): void {
    if (++this.#rounds > MOST_AUTH_ROUNDS) return;
    try {
      const payload = answerOf(this.#session);
      if (payload) this.#reply(payload, packet, 'AuthSwitchResponse');
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
    }
  }

  #reply(payload: Uint8Array, to: LabelledPacket, message: 'AuthSwitchResponse' | 'LocalInfileData'): void {
    if (this.#done) return; // behind our FIN nothing goes out: MySQL then says ERR 1158, and counts on from its own question
    const sequenceId = ((to.sequenceId ?? 0) + 1) & 0xff;
    const { bytes } = travelling(frame(payload, { sequenceId }), [], { message }, this.#session);
    this.#take(this.#conversation.fromClient(bytes));
    this.#connection.write(bytes, `reply to ${to.name}`);
  }

  /** Waits until everything that was asked is answered, or the server waits for what the next act sends. */
  async #settled(what: string): Promise<void> {
    await this.#wait(what, () => this.#held || this.#conversation.unanswered === 0);
  }

  async #wait(what: string, met: () => boolean): Promise<void> {
    if (met() || this.#connection.over) return;
    const outcome = await this.#connection.wait(what, this.#limitMs, met);
    if (outcome === 'limit') this.#overdue = what;
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
      this.#take(this.#conversation.fromClient(bytes));
      connection.write(bytes, 'COM_QUIT');
      // A server that waits for the rest of a packet takes COM_QUIT for that rest.
      if (this.#packets.at(-1)?.name !== 'COM_QUIT') this.#halfClose();
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

  #take(packets: readonly LabelledPacket[], left?: true): void {
    if (packets.length === 0) return;
    const { unanswered, context } = this.#conversation;
    const standing = { unanswered, context, ...(left && { left }) };
    for (const packet of packets) {
      this.#packets.push(packet);
      this.#standings.push(standing);
    }
  }

  #result(ending: Ending, unreachable?: string): PlayedClient {
    this.#take(this.#conversation.finish(), true);
    return {
      client: this.#client,
      packets: this.#packets,
      standings: this.#standings,
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

const nextSends = (act: Act | undefined, message: Stimulus['message']): boolean =>
  act !== undefined && 'send' in act && act.send[0].message === message;

/** A packet of the conversation as the client's half of a login reads it. */
export const asServerPacket = ({ name, value, sequenceId = 0 }: LabelledPacket): ServerPacket => ({
  name: name as ServerPacket['name'],
  value: value ?? {},
  sequenceId,
  lastSequenceId: sequenceId,
  packets: 1,
});
