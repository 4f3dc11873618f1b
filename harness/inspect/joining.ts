import type { Side } from '../codec/labelled-packet.ts';
import { areTlsRecords, beginsCompressed, unwrapped, type Veil } from './veil.ts';

/** Bytes of a command that are kept until its answer shows that it was one. */
const MOST_HELD = 1 << 20;
/** Bytes that cannot be a command, seen this often, are not MySQL. */
const MOST_MISSES = 64;

/** Segments that must look like one of the layers before it is called so. */
const LEAST_VEILED = 3;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly frame: number;
  readonly timeNs: bigint;
  /** The command itself, where the bytes are compressed packets. */
  readonly content?: Uint8Array | undefined;
}

/** A place at which packets can be read again. */
export interface Joint {
  /** The side that sent the command: the client, whatever its port. */
  readonly from: Side;
  readonly command: Chunk;
}

/**
 * Finds a place to begin reading in the middle of a connection: one whole command in the bytes of one segment, and an
 * answer behind it that counts on from it. Both must fit before anything is called MySQL.
 */
export class Joining {
  readonly #held: { client?: Chunk | undefined; server?: Chunk | undefined } = {};
  /** The sides are known: only the client sends commands. */
  readonly #sure: boolean;
  /** Whether commands travel compressed; undefined where the login is not known. */
  readonly #compressed: boolean | undefined;
  #misses = 0;
  readonly #tls = { client: 0, server: 0 };
  #inflated = 0;

  constructor(sure: boolean, compressed?: boolean) {
    this.#sure = sure;
    this.#compressed = compressed;
  }

  /** The layer that the bytes lie in, by many segments of it. */
  get veil(): Veil | undefined {
    if (this.#inflated >= LEAST_VEILED) return 'compressed';
    const { client, server } = this.#tls;
    return client > 0 && server > 0 && client + server >= LEAST_VEILED ? 'TLS' : undefined;
  }

  /** Nothing in these bytes looks like MySQL. */
  get hopeless(): boolean {
    return this.#misses > MOST_MISSES;
  }

  /** The joint that these bytes complete; they are the first of the answer. */
  push(from: Side, bytes: Uint8Array, frame: number, timeNs: bigint): Joint | undefined {
    const peer = from === 'client' ? 'server' : 'client';
    const command = this.#held[peer];
    if (command && (command.content ? answersCompressed(bytes) : answers(bytes))) {
      this.#held[peer] = undefined;
      return { from: peer, command };
    }
    this.#held[peer] = undefined;
    const may = !this.#sure || from === 'client';
    const fits = bytes.length <= MOST_HELD;
    if (may && fits && this.#compressed !== true && isCommand(bytes)) {
      this.#held[from] = { bytes: Uint8Array.from(bytes), frame, timeNs };
      return undefined;
    }
    const inside = fits && this.#compressed !== false ? unwrapped(bytes) : undefined;
    if (inside?.certain) this.#inflated++;
    if (may && inside?.sequenceId === 0 && isCommand(inside.content)) {
      this.#held[from] = { bytes: Uint8Array.from(bytes), frame, timeNs, content: inside.content };
      return undefined;
    }
    this.#held[from] = undefined;
    this.#misses++;
    if (areTlsRecords(bytes)) this.#tls[from]++;
    return undefined;
  }

  gap(): void {
    this.#held.client = this.#held.server = undefined;
  }

  /** A COM_QUIT as the last thing that a side said: it has no answer, and is enough to know the end by. */
  quit(): Joint | undefined {
    for (const from of ['client', 'server'] as const) {
      const command = this.#held[from];
      if (command?.bytes.length === 5 && command.bytes[4] === 0x01) return { from, command };
    }
    return undefined;
  }
}

/** Bytes of the commands that clients send; the length where it is fixed. Those that servers refuse tell nothing. */
const lengths: ReadonlyMap<number, number | undefined> = new Map([
  ...[0x01, 0x09, 0x0d, 0x0e, 0x1f].map((command): [number, number] => [command, 1]),
  ...[0x19, 0x1a].map((command): [number, number] => [command, 5]),
  [0x1b, 3],
  [0x1c, 9],
  ...[0x02, 0x03, 0x04, 0x11, 0x12, 0x15, 0x16, 0x17, 0x18, 0x1e, 0xfa].map((command): [number, undefined] => [command, undefined]),
]);

/** One command that fills the segment: its length says so, its sequence id is 0, its first byte is a command of clients. */
function isCommand(b: Uint8Array): boolean {
  if (b.length < 5 || b[3] !== 0 || !lengths.has(b[4] as number)) return false;
  const length = (b[0] as number) | ((b[1] as number) << 8) | ((b[2] as number) << 16);
  return length === b.length - 4 && (lengths.get(b[4] as number) ?? length) === length;
}

/** The beginning of an answer: sequence id 1, a length that is not 0. */
function answers(b: Uint8Array): boolean {
  if (b.length < 5 || b[3] !== 1) return false;
  return ((b[0] as number) | ((b[1] as number) << 8) | ((b[2] as number) << 16)) > 0;
}

/** The same inside compressed packets, which count on from the command's own. */
function answersCompressed(b: Uint8Array): boolean {
  const begun = beginsCompressed(b);
  return begun?.sequenceId === 1 && (begun.content === undefined || answers(begun.content));
}
