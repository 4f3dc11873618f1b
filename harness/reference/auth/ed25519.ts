/** MariaDB's ed25519 on the server's side (mariadb/connection, client_ed25519 Plugin). */
import { randomBytes } from 'node:crypto';
import { sameBytes } from '../../auth/bytes.ts';
import { CLIENT_ED25519, ED25519_NONCE_BYTES, ed25519PublicKey, ed25519Signature, verifyEd25519 } from '../../auth/client-ed25519.ts';
import { SIGNATURE_BYTES } from '../../auth/ed25519.ts';
import { join } from '../../codec/frame.ts';
import { denied, type Proof } from '../proof.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../session.ts';
import type { ServerPlugin } from './server-plugin.ts';

export const ed25519: ServerPlugin = {
  name: CLIENT_ED25519,
  takesGreeting: false,
  newNonce,
  shown({ has }, nonce) {
    if (has('ed25519-nonce-missing')) return new Uint8Array(0);
    if (has('ed25519-nonce-of-20-bytes')) return nonce.subarray(0, 20);
    return has('ed25519-nonce-with-nul') ? join([nonce, Uint8Array.of(0)]) : nonce;
  },
  judge,
};

const noncesBefore = new WeakMap<Session, Uint8Array>();
function newNonce(session: Session): Uint8Array {
  const { has } = session;
  if (has('ed25519-nonce-repeats')) return new Uint8Array(ED25519_NONCE_BYTES).fill(0x2a);
  const nonce = (has('ed25519-nonce-repeats-on-a-connection') && noncesBefore.get(session)) || randomBytes(ED25519_NONCE_BYTES);
  noncesBefore.set(session, nonce);
  return nonce;
}

function judge(session: Session, proof: Proof): void {
  const { has } = session;
  const { factor, response } = proof;
  if (has('ed25519-accepts-any-signature') && factor && response.length === SIGNATURE_BYTES) return;
  if (has('ed25519-empty-response-accepted') && factor && response.length === 0) return;
  if (has('ed25519-long-signature-accepted') && verified(proof, response.subarray(0, SIGNATURE_BYTES), proof.nonce)) return;
  if (has('ed25519-short-signature-accepted') && response.length === SIGNATURE_BYTES - 1 && begins(proof, response)) return;
  if (response.length !== SIGNATURE_BYTES) throw refuse.badHandshake();
  if (has('ed25519-second-half-unchecked') && begins(proof, response.subarray(0, SIGNATURE_BYTES / 2))) return;
  if (has('ed25519-empty-password-refused') && factor?.password === '') throw denied(session, proof);
  const nonce = has('ed25519-checks-another-nonce') ? session.scramble : proof.nonce;
  if (!verified(proof, response, nonce)) throw denied(session, proof);
}

/** Are these the first bytes of the right signature? */
function begins({ factor, nonce }: Proof, part: Uint8Array): boolean {
  return factor !== undefined && sameBytes(part, ed25519Signature(factor.password, nonce).subarray(0, part.length));
}

function verified({ factor }: Proof, response: Uint8Array, nonce: Uint8Array): boolean {
  return factor !== undefined && verifyEd25519(response, nonce, ed25519PublicKey(factor.password));
}
