import type { Password } from './bytes.ts';
import { CACHING_SHA2_PASSWORD, cachingSha2Hash, cachingSha2Scramble, verifyCachingSha2 } from './caching-sha2.ts';
import { NATIVE_PASSWORD, nativePasswordHash, nativePasswordScramble, verifyNativePassword } from './native-password.ts';

/** What both peers compute for a challenge-response plugin. */
export interface AuthPlugin {
  readonly name: string;
  /** The client's first answer to a nonce. */
  scramble(password: Password, nonce: Uint8Array): Uint8Array;
  /** What the server keeps of the password. */
  hash(password: Password): Uint8Array;
  /** The server's judgement of a scramble. */
  verify(response: Uint8Array, nonce: Uint8Array, stored: Uint8Array): boolean;
}

/** The plugins that are known here, by their name on the wire. */
export const authPlugins: Readonly<Record<string, AuthPlugin>> = {
  [NATIVE_PASSWORD]: {
    name: NATIVE_PASSWORD,
    scramble: nativePasswordScramble,
    hash: nativePasswordHash,
    verify: verifyNativePassword,
  },
  [CACHING_SHA2_PASSWORD]: {
    name: CACHING_SHA2_PASSWORD,
    scramble: cachingSha2Scramble,
    hash: cachingSha2Hash,
    verify: verifyCachingSha2,
  },
};
