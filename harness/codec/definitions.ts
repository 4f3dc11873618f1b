import { columnIn, type ResultColumn, ToldColumn } from './result-column.ts';

const NONE: readonly ToldColumn[] = [];
/** Bytes that the definitions of one list may take in memory (4096 columns, which are the most of both products, take half of it); `OF_ONE`: each. */
const MOST_DEFINED = 1 << 21;
const OF_ONE = 256;

/** The columns that the definitions of one list tell, kept for the rows that follow; none where they take too much memory. */
export class Definitions {
  list: readonly ToldColumn[] = NONE;
  #room = MOST_DEFINED;

  /** Another list begins. */
  clear(): void {
    this.list = NONE;
    this.#room = MOST_DEFINED;
  }

  /** `known`: the columns that were told before, of which none is made again. */
  add(payload: Uint8Array, value: ResultColumn, known: readonly ToldColumn[] | undefined): void {
    this.#add(this.#toldAgain(known, payload, 0, payload.length) ?? new ToldColumn(payload, value));
  }

  /** The same of bytes[start..end], for which a glance was enough. */
  addGlanced(bytes: Uint8Array, start: number, end: number, name: number, known: readonly ToldColumn[] | undefined): void {
    this.#add(this.#toldAgain(known, bytes, start, end) ?? columnIn(bytes, start, end, name));
  }

  #toldAgain(known: readonly ToldColumn[] | undefined, bytes: Uint8Array, start: number, end: number): ToldColumn | undefined {
    const column = known?.[this.list.length];
    return column?.isToldBy(bytes, start, end) ? column : undefined;
  }

  #add(column: ToldColumn): void {
    this.#room -= column.size + OF_ONE;
    if (this.#room < 0) this.list = NONE;
    else if (this.list === NONE) this.list = [column];
    else (this.list as ToldColumn[]).push(column);
  }
}
