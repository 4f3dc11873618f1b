import { BackwardBits } from './backward-bits.ts';
import { constantTable, type FseTable, fseTable, nextState, readFseTable } from './fse.ts';
import type { Window } from './window.ts';
import { ZstdFault } from './zstd-fault.ts';

/** The tables of the three codes, which a later block may use again. */
export interface SequenceTables {
  literalLength?: FseTable;
  offset?: FseTable;
  matchLength?: FseTable;
}

interface Code {
  readonly of: keyof SequenceTables;
  readonly longest: number;
  /** Symbols that exist. */
  readonly symbols: number;
  readonly predefined: FseTable;
}

/** Extra bits of each code, and the value to which they are added: RFC 8878 section 3.1.1.3.2.1.1. */
const LITERAL_BITS = [...new Array<number>(16).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const MATCH_BITS = [...new Array<number>(32).fill(0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
const LITERAL_BASE = bases(LITERAL_BITS, 0);
const MATCH_BASE = bases(MATCH_BITS, 3);
/** An offset of more bits is more than any window. */
const OFFSET_CODES = 31;

/** In the order of the section; the default distributions are of section 3.1.1.3.2.2. */
const CODES: readonly Code[] = [
  {
    of: 'literalLength',
    longest: 9,
    symbols: LITERAL_BITS.length,
    predefined: fseTable(
      [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
      6,
    ),
  },
  {
    of: 'offset',
    longest: 8,
    symbols: OFFSET_CODES,
    predefined: fseTable([1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1], 5),
  },
  {
    of: 'matchLength',
    longest: 9,
    symbols: MATCH_BITS.length,
    predefined: fseTable(
      [
        1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
        1, 1, -1, -1, -1, -1, -1, -1, -1,
      ],
      6,
    ),
  },
];

/** Writes a block's content to the window: literals and matches in turn. Returns the literals that were used. */
export function runSequences(
  bytes: Uint8Array,
  at: number,
  end: number,
  literals: Uint8Array,
  tables: SequenceTables,
  window: Window,
): number {
  let here = at;
  const byte = (): number => {
    if (here >= end) throw new ZstdFault('a block that is cut');
    here += 1;
    return bytes[here - 1] as number;
  };
  let count = byte();
  if (count === 255) count = byte() + (byte() << 8) + 0x7f00;
  else if (count > 127) count = ((count - 128) << 8) + byte();
  if (count === 0) {
    if (here !== end) throw new ZstdFault('bytes behind the end of a block');
    return 0;
  }
  const modes = byte();
  if (modes & 3) throw new ZstdFault('reserved bits that are set');
  for (const [i, code] of CODES.entries()) {
    const mode = (modes >> (6 - 2 * i)) & 3;
    if (mode === 0) tables[code.of] = code.predefined;
    else if (mode === 1) {
      const symbol = byte();
      if (symbol >= code.symbols) throw new ZstdFault('a code that does not exist');
      tables[code.of] = constantTable(symbol);
    } else if (mode === 2) {
      const read = readFseTable(bytes, here, end, code.longest, code.symbols);
      tables[code.of] = read.table;
      here = read.end;
    }
  }
  const { literalLength, offset, matchLength } = tables;
  if (!literalLength || !offset || !matchLength) throw new ZstdFault('a table that no block has described');
  const bits = new BackwardBits(bytes, here, end);
  let literalState = bits.read(literalLength.accuracyLog);
  let offsetState = bits.read(offset.accuracyLog);
  let matchState = bits.read(matchLength.accuracyLog);
  let used = 0;
  for (let i = 0; i < count; i += 1) {
    const offsetCode = offset.symbols[offsetState] as number;
    const matchCode = matchLength.symbols[matchState] as number;
    const literalCode = literalLength.symbols[literalState] as number;
    const distance = 2 ** offsetCode + bits.read(offsetCode);
    const match = (MATCH_BASE[matchCode] as number) + bits.read(MATCH_BITS[matchCode] as number);
    const length = (LITERAL_BASE[literalCode] as number) + bits.read(LITERAL_BITS[literalCode] as number);
    if (i < count - 1) {
      literalState = nextState(literalLength, literalState, bits);
      matchState = nextState(matchLength, matchState, bits);
      offsetState = nextState(offset, offsetState, bits);
    }
    if (bits.left < 0 || used + length > literals.length) throw new ZstdFault('sequences that are cut');
    window.append(literals, used, length);
    used += length;
    window.repeat(window.distance(distance, length === 0), match);
  }
  if (bits.left !== 0) throw new ZstdFault('sequences that do not end where they should');
  return used;
}

function bases(widths: readonly number[], first: number): number[] {
  let value = first;
  return widths.map((width) => {
    value += 1 << width;
    return value - (1 << width);
  });
}
