/**
 * sha256_password (mariadb/sha256_password-plugin). The password itself travels: in the clear over TLS, else under the
 * server's RSA key, as in the full authentication of caching_sha2_password (encryptPassword, decryptPassword).
 */

import { type Password, passwordBytes } from './bytes.ts';
import { cleartextPassword } from './caching-sha2.ts';

export const SHA256_PASSWORD = 'sha256_password';
/** From the client, alone in a packet: send me your RSA public key. caching_sha2_password has 0x02 for it. */
export const SHA256_REQUEST_PUBLIC_KEY = 0x01;

/** The client's first answer: the password and a NUL over TLS, one NUL for no password, else the request for the key. */
export function sha256FirstAnswer(password: Password, secure: boolean): Uint8Array {
  const empty = passwordBytes(password).length === 0;
  return secure || empty ? cleartextPassword(password) : Uint8Array.of(SHA256_REQUEST_PUBLIC_KEY);
}
