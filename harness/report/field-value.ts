import type { Span } from '../codec/bytes.ts';
import { names } from '../codec/capability.ts';
import type { LabelledPacket } from '../codec/conversation.ts';
import { statusNames } from '../codec/status.ts';
import { printable } from '../run/describe.ts';

/** Bytes of a value that are shown. */
const MOST_BYTES = 32;
/** Elements of a list that are shown. */
const MOST_ELEMENTS = 16;

/** A field's value for a person, one harmless line. `named` adds the names of the bits that are set. */
export function valueInWords(field: string, value: unknown, named = false): string {
  if (typeof value === 'number') return numberInWords(field, value, named);
  if (typeof value === 'string') return `"${printable(value)}"${value.length > 200 ? `… (${value.length} characters)` : ''}`;
  if (value instanceof Uint8Array) return value.length === 0 ? 'empty' : hexOf(value, MOST_BYTES);
  if (Array.isArray(value)) return listInWords(value);
  if (value === null) return 'NULL';
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value === 'object') return partsInWords(value);
  return value === undefined ? 'absent' : printable(JSON.stringify(value));
}

/** '{type 5, value 6d 79 77}': bytes stay bytes, wherever they stand. */
function partsInWords(value: object): string {
  return `{${Object.entries(value)
    .map(([name, part]) => `${printable(name)} ${valueInWords(name, part)}`)
    .join(', ')}}`;
}

function numberInWords(field: string, value: number, named: boolean): string {
  if (/^capabilit/.test(field)) {
    const half = field === 'capabilitiesLow' || field === 'capabilitiesHigh';
    const bits = field === 'capabilitiesHigh' ? (value << 16) >>> 0 : value;
    return withNames(hex(value, half ? 4 : 8), named ? names(bits) : []);
  }
  if (field === 'mariadbCapabilities') return hex(value, 8);
  if (field === 'statusFlags') return withNames(hex(value, 4), named ? statusNames(value) : []);
  return field === 'header' ? hex(value, 2) : `${value}`;
}

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;
const withNames = (value: string, set: readonly string[]): string => (set.length > 0 ? `${value} (${set.join(', ')})` : value);

function listInWords(list: readonly unknown[]): string {
  const shown = list.slice(0, MOST_ELEMENTS).map((one) => {
    if (Array.isArray(one) && one.length === 2) return `${printable(one[0])}=${printable(one[1])}`;
    return valueInWords('', one);
  });
  const more = list.length > shown.length ? [`… (${list.length})`] : [];
  return `[${[...shown, ...more].join(', ')}]`;
}

/** Pairs of hex digits, spaced; cut after `most` bytes, and then the length is told. */
export function hexOf(bytes: Uint8Array, most = Number.POSITIVE_INFINITY): string {
  const shown = bytes.subarray(0, most);
  const pairs = Buffer.from(shown.buffer, shown.byteOffset, shown.length)
    .toString('hex')
    .replaceAll(/..(?=.)/g, '$& ');
  return shown.length < bytes.length ? `${pairs} … (${bytes.length} bytes)` : pairs;
}

/** ['protocolVersion 10', 'serverVersion "8.0.36"', …]: the fields that say something; filler and header do not, nor the byte that gave a command its name. */
export function fieldsInWords(packet: LabelledPacket): string[] {
  return (packet.spans ?? [])
    .filter(
      ({ len, field }) => len > 0 && !/^(filler|reserved|header)/.test(field) && !(field === 'command' && packet.name.startsWith('COM_')),
    )
    .map((span) => `${span.field} ${valueInWords(span.field, packet.value?.[span.field])}`);
}

/** The bytes of a part of a composite field, for a span that has no value of its own. */
export function partInWords(payload: Uint8Array, part: Span): string {
  const bytes = payload.subarray(part.off, part.off + part.len);
  return `${hexOf(bytes, MOST_BYTES)}  "${printable(Buffer.from(bytes.subarray(0, MOST_BYTES)).toString('latin1'))}"`;
}

/** The first `most` bytes in rows of a multiple of eight that fit the width. */
export function hexRows(bytes: Uint8Array, most: number, width: number): string[] {
  const perRow = Math.max(8, Math.floor((width + 1) / 24) * 8);
  const rows: string[] = [];
  for (let at = 0; at < Math.min(most, bytes.length); at += perRow) rows.push(hexOf(bytes.subarray(at, Math.min(at + perRow, most))));
  return bytes.length > most ? [...rows, `… (${bytes.length} bytes)`] : rows;
}

/** 'HandshakeV10, sequence id 0, 95 bytes', the header's four bytes included. */
export function headline(packet: LabelledPacket): string {
  const parts = [packet.name];
  if (packet.sequenceId !== undefined) parts.push(`sequence id ${packet.sequenceId}`);
  parts.push(packet.size === 1 ? '1 byte' : `${packet.size} bytes`);
  if (packet.early) parts.push('before the greeting');
  return parts.join(', ');
}
