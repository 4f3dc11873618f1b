import type { Password } from './bytes.ts';
import { SCRAMBLE_LENGTH } from './bytes.ts';
import { CACHING_SHA2_PASSWORD, cachingSha2Hash, cachingSha2Scramble, verifyCachingSha2 } from './caching-sha2.ts';
import { CLEAR_PASSWORD, clearPasswordAnswer } from './clear-password.ts';
import { CLIENT_ED25519, ED25519_NONCE_BYTES, ed25519PublicKey, ed25519Signature, verifyEd25519 } from './client-ed25519.ts';
import { DIALOG } from './dialog.ts';
import { NATIVE_PASSWORD, nativePasswordHash, nativePasswordScramble, verifyNativePassword } from './native-password.ts';
import { OLD_NONCE_BYTES, OLD_PASSWORD, oldPasswordHash, oldPasswordScramble, verifyOldPassword } from './old-password.ts';
import { PARSEC, PARSEC_NONCE_BYTES } from './parsec.ts';
import { SHA256_PASSWORD, sha256FirstAnswer } from './sha256-password.ts';

/** What both peers know of a plugin. */
export interface AuthPlugin {
  readonly name: string;
  /** Bytes of the server's nonce, without the NUL that some servers put behind it; 0 where there is none. */
  readonly nonceBytes: number;
  /** Its client answers the scramble of a greeting, without waiting for an AuthSwitchRequest with a nonce of its own. */
  readonly answersGreeting: boolean;
  /**
   * The client's first answer to a nonce: its proof, or what asks for the next packet of the server (parsec,
   * sha256_password). `secure`: over TLS.
   */
  scramble(password: Password, nonce: Uint8Array, secure?: boolean): Uint8Array;
  /** Of the plugins whose first answer is the whole proof. */
  readonly oneAnswer?: OneAnswer;
}

/** The server's side where one nonce and one answer are all. */
export interface OneAnswer {
  /** What the server keeps of the password. */
  hash(password: Password): Uint8Array;
  /** The server's judgement of the answer. */
  verify(response: Uint8Array, nonce: Uint8Array, stored: Uint8Array): boolean;
}

const table: readonly AuthPlugin[] = [
  {
    name: NATIVE_PASSWORD,
    nonceBytes: SCRAMBLE_LENGTH,
    answersGreeting: true,
    scramble: nativePasswordScramble,
    oneAnswer: { hash: nativePasswordHash, verify: verifyNativePassword },
  },
  {
    name: OLD_PASSWORD,
    nonceBytes: OLD_NONCE_BYTES,
    answersGreeting: true,
    scramble: oldPasswordScramble,
    oneAnswer: { hash: oldPasswordHash, verify: verifyOldPassword },
  },
  {
    name: CACHING_SHA2_PASSWORD,
    nonceBytes: SCRAMBLE_LENGTH,
    answersGreeting: true,
    scramble: cachingSha2Scramble,
    oneAnswer: { hash: cachingSha2Hash, verify: verifyCachingSha2 },
  },
  {
    name: CLIENT_ED25519,
    nonceBytes: ED25519_NONCE_BYTES,
    answersGreeting: false,
    scramble: ed25519Signature,
    oneAnswer: { hash: ed25519PublicKey, verify: verifyEd25519 },
  },
  { name: PARSEC, nonceBytes: PARSEC_NONCE_BYTES, answersGreeting: false, scramble: () => new Uint8Array(0) },
  {
    name: SHA256_PASSWORD,
    nonceBytes: SCRAMBLE_LENGTH,
    answersGreeting: false,
    scramble: (password, _nonce, secure = false) => sha256FirstAnswer(password, secure),
  },
  { name: CLEAR_PASSWORD, nonceBytes: 0, answersGreeting: false, scramble: clearPasswordAnswer },
  // A client that knows the password answers the first question with it before it is asked.
  { name: DIALOG, nonceBytes: 0, answersGreeting: false, scramble: clearPasswordAnswer },
];

/** The plugins that are known here, by their name on the wire. */
export const authPlugins: Readonly<Record<string, AuthPlugin>> = Object.fromEntries(table.map((plugin) => [plugin.name, plugin]));
