/** client_ed25519, the client's half of MariaDB's ed25519 (mariadb/connection, client_ed25519 Plugin). */
import { createHash } from 'node:crypto';
import { type Password, passwordBytes } from './bytes.ts';
import { publicKeyOf, signExpanded, verifySignature } from './ed25519.ts';

export const CLIENT_ED25519 = 'client_ed25519';
/** Bytes of the server's nonce; no NUL stands behind it. */
export const ED25519_NONCE_BYTES = 32;

/** The nonce signed with SHA512(password) as the expanded secret: 64 bytes, for an empty password too. */
export function ed25519Signature(password: Password, nonce: Uint8Array): Uint8Array {
  return signExpanded(nonce, expandedSecret(password));
}

/** The public key that the server stores: mysql.global_priv has it in base64 without its '='. */
export function ed25519PublicKey(password: Password): Uint8Array {
  return publicKeyOf(expandedSecret(password));
}

export function verifyEd25519(response: Uint8Array, nonce: Uint8Array, publicKey: Uint8Array): boolean {
  return verifySignature(nonce, response, publicKey);
}

function expandedSecret(password: Password): Uint8Array {
  return createHash('sha512').update(passwordBytes(password)).digest();
}
