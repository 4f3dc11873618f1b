/** Length-encoded integers and what they prefix (mysql/page_protocol_basic_dt_integers, mariadb/protocol-data-types). */
import type { Reader, Writer } from './bytes.ts';
import { CodecError } from './error.ts';
import { data, latin1, text } from './field.ts';
import type { Field } from './message.ts';

/** A number where it is exact, a bigint from 2^53 on. */
export type Lenenc = number | bigint;

const NULL = 0xfb;
/** Bytes that follow the first one, by first byte. */
const wide: Readonly<Record<number, number>> = { 0xfc: 2, 0xfd: 3, 0xfe: 8 };

/** Throws CODEC_BAD_LENENC at 0xFB (NULL) and 0xFF (ERR), CODEC_TRUNCATED at the end. */
export function readLenenc(r: Reader): Lenenc {
  const at = r.off;
  const first = r.uint(1);
  if (first < 0xfb) return first;
  const n = wide[first];
  if (n === undefined) throw new CodecError('CODEC_BAD_LENENC', at, `0x${first.toString(16)} does not start a length-encoded integer`);
  if (n < 8) return r.uint(n);
  const b = r.take(8);
  const value = new DataView(b.buffer, b.byteOffset, 8).getBigUint64(0, true);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** Moves past what readLenencBytes reads; false where that would throw. */
export function skipLenencBytes(r: Reader): boolean {
  const at = r.off;
  if (at >= r.end) return false;
  const first = r.bytes[at] as number;
  if (first >= 0xfb) return skipLong(r, first);
  r.off = at + 1 + first;
  return r.off <= r.end;
}

function skipLong(r: Reader, first: number): boolean {
  const n = wide[first];
  if (n === undefined || n >= r.left) return false;
  const body = Number(readLenenc(r));
  if (body > r.left) return false;
  r.off += body;
  return true;
}

/** Moves past what readLenenc reads; false where that would throw. */
export function skipLenenc(r: Reader): boolean {
  const { byte } = r;
  if (byte === undefined) return false;
  const n = byte < 0xfb ? 0 : wide[byte];
  if (n === undefined || n >= r.left) return false;
  r.off += 1 + n;
  return true;
}

/** The shortest form. Throws CODEC_UNWRITABLE outside 0 .. 2^64-1 and for a number that is not a safe integer. */
export function writeLenenc(w: Writer, value: Lenenc): void {
  const whole = typeof value === 'bigint' ? value >= 0n && value < 1n << 64n : Number.isSafeInteger(value) && value >= 0;
  if (!whole) throw new CodecError('CODEC_UNWRITABLE', w.length, `${value} is no length-encoded integer`);
  if (value < 0xfb) return w.uint(1, Number(value));
  if (value <= 0xffff) {
    w.uint(1, 0xfc);
    return w.uint(2, Number(value));
  }
  if (value <= 0xffffff) {
    w.uint(1, 0xfd);
    return w.uint(3, Number(value));
  }
  const b = new Uint8Array(9);
  b[0] = 0xfe;
  new DataView(b.buffer).setBigUint64(1, BigInt(value), true);
  w.raw(b);
}

/** The bytes behind a length; a length past the end is CODEC_TRUNCATED. */
export function readLenencBytes(r: Reader): Uint8Array {
  const n = r.part('length', 'int<lenenc>', () => readLenenc(r));
  return r.part('data', `byte<${n}>`, () => r.take(Number(n)));
}

export function writeLenencBytes(w: Writer, body: Uint8Array): void {
  w.part('length', 'int<lenenc>', () => writeLenenc(w, body.length));
  w.part('data', `byte<${body.length}>`, () => w.raw(body));
}

/** int<lenenc>. */
export const lenenc: Field<Lenenc> = {
  wire: 'int<lenenc>',
  fallback: 0,
  skip: skipLenenc,
  read: readLenenc,
  write: writeLenenc,
};

/** string<lenenc>, a binary string. */
export const lenencString: Field<string> = {
  wire: 'string<lenenc>',
  fallback: '',
  skip: skipLenencBytes,
  read: (r) => latin1(readLenencBytes(r)),
  write: (w, value) => writeLenencBytes(w, text(value, w)),
};

/** string<lenenc> as bytes. */
export const lenencBytes: Field<Uint8Array> = {
  wire: 'byte<lenenc>',
  fallback: new Uint8Array(0),
  skip: skipLenencBytes,
  read: readLenencBytes,
  write: (w, value) => writeLenencBytes(w, data(value, w)),
};

/** string<lenenc>, or 0xFB for NULL. */
export const nullableString: Field<string | null> = {
  wire: 'string<lenenc>|NULL',
  fallback: null,
  skip: skipNullable,
  read(r) {
    if (r.byte === NULL) {
      r.take(1);
      return null;
    }
    return latin1(r.take(Number(readLenenc(r))));
  },
  write(w, value) {
    if (value === null) return w.uint(1, NULL);
    const body = text(value, w);
    writeLenenc(w, body.length);
    w.raw(body);
  },
};

function skipNullable(r: Reader): boolean {
  if (r.byte !== NULL) return skipLenencBytes(r);
  r.off++;
  return true;
}

/** The columns of a text row, one nullableString each. Writes as many as it is given. */
export function cells(count: number): Field<readonly (string | null)[]> {
  return {
    wire: `(${nullableString.wire}) x ${count}`,
    fallback: [],
    skip(r) {
      const { bytes, end } = r;
      for (let i = 0; i < count; i++) {
        const at = r.off;
        const first = at < end ? (bytes[at] as number) : 0xff;
        if (first < NULL) r.off = at + 1 + first;
        else if (!skipNullable(r)) return false;
        if (r.off > end) return false;
      }
      return true;
    },
    read(r, scope) {
      const row: (string | null)[] = [];
      while (row.length < count) row.push(r.part(String(row.length), nullableString.wire, () => nullableString.read(r, scope)));
      return row;
    },
    write(w, row, scope) {
      for (const [i, cell] of row.entries()) w.part(String(i), nullableString.wire, () => nullableString.write(w, cell, scope));
    },
  };
}
