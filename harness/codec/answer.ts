import { type BinaryRows, binaryRowsOf, isBinaryRow } from './binary-rows.ts';
import { has } from './capability.ts';
import type { AnswerKind } from './command.ts';
import { Definitions } from './definitions.ts';
import {
  type Glanced,
  type Glimpse,
  glanceAtCount,
  glanceAtDefinition,
  glanceAtEnd,
  glanceAtEof,
  glanceAtOk,
  glanceAtPrepareOk,
  isTextRow,
} from './glance.ts';
import type { Labelled } from './labelled-packet.ts';
import type { Context, Message } from './message.ts';
import { knownOr, type ResultColumn, type ToldColumn } from './result-column.ts';
import { type ServerPhase, serverMessage, unexpected } from './server-packet.ts';
import type { Seen } from './skim.ts';
import { status } from './status.ts';

/** What the client must send before the server goes on. */
export type Wanted = 'auth data' | 'file' | undefined;

const firstPhase: Readonly<Record<Exclude<AnswerKind, 'none'>, ServerPhase>> = {
  status: 'status',
  query: 'command',
  execute: 'command',
  fetch: 'binary-rows',
  prepare: 'prepare',
  'field-list': 'columns',
  string: 'string',
  'change-user': 'auth',
  binlog: 'binlog',
  handover: 'status',
};

/** https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html */
const FAST_AUTH_SUCCESS = 0x03;

const nothing: Seen = {};
const nothingKnown = (): undefined => undefined;
const NO_LISTS: readonly number[] = [];

/** Follows the packets that answer one command, or the login ('change-user' is the same exchange). */
export class Answer {
  readonly kind: Exclude<AnswerKind, 'none'>;
  done = false;
  /** The name of the last packet. */
  last: string | undefined;
  wants: Wanted;
  /** caching_sha2_password has said that the proof was right: the server goes on by itself, whatever the client sends in between. */
  goesOn = false;
  #phase: ServerPhase;
  #columns = 0;
  /** Definitions still to come in the list being read, and the lists behind it. */
  #left: number;
  #lists: readonly number[] = NO_LISTS;
  /** Of the list that was read last. */
  readonly #definitions = new Definitions();
  /** These rows are the OUT parameters of a CALL: an OK follows, also where MySQL 9.7 leaves MORE_RESULTS_EXISTS out of their EOF. */
  #outParameters = false;
  readonly #known: () => readonly ToldColumn[] | undefined;
  readonly #leftOut: () => void;
  #binary: BinaryRows | undefined;
  readonly #rows: { columns: number; binaryRow: Message | undefined } = { columns: 0, binaryRow: undefined };
  #prepared: { id: number; parameters: number; columns: number } | undefined;

  /** `known` has the columns of the statement, for rows whose definitions are left out or came with an answer before; `leftOut` hears of MySQL's. */
  constructor(
    kind: Exclude<AnswerKind, 'none'>,
    known: () => readonly ToldColumn[] | undefined = nothingKnown,
    leftOut: () => void = nothingKnown,
  ) {
    this.kind = kind;
    this.#known = known;
    this.#leftOut = leftOut;
    this.#phase = firstPhase[kind];
    this.#left = kind === 'field-list' ? Number.POSITIVE_INFINITY : 0;
  }

