import { commandOf } from '../codec/command.ts';
import { HEADER_BYTES } from '../codec/frame.ts';
import type { Context } from '../codec/message.ts';
import { payloadOf, sqlOf, statementIdIn } from './command-bytes.ts';
import { Fingerprint } from './fingerprint.ts';
import { Interned } from './interned.ts';
import { areApart, type NamedRows, namedRows } from './named-rows.ts';
import type { Result } from './outcome.ts';
import { Packing, Unpacking } from './packed-results.ts';
import { Slabs } from './slabs.ts';
import type { End, Login, Step } from './step.ts';
import { BITS, BLOCK, Block, sortedByTime } from './step-block.ts';
import { stepOf } from './step-of.ts';
import { type Moment, role, type Times } from './timed.ts';
import { endOf, what } from './what.ts';

const NONE = -1;
const MOST_ROWS = 4096;
const known = (id: number): number | undefined => (id < 0 ? undefined : id);

/** What a captured answer came to, as far as a replay needs it. */
export interface Captured {
  readonly results: readonly Result[];
  readonly insertId?: string | undefined;
  readonly statementId?: number | undefined;
  readonly fingerprint?: Fingerprint | undefined;
}

/**
 * The steps of a capture in columns: of millions no object is held, and about 90 bytes each beside those that the clients sent.
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
  readonly #alike = new Interned();
  /** Of statements that were looked at lately. */
  readonly #rows = new Map<number, NamedRows | undefined>();
  #count = 0;
  /** Sorted: the slot of each step. */
  #order = new Uint32Array(0);
  #numbers: readonly number[] = [];

  /** A slot for a step, in the order in which they were sent. */
  reserve(connection: number, frame?: number): number {
    const slot = this.#count++;
    if (slot >> BITS === this.#blocks.length) this.#blocks.push(new Block());
    const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
    block.connection[i] = connection;
    block.frame[i] = frame ?? 0;
    return slot;
  }

  /** Says what stands in a slot; one that nobody fills is none. `alone`: it was sent outside any transaction. */
  fill(slot: number, kind: number, role: number, { at, frame = 0 }: Moment, packet?: Uint8Array, alone = false): void {
    const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
    block.what[i] = kind;
    block.role[i] = role;
    block.alone[i] = alone ? 1 : 0;
    block.at[i] = at;
    block.sentFrame[i] = frame;
    if (!packet) return;
    block.packet[i] = this.#slabs.add(packet);
    block.length[i] = packet.length;
  }

  answered(slot: number, { at, frame = 0 }: Moment, captured?: Captured): void {
    const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
    block.answeredAt[i] = at;
    block.answerFrame[i] = frame;
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
    this.#logins.set(slot, this.#alike.of(login));
  }

  /** What both sides of a connection had agreed on; a step is read by it. */
  agreed(connection: number, context: Context): void {
    this.#contexts.set(connection, this.#alike.of(context));
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
    for (let slot = 0; slot < this.#count; slot++) {
      const [block, i] = [this.#block(slot), slot & (BLOCK - 1)];
      const own = block.connection[i] as number;
      if (block.what[i] === what.nothing || (this.#numbers[own] as number) < 0) continue;
      if (slot < (this.#forgotten.get(own) ?? 0)) continue;
      order[length++] = slot;
    }
    this.#order = sortedByTime(order.slice(0, length), this.#blocks);
    this.length = length;
  }

  connection(index: number): number {
    const slot = this.#order[index] as number;
    return this.#numbers[this.#block(slot).connection[slot & (BLOCK - 1)] as number] as number;
  }

  at(index: number): number {
    const slot = this.#order[index] as number;
    return this.#block(slot).at[slot & (BLOCK - 1)] as number;
  }

  sentFrame(index: number): number {
    const slot = this.#order[index] as number;
    return this.#block(slot).sentFrame[slot & (BLOCK - 1)] as number;
  }

  answeredAt(index: number): number {
    const slot = this.#order[index] as number;
    return this.#block(slot).answeredAt[slot & (BLOCK - 1)] as number;
  }

  answerFrame(index: number): number {
    const slot = this.#order[index] as number;
    return this.#block(slot).answerFrame[slot & (BLOCK - 1)] as number;
  }

  takesLocks(index: number): void {
    const slot = this.#order[index] as number;
    this.#block(slot).role[slot & (BLOCK - 1)] = role.locks;
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
    return endOf(this.what(index));
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
    return this.captured(index)?.statementId;
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
    if (endOf(kind)) return 'end';
    return commandOf(this.packet(index)[HEADER_BYTES] ?? 0).name;
  }

  frame(index: number): number | undefined {
    const slot = this.#order[index] as number;
    return this.#block(slot).frame[slot & (BLOCK - 1)] || undefined;
  }

  /** All that is known of a step, as an object. */
  step(index: number): Step {
    return stepOf(this, index);
  }

  *[Symbol.iterator](): Iterator<Step> {
    for (let index = 0; index < this.length; index++) yield this.step(index);
  }

  /** What the captured answer came to, as far as it is kept. */
  captured(index: number): Required<Omit<Captured, 'fingerprint'>> | undefined {
    const answer = this.#answer(index);
    return answer && { insertId: answer.text() || undefined, statementId: known(answer.number() - 1), results: answer.results() };
  }

  /** The statement of a COM_QUERY or COM_STMT_PREPARE. */
  sql(index: number): string | undefined {
    const command = this.command(index);
    if (command !== 'COM_QUERY' && command !== 'COM_STMT_PREPARE') return undefined;
    return sqlOf(payloadOf(this.packet(index)), this.contextOf(this.connection(index)));
  }

  /**
   * Two that were outside any transaction, and are certainly not about the same rows. And an INSERT of values from COMMIT and ROLLBACK: if it
   * has to do with a row that they let go, it waits in the server.
   */
  apart(one: number, other: number): boolean {
    // Of all that is sent, only ends of transactions change something and take no locks.
    if (this.role(other) === role.insert && this.role(one) === role.write && this.command(one) === 'COM_QUERY') return true;
    const [here, there] = [this.#rowsOf(one), this.#rowsOf(other)];
    return here !== undefined && there !== undefined && areApart(here, there);
  }

  #rowsOf(index: number): NamedRows | undefined {
    const slot = this.#order[index] as number;
    if (this.#block(slot).alone[slot & (BLOCK - 1)] === 0) return undefined;
    if (this.#rows.has(index)) return this.#rows.get(index);
    const sql = this.command(index) === 'COM_QUERY' ? this.sql(index) : undefined;
    const rows = sql === undefined ? undefined : namedRows(sql);
    if (this.#rows.size >= MOST_ROWS) this.#rows.clear();
    this.#rows.set(index, rows);
    return rows;
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
