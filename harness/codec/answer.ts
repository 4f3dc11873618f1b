import { has } from './capability.ts';
import type { AnswerKind } from './command.ts';
import type { Labelled } from './labelled-packet.ts';
import type { Context, Message } from './message.ts';
import { binaryRow } from './messages/binary-row.ts';
import { knownOr, ToldColumn } from './result-column.ts';
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
};

const nothing: Seen = {};
const NONE: readonly ToldColumn[] = [];
const NO_LISTS: readonly number[] = [];
/** Clients prepare the same statements on every connection: rows of the same types are the same message. */
const ofTypes = new Map<string, Message>();
const MOST_ROWS = 4096;
const rowMessages = new WeakMap<readonly ToldColumn[], Message>();

function rowOf(columns: readonly ToldColumn[]): Message {
  const known = rowMessages.get(columns);
  if (known) return known;
  const types = columns.map(({ type }) => type).join();
  const row: Message = ofTypes.get(types) ?? binaryRow(columns);
  if (ofTypes.size >= MOST_ROWS) ofTypes.clear();
  ofTypes.set(types, row);
  rowMessages.set(columns, row);
  return row;
}

/** Follows the packets that answer one command, or the login ('change-user' is the same exchange). */
export class Answer {
  readonly kind: Exclude<AnswerKind, 'none'>;
  done = false;
  /** The name of the last packet. */
  last: string | undefined;
  wants: Wanted;
  #phase: ServerPhase;
  #columns = 0;
  /** Definitions still to come in the list being read, and the lists behind it. */
  #left: number;
  #lists: readonly number[] = NO_LISTS;
  /** The definitions of the list that was read last. */
  #definitions: readonly ToldColumn[] = NONE;
  /** These rows are the OUT parameters of a CALL: an OK follows, also where MySQL 9.7 leaves MORE_RESULTS_EXISTS out of their EOF. */
  #outParameters = false;
  readonly #known: () => readonly ToldColumn[] | undefined;
  #binary: { readonly columns: readonly ToldColumn[]; readonly message: Message } | undefined;
  readonly #rows: { columns: number; binaryRow: Message | undefined } = { columns: 0, binaryRow: undefined };
  #prepared: { id: number; parameters: number; columns: number } | undefined;

  /** `known` has the columns of the statement, for rows whose definitions are left out or came with an answer before. */
  constructor(kind: Exclude<AnswerKind, 'none'>, known: () => readonly ToldColumn[] | undefined = () => undefined) {
    this.kind = kind;
    this.#known = known;
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
    const early = this.#phase === 'columns' && packet.name === 'EOF' && Number.isFinite(this.#left) && this.#left > 0;
    const short = early ? `EOF with ${this.#left} column definitions still to come` : undefined;
    this.last = packet.name;
    this.wants = undefined;
    this.#move(packet, seen, context);
    packet.problem ??= missingEof ? 'no EOF after the column definitions, though DEPRECATE_EOF is not agreed' : short;
  }

  /** The columns told last: of the statement, once its PREPARE is answered, or of the resultset. */
  get columns(): readonly ToldColumn[] {
    return this.#definitions;
  }

  /** What StmtPrepareOK said. */
  get prepared(): { readonly id: number; readonly parameters: number; readonly columns: number } | undefined {
    return this.#prepared;
  }

  /** How to read the rows of this resultset. */
  #binaryRows(): { columns: readonly ToldColumn[]; message: Message } | undefined {
    const own = this.#definitions.length > 0 ? this.#definitions : this.#known();
    if (!own || own.length === 0 || (this.kind !== 'fetch' && own.length !== this.#columns)) return undefined;
    if (this.#binary?.columns !== own) this.#binary = { columns: own, message: rowOf(own) };
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
      case 'AuthSwitchRequest':
      case 'OldAuthSwitchRequest':
      case 'AuthMoreData':
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
        this.#define(packet, value);
        this.#left--;
        if (this.#left === 0 && has(context.capabilities, 'DEPRECATE_EOF')) this.#endOfList(context);
        return;
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
    this.#prepared = { id, parameters, columns };
    const follow = value['metadataFollows'] !== 0;
    this.#lists = [parameters, columns].filter((n) => n > 0).map((n) => (follow ? n : 0));
    this.#phase = 'columns';
    this.#nextList(context);
  }

  #columnCount(value: Seen, context: Context): void {
    const count = Number(value['count'] ?? 0);
    this.#definitions = NONE;
    this.#columns = count;
    this.#phase = 'columns';
    const follow = (value['metadataFollows'] ?? 1) !== 0;
    this.#left = follow ? count : 0;
    if (count === 0) this.done = true;
    else if (this.#left === 0 && has(context.capabilities, 'DEPRECATE_EOF')) this.#endOfList(context);
  }

  #endOfList(context: Context): void {
    if (this.kind === 'prepare') this.#nextList(context);
    else {
      this.#phase = this.kind === 'execute' ? 'binary-rows' : 'rows';
      if (this.kind === 'execute') this.#definitions = knownOr(this.#known(), this.#definitions);
    }
  }

  /** Only a statement's columns are needed later, and those that were told before are not made again. */
  #define(packet: Labelled, value: Seen): void {
    if (this.kind !== 'execute' && this.kind !== 'prepare') return;
    const known = this.kind === 'execute' ? this.#known()?.[this.#definitions.length] : undefined;
    const column = known?.isToldBy(packet) ? known : new ToldColumn(packet, value);
    if (this.#definitions === NONE) this.#definitions = [];
    (this.#definitions as ToldColumn[]).push(column);
  }

  /** Without metadata a list is empty, and only its EOF is on the wire. */
  #nextList(context: Context): void {
    const [next, ...later] = this.#lists;
    this.#lists = later;
    if (next === undefined) this.done = true;
    else if (next === 0 && has(context.capabilities, 'DEPRECATE_EOF')) this.#nextList(context);
    else {
      this.#left = next;
      this.#definitions = NONE;
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
