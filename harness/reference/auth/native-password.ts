/** mysql_native_password on the server's side. */
import { SCRAMBLE_LENGTH, sameBytes } from '../../auth/bytes.ts';
import { NATIVE_PASSWORD, nativePasswordHash, nativePasswordScramble, verifyNativePassword } from '../../auth/native-password.ts';
import { newScramble } from '../greeting.ts';
import { denied, type Proof } from '../proof.ts';
import { refuse } from '../refusal.ts';
import type { Session } from '../session.ts';
import { type ServerPlugin, scrambleNonce } from './server-plugin.ts';

export const nativePassword: ServerPlugin = {
  name: NATIVE_PASSWORD,
  takesGreeting: true,
  ...scrambleNonce,
  newNonce(session, { factor }) {
    if (!session.has('auth-switch-response-cut-at-nul')) return scrambleNonce.newNonce(session);
    // One right proof in 13 has a NUL: this picks a nonce for which it has, so that the defect shows every time.
    for (;;) {
      const nonce = newScramble();
      if (!factor?.password || nativePasswordScramble(factor.password, nonce).includes(0)) return nonce;
    }
  },
  judge(session, proof) {
    const { has } = session;
    const { factor, response, nonce } = proof;
    if (accepted(session, proof)) return;
    const cut = has('auth-response-cut-at-nul') || has('auth-switch-response-cut-at-nul');
    if (response.length !== 0 && response.length !== SCRAMBLE_LENGTH && !cut) throw refuse.badHandshake();
    if (!factor || !verifyNativePassword(response, nonce, nativePasswordHash(factor.password))) throw denied(session, proof);
  },
};

/** What the defects let in. */
function accepted({ has }: Session, { factor, response, nonce }: Proof): boolean {
  if (factor?.password === '' && has('any-password-where-there-is-none')) return true;
  if (!factor || factor.password === '' || response.length === 0) return false;
  if (has('proof-of-another-length-accepted') && response.length !== SCRAMBLE_LENGTH) return true;
  const right = nativePasswordScramble(factor.password, nonce);
  const least = Math.min(response.length, right.length);
  const prefix = sameBytes(response.subarray(0, least), right.subarray(0, least));
  if (has('short-proof-accepted') && response.length < right.length && prefix) return true;
  if (has('long-proof-accepted') && response.length > right.length && prefix) return true;
  if (has('nul-proof-accepted') && response.every((byte) => byte === 0)) return true;
  return has('last-byte-of-proof-unchecked') && sameBytes(response.subarray(0, -1), right.subarray(0, -1));
}
