import type { BackwardBits } from './backward-bits.ts';
import { ZstdFault } from './zstd-fault.ts';

/** A decoding table of Finite State Entropy: RFC 8878 section 4.1.1. State i gives a symbol, and the next state. */
export interface FseTable {
  readonly accuracyLog: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly base: Uint16Array;
}

/** The table of a description that begins at `at`, and where the description ends. */
export function readFseTable(
  bytes: Uint8Array,
  at: number,
  end: number,
  longest: number,
  symbols: number,
): { table: FseTable; end: number } {
  const accuracyLog = ((bytes[at] ?? 0) & 15) + 5;
  if (accuracyLog > longest) throw new ZstdFault('a table of more states than are allowed');
  let bit = at * 8 + 4;
  const read = (count: number): number => {
    const here = bit >>> 3;
    const word = (bytes[here] as number) | ((bytes[here + 1] as number) << 8) | ((bytes[here + 2] as number) << 16);
    bit += count;
    return (word >>> ((bit - count) & 7)) & ((1 << count) - 1);
  };
  const counts: number[] = [];
  let remaining = 1 << accuracyLog;
  while (remaining > 0 && counts.length < symbols && bit <= end * 8) {
    const width = 32 - Math.clz32(remaining + 1);
    let value = read(width);
    const lower = (1 << (width - 1)) - 1;
    const threshold = (1 << width) - 1 - (remaining + 1);
    if ((value & lower) < threshold) {
      bit -= 1;
      value &= lower;
    } else if (value > lower) value -= threshold;
    const count = value - 1;
    remaining -= Math.abs(count);
    counts.push(count);
    // Behind a symbol that does not occur stands how many more do not.
    for (let repeat = count === 0 ? 3 : 0; repeat === 3 && counts.length <= symbols; ) {
      repeat = read(2);
      for (let i = 0; i < repeat; i += 1) counts.push(0);
    }
  }
  const after = (bit + 7) >>> 3;
  if (remaining !== 0 || counts.length > symbols || after > end) throw new ZstdFault('a table that does not add up');
  return { table: fseTable(counts, accuracyLog), end: after };
}

/** `counts`: states of each symbol; -1 is less than one. */
export function fseTable(counts: readonly number[], accuracyLog: number): FseTable {
  const size = 1 << accuracyLog;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(256);
  let high = size;
  for (const [symbol, count] of counts.entries()) {
    next[symbol] = Math.abs(count);
    if (count === -1) symbols[--high] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let place = 0;
  for (const [symbol, count] of counts.entries()) {
    for (let i = 0; i < count; i += 1) {
      symbols[place] = symbol;
      do place = (place + step) & (size - 1);
      while (place >= high);
    }
  }
  const bits = new Uint8Array(size);
  const base = new Uint16Array(size);
  for (let state = 0; state < size; state += 1) {
    const symbol = symbols[state] as number;
    const x = next[symbol] as number;
    next[symbol] = x + 1;
    const width = accuracyLog - (31 - Math.clz32(x));
    bits[state] = width;
    base[state] = (x << width) - size;
  }
  return { accuracyLog, symbols, bits, base };
}

/** One symbol for ever. */
export function constantTable(symbol: number): FseTable {
  return { accuracyLog: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), base: Uint16Array.of(0) };
}

export function nextState(table: FseTable, state: number, bits: BackwardBits): number {
  return (table.base[state] as number) + bits.read(table.bits[state] as number);
}
