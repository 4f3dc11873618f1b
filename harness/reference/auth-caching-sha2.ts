/** caching_sha2_password on the server's side (mysql/page_caching_sha2_authentication_exchanges). */
import {
  CACHING_SHA2_PASSWORD,
  decryptPassword,
  FAST_AUTH_SUCCESS,
  PERFORM_FULL_AUTHENTICATION,
  REQUEST_PUBLIC_KEY,
} from '../auth/caching-sha2.ts';
import { AuthError } from '../auth/error.ts';
import { authMoreData } from '../codec/messages/auth-more-data.ts';
import { plugin } from './account.ts';
import { rsaKeys } from './certificate.ts';
import { denied, type Proof } from './proof.ts';
import { Departure } from './refusal.ts';
import type { Session } from './session.ts';

/** Bytes of the fast response, a SHA-256. */
const FAST_RESPONSE = 32;

/** Fast where the account is in the cache, else full: over TLS in the clear, without TLS under the RSA key. */
export async function judgeCachingSha2(session: Session, proof: Proof): Promise<void> {
  const { has, server } = session;
  const { account, response, nonce } = proof;
  // libmysqlclient sends a lone NUL for an empty password.
  const empty = response.length === 0 || (response.length === 1 && response[0] === 0);
  if (empty && !has('sha2-empty-response-asks-more')) {
    if (account?.password !== '') throw denied(session, proof);
    return;
  }
  if (!empty && response.length !== FAST_RESPONSE) throw denied(session, proof);
  const sha2 = plugin(CACHING_SHA2_PASSWORD);
  if (account && server.sha2Cache.has(account.user) && sha2.verify(response, nonce, account.hash)) {
    more(session, FAST_AUTH_SUCCESS);
    if (has('sha2-fast-auth-without-ok')) throw new Departure('stay');
    return;
  }
  more(session, PERFORM_FULL_AUTHENTICATION);
  const password = await fullPassword(session, proof);
  if (!account || password !== account.password) throw denied(session, proof);
  server.sha2Cache.add(account.user);
}

async function fullPassword(session: Session, proof: Proof): Promise<string> {
  const { channel } = session;
  let answer = await channel.receive();
  if (channel.secure) return utf8(answer.at(-1) === 0 ? answer.subarray(0, -1) : answer);
  const keys = rsaKeys(session.server.certificate);
  if (answer.length === 1 && answer[0] === REQUEST_PUBLIC_KEY) {
    channel.send(authMoreData.encode({ data: Buffer.from(keys.publicKey) }, session.context));
    answer = await channel.receive();
  }
  try {
    return utf8(decryptPassword(answer, proof.nonce, keys.privateKey));
  } catch (error) {
    if (error instanceof AuthError) throw denied(session, proof);
    throw error;
  }
}

function more(session: Session, byte: number): void {
  session.channel.send(authMoreData.encode({ data: Uint8Array.of(byte) }, session.context));
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
