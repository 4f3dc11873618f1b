import { latin1 } from './field.ts';

/** What later packets need of a column definition: to find the values of a row, and to print them. */
export interface ResultColumn {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly decimals: number;
  readonly columnLength: number;
}

/** A column as a ColumnDefinition41 has told it. Every execution of a statement tells the same ones again. */
export class ToldColumn implements ResultColumn {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly decimals: number;
  readonly columnLength: number;
  readonly #payload: Uint8Array;

  /** `value`: the fields of the packet. */
  constructor(payload: Uint8Array, { name, type, flags, decimals, columnLength }: ResultColumn) {
    this.name = name;
    this.type = type;
    this.flags = flags;
    this.decimals = decimals;
    this.columnLength = columnLength;
    // A copy: a statement outlives the chunks of the capture.
    this.#payload = Uint8Array.from(payload);
  }

  /** Bytes of the definition. */
  get size(): number {
    return this.#payload.length;
  }

  /** Was it told by just these bytes? */
  isToldBy(bytes: Uint8Array, start: number, end: number): boolean {
    const told = this.#payload;
    if (told.length !== end - start) return false;
    // Definitions differ in their names, and those in their ends.
    for (let i = told.length - 1; i >= 0; i--) if (told[i] !== bytes[start + i]) return false;
    return true;
  }
}

/** Connections of one application ask for the same columns: each is kept once, by its bytes. */
const told = new Map<number, ToldColumn>();
const MOST_TOLD = 4096;

/** The column of a definition in the form that glanceAtDefinition lets pass, at bytes[start..end]; at `name` the string<lenenc> of its name begins. */
export function columnIn(bytes: Uint8Array, start: number, end: number, name: number): ToldColumn {
  let hash = end - start;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
  const known = told.get(hash);
  if (known?.isToldBy(bytes, start, end)) return known;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const made = new ToldColumn(bytes.subarray(start, end), {
    name: latin1(bytes.subarray(name + 1, name + 1 + (bytes[name] as number))),
    columnLength: view.getUint32(end - 10, true),
    type: view.getUint8(end - 6),
    flags: view.getUint16(end - 5, true),
    decimals: view.getUint8(end - 3),
  });
  if (told.size >= MOST_TOLD) told.clear();
  told.set(hash, made);
  return made;
}

/** The known columns where they are the same. */
export function knownOr(known: readonly ToldColumn[] | undefined, columns: readonly ToldColumn[]): readonly ToldColumn[] {
  return known?.length === columns.length && known.every((column, i) => column === columns[i]) ? known : columns;
}
