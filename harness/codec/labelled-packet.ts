import type { Span } from './bytes.ts';
import type { Carrier } from './compressed-packet-reader.ts';
import { CodecError } from './error.ts';
import { decodeAs, type Identified, valuesAs } from './identified.ts';
import type { Context, Message } from './message.ts';
import type { ResultColumn } from './result-column.ts';
import type { Seen } from './skim.ts';
import type { Taken } from './stream.ts';

export type Side = 'client' | 'server';

/**
 * One packet of a conversation, or a run of bytes that are no packets (TLS, HTTP, cut off). Payload, value and spans are made
 * when they are asked for: do not write into a chunk after pushing it.
 */
export interface LabelledPacket {
  readonly from: Side;
  /** The manual's name of the message, or what the bytes are instead: "TLS", "HTTP request", "unknown" … */
  readonly name: string;
  /** Absent where the bytes are no packet. */
  readonly sequenceId?: number | undefined;
  readonly payload: Uint8Array;
  /** Bytes of the payload. */
  readonly length: number;
  /** Offset in this side's stream of the header, or of the bytes. */
  readonly offset: number;
  /** Bytes of the stream, headers included. */
  readonly size: number;
  /** The caller's mark of the chunk that completed the packet (a frame number, a time). */
  readonly at?: number | undefined;
  readonly message?: Message | undefined;
  /** The capabilities that the message was decoded under. */
  readonly context?: Context | undefined;
  readonly value?: Readonly<Record<string, unknown>> | undefined;
  readonly spans?: readonly Span[] | undefined;
  /** Of a binary row: the columns that it was decoded by. */
  readonly columns?: readonly ResultColumn[] | undefined;
  /** In a compressed connection, the compressed packet that completed it; then offset and size are of the compressed bytes. */
  readonly carrier?: Carrier | undefined;
  /** It came inside TLS; then offset and size are of the plaintext. */
  readonly deciphered?: true | undefined;
  /** Sent by the client before the greeting had come. */
  readonly early?: true | undefined;
  /** The client packet that a server packet answers. */
  readonly answers?: LabelledPacket | undefined;
  /** What is wrong with it, where something is. */
  readonly problem?: string | undefined;
  /** Lets go of the chunk that it lies in, which may be much larger. */
  letGo?(): void;
}

interface About {
  readonly offset: number;
  readonly at: number | undefined;
  readonly early: boolean;
  readonly deciphered: boolean;
  readonly problem?: string | undefined;
  /** Bytes of the stream that are in `size` besides `bytes`, before them: of a begun packet. */
  readonly held?: number;
}

/** Bytes of a chunk besides the packet. */
const WORTH_A_COPY = 4096;

/** A packet while it is being named; whoever is given it as a LabelledPacket finds it finished. */
export class Labelled implements LabelledPacket {
  readonly from: Side;
  readonly sequenceId: number | undefined;
  readonly offset: number;
  readonly size: number;
  readonly at: number | undefined;
  readonly early: true | undefined;
  readonly deciphered: true | undefined;
  readonly carrier: Carrier | undefined;
  name = 'unknown';
  message: Message | undefined = undefined;
  context: Context | undefined = undefined;
  columns: readonly ResultColumn[] | undefined = undefined;
  answers: LabelledPacket | undefined = undefined;
  problem: string | undefined = undefined;
  /** The payload is bytes[start..end]. */
  #bytes: Uint8Array;
  #start: number;
  #end: number;
  #payload: Uint8Array | undefined = undefined;
  /** null: not read yet. Most of those who ask want values, and no spans. */
  #value: LabelledPacket['value'] | null = null;
  #spans: LabelledPacket['spans'] | null = null;

  constructor(
    from: Side,
    { sequenceId, bytes, start, end, offset, size, carrier }: Place,
    at: number | undefined,
    early: boolean,
    deciphered: boolean,
  ) {
    this.from = from;
    this.sequenceId = sequenceId;
    this.offset = offset;
    this.size = size;
    this.at = at;
    this.early = early || undefined;
    this.deciphered = deciphered || undefined;
    this.carrier = carrier;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get length(): number {
    return this.#end - this.#start;
  }

  /** A byte of the payload; undefined behind its end. */
  byte(i: number): number | undefined {
    const at = this.#start + i;
    return at < this.#end ? this.#bytes[at] : undefined;
  }

  get payload(): Uint8Array {
    this.#payload ??= this.#bytes.subarray(this.#start, this.#end);
    return this.#payload;
  }

  get value(): Readonly<Record<string, unknown>> | undefined {
    if (this.#value === null) this.#value = this.message && this.context && valuesAs(this.message, this.payload, this.context);
    return this.#value;
  }

  get spans(): readonly Span[] | undefined {
    if (this.#spans === null)
      this.#spans = this.message && this.context && decodeAs(this.message, this.payload, this.context).decoded?.spans;
    return this.#spans;
  }

  /** A command may wait for its answer for ever. */
  letGo(): void {
    if (this.#bytes.buffer.byteLength - this.length < WORTH_A_COPY) return;
    this.#bytes = Uint8Array.from(this.payload);
    this.#start = 0;
    this.#end = this.#bytes.length;
    this.#payload = undefined;
    // Values may be views: they are made again when they are asked for.
    if (this.message && this.context) this.#value = this.#spans = null;
  }

  /** Names it, and says what is wrong with it as a message. The fields hold until the next packet is named. */
  is(message: Message, context: Context): Seen {
    this.name = message.name;
    this.message = message;
    this.context = context;
    const seen = message.alike ? this.#alike(message, context) : message.skim(this.#bytes, this.#start, this.#end, context);
    if (seen) return seen;
    const { decoded, problem } = decodeAs(message, this.payload, context);
    this.#hold(decoded);
    this.problem = problem;
    return decoded?.value ?? {};
  }

  #alike(message: Message, context: Context): Seen | undefined {
    try {
      const value = message.alike?.(this.#bytes, this.#start, this.#end, context);
      if (value) this.#value = value;
      return value;
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      return undefined;
    }
  }

  /** Names what a glance has found to be this message, whole. */
  isSurely(message: Message, context: Context): void {
    this.name = message.name;
    this.message = message;
    this.context = context;
  }

  /** Takes a name that was found from the payload. */
  isAs({ name, message, context, decoded, problem }: Identified): Seen {
    this.name = name;
    this.message = message;
    this.context = context;
    this.problem = problem;
    this.#hold(decoded);
    return decoded?.value ?? {};
  }

  #hold(decoded: Identified['decoded']): void {
    this.#value = decoded?.value;
    this.#spans = decoded?.spans;
  }
}

/** Where a packet, or a run of bytes, lies. */
type Place = Pick<Taken, 'bytes' | 'start' | 'end' | 'offset' | 'size'> & {
  readonly sequenceId: number | undefined;
  readonly carrier?: Carrier | undefined;
};

export function bytesThatAreNoPacket(
  from: Side,
  name: string,
  bytes: Uint8Array,
  { offset, at, early, deciphered, problem, held = 0 }: About,
): Labelled {
  const end = bytes.length;
  const label = new Labelled(
    from,
    { sequenceId: undefined, bytes, start: 0, end, offset: offset - held, size: held + end },
    at,
    early,
    deciphered,
  );
  label.problem = problem;
  label.name = name;
  return label;
}
