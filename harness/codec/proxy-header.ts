/**
 * The PROXY protocol in front of a connection (haproxy/proxy-protocol.txt, versions 1 and 2): who the client of a proxy
 * is. Not a packet: nothing frames it. MariaDB and MySQL's proxies take it from the networks that they trust.
 */
import type { Reader, Writer } from './bytes.ts';
import type { Condition } from './condition.ts';
import { when } from './condition.ts';
import { CodecError } from './error.ts';
import { bytes, data, fixed, latin1, text, u8 } from './field.ts';
import { type Field, type MessageOf, message, type Scope } from './message.ts';

/** A word of the line, up to a space or to the end of the line; what ends it belongs to it. */
function word(end: ' ' | '\r\n'): Field<string> {
  return {
    wire: end === ' ' ? 'string<SP>' : 'string<CRLF>',
    fallback: '',
    read(r) {
      const line = latin1(r.peek(r.left));
      const at = line.indexOf(end);
      if (at < 0) throw new CodecError('CODEC_UNTERMINATED', r.off, `no ${end === ' ' ? 'space' : 'CRLF'} before the end`);
      const found = latin1(r.take(at));
      r.take(end.length);
      return found;
    },
    write(w, value) {
      w.raw(text(value, w));
      w.raw(text(end, w));
    },
  };
}

const known: Condition = {
  says: 'family is not UNKNOWN',
  holds: ({ soFar }) => !String(soFar['family']).startsWith('UNKNOWN'),
};

/** "TCP4", "TCP6", or UNKNOWN with all that follows it on the line, which a receiver ignores. */
const family: Field<string> = {
  ...word(' '),
  wire: 'string<SP>, or string<CRLF> from UNKNOWN on',
  fallback: 'TCP4',
  read: (r, scope) => (latin1(r.peek(Math.min(r.left, 7))) === 'UNKNOWN' ? word('\r\n') : word(' ')).read(r, scope),
  write: (w, value, scope) => (value.startsWith('UNKNOWN') ? word('\r\n') : word(' ')).write(w, value, scope),
};

/** One line of text, 107 bytes at most with its CRLF: "PROXY TCP4 192.0.2.1 192.0.2.2 56324 3306". */
export const proxyHeaderV1 = message('ProxyHeaderV1', 'haproxy/proxy-protocol', {
  signature: { ...fixed(6), fallback: 'PROXY ' },
  family,
  sourceAddress: when(known, { ...word(' '), fallback: '127.0.0.1' }),
  destinationAddress: when(known, { ...word(' '), fallback: '127.0.0.1' }),
  sourcePort: when(known, { ...word(' '), fallback: '1' }),
  destinationPort: when(known, { ...word('\r\n'), fallback: '3306' }),
});
export type ProxyHeaderV1 = MessageOf<typeof proxyHeaderV1>;

/** int<2>, big-endian, as all of version 2. */
const u16be: Field<number> = {
  wire: 'int<2> big-endian',
  fallback: 0,
  read(r) {
    const [high = 0, low = 0] = r.take(2);
    return high * 256 + low;
  },
  write(w, value) {
    w.uint(1, (value >> 8) & 0xff);
    w.uint(1, value & 0xff);
  },
};

/** Version and command of version 2. A receiver takes LOCAL (the proxy's own check) for a connection without a header. */
export const proxyCommand = { LOCAL: 0x20, PROXY: 0x21 } as const;
export const proxyFamily = { UNSPEC: 0x00, TCP4: 0x11, UDP4: 0x12, TCP6: 0x21, UDP6: 0x22, UNIX_STREAM: 0x31, UNIX_DGRAM: 0x32 } as const;

export interface ProxyTlv {
  readonly type: number;
  readonly value: Uint8Array;
}

/** Bytes of one address, by the upper half of the family. */
const addressBytes: Readonly<Record<number, number>> = { 1: 4, 2: 16, 3: 108 };
const PORTS = 4;
const FIXED = 16;
const addressSize = ({ soFar }: Scope): number => addressBytes[Number(soFar['family']) >> 4] ?? 0;
const hasPorts = ({ soFar }: Scope): boolean => [1, 2].includes(Number(soFar['family']) >> 4);
/** All bytes of addresses and ports. */
const endpointsSize = (scope: Scope): number => addressSize(scope) * 2 + (hasPorts(scope) ? PORTS : 0);
/** LOCAL may leave the addresses out. */
const addressed: Condition = {
  says: 'the family has addresses and the length has room for them',
  holds: (scope) => addressSize(scope) > 0 && (scope.given !== undefined || Number(scope.soFar['length']) >= endpointsSize(scope)),
};
const ported: Condition = { says: 'the family has ports', holds: (scope) => hasPorts(scope) && addressed.holds(scope) };

