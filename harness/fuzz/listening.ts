import { AuthError } from '../auth/error.ts';
import type { Stimulus } from '../case/step.ts';
import { Conversation, type LabelledPacket } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { HandshakeV10 } from '../codec/messages/handshake-v10.ts';
import { answerOf, follow, isAuthQuestion } from '../run/auth-exchange.ts';
import type { ServerPacket } from '../run/server-packet.ts';
import type { Session } from '../run/session.ts';
import { travelling } from '../run/travelling.ts';
import type { Connection } from '../wire/connection.ts';
import type { Act, Client } from './exec.ts';
import { Flood, mostBytesOf, PORTION } from './flood.ts';
import type { Standing } from './play.ts';

/** No login needs more rounds: further ones are not answered. */
const MOST_AUTH_ROUNDS = 8;

/** The packets of both sides of a client that is played, and what it must learn from them, and answer, to go on. */
export class Listening {
  readonly packets: LabelledPacket[] = [];
  readonly standings: Standing[] = [];
  greeted = false;
  /** A question that the next act answers itself. */
  held = false;
  /** What comes behind the act that is played. */
  next: Act | undefined;
  /** Behind our FIN nothing goes out: MySQL then says ERR 1158, and counts on from its own question. */
  mute = false;
  readonly #connection: Connection;
  readonly #session: Session;
  readonly #conversation: Conversation;
  readonly #flood = new Flood();
  #rounds = 0;

  constructor(connection: Connection, session: Session, client: Client) {
    this.#connection = connection;
    this.#conversation = new Conversation({ limit: mostBytesOf(client) });
    this.#session = session;
  }

  /** Nothing that was asked waits for its answer. */
  get answered(): boolean {
    return this.#conversation.unanswered === 0;
  }

  /** These bytes of ours go out. */
  sent(bytes: Uint8Array): void {
    this.#take(this.#conversation.fromClient(bytes));
  }

  /** The same of what an act sends: so much more may come. */
  asked(bytes: Uint8Array): void {
    const packets = this.#conversation.fromClient(bytes);
    this.#flood.asked(bytes.length, packets);
    this.#take(packets);
  }

  received(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += PORTION) {
      const packets = this.#conversation.fromServer(chunk.length <= PORTION ? chunk : chunk.subarray(at, at + PORTION));
      this.#take(packets);
      for (const packet of packets) this.#heed(packet);
      if (!this.#flood.has(packets, this.#session.phase === 'command' ? 0 : this.#connection.receivedBytes)) continue;
      this.#connection.floods();
      return;
    }
  }

  /** No more bytes will come. */
  end(): void {
    this.#take(this.#conversation.finish(), true);
  }

  /** What a client must know of a packet to go on. */
  #heed(packet: LabelledPacket): void {
    const session = this.#session;
    this.greeted = true;
    if (packet.carrier) session.nextFrame = (packet.carrier.sequenceId + 1) & 0xff;
    switch (packet.name) {
      case 'HandshakeV10':
        if (packet.value) {
          session.greet(packet.value as HandshakeV10);
          session.fields.set('HandshakeV10.threadId', Number(packet.value['threadId'] ?? 0));
        }
        return;
      case 'StmtPrepareOK':
        session.fields.set('StmtPrepareOK.statementId', Number(packet.value?.['statementId'] ?? 0));
        return;
      case 'OK':
        // A COM_CHANGE_USER behind it is a login of its own.
        this.#rounds = 0;
        if (session.phase !== 'auth' || session.client === undefined) return;
        session.phase = 'command';
        session.compression = session.agreedCompression;
        return;
      case 'LocalInfileRequest':
        session.next = ((packet.sequenceId ?? 0) + 1) & 0xff;
        if (!sends(this.next, 'LocalInfileData')) this.#reply(new Uint8Array(0), packet, 'LocalInfileData');
        else this.held = true;
        return;
      default: {
        if (!isAuthQuestion(packet)) return;
        follow(session, asServerPacket(packet));
        session.next = ((packet.sequenceId ?? 0) + 1) & 0xff;
        if (sends(this.next, 'AuthSwitchResponse')) this.held = true;
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
    if (this.mute) return;
    const sequenceId = ((to.sequenceId ?? 0) + 1) & 0xff;
    const { bytes } = travelling(frame(payload, { sequenceId }), { message }, this.#session);
    this.sent(bytes);
    this.#connection.write(bytes, `reply to ${to.name}`);
  }

  #take(packets: readonly LabelledPacket[], left?: true): void {
    if (packets.length === 0) return;
    const { unanswered, context } = this.#conversation;
    const standing = { unanswered, context, ...(left && { left }) };
    for (const packet of packets) {
      this.packets.push(packet);
      this.standings.push(standing);
    }
  }
}

const sends = (act: Act | undefined, message: Stimulus['message']): boolean =>
  act !== undefined && 'send' in act && act.send[0].message === message;

/** A packet of the conversation as the client's half of a login reads it. */
export const asServerPacket = ({ name, value, sequenceId = 0 }: LabelledPacket): ServerPacket => ({
  name: name as ServerPacket['name'],
  value: value ?? {},
  sequenceId,
  lastSequenceId: sequenceId,
  packets: 1,
});
