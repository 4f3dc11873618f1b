import { commandOf } from '../codec/command.ts';
import { HEADER_BYTES } from '../codec/frame.ts';
import type { Context } from '../codec/message.ts';
import { payloadOf, sqlOf, statementIdIn } from './command-bytes.ts';
import { Fingerprint } from './fingerprint.ts';
import type { Result } from './outcome.ts';
import { Packing, Unpacking } from './packed-results.ts';
import { Slabs } from './slabs.ts';
import type { Action, End, Login, Step } from './step.ts';
import { BITS, BLOCK, Block } from './step-block.ts';
import { partsOf, type Times } from './timed.ts';

/** What a step does, as a number. */
export const what = { nothing: 0, login: 1, changeUser: 2, send: 3, prepare: 4, other: 5, quit: 6, fin: 7, rst: 8, server: 9 } as const;
const ends: Readonly<Record<number, End>> = { 6: 'quit', 7: 'fin', 8: 'rst', 9: 'server' };
export const whatEnd = (how: End): number => what[how];

const NONE = -1;

/** What a captured answer came to, as far as a replay needs it. */
export interface Captured {
  readonly results: readonly Result[];
  readonly insertId?: string | undefined;
  readonly statementId?: number | undefined;
  readonly fingerprint?: Fingerprint | undefined;
}

/**
 * The steps of a capture in columns: of millions no object is held, and about 80 bytes each beside those that the clients sent.
 * They are added in any order and by any numbers of connections; `seal` sorts them by their times.
 */
export class StepList implements Times, Iterable<Step> {
  length = 0;
  readonly #blocks: Block[] = [];
  readonly #slabs = new Slabs();
  readonly #logins = new Map<number, Login>();
  readonly #files = new Map<number, readonly Uint8Array[]>();
  /** By their connections, the first slots that count. */
  readonly #forgotten = new Map<number, number>();
  readonly #contexts = new Map<number, Context>();
  readonly #live = new Fingerprint();
  #count = 0;
  /** Sorted: the slot of each step. */
  #order = new Uint32Array(0);
  #numbers: readonly number[] = [];

  /** A slot for a step, in the order in which they were sent. */
  reserve(connection: number, at: number, frame: number | undefined): number {
    const slot = this.#count++;
    if (slot >> BITS === this.#blocks.length) this.#blocks.push(new Block());
    const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
    block.connection[i] = connection;
    block.at[i] = at;
    block.frame[i] = frame ?? 0;
    return slot;
  }

  /** Says what stands in a slot; one that nobody fills is none. */
  fill(slot: number, kind: number, role: number, at: number, packet: Uint8Array | undefined): void {
    const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
    block.what[i] = kind;
    block.role[i] = role;
    block.at[i] = at;
    if (!packet) return;
    block.packet[i] = this.#slabs.add(packet);
    block.length[i] = packet.length;
  }

  answered(slot: number, at: number, captured?: Captured): void {
    const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
    block.answeredAt[i] = at;
    if (!captured) return;
    const { results, insertId = '', statementId = NONE, fingerprint } = captured;
    block.answer[i] = this.#slabs.add(
      new Packing()
        .text(insertId)
        .number(statementId + 1)
        .results(results).bytes,
    );
    if (!fingerprint) return;
    block.answerLength[i] = fingerprint.length;
    block.a[i] = fingerprint.a;
    block.b[i] = fingerprint.b;
  }

  /** Of a login or COM_CHANGE_USER. */
  login(slot: number, login: Login): void {
    this.#logins.set(slot, login);
  }

  /** What both sides of a connection had agreed on; a step is read by it. */
  agreed(connection: number, context: Context): void {
    this.#contexts.set(connection, context);
  }

