import { AuthError } from '../auth/error.ts';
import { NATIVE_PASSWORD } from '../auth/native-password.ts';
import { authPlugins } from '../auth/plugin.ts';
import { frame } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { type Message, rawFields } from '../codec/message.ts';
import { scrambleOf } from '../codec/messages/handshake-v10.ts';
import { isAuthQuestion } from '../run/auth-exchange.ts';
import { isDenial } from './asked.ts';
import type { ByteScript, Proof, Turn } from './byte-script.ts';
import { LoginExchange } from './login.ts';
import { StatementIds } from './statement-ids.ts';
import type { PlaysAs } from './users.ts';

/** The client's bytes of a captured connection, with what another server gives out anew: its scramble in proofs of passwords, its ids of statements. */
export class Proofs {
  /** A packet of the target's login that nobody has answered. */
  asked: LabelledPacket | undefined;
  readonly #notes: string[] = [];
  readonly #ids: StatementIds;
  readonly #script: ByteScript;
  readonly #playsAs: PlaysAs;
  readonly #exchange = new LoginExchange();
  /** Of the packets that are made anew: their bytes. */
  readonly #anew = new Map<Proof, Uint8Array>();
  #scramble: Uint8Array | undefined;

  constructor(script: ByteScript, playsAs: PlaysAs) {
    this.#script = script;
    this.#playsAs = playsAs;
    this.#ids = new StatementIds(script.sent, script.answers);
  }

  /** What could not be as it was captured. */
  get notes(): readonly string[] {
    return [...this.#notes, ...this.#ids.notes];
  }

  /** Takes a note. */
  note(what: string): void {
    this.#notes.push(what);
  }

  /** Takes a packet that was sent to the target. */
  sent(label: LabelledPacket): void {
    this.#ids.sent(label);
  }

  /** Takes a packet of the target. */
  hear(label: LabelledPacket): void {
    if (label.name === 'HandshakeV10' && label.value) {
      this.#exchange.greet(label);
      this.#scramble = scrambleOf(label.value as Parameters<typeof scrambleOf>[0]);
    }
    if (isAuthQuestion(label)) this.asked = label;
    this.#ids.hear(label);
  }

  /** A segment of the client, with the proofs and the ids in it made anew; in their order. */
  bytesOf({ does }: Turn): Uint8Array {
    if (typeof does === 'string') return new Uint8Array(0);
    const { stream, proofs } = this.#script;
    const parts: Uint8Array[] = [];
    let at = does.from;
    for (const proof of proofs) {
      if (proof.to <= at || proof.from >= does.to) continue;
      parts.push(this.#ids.translated(stream.subarray(at, Math.max(at, proof.from)), at));
      const bytes = this.#made(proof);
      // Where the packet's length has changed, what is cut is its end.
      const last = does.to >= proof.to;
      parts.push(bytes.subarray(Math.max(0, at - proof.from), last ? bytes.length : Math.min(bytes.length, does.to - proof.from)));
      at = Math.min(does.to, proof.to);
    }
    parts.push(this.#ids.translated(stream.subarray(at, does.to), at));
    return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
  }

  #made(proof: Proof): Uint8Array {
    const known = this.#anew.get(proof) ?? this.#make(proof);
    this.#anew.set(proof, known);
    return known;
  }

  #make({ label, from, to }: Proof): Uint8Array {
    const asIs = this.#script.stream.subarray(from, to);
    if (label.name === 'AuthSwitchResponse') {
      const asked = this.asked;
      this.asked = undefined;
      if (!asked) {
        this.note(`frame ${label.at}: the captured server asked for more in the login, the target did not: not sent`);
        return new Uint8Array(0);
      }
      const payload = this.answerTo(asked);
      return payload ? frame(payload, { sequenceId: label.sequenceId ?? 0 }) : asIs;
    }
    const value = label.value ?? {};
    const captured = (value['authResponse'] as Uint8Array | undefined) ?? new Uint8Array(0);
    const user = String(value['user'] ?? '');
    const who = this.#playsAs(user);
    const { password = '' } = who;
    const plugin = String(value['authPluginName'] ?? NATIVE_PASSWORD);
    this.#exchange.become(plugin, who);
    // Who did not wait has not been let in by his proof: like that of who was refused it stays, which is wrong for any other scramble.
    const left = this.#wasLeft(label);
    if (this.#wasDenied(label) || (who.user === user && (left || (captured.length === 0 && password === '')))) return asIs;
    if (!this.#scramble && !left) {
      if (captured.length > 0) this.note(`frame ${label.at}: the proof was sent before the greeting, so it is the captured one`);
      return asIs;
    }
    if (who.password === undefined && captured.length > 0 && !left)
      this.note(`frame ${label.at}: the password of ${user} is not known, so the proof is the captured one`);
    const proof =
      who.password === undefined || left || !this.#scramble
        ? captured
        : authPlugins[plugin]?.answersGreeting
          ? LoginExchange.proof(plugin, password, this.#scramble)
          : captured;
    const { message, context, spans } = label;
    if (!message || !context || !spans) return asIs;
    const { user: _, authResponse: __, ...others } = rawFields(label.payload, { spans }) as Record<string, Uint8Array>;
    const payload = (message as Message).encode({ ...value, user: who.user, authResponse: proof }, context, others);
    return frame(payload, { sequenceId: label.sequenceId ?? 1 });
  }

  #wasDenied(login: LabelledPacket): boolean {
    return this.#script.answers.some(({ name, value, answers }) => name === 'ERR' && answers === login && isDenial(value?.['errorCode']));
  }

  /** Its client has gone before the server said OK or ERR; then an OK may follow all the same, which tells that the proof was right. */
  #wasLeft(login: LabelledPacket): boolean {
    const { answers, turns } = this.#script;
    const end = turns.find(({ does }) => does === 'fin' || does === 'rst');
    const answered = answers.findIndex(({ name, answers: to }) => to === login && (name === 'OK' || name === 'ERR'));
    return end !== undefined && answers[answered]?.name !== 'OK' && (answered < 0 || end.after <= answered);
  }

  /** The payload that a client answers to a question of the login with; undefined: none, and a note may say why. */
  answerTo(asked: LabelledPacket): Uint8Array | undefined {
    try {
      return this.#exchange.answer(asked);
    } catch (error) {
      if (!(error instanceof AuthError)) throw error;
      this.note(`the target's ${asked.name} cannot be answered: ${error.message}`);
      return undefined;
    }
  }
}
