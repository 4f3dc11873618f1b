import { SCRAMBLE_LENGTH } from '../../auth/bytes.ts';
import { join } from '../../codec/frame.ts';
import { authMoreData } from '../../codec/messages/auth-more-data.ts';
import type { PluginName } from '../account.ts';
import { newScramble } from '../greeting.ts';
import type { Proof } from '../proof.ts';
import type { Session } from '../session.ts';

/** The server's side of an authentication plugin. */
export interface ServerPlugin {
  readonly name: PluginName;
  /** The greeting's scramble is one of its nonces, so that a client may answer it at once. */
  readonly takesGreeting: boolean;
  newNonce(session: Session, proof: Omit<Proof, 'nonce' | 'response'>): Uint8Array;
  /** The data of an AuthSwitchRequest or AuthNextFactor: the nonce as this plugin shows it. */
  shown(session: Session, nonce: Uint8Array): Uint8Array;
  /** Judges the client's first answer to the nonce, asking for more as needed. Throws Refusal and Departure. */
  judge(session: Session, proof: Proof): Promise<void> | void;
}

const NUL = Uint8Array.of(0);

/** A nonce of 20 bytes with a NUL behind it, as both servers send it for native, sha256 and caching_sha2. */
export const scrambleNonce = {
  newNonce({ has }: Session): Uint8Array {
    return has('auth-switch-scramble-repeats') ? new Uint8Array(SCRAMBLE_LENGTH).fill(0x2a) : newScramble();
  },
  shown({ has }: Session, nonce: Uint8Array): Uint8Array {
    if (has('auth-switch-without-scramble')) return new Uint8Array(0);
    if (has('auth-switch-scramble-with-nul')) nonce[11] = 0;
    const part = has('auth-switch-short-scramble') ? nonce.subarray(0, 8) : nonce;
    return has('auth-switch-scramble-unterminated') ? part : join([part, NUL]);
  },
} as const;

/** AuthMoreData: the plugin's bytes behind 0x01 (mysql/page_protocol_connection_phase_packets_protocol_auth_more_data). */
export function sendMore(session: Session, data: Uint8Array): void {
  const { channel, context, has } = session;
  if (has('auth-more-data-sequence-skips')) channel.skipSequenceId();
  channel.send(has('auth-more-data-unwrapped') ? data : authMoreData.encode({ data }, context));
}
