import { decryptPassword } from '../../auth/caching-sha2.ts';
import { AuthError } from '../../auth/error.ts';
import { rsaKeys } from '../certificate.ts';
import { denied, type Proof } from '../proof.ts';
import { Departure } from '../refusal.ts';
import type { Session } from '../session.ts';
import { sendMore } from './server-plugin.ts';

/**
 * The password itself: in the clear over TLS, else under our RSA key, which the client may ask for first with one byte
 * that differs between sha256_password and caching_sha2_password. Throws Refusal 1045 for anything else.
 * @param answer what the client has sent; undefined: it has yet to send it
 */
export async function receivePassword(session: Session, proof: Proof, keyRequest: number, answer?: Uint8Array): Promise<string> {
  const { channel, has } = session;
  let got = answer ?? (await channel.receive());
  if (channel.secure) {
    if (has(answer ? 'sha256-clear-password-refused' : 'sha2-clear-password-refused')) throw denied(session, proof);
    if (session.user !== '' && has('change-user-clear-password-refused')) throw denied(session, proof);
    return utf8(withoutNul(got));
  }
  const keys = rsaKeys(session.server.certificate);
  const asked = got.length === 1 && (got[0] === keyRequest || (has('any-key-request-answered') && (got[0] ?? 0) > 0));
  if (asked) {
    if (has('public-key-withheld')) throw denied(session, proof);
    sendMore(session, shownKey(session, keys.publicKey));
    got = await channel.receive();
  }
  if (has('clear-password-without-tls-accepted') && got.at(-1) === 0) return utf8(withoutNul(got));
  try {
    const nonce = has('encrypted-password-nonce-ignored') ? session.scramble : proof.nonce;
    return utf8(decryptPassword(got, nonce, keys.privateKey));
  } catch (error) {
    if (error instanceof AuthError && has('undecipherable-password-hangs')) throw new Departure('stay');
    if (error instanceof AuthError && has('undecipherable-password-accepted') && proof.factor) return proof.factor.password;
    if (error instanceof AuthError) throw denied(session, proof);
    throw error;
  }
}

function shownKey({ has }: Session, pem: string): Uint8Array {
  if (has('public-key-malformed')) return Buffer.from(pem.replaceAll('PUBLIC', 'PRIVATE'));
  return Buffer.from(has('public-key-cut') ? pem.slice(0, 120) : pem);
}

const withoutNul = (bytes: Uint8Array): Uint8Array => (bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes);
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
