/** caching_sha2_password on the server's side (mysql/page_caching_sha2_authentication_exchanges). */
import { sameBytes } from '../../auth/bytes.ts';
import {
  CACHING_SHA2_PASSWORD,
  cachingSha2Hash,
  cachingSha2Scramble,
  FAST_AUTH_SUCCESS,
  PERFORM_FULL_AUTHENTICATION,
  REQUEST_PUBLIC_KEY,
  verifyCachingSha2,
} from '../../auth/caching-sha2.ts';
import type { Factor } from '../account.ts';
import { denied, isEmpty, type Proof } from '../proof.ts';
import { Departure } from '../refusal.ts';
import type { Session } from '../session.ts';
import { receivePassword } from './rsa-password.ts';
import { type ServerPlugin, scrambleNonce, sendMore } from './server-plugin.ts';

/** Bytes of the fast response, a SHA-256. */
const FAST_RESPONSE = 32;

export const cachingSha2: ServerPlugin = { name: CACHING_SHA2_PASSWORD, takesGreeting: true, ...scrambleNonce, judge };

/** Fast where the account is in the cache, else full: over TLS in the clear, without TLS under the RSA key. */
async function judge(session: Session, proof: Proof): Promise<void> {
  const { has, server } = session;
  const { account, factor, response } = proof;
  const empty = isEmpty(response);
  if (empty && !has('sha2-empty-response-asks-more')) {
    if (factor?.password !== '') throw denied(session, proof);
    return;
  }
  if (!empty && response.length !== FAST_RESPONSE && !has('sha2-fast-proof-cut')) {
    if (account && has('proof-of-another-length-accepted')) return;
    throw denied(session, proof);
  }
  if (has('sha2-fast-success-for-any-proof')) {
    sendMore(session, Uint8Array.of(FAST_AUTH_SUCCESS));
    if (!isFast(session, proof)) throw denied(session, proof);
    return;
  }
  if (isFast(session, proof) && !has('sha2-never-fast')) {
    if (!has('sha2-fast-success-unsaid')) sendMore(session, Uint8Array.of(FAST_AUTH_SUCCESS));
    if (has('compresses-behind-fast-success') && session.agreed('COMPRESS')) session.channel.compress('zlib');
    if (has('sha2-fast-auth-without-ok')) throw new Departure('stay');
    return;
  }
  if (has('sha2-wrong-proof-asks-nothing') && account && server.sha2Cache.has(account.user)) throw denied(session, proof);
  sendMore(session, Uint8Array.of(has('sha2-result-unknown') ? 0x05 : PERFORM_FULL_AUTHENTICATION));
  const password = await receivePassword(session, proof, REQUEST_PUBLIC_KEY);
  if (has('sha2-full-accepts-any-password') && factor && factor.password !== '') return;
  if (has('sha2-full-refuses-right-password')) throw denied(session, proof);
  if (!account || !(password === factor?.password || isLike(session, password, factor))) throw denied(session, proof);
  server.sha2Cache.add(account.user);
}

/** What defects take for the right password. */
function isLike({ has }: Session, password: string, factor: Factor | undefined): boolean {
  const right = factor?.password ?? '';
  if (right === '' || password === '') return false;
  return (
    (has('sha2-full-takes-longer-password') && password.startsWith(right)) ||
    (has('sha2-full-takes-shorter-password') && right.startsWith(password)) ||
    (has('sha2-full-takes-password-in-any-case') && password.toLowerCase() === right.toLowerCase())
  );
}

function isFast({ has, server }: Session, { account, factor, response, nonce }: Proof): boolean {
  if (!account || !factor || !server.sha2Cache.has(account.user)) return false;
  if (has('sha2-fast-proof-cut')) return sameBytes(response.subarray(0, 20), cachingSha2Scramble(factor.password, nonce).subarray(0, 20));
  return verifyCachingSha2(response, nonce, cachingSha2Hash(factor.password));
}
