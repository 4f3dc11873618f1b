/** A packet of an answer, from a capture or from a server that answers now. */
export interface AnswerPacket {
  readonly name: string;
  readonly value?: Readonly<Record<string, unknown>> | undefined;
  readonly payload?: Uint8Array;
  readonly sequenceId?: number | undefined;
  /** Of the capture that it is from. */
  readonly frame?: number | undefined;
}

/** What one result of an answer came to: data that two servers can be compared by. */
export type Result =
  | { readonly kind: 'ok'; readonly affectedRows: number; readonly lastInsertId: string }
  | { readonly kind: 'err'; readonly code: number; readonly sqlState: string }
  | { readonly kind: 'rows'; readonly columns: number; readonly rows: number; readonly digest: string }
  /** Of COM_STMT_PREPARE. */
  | { readonly kind: 'prepared'; readonly parameters: number; readonly columns: number }
  | { readonly kind: 'other'; readonly name: string };

/** Results of one answer that are kept one by one; no procedure gives so many, and a server that never ends its answer any number. */
const MOST_RESULTS = 1000;

/** Takes the packets of an answer as they come; what they came to. Of rows only a digest is kept, and of more results than many. */
export class Outcome {
  readonly #results: Result[] = [];
  #more: { count: number; readonly digest: Digest } | undefined;
  #table: { readonly columns: number; rows: number; readonly digest: Digest } | undefined;
  /** Without DEPRECATE_EOF a first EOF ends the definitions. */
  #definitions = false;

