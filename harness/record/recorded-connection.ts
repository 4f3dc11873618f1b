import { Conversation } from '../codec/conversation.ts';
import type { Side } from '../target/tap/tapped-connection.ts';
import { oneLine, sizeInWords } from './in-words.ts';

/** Bytes of a client in which its first packet must have become whole. */
const MOST_LOOKED_AT = 64 << 10;

/** What is told of one connection when it is over: who, how much, how it ended. */
export class RecordedConnection {
  readonly number: number;
  readonly client: string;
  readonly bytes = { client: 0, server: 0 };
  /** In order: 'client fin', 'server rst', 'the server refused (ECONNREFUSED)'. */
  readonly ended: string[] = [];
  /** What the client's first packets are: `user app`, `SSLRequest`, `HTTP request`. */
  readonly says: string[] = [];
  readonly #openedAt: number;
  #lastAt: number;
  #conversation: Conversation | undefined = new Conversation();
  /** Somebody decrypts what stands behind an SSLRequest. */
  readonly #deciphers: boolean;
  #ciphered = false;

  /** Times are ms since 1970. */
  constructor(number: number, client: string, openedAt: number, deciphers = false) {
    this.#deciphers = deciphers;
    this.number = number;
    this.client = client;
    this.#openedAt = openedAt;
    this.#lastAt = openedAt;
  }

  data(from: Side, bytes: Uint8Array, at: number): void {
    this.bytes[from] += bytes.length;
    this.#lastAt = at;
    if (from === 'client' && !this.#ciphered) this.look(bytes);
  }

  /** Plain bytes of the client: its name stands in one of its first packets. */
  look(bytes: Uint8Array): void {
    for (const { name, value } of this.#conversation?.fromClient(bytes) ?? []) {
      const login = name.startsWith('HandshakeResponse');
      if (login) this.says.push(`user ${oneLine(String(value?.['user'] ?? ''), 80) || '(none)'}`);
      else if (!this.says.includes(name)) this.says.push(name);
      if (login || name !== 'SSLRequest') this.#conversation = undefined;
      else this.#ciphered = this.#deciphers;
    }
    if (this.bytes.client > MOST_LOOKED_AT) this.#conversation = undefined;
  }

  end(how: string, at: number): void {
    this.ended.push(how);
    this.#lastAt = at;
  }

  /** `names`: with the user's. `connection 3  127.0.0.1:50122  user app  sent 312 B, got 1.1 kB  0.81 s  client fin, server fin` */
  inWords({ names = true } = {}): string {
    const { client, server } = this.bytes;
    const says = names ? this.says : this.says.map((said) => (said.startsWith('user ') ? 'a login' : said));
    return [
      `connection ${this.number}`,
      oneLine(this.client),
      says.join(', ') || (client === 0 ? 'said nothing' : 'not MySQL yet'),
      `sent ${sizeInWords(client)}, got ${sizeInWords(server)}`,
      `${((this.#lastAt - this.#openedAt) / 1000).toFixed(2)} s`,
      this.ended.join(', ') || 'open',
    ].join('  ');
  }
}
