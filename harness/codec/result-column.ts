import type { LabelledPacket } from './labelled-packet.ts';
import type { Bytes } from './server-packet.ts';

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
  constructor({ payload }: LabelledPacket, value: Readonly<Record<string, unknown>>) {
    const column = value as unknown as ResultColumn;
    this.name = column.name;
    this.type = column.type;
    this.flags = column.flags;
    this.decimals = column.decimals;
    this.columnLength = column.columnLength;
    // A copy: a statement outlives the chunks of the capture.
    this.#payload = Uint8Array.from(payload);
  }

  /** Was it told by just these bytes? */
  isToldBy(packet: Bytes): boolean {
    const told = this.#payload;
    if (told.length !== packet.length) return false;
    for (let i = 0; i < told.length; i++) if (told[i] !== packet.byte(i)) return false;
    return true;
  }
}

/** The known columns where they are the same. */
export function knownOr(known: readonly ToldColumn[] | undefined, columns: readonly ToldColumn[]): readonly ToldColumn[] {
  return known?.length === columns.length && known.every((column, i) => column === columns[i]) ? known : columns;
}
