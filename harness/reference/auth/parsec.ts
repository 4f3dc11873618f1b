/** MariaDB's parsec on the server's side (mariadb/connection, parsec Plugin). */
import { randomBytes } from 'node:crypto';
import { sameBytes } from '../../auth/bytes.ts';
import { SIGNATURE_BYTES, verifySignature } from '../../auth/ed25519.ts';
import {
  extSalt,
  PARSEC,
  PARSEC_NONCE_BYTES,
  PARSEC_SALT_BYTES,
  parsecPublicKey,
  parsecResponse,
  readExtSalt,
  verifyParsec,
} from '../../auth/parsec.ts';
import { denied, type Proof } from '../proof.ts';
import { Departure, refuse } from '../refusal.ts';
import type { Session } from '../session.ts';
import { type ServerPlugin, sendMore } from './server-plugin.ts';

/** An account's salt stays the same. This one is everybody's; real servers draw one for each password. */
const SALT = Uint8Array.from({ length: PARSEC_SALT_BYTES }, (_, i) => 0x61 + i);

const ANSWER_BYTES = PARSEC_NONCE_BYTES + SIGNATURE_BYTES;

export const parsec: ServerPlugin = {
  name: PARSEC,
  takesGreeting: false,
  newNonce: ({ has }) => (has('parsec-nonce-repeats') ? new Uint8Array(PARSEC_NONCE_BYTES).fill(0x2a) : randomBytes(PARSEC_NONCE_BYTES)),
  shown: ({ has }, nonce) => (has('parsec-nonce-of-20-bytes') ? nonce.subarray(0, 20) : nonce),
  judge,
};

/** The empty packet asks for the ext-salt; then come the client's nonce and its signature of both. */
async function judge(session: Session, proof: Proof): Promise<void> {
  const { channel, has } = session;
  const { factor } = proof;
  if (proof.response.length !== 0 && !has('parsec-any-packet-asks-for-salt')) throw refuse.badHandshake();
  if (has('parsec-empty-packet-logs-in') && factor) return;
  if (has('parsec-ext-salt-withheld')) throw new Departure('stay');
  const salt = has('parsec-salt-differs') ? randomBytes(PARSEC_SALT_BYTES) : SALT;
  let response: Uint8Array;
  do {
    sendMore(session, shownSalt(session, salt));
    response = await channel.receive();
  } while (has('parsec-salt-sent-again') && response.length === 0);
  if (has('parsec-accepts-any-signature') && factor) return;
  if (has('parsec-long-answer-accepted') && isRight(session, { ...proof, response: response.subarray(0, ANSWER_BYTES) })) return;
  if (has('parsec-short-answer-accepted') && response.length === ANSWER_BYTES - 1 && begins({ ...proof, response })) return;
  if (response.length !== ANSWER_BYTES) throw refuse.badHandshake();
  if (!isRight(session, { ...proof, response })) throw denied(session, { ...proof, response });
}

/** Are these the first bytes of the right answer, with the nonce that the client has drawn? */
function begins({ factor, nonce, response }: Proof): boolean {
  if (!factor) return false;
  const right = parsecResponse(factor.password, nonce, readExtSalt(extSalt(SALT)), response.subarray(0, PARSEC_NONCE_BYTES));
  return sameBytes(response, right.subarray(0, response.length));
}

function isRight(session: Session, { factor, nonce, response }: Proof): boolean {
  const { has } = session;
  if (!factor || (has('parsec-empty-password-refused') && factor.password === '')) return false;
  const salt = readExtSalt(extSalt(SALT));
  const key = parsecPublicKey(factor.password, salt);
  const signature = response.subarray(PARSEC_NONCE_BYTES);
  if (has('parsec-checks-another-nonce')) return verifyParsec(response, session.scramble, key);
  if (has('parsec-client-nonce-ignored')) return verifySignature(nonce, signature, key);
  if (has('parsec-client-nonce-unchecked')) return verifiesWithABitTurned(response, nonce, key) || verifyParsec(response, nonce, key);
  return verifyParsec(response, nonce, key);
}

/** With one of the first 8 bits of the client nonce turned back. */
function verifiesWithABitTurned(response: Uint8Array, nonce: Uint8Array, key: Uint8Array): boolean {
  return Array.from({ length: 8 }, (_, bit) => {
    const turned = Uint8Array.from(response);
    turned[0] = (turned[0] as number) ^ (1 << bit);
    return turned;
  }).some((turned) => verifyParsec(turned, nonce, key));
}

function shownSalt({ has }: Session, salt: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(extSalt(salt));
  if (has('parsec-wrong-kdf')) bytes[0] = 0x53;
  if (has('parsec-iterations-enormous')) bytes[1] = 0x1f;
  return has('parsec-salt-missing') ? bytes.subarray(0, 2) : bytes;
}
