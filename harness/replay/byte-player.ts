import { setTimeout as sleep } from 'node:timers/promises';
import type { Ending } from '../case/verdict.ts';
import { Conversation } from '../codec/conversation.ts';
import { frame } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Early } from '../wire/connect-options.ts';
import { Connection } from '../wire/connection.ts';
import type { WaitOutcome } from '../wire/transcript.ts';
import { isDenial } from './asked.ts';
import type { ByteScript, Turn } from './byte-script.ts';
import { LoginRefused, type ReplayTarget } from './channel.ts';
import { firstDifferent, lineOf } from './packets.ts';
import { isAsFar, Progress, type Reached } from './progress.ts';
import { Proofs } from './proofs.ts';
import type { OtherOutcome } from './replayed.ts';
import type { PlaysAs } from './users.ts';

export interface ByteOptions {
  readonly timing: 'captured' | 'fast';
  /** ms that an answer, or an end, may take. */
  readonly limitMs: number;
  readonly signal?: AbortSignal;
  /** The path hides how connections end: FIN and RST count as closed. */
  readonly endingsHidden?: boolean;
}

/** Bytes by which what a target sends may exceed what was captured: no answer is compared behind the first that differs. */
export const MORE_THAN_CAPTURED = 1 << 20;
/** About what a packet takes in memory besides its bytes. */
const OF_A_PACKET = 256;
/** How long silence must last to count as an open connection, where the capture has one; ms. */
const QUIET_MS = 300;

/** Plays one client of a capture byte for byte: its segments, in their order towards the server's packets. */
export function playBytes(
  script: ByteScript,
  ending: { readonly how: Ending; readonly first: boolean },
  target: ReplayTarget & { readonly playsAs: PlaysAs },
  options: ByteOptions,
): Promise<OtherOutcome> {
  return new BytePlayer(script, ending, target, options).play();
}

class BytePlayer {
  readonly #script: ByteScript;
  readonly #ending: { readonly how: Ending; readonly first: boolean };
  readonly #target: ReplayTarget & { readonly playsAs: PlaysAs };
  readonly #options: ByteOptions;
  readonly #conversation: Conversation;
  readonly #proofs: Proofs;
  readonly #progress = new Progress();
  readonly #got: LabelledPacket[] = [];
  /** Packets that came; of a flood not all are kept. */
  #count = 0;
  #room: number;
  /** Why it makes no sense to go on. */
  #stopped: string | undefined;
  #sent = 0;
  /** The client has ended its side: it answers nothing any more. */
  #left = false;

  constructor(
    script: ByteScript,
    ending: { readonly how: Ending; readonly first: boolean },
    target: ReplayTarget & { readonly playsAs: PlaysAs },
    options: ByteOptions,
  ) {
    this.#script = script;
    this.#ending = ending;
    this.#target = target;
    this.#options = options;
    this.#proofs = new Proofs(script, target.playsAs);
    this.#room = script.answers.reduce((sum, { size }) => sum + size + OF_A_PACKET, MORE_THAN_CAPTURED);
    this.#conversation = new Conversation({ limit: Math.max(this.#room, script.stream.length) });
  }

