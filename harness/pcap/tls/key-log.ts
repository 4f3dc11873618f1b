/** What is known of one TLS session; which of them exist depends on its version. */
export interface SessionSecrets {
  /** TLS 1.2 and before. */
  masterSecret?: Uint8Array;
  /** TLS 1.3. */
  clientHandshake?: Uint8Array;
  serverHandshake?: Uint8Array;
  clientTraffic?: Uint8Array;
  serverTraffic?: Uint8Array;
}

const LABELS = new Map<string, keyof SessionSecrets>([
  ['CLIENT_RANDOM', 'masterSecret'],
  ['CLIENT_HANDSHAKE_TRAFFIC_SECRET', 'clientHandshake'],
  ['SERVER_HANDSHAKE_TRAFFIC_SECRET', 'serverHandshake'],
  ['CLIENT_TRAFFIC_SECRET_0', 'clientTraffic'],
  ['SERVER_TRAFFIC_SECRET_0', 'serverTraffic'],
]);

const LINE = /^([A-Z0-9_]+) ([0-9a-f]{64}) ((?:[0-9a-f]{2}){1,64})\s*$/i;

/** Sessions kept; past it the oldest is forgotten. */
const SESSIONS = 500_000;

/**
 * The secrets of TLS sessions, by the random bytes that the client sent: from an SSLKEYLOGFILE, whose text a pcapng's
 * secrets block has too (https://www.ietf.org/archive/id/draft-ietf-tls-keylogfile-02.html).
 */
export class TlsSecrets {
  readonly #sessions = new Map<string, SessionSecrets>();

  /** Adds the lines of a key log and returns how many gave a secret; comments, exporters and what is no line do not. */
  add(keyLog: string | Uint8Array): number {
    const text = typeof keyLog === 'string' ? keyLog : new TextDecoder('latin1').decode(keyLog);
    let found = 0;
    for (const line of text.split('\n')) {
      const [, label = '', random = '', secret = ''] = LINE.exec(line) ?? [];
      const kind = LABELS.get(label.toUpperCase());
      if (!kind) continue;
      this.#session(random.toLowerCase())[kind] = Buffer.from(secret, 'hex');
      found += 1;
    }
    return found;
  }

  /** Undefined when nothing is known of the session whose ClientHello had this random. */
  of(clientRandom: Uint8Array): SessionSecrets | undefined {
    return this.#sessions.get(Buffer.from(clientRandom).toString('hex'));
  }

  /** Sessions that something is known of. */
  get size(): number {
    return this.#sessions.size;
  }

  #session(random: string): SessionSecrets {
    const known = this.#sessions.get(random);
    if (known) return known;
    const made: SessionSecrets = {};
    this.#sessions.set(random, made);
    if (this.#sessions.size > SESSIONS) {
      const [oldest = ''] = this.#sessions.keys();
      this.#sessions.delete(oldest);
    }
    return made;
  }
}