  /** What the client's file held. */
  file(slot: number, pieces: readonly Uint8Array[]): void {
    this.#files.set(
      slot,
      pieces.map((piece) => Uint8Array.from(piece)),
    );
  }

  /** What was filled for a connection so far is none. */
  forget(connection: number): void {
    this.#forgotten.set(connection, this.#count);
  }

  /** No more come: of the connections that have a number they stand in the order of their times. */
  seal(numbers: readonly (number | undefined)[]): void {
    this.#numbers = numbers.map((number) => number ?? NONE);
    const contexts = [...this.#contexts];
    this.#contexts.clear();
    for (const [own, context] of contexts) this.#contexts.set(this.#numbers[own] ?? NONE, context);
    const order = new Uint32Array(this.#count);
    let length = 0;
    let last = Number.NEGATIVE_INFINITY;
    let sorted = true;
    for (let slot = 0; slot < this.#count; slot++) {
      const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
      const own = block.connection[i] as number;
      if (block.what[i] === what.nothing || (this.#numbers[own] as number) < 0) continue;
      if (slot < (this.#forgotten.get(own) ?? 0)) continue;
      const at = block.at[i] as number;
      sorted &&= at >= last;
      last = at;
      order[length++] = slot;
    }
    this.#order = order.slice(0, length);
    this.length = length;
    const at = (slot: number) => this.#block(slot).at[slot & (BLOCK - 1)] as number;
    if (!sorted) this.#order.sort((a, b) => at(a) - at(b) || a - b);
  }

  connection(index: number): number {
    const slot = this.#order[index] as number;
    return this.#numbers[this.#block(slot).connection[slot & (BLOCK - 1)] as number] as number;
  }

  at(index: number): number {
    const slot = this.#order[index] as number;
    return this.#block(slot).at[slot & (BLOCK - 1)] as number;
  }

  answeredAt(index: number): number {
    const slot = this.#order[index] as number;
    return this.#block(slot).answeredAt[slot & (BLOCK - 1)] as number;
  }

  role(index: number): number {
    const slot = this.#order[index] as number;
    return this.#block(slot).role[slot & (BLOCK - 1)] as number;
  }

  what(index: number): number {
    const slot = this.#order[index] as number;
    return this.#block(slot).what[slot & (BLOCK - 1)] as number;
  }

  /** How its client ends the connection with it. */
  end(index: number): End | undefined {
    return ends[this.what(index)];
  }

  /** Whether the server answers it at all. */
  isAnswered(index: number): boolean {
    return commandOf(this.packet(index)[HEADER_BYTES] ?? 0).answer !== 'none';
  }

  /** The packet of a command, headers included: do not write into it. */
  packet(index: number): Uint8Array {
    const slot = this.#order[index] as number;
    const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
    return this.#slabs.take(block.packet[i] as number, block.length[i] as number);
  }

  /** Whether the captured answer is known to the byte. */
  hasBytes(index: number): boolean {
    const slot = this.#order[index] as number;
    return (this.#block(slot).answerLength[slot & (BLOCK - 1)] as number) > 0;
  }

  /** Are these, whole, the bytes of the captured answer? */
  isAnswer(index: number, bytes: Uint8Array): boolean {
    const slot = this.#order[index] as number;
    const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
    if (bytes.length !== block.answerLength[i]) return false;
    const live = this.#live;
    live.reset();
    live.add(bytes);
    return live.a === block.a[i] && live.b === block.b[i];
  }

  /** The AUTO_INCREMENT value that an INSERT got. */
  insertId(index: number): string | undefined {
    return this.#answer(index)?.text() || undefined;
  }

  /** The captured id of the statement that a COM_STMT_PREPARE made. */
  preparedId(index: number): number | undefined {
    const answer = this.#answer(index);
    answer?.text();
    const id = (answer?.number() ?? 0) - 1;
    return id < 0 ? undefined : id;
  }

  /** The captured id of the prepared statement that a command names. */
  statementId(index: number): number | undefined {
    return statementIdIn(this.packet(index));
  }

  contextOf(connection: number): Context {
    return this.#contexts.get(connection) ?? { capabilities: 0 };
  }

  loginOf(index: number): Login {
    return this.#logins.get(this.#order[index] as number) as Login;
  }

  fileOf(index: number): readonly Uint8Array[] | undefined {
    return this.#files.get(this.#order[index] as number);
  }

  /** The command's name; 'login', 'connection' or 'end' for what is none. */
  command(index: number): string {
    const kind = this.what(index);
    if (kind === what.login) return 'login';
    if (kind === what.other) return 'connection';
    if (ends[kind]) return 'end';
    return commandOf(this.packet(index)[HEADER_BYTES] ?? 0).name;
  }

  frame(index: number): number | undefined {
    const slot = this.#order[index] as number;
    return this.#block(slot).frame[slot & (BLOCK - 1)] || undefined;
  }

  /** All that is known of a step, as an object. */
  step(index: number): Step {
    const command = this.command(index);
    const answeredAt = this.answeredAt(index);
    const frame = this.frame(index);
    const answer = this.#answer(index);
    const [insertId, id] = answer ? [answer.text(), answer.number() - 1] : ['', NONE];
    const isText = command === 'COM_QUERY' || command === 'COM_STMT_PREPARE';
    const sql = isText ? sqlOf(this.#payload(index), this.contextOf(this.connection(index))) : undefined;
    return {
      connection: this.connection(index),
      at: this.at(index),
      ...(answeredAt === Number.POSITIVE_INFINITY ? {} : { answeredAt }),
      ...partsOf(this.role(index)),
      action: this.#action(index, insertId, id),
      command,
      ...(sql === undefined ? {} : { sql }),
      ...(answer ? { captured: answer.results() } : {}),
      ...(frame === undefined ? {} : { frame }),
    };
  }

  *[Symbol.iterator](): Iterator<Step> {
    for (let index = 0; index < this.length; index++) yield this.step(index);
  }

  #action(index: number, insertId: string, prepared: number): Action {
    const kind = this.what(index);
    if (kind === what.login) return { do: 'login', login: this.loginOf(index) };
    if (kind === what.changeUser) return { do: 'change-user', login: this.loginOf(index) };
    if (kind === what.other) return { do: 'other' };
    const how = ends[kind];
    if (how) return { do: 'end', how };
    const payload = this.#payload(index);
    if (kind === what.prepare) return { do: 'prepare', payload, statementId: prepared < 0 ? undefined : prepared };
    const statementId = this.statementId(index);
    const file = this.fileOf(index);
    return {
      do: 'send',
      payload,
      ...(statementId === undefined ? {} : { statementId }),
      ...(insertId === '' ? {} : { insertId }),
      ...(file ? { file } : {}),
    };
  }

  #payload(index: number): Uint8Array {
    return payloadOf(this.packet(index));
  }

  /** A packed answer, from its beginning. */
  #answer(index: number): Unpacking | undefined {
    const slot = this.#order[index] as number;
    const place = this.#block(slot).answer[slot & (BLOCK - 1)] as number;
    if (place === NONE) return undefined;
    const { bytes, offset } = this.#slabs.at(place);
    return new Unpacking(bytes, offset);
  }

  #block(slot: number): Block {
    return this.#blocks[slot >> BITS] as Block;
  }
}
