/** sha256_password on the server's side: the password itself, or one NUL for none (mariadb/sha256_password-plugin). */
import { SHA256_PASSWORD, SHA256_REQUEST_PUBLIC_KEY } from '../../auth/sha256-password.ts';
import { denied, isEmpty, type Proof } from '../proof.ts';
import type { Session } from '../session.ts';
import { receivePassword } from './rsa-password.ts';
import { type ServerPlugin, scrambleNonce } from './server-plugin.ts';

export const sha256Password: ServerPlugin = { name: SHA256_PASSWORD, takesGreeting: false, ...scrambleNonce, judge };

async function judge(session: Session, proof: Proof): Promise<void> {
  const { has } = session;
  const { factor, response } = proof;
  if (isEmpty(response)) {
    if (has('sha256-empty-password-let-in') && factor) return;
    if (factor?.password !== '' || has('sha256-empty-password-refused')) throw denied(session, proof);
    return;
  }
  const password = await receivePassword(session, proof, SHA256_REQUEST_PUBLIC_KEY, response);
  if (has('sha256-accepts-any-password') && factor && factor.password !== '') return;
  if (password !== factor?.password) throw denied(session, proof);
}