  get #speaksPackets(): boolean {
    return this.#script.answers.every(({ sequenceId }) => sequenceId !== undefined);
  }

  async play(): Promise<OtherOutcome> {
    const { turns } = this.#script;
    const early: Turn[] = [];
    for (const turn of turns) {
      if (turn.after > 0 || typeof turn.does === 'string') break;
      early.push(turn);
    }
    const ahead: Early = { label: 'before the greeting', segments: early.map((turn) => this.#proofs.bytesOf(turn)) };
    const { host, port } = this.#target;
    const connection = await Connection.open({
      host,
      port,
      connectLimitMs: Math.min(this.#options.limitMs, 10_000),
      mostBytes: Number.POSITIVE_INFINITY,
      keepsTranscript: false,
      ...(early.length > 0 ? { early: ahead } : {}),
    });
    const { signal } = this.#options;
    const stop = (): void => connection.close();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      if (connection.failed) return { gaveUp: 'the target takes no connection', unjudged: true };
      for (const bytes of ahead.segments) this.#tell(bytes);
      this.#sent = early.length;
      connection.onReceived = (bytes) => this.#take(bytes);
      const gaveUp = await this.#follow(connection, turns.slice(early.length));
      if (signal?.aborted) return { sent: this.#sent, gaveUp: 'it was interrupted' };
      const result = await this.#result(connection, gaveUp);
      return signal?.aborted ? { sent: this.#sent, gaveUp: 'it was interrupted' } : result;
    } finally {
      signal?.removeEventListener('abort', stop);
      connection.close();
    }
  }

  /** What kept it from going on, if anything did. */
  async #follow(connection: Connection, turns: readonly Turn[]): Promise<string | undefined> {
    const { limitMs, timing, signal } = this.#options;
    const began = performance.now();
    for (const turn of turns) {
      if (signal?.aborted) return 'it was interrupted';
      if (timing === 'captured') await sleep(Math.max(0, turn.at - (performance.now() - began)));
      const name = `what the client had before frame ${turn.frame}`;
      const outcome = await this.#until(connection, name, () => this.#hasCome(turn.reached));
      if (this.#stopped !== undefined) return this.#stopped;
      if (outcome === 'limit')
        return `it stalls: ${this.#count} of the ${turn.after} packets came that the client had got before frame ${turn.frame}, and nothing more in ${limitMs} ms`;
      if (connection.over) {
        if (turn.does === 'fin') return undefined;
        return `the target had ended the connection before frame ${turn.frame} was sent`;
      }
      this.#left ||= typeof turn.does === 'string';
      if (turn.does === 'fin') connection.halfClose();
      else if (turn.does === 'rst') connection.reset();
      else {
        const bytes = this.#proofs.bytesOf(turn);
        if (bytes.length === 0) continue;
        this.#tell(bytes);
        await connection.send([bytes], `frame ${turn.frame}`);
      }
      this.#sent++;
    }
    await this.#until(connection, 'the last captured answer', () => this.#hasCome(this.#script.end));
    return this.#stopped;
  }

  /** Waits, and meanwhile answers what the captured server had not asked. */
  async #until(connection: Connection, name: string, met: () => boolean): Promise<WaitOutcome> {
    for (;;) {
      const outcome = await connection.wait(
        name,
        this.#options.limitMs,
        () => met() || (this.#proofs.asked !== undefined && !this.#left) || this.#stopped !== undefined,
      );
      const asked = this.#proofs.asked;
      if (!asked || met() || this.#left || this.#stopped !== undefined || outcome !== 'met') return outcome;
      this.#proofs.asked = undefined;
      await this.#answer(connection, asked);
    }
  }

  async #answer(connection: Connection, asked: LabelledPacket): Promise<void> {
    const payload = this.#proofs.answerTo(asked);
    if (!payload) return;
    const packet = frame(payload, { sequenceId: ((asked.sequenceId ?? 0) + 1) & 0xff });
    this.#proofs.note(`the target asked for more in the login (${asked.name}), and was answered`);
    this.#tell(packet);
    await connection.send([packet], `answer to ${asked.name}`);
  }

  /** The conversation reads what the client says. */
  #tell(bytes: Uint8Array): void {
    const { unanswered } = this.#conversation;
    for (const label of this.#conversation.fromClient(bytes)) this.#proofs.sent(label);
    this.#progress.asked(this.#conversation.unanswered - unanswered);
  }

  #hasCome(reached: Reached): boolean {
    return isAsFar(this.#progress.at(this.#conversation.unanswered), reached);
  }

  #take(bytes: Uint8Array): void {
    if (this.#stopped !== undefined) return;
    for (const label of this.#conversation.fromServer(bytes)) {
      this.#count++;
      this.#progress.take(label);
      if (label.carrier) label.letGo?.();
      if (label.sequenceId === undefined && this.#speaksPackets)
        this.#stopped ??= `what the target sends is no packet of MySQL: ${label.problem ?? label.name}`;
      this.#room -= label.size + OF_A_PACKET;
      if (this.#room > 0 || this.#got.length === 0) this.#got.push(label);
      else this.#stopped ??= `the target sends far more than the captured server did: ${this.#count} packets so far`;
      this.#proofs.hear(label);
    }
  }

  async #result(connection: Connection, gaveUp: string | undefined): Promise<OtherOutcome> {
    const { answers } = this.#script;
    const { how, first } = this.#ending;
    const reset = this.#script.turns.some(({ does }) => does === 'rst');
    const replayed =
      gaveUp?.startsWith('it stalls') || this.#stopped !== undefined ? ('open' as const) : await this.#endingNow(connection, how);
    const sameLogin = namesOfLogin(answers) === namesOfLogin(this.#got);
    // A login with more or fewer packets counts otherwise.
    const line = (packet: LabelledPacket) =>
      sameLogin || !isOfLogin(packet) ? lineOf(packet) : lineOf({ ...shown(packet), sequenceId: 0 });
    const packets = firstDifferent(answers, this.#got, line);
    const [then, now] = [packets.captured, packets.replayed];
    const differing = then ?? now;
    const wasIn = answers.some((packet) => packet.name === 'OK' && isOfLogin(packet));
    const denied = differing && isOfLogin(differing) && wasIn ? this.#got.find(isDenied) : undefined;
    // Without the password a refusal is what there must be: it tells nothing about the target.
    if (denied)
      return { sent: this.#sent, gaveUp: `the login failed: ${new LoginRefused(denied).message}`, unjudged: true, ...this.#noted };
    const compared = !reset && (how !== 'open' || (replayed !== 'open' && !this.#script.cutOff));
    const closed = (one: Ending) => one !== 'open' && one !== 'timeout';
    const exact = first && this.#options.endingsHidden !== true;
    return {
      sent: this.#sent,
      ...(differing
        ? {
            difference: {
              step: 1 + (then ? answers.indexOf(then) : this.#got.indexOf(now as LabelledPacket)),
              command: differing.name,
              captured: then ? lineOf(then) : 'no packet',
              replayed: now ? lineOf(now) : 'no packet',
              ...(then?.at === undefined ? {} : { frame: then.at }),
              packets: { ...(then ? { captured: { ...shown(then), frame: then.at } } : {}), ...(now ? { replayed: shown(now) } : {}) },
            },
          }
        : {}),
      ...(compared ? { endings: { captured: how, replayed, same: exact ? how === replayed : closed(how) === closed(replayed) } } : {}),
      ...(gaveUp === undefined ? {} : { gaveUp }),
      ...this.#noted,
    };
  }

  get #noted(): Pick<OtherOutcome, 'notes'> {
    return this.#proofs.notes.length > 0 ? { notes: this.#proofs.notes } : {};
  }

  async #endingNow(connection: Connection, captured: Ending): Promise<Ending> {
    if (captured !== 'open') {
      const how = await connection.ending(Math.min(this.#options.limitMs, 5000));
      return how === 'timeout' ? 'open' : how;
    }
    if (!connection.over) await connection.wait('whether it stays open, as in the capture', QUIET_MS, () => false);
    return connection.over ? connection.ending(0) : 'open';
  }
}

const shown = ({ name, value, payload, sequenceId }: LabelledPacket) => ({ name, value, payload, sequenceId });
const isOfLogin = ({ answers, name }: LabelledPacket): boolean =>
  answers !== undefined && (answers.name.startsWith('HandshakeResponse') || answers.name === 'COM_CHANGE_USER') && name !== 'HandshakeV10';
const isDenied = (packet: LabelledPacket): boolean => packet.name === 'ERR' && isOfLogin(packet) && isDenial(packet.value?.['errorCode']);
const namesOfLogin = (list: readonly LabelledPacket[]): string =>
  list
    .filter(isOfLogin)
    .map(({ name }) => name)
    .join();
