import { glanceAtExecute, NO_TYPES } from './glance-execute.ts';
import type { Labelled } from './labelled-packet.ts';
import type { Context } from './message.ts';
import { bulkFlag } from './messages/com-stmt-bulk-execute.ts';
import type { Parameter } from './parameters.ts';
import type { ToldColumn } from './result-column.ts';
import type { Seen } from './skim.ts';

const EXECUTE = 0x17;
const BULK_EXECUTE = 0xfa;
/** MariaDB's id of the statement prepared last. */
const LAST = 0xffffffff;
/** As many as servers allow; a client that closes none must not fill our memory. */
const KEPT = 16_384;

const NONE: readonly number[] = [];
const NO_COLUMNS: readonly ToldColumn[] = [];

interface Statement {
  readonly parameters: number;
  columns: readonly ToldColumn[];
  types: readonly number[] | undefined;
  longData: readonly number[];
  /** An execution went by that could not be decoded, so its types are not known. */
  opaque: boolean;
  /** What its executions are read under, until something in it changes; made from `under`. */
  context: Context | undefined;
  under: Context | undefined;
}

/** Nothing is ever added. */
const NO_STATEMENTS = new Map<number, Statement>();

/** The prepared statements of one connection, as far as later packets cannot be read without them. */
export class Statements {
  /** Most connections prepare none. */
  #known = NO_STATEMENTS;
  #last: number | undefined;
  /** COM_STMT_PREPAREs without an answer: until it comes, nobody knows what the last statement is. */
  #preparing = 0;
  /** The last statement was executed before its StmtPrepareOK had come. */
  #early = false;

  /** What a command is to be decoded under. */
  context(packet: Labelled, agreed: Context): Context {
    const command = packet.byte(0);
    if (command !== EXECUTE && command !== BULK_EXECUTE) return agreed;
    const found = this.#find(idOf(packet));
    return !found || found.opaque ? agreed : contextOf(found, agreed);
  }

  /**
   * Takes note of a COM_STMT_EXECUTE in bytes[start..end] by a glance, if it is whole and its statement known; what it is to be decoded under.
   * Undefined where it must be read as the others.
   */
  glance(packet: Labelled, bytes: Uint8Array, start: number, end: number, agreed: Context): Context | undefined {
    const found = this.#find(idOf(packet));
    if (!found || found.opaque || found.longData.length > 0) return undefined;
    const types = glanceAtExecute(bytes, start, end, found.parameters, found.types);
    if (types === undefined) return undefined;
    const context = contextOf(found, agreed);
    if (types !== NO_TYPES && types !== found.types) {
      found.types = types;
      found.context = undefined;
    }
    return context;
  }

  /** The columns that the rows of a statement have, as last told. */
  columns(id: number | undefined): readonly ToldColumn[] | undefined {
    return this.#known.get((id === LAST ? this.#last : id) ?? -1)?.columns;
  }

  /**
   * An execution has left its columns out, as `resultset_metadata` asks of MySQL. What COM_STMT_PREPARE told of them held for the types that
   * MySQL guessed then: with parameters of others they are columns of other types, and only the server knows which.
   */
  leftOut(id: number | undefined): void {
    const found = this.#known.get((id === LAST ? this.#last : id) ?? -1);
    if (found && found.parameters > 0) found.columns = NO_COLUMNS;
  }

  /** Takes note of a command on its way. */
  sent({ name }: Labelled, value: Seen): void {
    if (name === 'COM_CHANGE_USER' || name === 'COM_RESET_CONNECTION') this.#known.clear();
    if (!name.startsWith('COM_STMT_')) return;
    const id = Number(value['statementId']);
    if (name === 'COM_STMT_PREPARE') this.#preparing++;
    if (name === 'COM_STMT_CLOSE') this.#known.delete(id);
    if (name === 'COM_STMT_EXECUTE' || name === 'COM_STMT_BULK_EXECUTE') this.#executed(id, value);
    const statement = this.#find(id);
    if (!statement) return;
    statement.context = undefined;
    if (name === 'COM_STMT_RESET') statement.longData = NONE;
    if (name === 'COM_STMT_SEND_LONG_DATA') this.#longData(statement, Number(value['parameter']));
  }

  /** Takes note of the answer to a COM_STMT_PREPARE; without an id it failed. */
  prepared(id: number | undefined, parameters: number, columns: readonly ToldColumn[]): void {
    this.#preparing = Math.max(0, this.#preparing - 1);
    if (id === undefined) return;
    if (this.#known === NO_STATEMENTS) this.#known = new Map();
    if (this.#known.size >= KEPT) this.#known.delete(this.#known.keys().next().value as number);
    this.#known.set(id, {
      parameters,
      columns,
      types: undefined,
      longData: NONE,
      opaque: this.#early,
      context: undefined,
      under: undefined,
    });
    this.#last = id;
    this.#early = false;
  }

  /** Takes note of the columns that an execution has told. */
  told(id: number | undefined, columns: readonly ToldColumn[]): void {
    const found = this.#known.get((id === LAST ? this.#last : id) ?? -1);
    if (found && columns.length > 0) found.columns = columns;
  }

  #longData(statement: Statement, parameter: number): void {
    if (!statement.longData.includes(parameter)) statement.longData = [...statement.longData, parameter];
  }

  #executed(id: number, value: Seen): void {
    const found = this.#find(id);
    if (!found) {
      this.#early ||= id === LAST;
      return;
    }
    if ((value['undecoded'] as Uint8Array | undefined)?.length) found.opaque = true;
    found.types = typesSent(value) ?? found.types;
    found.longData = NONE;
  }

  #find(id: number): Statement | undefined {
    if (id !== LAST) return this.#known.get(id);
    return this.#preparing > 0 ? undefined : this.#known.get(this.#last ?? -1);
  }
}

function contextOf(statement: Statement, agreed: Context): Context {
  if (statement.context && statement.under === agreed) return statement.context;
  const { parameters, types, longData } = statement;
  statement.under = agreed;
  statement.context = { ...agreed, statement: { parameters, types, longData } };
  return statement.context;
}

/** The id stands at the same place in every command that has one. */
export function idOf(packet: Labelled): number {
  const d = packet.byte(4);
  if (d === undefined) return -1;
  return ((packet.byte(1) as number) | ((packet.byte(2) as number) << 8) | ((packet.byte(3) as number) << 16) | (d << 24)) >>> 0;
}

function typesSent(value: Seen): readonly number[] | undefined {
  if (value['types'] !== undefined && (Number(value['flags']) & bulkFlag.SEND_TYPES_TO_SERVER) !== 0) return value['types'] as number[];
  if (value['newParamsBindFlag'] !== 1) return undefined;
  return (value['parameters'] as readonly Parameter[] | undefined)?.map(({ type }) => type ?? 0);
}
