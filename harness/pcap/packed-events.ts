import type { Side, TcpConnection, TcpEvent, TcpSink } from './tcp-connection.ts';

/** What whoever follows a connection needs to know of it. */
export type FollowedConnection = Pick<TcpConnection, 'id' | 'midStream'> & { readonly [side in Side]: { readonly text: string } };

/** A sink to which connections need not be more than that. */
export interface FollowingSink {
  event(connection: FollowedConnection, event: TcpEvent): void;
  over(connection: FollowedConnection, frame: number): void;
}

/** What a sink is told, in memory that can be handed to another thread. */
export interface PackedEvents {
  /** Records from the beginning on; the bytes of data from the end back. */
  readonly memory: ArrayBuffer;
  readonly records: number;
  /** Those that began: the texts of client and server in turn. */
  readonly opened: readonly string[];
}

// A record: connection, kind with its marks, frame, sequence number, acknowledgement, size, time (64 bits).
const WORDS = 8;
const RECORD = 4 * WORDS;
/** Memory of one portion, unless one event needs more. */
const PORTION = 1 << 20;

const KINDS = ['data', 'gap', 'syn', 'syn-ack', 'fin', 'rst'] as const;
const OPENED = 6;
const OVER = 7;
/** Of a record's kind. */
const Mark = { kind: 7, server: 8, ack: 16, provoked: 32, mayEnd: 64, midStream: 128 } as const;
/** The frame of what the end of the capture ended. */
const NO_FRAME = 0xffff_ffff;
const NOTHING = new Uint8Array(0);

/** Packs what it is told, and gives away a portion whenever one is full. */
export class EventPacker implements TcpSink {
  readonly #give: (events: PackedEvents) => void;
  #words = new Uint32Array(0);
  #times = new BigInt64Array(0);
  #bytes = NOTHING;
  #records = 0;
  /** Where the bytes begin that are there. */
  #end = 0;
  #opened: string[] = [];

  constructor(give: (events: PackedEvents) => void) {
    this.#give = give;
  }

  opened({ id, client, server, midStream }: TcpConnection): void {
    this.#record(id, midStream ? OPENED | Mark.midStream : OPENED, 0, 0, undefined, NOTHING);
    this.#opened.push(client.text, server.text);
  }

  event({ id }: TcpConnection, event: TcpEvent): void {
    const kind = KINDS.indexOf(event.kind) | (event.from === 'server' ? Mark.server : 0);
    const { frame, seq, ack } = event;
    switch (event.kind) {
      case 'data':
        this.#record(id, kind, frame, seq, ack, event.bytes);
        break;
      case 'gap':
        this.#record(id, kind | (event.mayEnd ? Mark.mayEnd : 0), frame, seq, ack, NOTHING);
        this.#words[(this.#records - 1) * WORDS + 5] = event.missing;
        break;
      default:
        this.#record(id, kind | (event.kind === 'rst' && event.provoked ? Mark.provoked : 0), frame, seq, ack, NOTHING);
    }
    this.#times[(this.#records - 1) * 4 + 3] = event.timeNs;
  }

  over({ id }: TcpConnection, frame: number): void {
    this.#record(id, OVER, Math.min(frame, NO_FRAME), 0, undefined, NOTHING);
  }

  /** Gives away what is left. */
  flush(): void {
    const memory = this.#words.buffer as ArrayBuffer;
    if (this.#records > 0) this.#give({ memory, records: this.#records, opened: this.#opened });
    this.#words = new Uint32Array(0);
    this.#end = this.#records = 0;
    this.#opened = [];
  }

  #record(id: number, kind: number, frame: number, seq: number, ack: number | undefined, bytes: Uint8Array): void {
    if ((this.#records + 1) * RECORD + bytes.length > this.#end) this.#make(bytes.length);
    const words = this.#words;
    const at = this.#records++ * WORDS;
    words[at] = id;
    words[at + 1] = ack === undefined ? kind : kind | Mark.ack;
    words[at + 2] = frame;
    words[at + 3] = seq;
    words[at + 4] = ack ?? 0;
    words[at + 5] = bytes.length;
    this.#end -= bytes.length;
    if (bytes.length > 0) this.#bytes.set(bytes, this.#end);
  }

  #make(least: number): void {
    this.flush();
    const memory = new ArrayBuffer(Math.max(PORTION, (RECORD + least + 7) & ~7));
    this.#words = new Uint32Array(memory);
    this.#times = new BigInt64Array(memory);
    this.#bytes = new Uint8Array(memory);
    this.#end = memory.byteLength;
  }
}

/** Tells a sink what was packed, in order; bytes are views of the memory. */
export class EventUnpacker {
  readonly #sink: FollowingSink;
  readonly #connections = new Map<number, FollowedConnection>();
  /** Many events of one connection stand behind each other. */
  #last: FollowedConnection | undefined;

  /** Many clients of one server. */
  #server = { text: '' };

  constructor(sink: FollowingSink) {
    this.#sink = sink;
  }

  #serverOf(text: string): { readonly text: string } {
    if (this.#server.text !== text) this.#server = { text };
    return this.#server;
  }

  tell({ memory, records, opened }: PackedEvents): void {
    const words = new Uint32Array(memory);
    const times = new BigInt64Array(memory);
    let texts = 0;
    let end = memory.byteLength;
    for (let record = 0; record < records; record++) {
      const at = record * WORDS;
      const id = words[at] as number;
      const marks = words[at + 1] as number;
      const kind = marks & Mark.kind;
      const frame = words[at + 2] as number;
      if (kind === OPENED) {
        const client = { text: opened[texts++] as string };
        const server = this.#serverOf(opened[texts++] as string);
        this.#last = { id, midStream: (marks & Mark.midStream) !== 0, client, server };
        this.#connections.set(id, this.#last);
        continue;
      }
      const connection = this.#last?.id === id ? this.#last : (this.#connections.get(id) as FollowedConnection);
      this.#last = connection;
      if (kind === OVER) {
        this.#connections.delete(id);
        this.#sink.over(connection, frame === NO_FRAME ? Number.POSITIVE_INFINITY : frame);
        continue;
      }
      const size = words[at + 5] as number;
      const from: Side = (marks & Mark.server) === 0 ? 'client' : 'server';
      const timeNs = times[record * 4 + 3] as bigint;
      const seq = words[at + 3] as number;
      const ack = (marks & Mark.ack) === 0 ? undefined : (words[at + 4] as number);
      const name = KINDS[kind] as (typeof KINDS)[number];
      switch (name) {
        case 'data':
          end -= size;
          this.#sink.event(connection, { kind: name, from, timeNs, frame, seq, ack, bytes: new Uint8Array(memory, end, size) });
          break;
        case 'gap':
          this.#sink.event(connection, {
            kind: name,
            from,
            timeNs,
            frame,
            seq,
            ack,
            missing: size,
            ...((marks & Mark.mayEnd) === 0 ? {} : { mayEnd: true }),
          });
          break;
        case 'rst':
          this.#sink.event(connection, { kind: name, from, timeNs, frame, seq, ack, provoked: (marks & Mark.provoked) !== 0 });
          break;
        default:
          this.#sink.event(connection, { kind: name, from, timeNs, frame, seq, ack });
      }
    }
  }
}
