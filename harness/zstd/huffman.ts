import { BackwardBits } from './backward-bits.ts';
import { nextState, readFseTable } from './fse.ts';
import { ZstdFault } from './zstd-fault.ts';

/** RFC 8878 section 4.2. The next `maxBits` bits are an index into both arrays. */
export interface HuffmanTable {
  readonly maxBits: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
}

const LONGEST_CODE = 11;

export function readHuffmanTable(bytes: Uint8Array, at: number, end: number): { table: HuffmanTable; end: number } {
  const header = bytes[at] ?? 0;
  const size = header < 128 ? header : (header - 127 + 1) >> 1;
  const after = at + 1 + size;
  if (at >= end || after > end) throw new ZstdFault('a Huffman table that is cut');
  const weights = header < 128 ? fseWeights(bytes, at + 1, after) : plainWeights(bytes, at + 1, header - 127);
  return { table: huffmanTable(weights), end: after };
}

function plainWeights(bytes: Uint8Array, at: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => {
    const byte = bytes[at + (i >> 1)] as number;
    return i & 1 ? byte & 15 : byte >> 4;
  });
}

/** Two states take turns at one bitstream. */
function fseWeights(bytes: Uint8Array, at: number, end: number): number[] {
  const { table, end: tableEnd } = readFseTable(bytes, at, end, 6, 256);
  const bits = new BackwardBits(bytes, tableEnd, end);
  const states = [bits.read(table.accuracyLog), bits.read(table.accuracyLog)] as [number, number];
  const weights: number[] = [];
  for (let turn: 0 | 1 = 0; ; turn = turn === 0 ? 1 : 0) {
    weights.push(table.symbols[states[turn]] as number);
    states[turn] = nextState(table, states[turn], bits);
    if (bits.left < 0) break;
    if (weights.length > 254) throw new ZstdFault('a Huffman table of too many symbols');
  }
  // The other state has one symbol more.
  const other = weights.length & 1 ? 1 : 0;
  weights.push(table.symbols[states[other]] as number);
  return weights;
}

function huffmanTable(weights: number[]): HuffmanTable {
  let sum = 0;
  for (const weight of weights) {
    if (weight > LONGEST_CODE) throw new ZstdFault('a Huffman code that is too long');
    sum += weight === 0 ? 0 : 1 << (weight - 1);
  }
  const maxBits = sum === 0 ? 0 : 32 - Math.clz32(sum);
  const left = (1 << maxBits) - sum;
  if (sum === 0 || maxBits > LONGEST_CODE || (left & (left - 1)) !== 0 || weights.length > 255) {
    throw new ZstdFault('a Huffman table that does not add up');
  }
  // The last symbol's weight is what is left.
  const all = [...weights, 32 - Math.clz32(left)];
  const symbols = new Uint8Array(1 << maxBits);
  const bits = new Uint8Array(1 << maxBits);
  let place = 0;
  for (let weight = 1; weight <= maxBits; weight += 1) {
    for (const [symbol, mine] of all.entries()) {
      if (mine !== weight) continue;
      const end = place + (1 << (weight - 1));
      symbols.fill(symbol, place, end);
      bits.fill(maxBits + 1 - weight, place, end);
      place = end;
    }
  }
  return { maxBits, symbols, bits };
}

/** Fills `out[from, to)` from one stream, which must end where the symbols do. */
export function decodeHuffman(
  table: HuffmanTable,
  bytes: Uint8Array,
  start: number,
  end: number,
  out: Uint8Array,
  from: number,
  to: number,
): void {
  const bits = new BackwardBits(bytes, start, end);
  const { maxBits, symbols, bits: lengths } = table;
  for (let i = from; i < to; i += 1) {
    const index = bits.peek(maxBits);
    out[i] = symbols[index] as number;
    bits.left -= lengths[index] as number;
    if (bits.left < 0) throw new ZstdFault('literals that are cut');
  }
  if (bits.left !== 0) throw new ZstdFault('literals that do not end where they should');
}
