import { describe, expect, test } from 'vitest';
import { attributes } from './attributes.ts';
import { Reader, Writer } from './bytes.ts';
import { agreed, declares, either, unlessEnd, when } from './condition.ts';
import { CodecError } from './error.ts';
import { bytes, constant, filler, fixed, nul, nulBytes, nulOrEnd, rest, restBytes, u8, u8Bytes, u16, u24, u32, u48 } from './field.ts';
import { cutPoints, type Field, type Message, message, type Scope } from './message.ts';

const scope: Scope = { capabilities: 0, soFar: {} };
const data = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');
const hex = (b: Uint8Array): string => Buffer.from(b).toString('hex');
const read = <T>(field: Field<T>, wire: string, at: Scope = scope): T => field.read(new Reader(data(wire)), at);
function write<T>(field: Field<T>, value: T, at: Scope = scope): string {
  const w = new Writer();
  field.write(w, value, at);
  return hex(w.done());
}
const code = (run: () => unknown): string | undefined => {
  try {
    run();
  } catch (error) {
    return error instanceof CodecError ? `${error.code} at ${error.offset}` : String(error);
  }
  return undefined;
};

describe('integers are little-endian', () => {
  test.each([
    [u8, 0xff, 'ff'],
    [u16, 0x1234, '3412'],
    [u24, 0x123456, '563412'],
    [u32, 0xfedcba98, '98badcfe'],
    [u48, 0x123456789abc, 'bc9a78563412'],
  ])('%o', (field, value, wire) => {
    expect(write(field, value)).toBe(wire);
    expect(read(field, wire)).toBe(value);
    expect(code(() => read(field, wire.slice(2)))).toBe('CODEC_TRUNCATED at 0');
  });

  test.each([
    [u8, 256],
    [u8, -1],
    [u16, 0x10000],
    [u32, 2 ** 32],
    [u8, 0.5],
    [u8, undefined as unknown as number],
  ])('%o does not take %s', (field, value) => {
    expect(code(() => write(field, value))).toBe('CODEC_UNWRITABLE at 0');
  });
});

describe('strings and bytes', () => {
  test('string<NUL> keeps every other byte', () => {
    expect(read(nul, 'ff8061 00 62')).toBe('\xff\x80a');
    expect(write(nul, '\xff\x80a')).toBe('ff806100');
    expect(code(() => read(nul, '6161'))).toBe('CODEC_UNTERMINATED at 0');
    expect(hex(read(nulBytes, '0102 00 03'))).toBe('0102');
  });

  test('the last NUL may be missing where real peers leave it out', () => {
    expect(read(nulOrEnd, '6162')).toBe('ab');
    expect(read(nulOrEnd, '6162 00 63')).toBe('ab');
    expect(read(nulOrEnd, '')).toBe('');
    expect(write(nulOrEnd, 'ab')).toBe('616200');
  });

  test('the rest, n bytes, and int<1> + bytes', () => {
    expect(read(rest, '00ff')).toBe('\0\xff');
    expect(hex(read(restBytes, '00ff'))).toBe('00ff');
    expect(hex(read(bytes(2), 'aabbcc'))).toBe('aabb');
    expect(read(fixed(2), '6162')).toBe('ab');
    expect(hex(read(u8Bytes, '02 aabb cc'))).toBe('aabb');
    expect(write(u8Bytes, data('aabb'))).toBe('02aabb');
    expect(code(() => read(u8Bytes, '03 aabb'))).toBe('CODEC_TRUNCATED at 1');
    expect(code(() => write(u8Bytes, new Uint8Array(256)))).toBe('CODEC_UNWRITABLE at 0');
    expect(
      hex(
        read(
          bytes(({ soFar }) => Number(soFar['n'])),
          'aabbcc',
          { ...scope, soFar: { n: 3 } },
        ),
      ),
    ).toBe('aabbcc');
  });

  test('constants and fillers keep what is there, so that a check can compare', () => {
    expect(read(constant(10), '09')).toBe(9);
    expect(hex(read(filler(3), '000100'))).toBe('000100');
    expect(write(filler(3), filler(3).fallback as Uint8Array)).toBe('000000');
  });

  test('a wrong type is refused with the offset', () => {
    expect(code(() => write(rest, 5 as unknown as string))).toBe('CODEC_UNWRITABLE at 0');
    expect(code(() => write(restBytes, 'text' as unknown as Uint8Array))).toBe('CODEC_UNWRITABLE at 0');
    expect(() => write(bytes(2), undefined as unknown as Uint8Array)).toThrow(/give the field a value/);
  });
});