  add(packet: AnswerPacket): void {
    switch (packet.name) {
      case 'ColumnDefinition41':
      case 'ColumnDefinition320':
      case 'ProgressReport':
        return;
      case 'TextRow':
      case 'BinaryRow':
        this.#definitions = false;
        if (!this.#table) return;
        this.#table.rows++;
        // Cells are on the wire with their lengths, so 'ab','c' is not 'a','bc', and NULL is no empty cell.
        this.#table.digest.add(packet.payload ?? new Uint8Array(0));
        return;
      case 'EOF':
        if (this.#definitions && this.#table) this.#definitions = false;
        else this.#endOfTable();
        return;
      case 'OK':
        if (this.#table) this.#endOfTable();
        else this.#came(okOf(packet));
        return;
      default:
        this.#take(packet.name, packet.value ?? {});
    }
  }

  /** Of the whole answer. */
  get results(): readonly Result[] {
    this.#endOfTable();
    if (!this.#more) return this.#results;
    const { count, digest } = this.#more;
    return [...this.#results, { kind: 'other', name: `${count} results more (digest ${digest.hex})` }];
  }

  #came(result: Result): void {
    if (this.#results.length < MOST_RESULTS) {
      this.#results.push(result);
      return;
    }
    this.#more ??= { count: 0, digest: new Digest() };
    this.#more.count++;
    this.#more.digest.add(Buffer.from(tell(result, false)));
  }

  #take(name: string, value: Readonly<Record<string, unknown>>): void {
    switch (name) {
      case 'ColumnCount':
        this.#table = { columns: Number(value['count'] ?? 0), rows: 0, digest: new Digest() };
        this.#definitions = true;
        return;
      case 'ERR':
        this.#endOfTable();
        this.#came({ kind: 'err', code: Number(value['errorCode'] ?? 0), sqlState: String(value['sqlState'] ?? '') });
        return;
      case 'StmtPrepareOK':
        this.#came({ kind: 'prepared', parameters: Number(value['parameters'] ?? 0), columns: Number(value['columns'] ?? 0) });
        return;
      default:
        this.#came({ kind: 'other', name });
    }
  }

  #endOfTable(): void {
    const table = this.#table;
    if (!table) return;
    this.#table = undefined;
    this.#came({ kind: 'rows', columns: table.columns, rows: table.rows, digest: table.digest.hex });
  }
}

/** Most answers are a short OK without anything: it is read here, and its fields are not asked for. */
function okOf(packet: AnswerPacket): Result {
  const { payload } = packet;
  if (payload && isShort(payload)) return { kind: 'ok', affectedRows: payload[1] as number, lastInsertId: '0' };
  return { kind: 'ok', affectedRows: Number(packet.value?.['affectedRows'] ?? 0), lastInsertId: lastInsertIdOf(packet) };
}

const isShort = (payload: Uint8Array): boolean => (payload[1] ?? 255) < 251 && payload[2] === 0;

/** Of an OK. */
export function lastInsertIdOf(packet: AnswerPacket): string {
  return packet.payload && isShort(packet.payload) ? '0' : String(packet.value?.['lastInsertId'] ?? 0);
}

/**
 * Whether the session is outside any transaction behind an OK or EOF, and each statement is one of its own; undefined: the packet does not
 * tell. (SERVER_STATUS_IN_TRANS and SERVER_STATUS_AUTOCOMMIT, in both where they stand.)
 */
export function isAutocommit({ name, payload, value }: AnswerPacket): boolean | undefined {
  if (name !== 'OK' && name !== 'EOF') return undefined;
  const inPlace = payload && payload.length >= 5 && (name === 'EOF' || isShort(payload)) ? payload[3] : undefined;
  const status = inPlace ?? Number(value?.['statusFlags'] ?? IN_TRANSACTION);
  return (status & (IN_TRANSACTION | AUTOCOMMIT)) === AUTOCOMMIT;
}
const IN_TRANSACTION = 1;
const AUTOCOMMIT = 2;

/** The results of an answer, in order: several for CALL and for several statements in one. */
export function resultsOf(answers: readonly AnswerPacket[]): readonly Result[] {
  const outcome = new Outcome();
  for (const packet of answers) outcome.add(packet);
  return outcome.results;
}

/** 64 bits over byte strings and their borders (FNV-1a with two multipliers): for chance, not for adversaries; no call into C++ per row. */
class Digest {
  #a = 0x811c9dc5;
  #b = 0x9747b28c;

  add(bytes: Uint8Array): void {
    let a = this.#a ^ bytes.length;
    let b = this.#b ^ bytes.length;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i] as number;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul((b ^ byte) + (b >>> 15), 0x85ebca6b);
    }
    this.#a = a;
    this.#b = b;
  }

  get hex(): string {
    return [this.#a, this.#b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }
}

/** Whether two answers came to the same; without `ids`, last insert ids may differ. */
export function areSame(one: readonly Result[], other: readonly Result[], ids: boolean): boolean {
  return one.length === other.length && one.every((result, i) => isSame(result, other[i] as Result, ids));
}

function isSame(one: Result, other: Result, ids: boolean): boolean {
  if (one.kind === 'ok' && other.kind === 'ok')
    return one.affectedRows === other.affectedRows && (!ids || one.lastInsertId === other.lastInsertId);
  if (one.kind === 'rows' && other.kind === 'rows')
    return one.rows === other.rows && one.columns === other.columns && one.digest === other.digest;
  return tell(one, ids) === tell(other, ids);
}

/** One line of words; equal for two answers exactly if they are equal. */
export const told = (results: readonly Result[], { ids = true } = {}): string =>
  results.map((one) => tell(one, ids)).join(', then ') || 'nothing';

function tell(result: Result, ids: boolean): string {
  switch (result.kind) {
    case 'ok':
      return `OK with ${count(result.affectedRows, 'affected row')}${ids && result.lastInsertId !== '0' ? ` and the last insert id ${result.lastInsertId}` : ''}`;
    case 'err':
      return `ERR ${result.code} (${result.sqlState})`;
    case 'rows':
      return `${count(result.rows, 'row')} of ${count(result.columns, 'column')} (digest ${result.digest})`;
    case 'prepared':
      return `a statement with ${count(result.parameters, 'parameter')} and ${count(result.columns, 'column')}`;
    case 'other':
      return result.name;
  }
}

const count = (n: number | string, one: string): string => `${n} ${one}${String(n) === '1' ? '' : 's'}`;