/** What follows the addresses, as far as the length reaches. */
const tlvs: Field<readonly ProxyTlv[]> = {
  wire: '(int<1>, int<2> big-endian, byte<var>)*',
  fallback: [],
  read(r, scope) {
    const end = r.start + FIXED + Number(scope.soFar['length']);
    const list: ProxyTlv[] = [];
    while (r.off < end && r.left > 0) list.push(readTlv(r, scope, list.length, end));
    return list;
  },
  write(w, list, scope) {
    for (const [i, tlv] of list.entries()) writeTlv(w, tlv, scope, i);
  },
};

function readTlv(r: Reader, scope: Scope, i: number, end: number): ProxyTlv {
  const type = r.part(`${i}.type`, 'int<1>', () => r.uint(1));
  const length = r.part(`${i}.length`, u16be.wire, () => u16be.read(r, scope));
  if (r.off + length > end) throw new CodecError('CODEC_TRUNCATED', r.off, `a TLV of ${length} bytes, ${end - r.off} left in the header`);
  return { type, value: r.part(`${i}.value`, `byte<${length}>`, () => r.take(length)) };
}

function writeTlv(w: Writer, { type, value }: ProxyTlv, scope: Scope, i: number): void {
  const body = data(value, w);
  w.part(`${i}.type`, 'int<1>', () => w.uint(1, type));
  w.part(`${i}.length`, u16be.wire, () => u16be.write(w, body.length, scope));
  w.part(`${i}.value`, `byte<${body.length}>`, () => w.raw(body));
}

/**
 * byte<12>  signature
 * int<1>    version (2) and command
 * int<1>    family and transport
 * int<2>    length of all that follows, big-endian
 * byte<var> source address, destination address; int<2> source port, destination port
 * TLVs      int<1> type, int<2> length, value
 */
export const proxyHeaderV2 = message('ProxyHeaderV2', 'haproxy/proxy-protocol', {
  signature: { ...fixed(12), fallback: '\r\n\r\n\0\r\nQUIT\n' },
  command: { ...u8, fallback: proxyCommand.PROXY },
  family: { ...u8, derive: ({ soFar }: Scope) => (soFar['command'] === proxyCommand.LOCAL ? proxyFamily.UNSPEC : proxyFamily.TCP4) },
  length: { ...u16be, derive: lengthGiven },
  sourceAddress: when(addressed, bytes(addressSize)),
  destinationAddress: when(addressed, bytes(addressSize)),
  sourcePort: when(ported, { ...u16be, fallback: 1 }),
  destinationPort: when(ported, { ...u16be, fallback: 3306 }),
  tlvs,
});
export type ProxyHeaderV2 = MessageOf<typeof proxyHeaderV2>;

function lengthGiven(scope: Scope): number {
  const list = (scope.given?.['tlvs'] ?? []) as readonly ProxyTlv[];
  return endpointsSize(scope) + list.reduce((sum, { value }) => sum + 3 + value.length, 0);
}

/** The bytes of an address in text, IPv4 or IPv6 (without an embedded IPv4). Throws CODEC_UNWRITABLE. */
export function addressOf(address: string): Uint8Array {
  const refuse = (): CodecError => new CodecError('CODEC_UNWRITABLE', 0, `${address} is no address`);
  if (/^\d+(\.\d+){3}$/.test(address)) {
    const parts = address.split('.').map(Number);
    if (parts.some((part) => part > 255)) throw refuse();
    return Uint8Array.from(parts);
  }
  const halves = address.split('::').map((half) => (half === '' ? [] : half.split(':')));
  const [head = [], tail] = halves;
  const missing = 8 - head.length - (tail?.length ?? 0);
  const groups = tail ? [...head, ...Array.from({ length: missing }, () => '0'), ...tail] : head;
  if (halves.length > 2 || groups.length !== 8 || groups.some((group) => !/^[\da-f]{1,4}$/i.test(group))) throw refuse();
  return Uint8Array.from(groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 0xff]));
}
