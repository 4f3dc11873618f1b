import { areZero } from './bytes.ts';
import { has } from './capability.ts';

/** Bytes of each side's beginning that are looked at. */
export const HEAD_BYTES = 512;

const PRINTABLE = { from: 0x20, to: 0x7e };
/** Below it, no error code exists; above it none of those that a greeting can be replaced by. */
const ERROR_CODES = { from: 1000, to: 20_000 };
const COM_QUIT = 0x01;

/**
 * Is this connection MySQL? By what stands first in each direction, never by port. Undefined while more bytes could
 * tell. Non-MySQL servers that speak first (SSH, SMTP, FTP) have no packet header of four bytes at the start.
 */
export function isMysql(client: Uint8Array, server: Uint8Array): boolean | undefined {
  const greets = beginsLikeServer(server);
  if (greets === true) return true;
  const logsIn = beginsLikeClient(client);
  // A client that logs in without doubt talks MySQL to whatever answers; a weak sign needs the server's word.
  if (logsIn === 'login') return true;
  // One packet that is no greeting: a client that logs in all the same knows better.
  if (greets === false) return client.length === 0 && isOnePacket(server) ? undefined : false;
  return logsIn === 'no' && client.length >= HEAD_BYTES ? false : undefined;
}

/** Is it MySQL when no more bytes will come? */
export function wasMysql(client: Uint8Array, server: Uint8Array): boolean {
  return isMysql(client, server) ?? (server.length === 0 && beginsLikeClient(client) !== 'no' && client.length > 0);
}

/** A whole HandshakeV10 or V9, and nothing behind it. */
export function isGreeting(b: Uint8Array): boolean {
  return b[4] !== 0xff && isOnePacket(b) && beginsLikeServer(b) === true;
}

/** An SSLRequest, whatever stands behind it. */
export function beginsWithSslRequest(b: Uint8Array): boolean {
  const isItsLength = b[0] === 32 && b[1] === 0 && b[2] === 0;
  return isItsLength && b[3] === 1 && has(lowerFlags(b), 'SSL') && beginsLikeClient(b) === 'login';
}

const lowerFlags = (b: Uint8Array): number => (b[4] as number) | ((b[5] ?? 0) << 8);

/** A greeting, or an ERR in its place. Undefined while the bytes are too few. */
function beginsLikeServer(b: Uint8Array): boolean | undefined {
  if (b.length === 0) return undefined;
  const length = (b[0] as number) | ((b[1] ?? 0) << 8) | ((b[2] ?? 0) << 16);
  if (b.length >= 3 && (length < 4 || length > 2048)) return false;
  if (b.length < 5) return undefined;
  const sequenceId = b[3] as number;
  const first = b[4] as number;
  if (first === 0xff) {
    if (b.length < 7) return undefined;
    const code = (b[5] as number) | ((b[6] as number) << 8);
    return sequenceId <= 2 && code >= ERROR_CODES.from && code <= ERROR_CODES.to;
  }
  if (first !== 10 && first !== 9) return false;
  // The version: printable with a digit, ended by a NUL inside the packet.
  const end = Math.min(b.length, 4 + length);
  let digit = false;
  for (let i = 5; i < end; i++) {
    const byte = b[i] as number;
    if (byte === 0) return digit;
    if (byte >= 0x30 && byte <= 0x39) digit = true;
    if (byte < PRINTABLE.from || byte > PRINTABLE.to) return false;
  }
  return b.length < 4 + length ? undefined : false;
}

/** A first packet that fills what was said. */
function isOnePacket(b: Uint8Array): boolean {
  return b.length > 4 && b[3] === 0 && 4 + ((b[0] as number) | ((b[1] as number) << 8) | ((b[2] as number) << 16)) === b.length;
}

/** 'login': a HandshakeResponse41 or SSLRequest; 'maybe': a HandshakeResponse320 or a COM_QUIT. */
function beginsLikeClient(b: Uint8Array): 'login' | 'maybe' | 'no' {
  if (b.length < 5) return 'no';
  const length = (b[0] as number) | ((b[1] as number) << 8) | ((b[2] as number) << 16);
  const sequenceId = b[3] as number;
  if (length >= 32 && sequenceId <= 1 && has(lowerFlags(b), 'PROTOCOL_41') && b.length >= 36) {
    // MariaDB may fill the last 4 of the 23 bytes.
    if (areZero(b, 13, 32)) return 'login';
  }
  if (b.length !== 4 + length && b.length < HEAD_BYTES && b[4 + length + 3] !== 0) return 'no';
  if (sequenceId === 1) return isResponse320(b, length) ? 'maybe' : 'no';
  return sequenceId === 0 && length === 1 && b[4] === COM_QUIT ? 'maybe' : 'no';
}

/** int<2> flags, int<3> size, and a user of printable characters with a NUL behind it. */
function isResponse320(b: Uint8Array, length: number): boolean {
  if (length < 7 || length > 128) return false;
  const end = b.indexOf(0, 9);
  return end > 9 && end < 4 + length && b.subarray(9, end).every((byte) => byte >= PRINTABLE.from && byte <= PRINTABLE.to);
}