describe('conditions', () => {
  const PROTOCOL_41 = 0x200;
  const in41: Scope = { capabilities: PROTOCOL_41, soFar: {} };

  test('agreed looks at the context, declares at the message itself', () => {
    const field = when(agreed('PROTOCOL_41'), u16);
    expect(field.wire).toBe('int<2> if PROTOCOL_41');
    expect(read(field, '0100', in41)).toBe(1);
    expect(read(field, '0100')).toBeUndefined();
    const own = when(declares('PROTOCOL_41'), u16);
    expect(read(own, '0100', in41)).toBeUndefined();
    expect(read(own, '0100', { ...scope, soFar: { capabilities: PROTOCOL_41 } })).toBe(1);
  });

  test('bit 31 is a flag like any other', () => {
    expect(agreed('REMEMBER_OPTIONS').holds({ capabilities: 0x80000000, soFar: {} })).toBe(true);
  });

  test('where the condition does not hold, nothing is written', () => {
    expect(write(when(agreed('PROTOCOL_41'), u16), 1)).toBe('');
    expect(write(when(agreed('PROTOCOL_41'), u16), undefined, in41)).toBe('');
  });

  test('either picks one form', () => {
    const field = either(agreed('PROTOCOL_41'), u8Bytes, nulBytes);
    expect(write(field, data('aa'), in41)).toBe('01aa');
    expect(write(field, data('aa'))).toBe('aa00');
    expect(hex(read(field, 'aa00'))).toBe('aa');
  });

  test('unlessEnd is undefined at the end, and still strict inside', () => {
    expect(read(unlessEnd(u16), '')).toBeUndefined();
    expect(code(() => read(unlessEnd(u16), '01'))).toBe('CODEC_TRUNCATED at 0');
  });
});

describe('attributes', () => {
  test('order and doubles are kept', () => {
    const wire = '09 0161 0131 0161 02 3232';
    expect(read(attributes, wire)).toEqual([
      ['a', '1'],
      ['a', '22'],
    ]);
    expect(
      write(attributes, [
        ['a', '1'],
        ['a', '22'],
      ]),
    ).toBe(wire.replaceAll(' ', ''));
  });

  test('parts name every pair, at the same place in reading and writing', () => {
    const r = new Reader(data('ff 04 0161 0131'));
    r.take(1);
    attributes.read(r, scope);
    const expected = [
      { field: 'length', wire: 'int<lenenc>', off: 1, len: 1 },
      { field: '0.name', wire: 'string<lenenc>', off: 2, len: 2 },
      { field: '0.value', wire: 'string<lenenc>', off: 4, len: 2 },
    ];
    expect(r.parts).toEqual(expected);
    const w = new Writer();
    w.uint(1, 0xff);
    attributes.write(w, [['a', '1']], scope);
    expect(w.parts).toEqual(expected);
  });

  test.each([
    ['a pair that reads past the total', '03 0161 0131', 'CODEC_TRUNCATED at 4'],
    ['a total past the payload', '10 0161 0131', 'CODEC_TRUNCATED at 1'],
    ['a name without a value', '02 0161', 'CODEC_TRUNCATED at 3'],
    ['NULL as a name', '01 fb', 'CODEC_BAD_LENENC at 1'],
  ])('%s', (_, wire, error) => {
    expect(code(() => read(attributes, wire))).toBe(error);
  });
});

describe('a message', () => {
  const greeting = message('Greeting', 'page', {
    header: constant(1),
    name: nul,
    flag: when(agreed('PROTOCOL_41'), u16),
    tail: unlessEnd({ ...u8, fallback: 7 }),
  });

  test('fields left out get their fallback; optional fields given as undefined are not written', () => {
    expect(hex(greeting.encode({ name: 'a' }, { capabilities: 0x200 }))).toBe('016100000007');
    expect(hex(greeting.encode({ name: 'a', flag: undefined, tail: undefined }, { capabilities: 0x200 }))).toBe('016100');
  });

  test('raw bytes replace a field, length prefix and all, also where it would be absent', () => {
    expect(hex(greeting.encode({}, { capabilities: 0 }, { name: data('6161'), flag: data('beef') }))).toBe('016161beef07');
  });

  test('bytes that no field claims are counted', () => {
    const { value, left } = greeting.decode(data('01 6100 07 aabb'), { capabilities: 0 });
    expect(value).toEqual({ header: 1, name: 'a', flag: undefined, tail: 7 });
    expect(left).toBe(2);
  });

  test('cut points are the starts of fields and parts inside the payload', () => {
    const { spans } = message('M', 'page', { a: u8, b: u8Bytes, c: nul }).layout({ a: 1, b: data('aabb'), c: 'x' }, scope);
    expect(cutPoints(spans)).toEqual([1, 2, 4]);
  });

  test('layout and decode agree on the spans', () => {
    const m: Message = message('M', 'page', { a: u8, b: u8Bytes, d: attributes, c: nul }) as unknown as Message;
    const layout = m.layout({ a: 1, b: data('aabb'), d: [['k', 'v']], c: 'x' }, scope);
    expect(m.decode(layout.bytes, scope).spans).toEqual(layout.spans);
  });
});
