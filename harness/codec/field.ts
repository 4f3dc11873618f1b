/**
 * The field types of both manuals (mysql/page_protocol_basic_dt_integers and _dt_strings, mariadb/protocol-data-types).
 * Strings are binary strings: one character per byte (latin1), so that every byte survives decode and encode.
 * Write text in another charset with `Buffer.from(text, 'utf8').toString('latin1')`.
 */
import type { Reader, Writer } from './bytes.ts';
import { CodecError } from './error.ts';
import type { Field, Scope } from './message.ts';

function integer(n: number): Field<number> {
  return { wire: `int<${n}>`, size: n, fallback: 0, read: (r) => r.uint(n), write: (w, value) => w.uint(n, value) };
}
export const u8 = integer(1);
export const u16 = integer(2);
export const u24 = integer(3);
export const u32 = integer(4);
export const u48 = integer(6);

/** int<8>: a number where it is exact, a bigint from 2^53 on. */
export const u64: Field<number | bigint> = {
  wire: 'int<8>',
  size: 8,
  fallback: 0,
  read(r) {
    const b = r.take(8);
    const value = new DataView(b.buffer, b.byteOffset, 8).getBigUint64(0, true);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  },
  write(w, value) {
    const b = new Uint8Array(8);
    new DataView(b.buffer).setBigUint64(0, BigInt(value), true);
    w.raw(b);
  },
};

/** An int<1> that the manual fixes. Decoding keeps what is there, checks compare: an inspector must show the wrong value. */
export function constant(value: number): Field<number> {
  return { ...u8, wire: `int<1> = 0x${value.toString(16).padStart(2, '0')}`, fallback: value };
}

/** n bytes, or as many as an earlier field says. Writes whatever length it is given: the length field may lie. */
export function bytes(n: number | ((scope: Scope) => number)): Field<Uint8Array> {
  const size = typeof n === 'number' ? () => n : n;
  return {
    wire: typeof n === 'number' ? `byte<${n}>` : 'byte<var>',
    ...(typeof n === 'number' ? { size: n } : {}),
    derive: (scope) => new Uint8Array(size(scope)),
    skip: (r, scope) => skipBytes(r, size(scope)),
    read: (r, scope) => r.take(size(scope)),
    write: (w, value) => w.raw(data(value, w)),
  };
}

/** Reserved bytes, zero by default. Decoding keeps what is there. */
export function filler(n: number): Field<Uint8Array> {
  return { ...bytes(n), wire: `filler<${n}>`, fallback: new Uint8Array(n) };
}

/** string<n>: n characters. */
export function fixed(n: number): Field<string> {
  return {
    wire: `string<${n}>`,
    size: n,
    read: (r) => latin1(r.take(n)),
    write: (w, value) => w.raw(text(value, w)),
  };
}

/** string<NUL>. Throws CODEC_UNTERMINATED without a NUL. */
export const nul: Field<string> = {
  wire: 'string<NUL>',
  fallback: '',
  skip: skipNul,
  read: (r) => latin1(r.untilNul()),
  write: writeNul,
};

/** bytes up to a NUL. Throws CODEC_UNTERMINATED without one. */
export const nulBytes: Field<Uint8Array> = {
  wire: 'string<NUL>',
  fallback: new Uint8Array(0),
  skip: skipNul,
  read: (r) => r.untilNul(),
  write(w, value) {
    w.raw(data(value, w));
    w.uint(1, 0);
  },
};

/** A string<NUL> that ends with the payload where the NUL is missing: real peers leave out the last one. Written with a NUL. */
export const nulOrEnd: Field<string> = {
  wire: 'string<NUL|EOF>',
  fallback: '',
  skip: (r) => skipNul(r) || skipRest(r),
  read: (r) => latin1(r.nul() < 0 ? r.rest() : r.untilNul()),
  write: writeNul,
};

/** string<EOF>. */
export const rest: Field<string> = {
  wire: 'string<EOF>',
  fallback: '',
  skip: skipRest,
  read: (r) => latin1(r.rest()),
  write: (w, value) => w.raw(text(value, w)),
};

/** string<EOF> as bytes. */
export const restBytes: Field<Uint8Array> = {
  wire: 'byte<EOF>',
  fallback: new Uint8Array(0),
  skip: skipRest,
  read: (r) => r.rest(),
  write: (w, value) => w.raw(data(value, w)),
};

/** Bytes after an int<1> length. */
export const u8Bytes: Field<Uint8Array> = {
  wire: 'int<1> + byte<var>',
  fallback: new Uint8Array(0),
  skip: (r) => r.left > 0 && skipBytes(r, 1 + (r.byte as number)),
  read(r) {
    const n = r.part('length', 'int<1>', () => r.uint(1));
    return r.part('data', `byte<${n}>`, () => r.take(n));
  },
  write(w, value) {
    const body = data(value, w);
    w.part('length', 'int<1>', () => w.uint(1, body.length));
    w.part('data', `byte<${body.length}>`, () => w.raw(body));
  },
};

/** Characters after an int<1> length. */
export const u8String: Field<string> = {
  wire: 'int<1> + string<var>',
  fallback: '',
  read: (r, scope) => latin1(u8Bytes.read(r, scope)),
  write: (w, value, scope) => u8Bytes.write(w, text(value, w), scope),
};

export function latin1(b: Uint8Array): string {
  return Buffer.from(b.buffer, b.byteOffset, b.length).toString('latin1');
}

/** The bytes of a binary string. Throws CODEC_UNWRITABLE when a character does not fit one byte. */
export function text(value: unknown, w: Writer): Uint8Array {
  if (typeof value !== 'string') throw new CodecError('CODEC_UNWRITABLE', w.length, `expected a string, got ${kind(value)}`);
  for (let i = 0; i < value.length; i++)
    if (value.charCodeAt(i) > 0xff)
      throw new CodecError('CODEC_UNWRITABLE', w.length, `character ${i} needs more than one byte; encode the text first`);
  return Buffer.from(value, 'latin1');
}

export function data(value: unknown, w: Writer): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new CodecError('CODEC_UNWRITABLE', w.length, `expected bytes, got ${kind(value)}`);
}

function skipNul(r: Reader): boolean {
  const at = r.nul();
  r.off = at + 1;
  return at >= 0;
}

function skipBytes(r: Reader, n: number): boolean {
  r.off += n;
  return r.off <= r.end;
}

export function skipRest(r: Reader): boolean {
  r.off = r.end;
  return true;
}

function kind(value: unknown): string {
  return value === undefined ? 'nothing; give the field a value' : typeof value;
}

function writeNul(w: Writer, value: string): void {
  w.raw(text(value, w));
  w.uint(1, 0);
}
