import { HEADER_BYTES } from '../codec/frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { statementIdOf } from './command-bytes.ts';
import { type NewId, withIds } from './compressed-ids.ts';

/** A place in a client's stream where the id of a prepared statement stands. */
interface Named {
  readonly label: LabelledPacket;
  /** Of the stream; the id has four bytes. */
  readonly at: number;
  readonly captured: number;
  /** Which COM_STMT_PREPARE of the client made the statement, from 0. */
  readonly prepare: number;
}

const SIZE = 4;
const isPrepare = ({ name }: LabelledPacket): boolean => name === 'COM_STMT_PREPARE';
const idIn = ({ value }: LabelledPacket): number => Number(value?.['statementId']);

/** The ids of prepared statements in the bytes of a client, as another server names them. */
export class StatementIds {
  /** What could not be translated. */
  readonly notes: string[] = [];
  readonly #named: readonly Named[];
  /** Of the target: its COM_STMT_PREPAREs, and their ids. */
  readonly #prepares: LabelledPacket[] = [];
  readonly #ids = new Map<number, number>();
  /** What stands before this is sent. */
  #next = 0;

  /** Of the captured connection: what the client sent, and what it got. */
  constructor(sent: readonly LabelledPacket[], answers: readonly LabelledPacket[]) {
    const made = new Map(answers.filter(({ name }) => name === 'StmtPrepareOK').map((label) => [label.answers, idIn(label)]));
    const byId = new Map<number, number>();
    const named: Named[] = [];
    let prepares = 0;
    for (const label of sent) {
      if (isPrepare(label)) {
        const id = made.get(label);
        if (id !== undefined) byId.set(id, prepares);
        prepares++;
      }
      const captured = label.name.startsWith('COM_STMT_') ? statementIdOf(label.payload) : undefined;
      const prepare = captured === undefined ? undefined : byId.get(captured);
      if (captured !== undefined && prepare !== undefined) named.push({ label, at: label.offset + HEADER_BYTES + 1, captured, prepare });
    }
    this.#named = named;
  }

  /** Takes a packet that was sent to the target. */
  sent(label: LabelledPacket): void {
    if (isPrepare(label)) this.#prepares.push(label);
  }

  /** Takes a packet of the target. */
  hear(label: LabelledPacket): void {
    if (label.name === 'StmtPrepareOK' && label.answers) this.#ids.set(this.#prepares.indexOf(label.answers), idIn(label));
  }

  /** Bytes of the client's stream, from an offset on, with the target's ids in them; asked for in their order. */
  translated(bytes: Uint8Array, from: number): Uint8Array {
    const to = from + bytes.length;
    let own: Buffer | undefined;
    const compressed: NewId[] = [];
    for (let i = this.#next; i < this.#named.length; i++) {
      const { at, captured, prepare, label } = this.#named[i] as Named;
      if (at >= to) break;
      // A compressed packet says nothing before its last byte.
      if ((label.carrier ? label.offset + label.size : at + SIZE) <= to) this.#next = i + 1;
      const id = this.#ids.get(prepare);
      if (id === captured) continue;
      if (id === undefined) {
        this.#tell(label, 'the target has given no id to its statement so far');
        continue;
      }
      if (label.carrier) {
        compressed.push({ label, id });
        continue;
      }
      own ??= Buffer.from(bytes);
      const four = Buffer.alloc(SIZE);
      four.writeUInt32LE(id);
      // Of an id that is cut by the end of a segment, its part.
      for (let k = Math.max(at, from); k < Math.min(at + SIZE, to); k++) own[k - from] = four[k - at] as number;
    }
    if (compressed.length === 0) return own ?? bytes;
    return withIds(bytes, from, compressed, ({ label, id }) =>
      this.#tell(label, `it is compressed in several segments, and names statement ${id} of the target otherwise`),
    );
  }

  #tell({ at, name }: LabelledPacket, why: string): void {
    if (this.notes.length === 0) this.notes.push(`frame ${at}: ${name} has the captured id of its statement: ${why}`);
  }
}
