import type { Side } from '../codec/labelled-packet.ts';
import type { Plaintext, TlsDecryption } from '../codec/tls-decryption.ts';
import type { TlsSecrets } from '../pcap/tls/key-log.ts';
import { TlsSession } from '../pcap/tls/tls-session.ts';

/** Most connections have no TLS: a session is made for those that begin it. */
export class LateTls implements TlsDecryption {
  session: TlsSession | undefined = undefined;
  readonly #secrets: TlsSecrets | undefined;

  constructor(secrets: TlsSecrets | undefined) {
    this.#secrets = secrets;
  }

  push(from: Side, bytes: Uint8Array): readonly Plaintext[] | undefined {
    this.session ??= new TlsSession(this.#secrets);
    return this.session.push(from, bytes);
  }
}
