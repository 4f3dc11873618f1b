/**
 * mysql_old_password, from before MySQL 4.1 (mysql/page_protocol_connection_phase_authentication_methods_old_password_authentication).
 * Known here so that it is recognised and answered; nobody should store a password in it.
 */
import { type Password, passwordBytes, sameBytes } from './bytes.ts';

export const OLD_PASSWORD = 'mysql_old_password';
/** Bytes of the nonce that count: the first part of the greeting's. */
export const OLD_NONCE_BYTES = 8;

const SPACE = 0x20;
const TAB = 0x09;
/** Modulus of the two seeds. */
const MAX = 0x3fffffff;

/** The 16 hex digits that a server stores, as 8 bytes, big endian. None for an empty password. */
export function oldPasswordHash(password: Password): Uint8Array {
  const plain = passwordBytes(password);
  if (plain.length === 0) return new Uint8Array(0);
  const out = Buffer.alloc(8);
  const [high, low] = hash(plain);
  out.writeUInt32BE(high, 0);
  out.writeUInt32BE(low, 4);
  return out;
}

/** The client's answer: 8 characters and a NUL; nothing for an empty password, as a NUL alone is a bad handshake to MariaDB. */
export function oldPasswordScramble(password: Password, nonce: Uint8Array): Uint8Array {
  const stored = oldPasswordHash(password);
  return stored.length === 0 ? stored : Buffer.concat([scrambled(stored, nonce), Buffer.of(0)]);
}

/** Does the response, with its NUL or without, prove the stored hash? */
export function verifyOldPassword(response: Uint8Array, nonce: Uint8Array, stored: Uint8Array): boolean {
  const bare = response.at(-1) === 0 ? response.subarray(0, -1) : response;
  return sameBytes(bare, scrambled(stored, nonce));
}

function scrambled(stored: Uint8Array, nonce: Uint8Array): Uint8Array {
  if (stored.length === 0) return new Uint8Array(0);
  const [high, low] = hash(nonce.subarray(0, OLD_NONCE_BYTES));
  const kept = Buffer.from(stored);
  const random = seeded((kept.readUInt32BE(0) ^ high) >>> 0, (kept.readUInt32BE(4) ^ low) >>> 0);
  const out = Uint8Array.from({ length: 8 }, () => Math.floor(random() * 31) + 64);
  const extra = Math.floor(random() * 31);
  return out.map((byte) => byte ^ extra);
}

/** Two numbers of 31 bits. Blanks and tabs of a password do not count. */
function hash(bytes: Uint8Array): [number, number] {
  let first = 1345345333;
  let second = 0x12345671;
  let sum = 7;
  for (const byte of bytes) {
    if (byte === SPACE || byte === TAB) continue;
    first = (first ^ (Math.imul((first & 63) + sum, byte) + (first << 8))) >>> 0;
    second = (second + ((second << 8) ^ first)) >>> 0;
    sum += byte;
  }
  return [first & 0x7fffffff, second & 0x7fffffff];
}

/** A fraction below 1, again and again. */
function seeded(one: number, two: number): () => number {
  let first = one % MAX;
  let second = two % MAX;
  return () => {
    first = (first * 3 + second) % MAX;
    second = (first + second + 33) % MAX;
    return first / MAX;
  };
}
