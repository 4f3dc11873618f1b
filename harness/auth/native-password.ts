/** mysql_native_password (mysql/page_protocol_connection_phase_authentication_methods_native_password_authentication, mariadb/authentication-plugin-mysql_native_password). */
import { createHash } from 'node:crypto';
import { nonceOf, type Password, passwordBytes, sameBytes, xor } from './bytes.ts';

export const NATIVE_PASSWORD = 'mysql_native_password';

/** SHA1(password) XOR SHA1(nonce + SHA1(SHA1(password))): 20 bytes; none for an empty password. */
export function nativePasswordScramble(password: Password, nonce: Uint8Array): Uint8Array {
  const plain = passwordBytes(password);
  if (plain.length === 0) return new Uint8Array(0);
  const once = sha1(plain);
  return xor(once, sha1(nonceOf(nonce), sha1(once)));
}

/** What a server stores, SHA1(SHA1(password)): mysql.user has it in hex behind a '*'. */
export function nativePasswordHash(password: Password): Uint8Array {
  const plain = passwordBytes(password);
  return plain.length === 0 ? new Uint8Array(0) : sha1(sha1(plain));
}

/** Does the response prove the password whose hash is stored? An empty hash (no password) takes only an empty response. */
export function verifyNativePassword(response: Uint8Array, nonce: Uint8Array, stored: Uint8Array): boolean {
  if (response.length !== stored.length) return false;
  if (stored.length === 0) return true;
  return sameBytes(sha1(xor(response, sha1(nonceOf(nonce), stored))), stored);
}

function sha1(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
