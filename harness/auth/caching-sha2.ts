/** caching_sha2_password (mysql/page_caching_sha2_authentication_exchanges). */
import { constants, createHash, createPrivateKey, createPublicKey, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { nonceOf, type Password, passwordBytes, sameBytes, xor } from './bytes.ts';
import { AuthError } from './error.ts';

export const CACHING_SHA2_PASSWORD = 'caching_sha2_password';

/** AuthMoreData from the server: the fast scramble was right, an OK follows. */
export const FAST_AUTH_SUCCESS = 0x03;
/** AuthMoreData from the server: no cached entry, send the password itself. */
export const PERFORM_FULL_AUTHENTICATION = 0x04;
/** From the client, alone in a packet: send me your RSA public key. */
export const REQUEST_PUBLIC_KEY = 0x02;

/**
 * SHA256(password) XOR SHA256(SHA256(SHA256(password)) + nonce): 32 bytes. None for an empty password; MySQL's own
 * client sends one NUL then.
 */
export function cachingSha2Scramble(password: Password, nonce: Uint8Array): Uint8Array {
  const plain = passwordBytes(password);
  if (plain.length === 0) return new Uint8Array(0);
  const once = sha256(plain);
  return xor(once, sha256(sha256(once), nonceOf(nonce)));
}

/** What the server keeps in its cache, SHA256(SHA256(password)). */
export function cachingSha2Hash(password: Password): Uint8Array {
  const plain = passwordBytes(password);
  return plain.length === 0 ? new Uint8Array(0) : sha256(sha256(plain));
}

/** Does the fast response prove the password whose hash is cached? An empty hash takes no bytes, or one NUL. */
export function verifyCachingSha2(response: Uint8Array, nonce: Uint8Array, cached: Uint8Array): boolean {
  if (cached.length === 0) return response.length === 0 || (response.length === 1 && response[0] === 0);
  if (response.length !== cached.length) return false;
  return sameBytes(sha256(xor(response, sha256(cached, nonceOf(nonce)))), cached);
}

/** Full authentication on a channel that nobody can read (TLS, socket): the password and a NUL. */
export function cleartextPassword(password: Password): Uint8Array {
  const plain = passwordBytes(password);
  const out = new Uint8Array(plain.length + 1);
  out.set(plain);
  return out;
}

/**
 * Full authentication without TLS: password and NUL, XOR the nonce repeated, RSA with OAEP (SHA-1) under the
 * server's key. Throws AUTH_BAD_PUBLIC_KEY, AUTH_PASSWORD_TOO_LONG.
 */
export function encryptPassword(password: Password, nonce: Uint8Array, publicKeyPem: string | Uint8Array): Uint8Array {
  const key = publicKey(publicKeyPem);
  const hidden = xor(cleartextPassword(password), nonceOf(nonce));
  // OAEP takes two SHA-1 hashes and two bytes of the block (RFC 8017, 7.1.1).
  const room = (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 - 42;
  if (hidden.length > room)
    throw new AuthError(
      'AUTH_PASSWORD_TOO_LONG',
      `a password of ${hidden.length - 1} bytes does not fit the server's RSA key (${Math.floor(room) - 1} at most); log in over TLS`,
    );
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, hidden);
}

/** The server's side of encryptPassword: the password without its NUL. Throws AUTH_BAD_CIPHERTEXT. */
export function decryptPassword(encrypted: Uint8Array, nonce: Uint8Array, privateKey: KeyObject | string): Uint8Array {
  const key = typeof privateKey === 'string' ? createPrivateKey(privateKey) : privateKey;
  const bad = (cause?: unknown): AuthError =>
    new AuthError('AUTH_BAD_CIPHERTEXT', `the ${encrypted.length} bytes were not encrypted with this key`, { cause });
  // OpenSSL takes one that lacks a leading zero, a server does not.
  if (encrypted.length !== (key.asymmetricKeyDetails?.modulusLength ?? 0) / 8) throw bad();
  let hidden: Uint8Array;
  try {
    hidden = privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' }, encrypted);
  } catch (cause) {
    throw bad(cause);
  }
  const plain = xor(hidden, nonceOf(nonce));
  if (plain.at(-1) !== 0)
    throw new AuthError('AUTH_BAD_CIPHERTEXT', 'the decrypted password has no NUL at its end; compare the nonces of both sides');
  return plain.subarray(0, -1);
}

function publicKey(pem: string | Uint8Array): KeyObject {
  try {
    const key = createPublicKey(typeof pem === 'string' ? pem : Buffer.from(pem));
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch (cause) {
    throw new AuthError('AUTH_BAD_PUBLIC_KEY', 'the server sent no RSA public key in PEM form', { cause });
  }
  throw new AuthError('AUTH_BAD_PUBLIC_KEY', "the server's public key is not for RSA");
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
