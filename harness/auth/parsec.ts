/** parsec: Password Authentication using Response Signed with Elliptic Curve, MariaDB 11.6 and later (mariadb/authentication-plugin-parsec). */
import { createPrivateKey, createPublicKey, pbkdf2Sync, sign } from 'node:crypto';
import { type Password, passwordBytes } from './bytes.ts';
import { SIGNATURE_BYTES, verifySignature } from './ed25519.ts';
import { AuthError } from './error.ts';

export const PARSEC = 'parsec';
/** Bytes of the server's nonce and of the client's; no NUL stands behind them. */
export const PARSEC_NONCE_BYTES = 32;
/** Bytes of the salt of MariaDB 11.8; the manual leaves them open. */
export const PARSEC_SALT_BYTES = 18;

const KDF_PBKDF2 = 0x50; // 'P'
const LEAST_ITERATIONS = 1024;
/** Factors that we take: a million iterations, half a second of work. MariaDB 13.1 can be set to 1024 << 20, and no server may keep us busy. */
const LARGEST_FACTOR = 10;

/** What the server says about how the key comes from the password. */
export interface ExtSalt {
  readonly iterations: number;
  readonly salt: Uint8Array;
}

/** 'P', iteration factor, salt. Throws AUTH_BAD_EXT_SALT. */
export function readExtSalt(bytes: Uint8Array): ExtSalt {
  const [kdf, factor] = bytes;
  if (kdf !== KDF_PBKDF2 || factor === undefined || factor > LARGEST_FACTOR || bytes.length < 3)
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

function privateKey(password: Password, { salt, iterations }: ExtSalt) {
  const seed = pbkdf2Sync(passwordBytes(password), salt, iterations, 32, 'sha512');
  return createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
}
