/** parsec: Password Authentication using Response Signed with Elliptic Curve, MariaDB 11.6 and later (mariadb/authentication-plugin-parsec). */
import { createPrivateKey, createPublicKey, type KeyObject, pbkdf2Sync, sign } from 'node:crypto';
import { type Password, passwordBytes } from './bytes.ts';
import { SIGNATURE_BYTES, verifySignature } from './ed25519.ts';
import { AuthError } from './error.ts';

export const PARSEC = 'parsec';
/** Bytes of the server's nonce and of the client's; no NUL stands behind them. */
export const PARSEC_NONCE_BYTES = 32;
/** Bytes of the salt of MariaDB 11.8; the manual leaves them open. */
export const PARSEC_SALT_BYTES = 18;

/** 'P', with which an ext-salt begins. */
export const KDF_PBKDF2 = 0x50;
const LEAST_ITERATIONS = 1024;
/** Factors that we take: a million iterations, half a second of work. MariaDB 13.1 can be set to 1024 << 20, and no server may keep us busy. */
const LARGEST_FACTOR = 10;
const LONGEST_SALT = 256;
/** Keys that are kept, since a server says the same salt at each login. */
const MOST_KEYS = 64;
/**
 * Iterations beyond the least that all keys of this process may take together: 32 of a million. A server that says another salt each time
 * gets no more of our time.
 */
const MOST_WORK = 32 << 20;

/** What the server says about how the key comes from the password. */
export interface ExtSalt {
  readonly iterations: number;
  readonly salt: Uint8Array;
}

/** 'P', iteration factor, salt. Throws AUTH_BAD_EXT_SALT. */
export function readExtSalt(bytes: Uint8Array): ExtSalt {
  const [kdf, factor] = bytes;
  if (kdf !== KDF_PBKDF2 || factor === undefined || factor > LARGEST_FACTOR || bytes.length < 3 || bytes.length > 2 + LONGEST_SALT)
    throw new AuthError(
      'AUTH_BAD_EXT_SALT',
      `${bytes.length} bytes ${Buffer.from(bytes.subarray(0, 4)).toString('hex')}…, not 'P', an iteration factor from 0 to ${LARGEST_FACTOR} and a salt`,
    );
  return { iterations: LEAST_ITERATIONS << factor, salt: bytes.subarray(2) };
}

/** The ext-salt of a server; factor 0 means 1024 iterations. */
export function extSalt(salt: Uint8Array, factor = 0): Uint8Array {
  return Buffer.concat([Buffer.of(KDF_PBKDF2, factor), salt]);
}

/** The client's nonce and its signature of both nonces: 96 bytes, for an empty password too. */
export function parsecResponse(password: Password, serverNonce: Uint8Array, salt: ExtSalt, clientNonce: Uint8Array): Uint8Array {
  const signature = sign(null, Buffer.concat([serverNonce, clientNonce]), privateKey(password, salt));
  return Buffer.concat([clientNonce, signature]);
}

/** The public key that the server stores behind the salt. */
export function parsecPublicKey(password: Password, salt: ExtSalt): Uint8Array {
  const spki = createPublicKey(privateKey(password, salt)).export({ format: 'der', type: 'spki' });
  return spki.subarray(-32);
}

export function verifyParsec(response: Uint8Array, serverNonce: Uint8Array, publicKey: Uint8Array): boolean {
  if (response.length !== PARSEC_NONCE_BYTES + SIGNATURE_BYTES) return false;
  const signed = Buffer.concat([serverNonce, response.subarray(0, PARSEC_NONCE_BYTES)]);
  return verifySignature(signed, response.subarray(PARSEC_NONCE_BYTES), publicKey);
}

/** What a PKCS #8 key has before the 32 bytes of an Ed25519 seed (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const privateKey = keysWithin(MOST_WORK);

/**
 * Where keys come from, each made once; what it gives throws AUTH_BAD_EXT_SALT.
 * @param mostWork iterations beyond the least that all keys may take together
 */
export function keysWithin(mostWork: number): (password: Password, salt: ExtSalt) => KeyObject {
  const keys = new Map<string, KeyObject>();
  let worked = 0;
  return (password, { salt, iterations }) => {
    const bytes = passwordBytes(password);
    const name = [bytes, salt].map((part) => Buffer.from(part).toString('base64')).join(':') + iterations;
    const known = keys.get(name);
    if (known) return known;
    const work = iterations - LEAST_ITERATIONS;
    if (worked + work > mostWork)
      throw new AuthError('AUTH_BAD_EXT_SALT', `one salt after the other, now with ${iterations} iterations: more than ${mostWork} in all`);
    worked += work;
    const seed = pbkdf2Sync(bytes, salt, iterations, 32, 'sha512');
    const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    if (keys.size >= MOST_KEYS) keys.delete(keys.keys().next().value as string);
    keys.set(name, key);
    return key;
  };
}