  /** Names the next packet of the answer, says what is wrong with it, and moves on. Never throws. */
  take(packet: Labelled, context: Context): void {
    const first = packet.byte(0);
    const missingEof = this.#phase === 'columns' && this.#left === 0 && first !== 0xfe && first !== 0xff;
    if (missingEof) this.#endOfList(context);
    const rows = this.#phase === 'binary-rows' ? this.#binaryRows() : undefined;
    this.#rows.columns = this.#columns;
    this.#rows.binaryRow = rows?.message;
    const message = serverMessage(packet, this.#phase, context, this.#rows);
    let seen: Seen = nothing;
    if (typeof message !== 'string') seen = packet.is(message, context);
    else {
      packet.name = message;
      if (message === 'unknown') packet.problem = unexpected(first, this.#phase);
    }
    if (rows && message === rows.message) packet.columns = rows.columns;
    const early = this.#phase === 'columns' && first === 0xfe && Number.isFinite(this.#left) && this.#left > 0;
    const short = early ? `${packet.name} with ${this.#left} column definitions still to come` : undefined;
    this.last = packet.name;
    this.wants = undefined;
    this.#move(packet, seen, context);
    // What stands in the place of an EOF is no row: what is wrong with it as one is nothing to tell.
    if (missingEof) packet.problem = 'no EOF after the column definitions, though DEPRECATE_EOF is not agreed';
    packet.problem ??= short;
  }

  /**
   * Names the next packet, bytes[start..end], without taking it; undefined where it is not one of those that come in numbers, whole and
   * with nothing unusual about it: then `take` it.
   */
  glance(bytes: Uint8Array, start: number, end: number, context: Context, seen: Glimpse): Glanced | undefined {
    if (start === end) return undefined;
    const first = bytes[start] as number;
    switch (this.#phase) {
      case 'rows':
        if (first === 0xfe) return glanceAtEnd(bytes, start, end, context, seen);
        return this.#columns > 0 && first !== 0xff && isTextRow(bytes, start, end, this.#columns) ? 'TextRow' : undefined;
      case 'binary-rows': {
        if (first === 0xfe) return glanceAtEnd(bytes, start, end, context, seen);
        const rows = first === 0 ? this.#binaryRows() : undefined;
        return rows && isBinaryRow(bytes, start, end, rows.sizes) ? 'BinaryRow' : undefined;
      }
      case 'columns':
        return this.#glanceAtColumns(bytes, start, end, context, seen);
      case 'prepare':
        return glanceAtPrepareOk(bytes, start, end, context, seen);
      case 'status':
        return first === 0 && this.kind !== 'handover' ? glanceAtOk(bytes, start, end, context, seen) : undefined;
      case 'command':
        return first === 0 ? glanceAtOk(bytes, start, end, context, seen) : glanceAtCount(bytes, start, end, context, seen);
    }
    return undefined;
  }

  #glanceAtColumns(bytes: Uint8Array, start: number, end: number, context: Context, seen: Glimpse): Glanced | undefined {
    if (this.#left === 0) return glanceAtEof(bytes, start, end, context, seen);
    return this.kind === 'field-list' ? undefined : glanceAtDefinition(bytes, start, end, context, seen);
  }

  /** Takes the packet that `glance` has named, and moves on. */
  pass(name: Glanced, bytes: Uint8Array, start: number, end: number, seen: Glimpse, context: Context): void {
    this.last = name;
    this.wants = undefined;
    switch (name) {
      case 'TextRow':
      case 'BinaryRow':
        return;
      case 'ColumnDefinition41':
        // Only a statement's columns are needed later.
        if (this.kind !== 'query') this.#definitions.addGlanced(bytes, start, end, seen.name, this.#toldBefore);
        return this.#oneLess(context);
      case 'ColumnCount':
        return this.#counted(seen.columns, seen.follow, context);
      case 'StmtPrepareOK':
        return this.#prepareOk(seen.statement, seen.parameters, seen.columns, seen.follow, context);
      case 'EOF':
        return this.#eof(seen.status, context);
      case 'OK':
        return this.#end(seen.status);
    }
  }

  /** The columns told last: of the statement, once its PREPARE is answered, or of the resultset. */
  get columns(): readonly ToldColumn[] {
    return this.#definitions.list;
  }

  /** What StmtPrepareOK said. */
  get prepared(): { readonly id: number; readonly parameters: number; readonly columns: number } | undefined {
    return this.#prepared;
  }

  /** How to read the rows of this resultset. */
  #binaryRows(): BinaryRows | undefined {
    const { list } = this.#definitions;
    const own = list.length > 0 ? list : this.#known();
    if (!own || own.length === 0 || (this.kind !== 'fetch' && own.length !== this.#columns)) return undefined;
    if (this.#binary?.columns !== own) this.#binary = binaryRowsOf(own);
    return this.#binary;
  }

  #move(packet: Labelled, value: Seen, context: Context): void {
    switch (packet.name) {
      case 'ERR':
        this.done = true;
        return;
      case 'ProgressReport':
        return;
      case 'OK':
        return this.#end(Number(value['statusFlags'] ?? 0));
      case 'EOF':
        if (this.kind === 'field-list') this.done = true;
        else this.#eof(Number(value['statusFlags'] ?? 0), context);
        return;
      case 'AuthMoreData':
        this.goesOn = packet.length === 2 && packet.byte(1) === FAST_AUTH_SUCCESS;
        this.wants = 'auth data';
        return;
      case 'AuthSwitchRequest':
      case 'OldAuthSwitchRequest':
      case 'AuthNextFactor':
        this.wants = 'auth data';
        return;
      case 'LocalInfileRequest':
        this.wants = 'file';
        this.#phase = 'status';
        return;
      case 'ColumnCount':
        return this.#columnCount(value, context);
      case 'StmtPrepareOK':
        return this.#prepare(value, context);
      case 'ColumnDefinition41':
      case 'ColumnDefinition320':
        this.#define(packet, value);
        return this.#oneLess(context);
      case 'TextRow':
      case 'BinaryRow':
      case 'BinlogEvent':
        return;
      default:
        // Statistics ends its answer; after anything unknown only the next command finds the way again.
        this.done = true;
    }
  }

  #prepare(value: Seen, context: Context): void {
    const [id, parameters, columns] = ['statementId', 'parameters', 'columns'].map((key) => Number(value[key] ?? 0)) as [
      number,
      number,
      number,
    ];
    this.#prepareOk(id, parameters, columns, value['metadataFollows'] !== 0, context);
  }

  #prepareOk(id: number, parameters: number, columns: number, follow: boolean, context: Context): void {
    this.#prepared = { id, parameters, columns };
    this.#lists = [parameters, columns].filter((n) => n > 0).map((n) => (follow ? n : 0));
    this.#phase = 'columns';
    this.#nextList(context);
  }

  #columnCount(value: Seen, context: Context): void {
    this.#counted(Number(value['count'] ?? 0), (value['metadataFollows'] ?? 1) !== 0, context);
  }

