import type { Side } from './labelled-packet.ts';

/** What one side said inside TLS. */
export interface Plaintext {
  readonly from: Side;
  readonly bytes: Uint8Array;
}

/** Makes the TLS of one connection readable, given the bytes of both sides as they were captured. */
export interface TlsDecryption {
  /**
   * The plaintext that these bytes make readable: none for a handshake, of both sides where one had to wait for the
   * other. Undefined when nothing can be read from here on (no secrets, missing bytes). Never throws.
   */
  push(from: Side, bytes: Uint8Array): readonly Plaintext[] | undefined;
}
