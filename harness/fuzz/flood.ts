import type { LabelledPacket } from '../codec/conversation.ts';
import { isAuthQuestion } from '../run/auth-exchange.ts';
import { type Client, stimuliIn } from './exec.ts';

/** The largest answer that a stimulus of the fuzzer can ask for stays far below, but for values that are asked for by their length. */
const MOST_BYTES = 4 << 20;
/** Of a login even less is due, and of answers, but for the definitions of many parameters and events: 64 sessions are played at once. */
const [MOST_LOGIN_BYTES, MOST_ANSWERED_BYTES] = [1 << 20, 1 << 20];
/**
 * The packets of all answers stay far below as well, a tenth of as many where they are no rows. Small ones take a hundred times their bytes in
 * memory. Events are there as many as the server has logged.
 */
const MOST_PACKETS = 10_000;
const weights: Readonly<Record<string, number>> = {
  ColumnDefinition41: 1,
  ColumnDefinition320: 1,
  TextRow: 1,
  BinaryRow: 1,
  BinlogEvent: 0,
};
const OTHERS_WEIGH = 10;
/** A statement gets a definition for each `?` in it, and takes two bytes for it; StmtPrepareOK counts them with int<2>. */
const BYTES_PER_PARAMETER = 2;
const MOST_PARAMETERS = 0xffff;
/** A definition of a parameter, with room to spare. */
const DEFINITION_BYTES = 48;
/** So often not even a client is asked that logs in again and again. */
const MOST_QUESTIONS = 100;
/** The bytes that are looked at before their packets are weighed. */
export const PORTION = 4096;

/** Tells when a server sends more than anything that the fuzzer says asks for. */
export class Flood {
  #weight = 0;
  #most = MOST_PACKETS;
  #bytes = 0;
  #mostBytes = MOST_ANSWERED_BYTES;
  #questions = 0;
  /** Of the values that statements ask for by name. */
  #longest = 0;

  /** So many bytes have been sent, in which these packets end. They may run anew what was prepared before. */
  asked(bytes: number, packets: readonly Pick<LabelledPacket, 'payload'>[]): void {
    const parameters = Math.min(bytes / BYTES_PER_PARAMETER, MOST_PARAMETERS);
    this.#longest = Math.max(this.#longest, ...packets.map(({ payload }) => longestIn(payload)));
    this.#most += parameters;
    this.#mostBytes += parameters * DEFINITION_BYTES + this.#longest;
  }

  /** @param loginBytes what has come of a login that is not over */
  has(packets: readonly LabelledPacket[], loginBytes: number): boolean {
    for (const packet of packets) {
      // What is no row, though it stands where one is due, says why in words.
      const weight = packet.problem === undefined ? (weights[packet.name] ?? OTHERS_WEIGH) : OTHERS_WEIGH;
      this.#weight += weight;
      if (weight > 0) this.#bytes += packet.length;
      if (isAuthQuestion(packet)) this.#questions++;
    }
    return this.#weight > this.#most || this.#bytes > this.#mostBytes || this.#questions > MOST_QUESTIONS || loginBytes > MOST_LOGIN_BYTES;
  }
}

/** How the fuzzer's statements ask for a long value (harness/fuzz/arbitrary/statements.ts). */
const REPEAT = "REPEAT('x', ";

/** No client of ours asks for a longer one. */
const LONGEST_VALUE = 1 << 26;
/** A value so long is asked for again by each further command, as far as anybody knows. */
const LONG_VALUE = 1 << 20;
/** Bytes that may come to a client of all that it says. */
export function mostBytesOf(client: Client): number {
  const all = stimuliIn(client);
  const longest = Math.max(0, ...all.map(({ with: fields }) => longestIn(Buffer.from(String(fields?.['query'] ?? ''), 'latin1'))));
  return longest < LONG_VALUE ? MOST_BYTES : MOST_BYTES + longest * all.length;
}

/** Bytes. */
function longestIn(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let longest = 0;
  for (let at = text.indexOf(REPEAT); at >= 0; at = text.indexOf(REPEAT, at + 1)) {
    const length = Number.parseInt(text.toString('latin1', at + REPEAT.length, at + REPEAT.length + 9), 10);
    if (length > longest && length <= LONGEST_VALUE) longest = length;
  }
  return longest;
}