  #counted(count: number, follow: boolean, context: Context): void {
    this.#definitions.clear();
    this.#columns = count;
    this.#phase = 'columns';
    this.#left = follow ? count : 0;
    // MariaDB leaves definitions out only where those of before still hold.
    if (!follow && has(context.capabilities, 'OPTIONAL_RESULTSET_METADATA')) this.#leftOut();
    if (count === 0) this.done = true;
    else if (this.#left === 0 && has(context.capabilities, 'DEPRECATE_EOF')) this.#endOfList(context);
  }

  #endOfList(context: Context): void {
    if (this.kind === 'prepare') this.#nextList(context);
    else {
      this.#phase = this.kind === 'execute' ? 'binary-rows' : 'rows';
      if (this.kind === 'execute') this.#definitions.list = knownOr(this.#known(), this.#definitions.list);
    }
  }

  /** Only a statement's columns are needed later. */
  #define(packet: Labelled, value: Seen): void {
    if (this.kind !== 'execute' && this.kind !== 'prepare') return;
    this.#definitions.add(packet.payload, value as unknown as ResultColumn, this.#toldBefore);
  }

  get #toldBefore(): readonly ToldColumn[] | undefined {
    return this.kind === 'execute' ? this.#known() : undefined;
  }

  #oneLess(context: Context): void {
    this.#left--;
    if (this.#left === 0 && has(context.capabilities, 'DEPRECATE_EOF')) this.#endOfList(context);
  }

  /** Without metadata a list is empty, and only its EOF is on the wire. */
  #nextList(context: Context): void {
    const [next, ...later] = this.#lists;
    this.#lists = later;
    if (next === undefined) this.done = true;
    else if (next === 0 && has(context.capabilities, 'DEPRECATE_EOF')) this.#nextList(context);
    else {
      this.#left = next;
      this.#definitions.clear();
    }
  }

  #eof(flags: number, context: Context): void {
    if (this.#phase !== 'columns' || (flags & status.CURSOR_EXISTS) !== 0) return this.#end(flags);
    this.#outParameters = (flags & status.PS_OUT_PARAMS) !== 0;
    this.#endOfList(context);
  }

  #end(flags: number): void {
    const more = (flags & status.MORE_RESULTS_EXISTS) !== 0 || this.#outParameters;
    this.#outParameters = false;
    if (more && (this.kind === 'query' || this.kind === 'execute')) this.#phase = 'command';
    else this.done = true;
  }
}
