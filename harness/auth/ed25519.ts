/**
 * Ed25519 (RFC 8032, section 5.1) as far as Node's crypto does not go: a signature from a secret of 64 bytes that is
 * expanded already. Node takes only a 32-byte seed, which it hashes itself, and MariaDB's client_ed25519 has none.
 * BigInt, about a ms for a signature, and not in constant time: for a test client, never to guard a secret.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';

const P = 2n ** 255n - 19n;
/** The order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D2 = mod(2n * -121665n * inverse(121666n));

/** A point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z. */
type Point = readonly [x: bigint, y: bigint, z: bigint, t: bigint];

const BASE_X = 15112221349535400772501151409588531511454012693041857206046113283949847762202n;
const BASE_Y = 46316835694926478169428394003475163141307993866256225615783033603165251855960n;
const BASE: Point = [BASE_X, BASE_Y, 1n, mod(BASE_X * BASE_Y)];
const NEUTRAL: Point = [0n, 1n, 1n, 0n];

const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** The public key of an expanded secret: 32 bytes for the scalar, 32 for the nonce. */
export function publicKeyOf(expanded: Uint8Array): Uint8Array {
  return Uint8Array.from(publicOf(scalarOf(expanded)));
}

/** R and S, 64 bytes. The same message gives the same signature. */
export function signExpanded(message: Uint8Array, expanded: Uint8Array): Uint8Array {
  const secret = scalarOf(expanded);
  const nonce = littleEndian(sha512(expanded.subarray(32, 64), message)) % L;
  const r = encode(times(nonce));
  const challenge = littleEndian(sha512(r, publicOf(secret), message)) % L;
  return Buffer.concat([r, bytesOf((nonce + challenge * secret) % L)]);
}

/** What a SubjectPublicKeyInfo has before the 32 bytes of an Ed25519 key (RFC 8410). */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Is it a signature of the message under this key? Node's own Ed25519; false for anything that is no key or signature. */
export function verifySignature(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES || publicKey.length !== PUBLIC_KEY_BYTES) return false;
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  } catch {
    return false; // 32 bytes that are no point of the curve
  }
}

/** The scalar of an expanded secret, clamped (RFC 8032, 5.1.5). */
function scalarOf(expanded: Uint8Array): bigint {
  const low = littleEndian(expanded.subarray(0, 32));
  return (low & ((1n << 254n) - 8n)) | (1n << 254n);
}

/** Adds two points, or doubles one (RFC 8032, 5.1.4). */
function add([x1, y1, z1, t1]: Point, [x2, y2, z2, t2]: Point): Point {
  const a = mod((y1 - x1) * (y2 - x2));
  const b = mod((y1 + x1) * (y2 + x2));
  const c = mod(t1 * D2 * t2);
  const d = mod(2n * z1 * z2);
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

let lastSecret = 0n;
let lastPublic: Uint8Array = new Uint8Array(0);
/** A client signs many times with one password. */
function publicOf(secret: bigint): Uint8Array {
  if (secret !== lastSecret) {
    lastPublic = encode(times(secret));
    lastSecret = secret;
  }
  return lastPublic;
}

/** The base point 1, 2, 4, 8 times and so on, as far as it was needed. */
const doubled: Point[] = [BASE];

/** The base point, n times. */
function times(n: bigint): Point {
  let sum = NEUTRAL;
  for (let left = n, i = 0; left > 0n; left >>= 1n, i++) {
    const power = doubled[i] ?? add(doubled[i - 1] as Point, doubled[i - 1] as Point);
    doubled[i] = power;
    if (left & 1n) sum = add(sum, power);
  }
  return sum;
}

/** y, and the lowest bit of x in its highest. */
function encode([x, y, z]: Point): Uint8Array {
  const one = inverse(z);
  return bytesOf(mod(y * one) | ((mod(x * one) & 1n) << 255n));
}

function mod(a: bigint): bigint {
  const rest = a % P;
  return rest < 0n ? rest + P : rest;
}

/** 1/a, as a to the power of P - 2. */
function inverse(a: bigint): bigint {
  let result = 1n;
  let power = mod(a);
  for (let left = P - 2n; left > 0n; left >>= 1n) {
    if (left & 1n) result = mod(result * power);
    power = mod(power * power);
  }
  return result;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function bytesOf(n: bigint): Uint8Array {
  return Buffer.from(n.toString(16).padStart(64, '0'), 'hex').reverse();
}

function sha512(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
