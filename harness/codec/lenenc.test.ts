import { describe, expect, test } from 'vitest';
import { Reader, Writer } from './bytes.ts';
import { CodecError } from './error.ts';
import { cells, type Lenenc, lenencBytes, lenencString, nullableString, readLenenc, writeLenenc } from './lenenc.ts';

const scope = { capabilities: 0, soFar: {} };
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const code = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return error instanceof CodecError ? `${error.code} at ${error.offset}` : String(error);
  }
  return undefined;
};
function write(value: Lenenc): string {
  const w = new Writer();
  writeLenenc(w, value);
  return hex(w.done());
}

describe('int<lenenc>', () => {
  // The edges of mysql/page_protocol_basic_dt_integers.
  test.each<[Lenenc, string]>([
    [0, '00'],
    [250, 'fa'],
    [251, 'fcfb00'],
    [252, 'fcfc00'],
    [255, 'fcff00'],
    [0xffff, 'fcffff'],
    [0x10000, 'fd000001'],
    [0xffffff, 'fdffffff'],
    [0x1000000, 'fe0000000100000000'],
    [Number.MAX_SAFE_INTEGER, 'feffffffffffff1f00'],
    [2n ** 53n, 'fe0000000000002000'],
    [2n ** 64n - 1n, 'feffffffffffffffff'],
  ])('%s is %s', (value, wire) => {
    expect(write(value)).toBe(wire);
    const r = new Reader(bytes(wire));
    expect(readLenenc(r)).toBe(value);
    expect(r.left).toBe(0);
  });

  test('a bigint that fits a number is written alike and read as a number', () => {
    expect(write(250n)).toBe('fa');
    expect(readLenenc(new Reader(bytes('fe0500000000000000')))).toBe(5);
  });

  test('longer forms than needed are read', () => {
    expect(readLenenc(new Reader(bytes('fc0500')))).toBe(5);
    expect(readLenenc(new Reader(bytes('fd050000')))).toBe(5);
  });

  test.each(['fb', 'ff', 'fb00', 'ff000000'])('%s starts no integer', (wire) => {
    expect(code(() => readLenenc(new Reader(bytes(wire))))).toBe('CODEC_BAD_LENENC at 0');
  });

  test.each(['', 'fc', 'fcff', 'fd', 'fdffff', 'fe', 'feffffffffffffff'])('"%s" ends too early', (wire) => {
    expect(code(() => readLenenc(new Reader(bytes(wire))))).toMatch(/^CODEC_TRUNCATED/);
  });

  test.each<Lenenc>([-1, 1.5, Number.NaN, 2 ** 53, -1n, 2n ** 64n])('%s cannot be written', (value) => {
    expect(code(() => write(value))).toBe('CODEC_UNWRITABLE at 0');
  });
});

describe('what a length prefixes', () => {
  test('every byte of a string survives', () => {
    const all = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const w = new Writer();
    lenencString.write(w, all.toString('latin1'), scope);
    expect(hex(w.done())).toBe(`fc0001${all.toString('hex')}`);
    expect(lenencString.read(new Reader(w.done()), scope)).toBe(all.toString('latin1'));
  });

  test('a length past the end is CODEC_TRUNCATED where the data starts, also beyond 2^53', () => {
    expect(code(() => lenencBytes.read(new Reader(bytes('05 6162')), scope))).toBe('CODEC_TRUNCATED at 1');
    expect(code(() => lenencBytes.read(new Reader(bytes('feffffffffffffffff 61')), scope))).toBe('CODEC_TRUNCATED at 9');
  });

  test('length and data are parts', () => {
    const r = new Reader(bytes('03 616263'));
    lenencBytes.read(r, scope);
    expect(r.parts).toEqual([
      { field: 'length', wire: 'int<lenenc>', off: 0, len: 1 },
      { field: 'data', wire: 'byte<3>', off: 1, len: 3 },
    ]);
  });

  test('0xFB is NULL, an empty string is not', () => {
    expect(nullableString.read(new Reader(bytes('fb')), scope)).toBeNull();
    expect(nullableString.read(new Reader(bytes('00')), scope)).toBe('');
    expect(cells(3).read(new Reader(bytes('fb 00 0131')), scope)).toEqual([null, '', '1']);
    const w = new Writer();
    cells(3).write(w, [null, '', '1'], scope);
    expect(hex(w.done())).toBe('fb000131');
  });

  test('more columns than the payload has', () => {
    expect(code(() => cells(2 ** 52).read(new Reader(bytes('0131')), scope))).toBe('CODEC_TRUNCATED at 2');
  });

  test('text that is not one byte per character is refused, with the way out', () => {
    expect(() => lenencString.write(new Writer(), '€', scope)).toThrow(/character 0 needs more than one byte; encode the text first/);
  });
});
