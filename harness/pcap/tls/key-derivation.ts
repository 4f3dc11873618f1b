import { createHmac } from 'node:crypto';
import type { Hash } from './cipher-suite.ts';

const text = new TextEncoder();

/** RFC 5246 section 5 (TLS 1.2). */
export function prf(hash: Hash, secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  return expand(hash, secret, Buffer.concat([text.encode(label), seed]), length);
}

/** RFC 2246 section 5 (TLS 1.0 and 1.1): the halves of the secret, which share a byte when it is odd, through MD5 and SHA-1. */
export function oldPrf(secret: Uint8Array, label: string, seed: Uint8Array, length: number): Uint8Array {
  const half = (secret.length + 1) >> 1;
  const md5 = prf('md5', secret.subarray(0, half), label, seed, length);
  const sha1 = prf('sha1', secret.subarray(secret.length - half), label, seed, length);
  return md5.map((byte, i) => byte ^ (sha1[i] as number));
}

/** RFC 8446 section 7.1, with an empty context (TLS 1.3). */
export function expandLabel(hash: Hash, secret: Uint8Array, label: string, length: number): Uint8Array {
  const name = text.encode(`tls13 ${label}`);
  const info = Buffer.concat([Uint8Array.of(length >> 8, length & 0xff, name.length), name, Uint8Array.of(0)]);
  const parts: Uint8Array[] = [];
  let last: Uint8Array = new Uint8Array(0);
  for (let made = 0; made < length; made += last.length) {
    last = hmac(hash, secret, last, info, Uint8Array.of(parts.length + 1));
    parts.push(last);
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** P_hash. */
function expand(hash: Hash, secret: Uint8Array, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let a = seed;
  for (let made = 0; made < length; ) {
    a = hmac(hash, secret, a);
    const part = hmac(hash, secret, a, seed);
    parts.push(part);
    made += part.length;
  }
  return Buffer.concat(parts).subarray(0, length);
}

export function hmac(hash: Hash, key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const made = createHmac(hash, key);
  for (const part of parts) made.update(part);
  return made.digest();
}
