import { NATIVE_PASSWORD } from '../auth/native-password.ts';
import { authPlugins } from '../auth/plugin.ts';
import { capability, flags } from '../codec/capability.ts';
import type { Compression } from '../codec/compressed-frame.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Context } from '../codec/message.ts';
import { comChangeUser } from '../codec/messages/com-change-user.ts';
import { handshakeResponse41 } from '../codec/messages/handshake-response-41.ts';
import type { HandshakeV10 } from '../codec/messages/handshake-v10.ts';
import { sslRequest } from '../codec/messages/ssl-request.ts';
import { answerOf, follow, isAuthQuestion } from '../run/auth-exchange.ts';
import type { ServerPacket } from '../run/server-packet.ts';
import { Session } from '../run/session.ts';
import type { Login } from './step.ts';
import type { Player } from './users.ts';

/** Of what the capture agreed on, this is done otherwise: no attributes; TLS as the target's options say; compression by itself. */
const notKept = flags(
  'SSL',
  'COMPRESS',
  'ZSTD_COMPRESSION_ALGORITHM',
  'CONNECT_ATTRS',
  'CONNECT_WITH_DB',
  'PLUGIN_AUTH_LENENC_CLIENT_DATA',
);
const always = flags('PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH');

/** No login needs more: a switch, a public key, the outcome, and as much again for a second factor. */
const MOST_ROUNDS = 8;

/** The client's half of the logins of one connection: what it says, as bytes, to what the server has said. */
export class LoginExchange {
  /** Questions since the login was begun. */
  #rounds = 0;
  readonly #session = new Session({});
  #plugin = NATIVE_PASSWORD;

  /** Takes the greeting. */
  greet({ value }: LabelledPacket): void {
    this.#session.greet(value as HandshakeV10);
    const named = String(value?.['authPluginName'] ?? '');
    if (authPlugins[named]?.answersGreeting) this.#plugin = named;
  }

  /** Flags of the greeting. */
  get offered(): number {
    return this.#session.offered ?? 0;
  }

  /** TLS is on: passwords may go as they are. */
  set secure(on: boolean) {
    this.#session.tls = on;
  }

  /** The flags of the captured client, as far as this server offers them and a replay keeps them. */
  capabilitiesOf({ capabilities, database, compression }: Login): number {
    const compressed = compression === undefined ? 0 : capability[compression === 'zlib' ? 'COMPRESS' : 'ZSTD_COMPRESSION_ALGORITHM'];
    const withDatabase = database === undefined ? 0 : capability.CONNECT_WITH_DB;
    const tls = this.#session.tls ? capability.SSL : 0;
    return (((capabilities & ~notKept) | always | withDatabase | tls | compressed) & this.offered) >>> 0;
  }

  /** What both compress with, behind the login. */
  get compression(): Compression | undefined {
    return this.#session.agreedCompression;
  }

  sslRequest(login: Login): Uint8Array {
    return sslRequest.encode({ characterSet: login.characterSet & 0xff }, this.#declare(login, capability.SSL));
  }

  /** The HandshakeResponse41 of somebody. */
  response(login: Login, who: Player): Uint8Array {
    return handshakeResponse41.encode({ ...this.#fields(login, who), characterSet: login.characterSet & 0xff }, this.#declare(login));
  }

  /** Over TLS a server goes by what the SSLRequest says, MariaDB's extended flags too. */
  #declare(login: Login, more = 0): Context {
    const session = this.#session;
    const capabilities = (this.capabilitiesOf(login) | more) >>> 0;
    session.client = capabilities;
    // They count only where neither side sets LONG_PASSWORD.
    session.clientMariadb = ((login.mariadbCapabilities ?? 0) & session.offeredMariadb) >>> 0;
    const { mariadbCapabilities } = session.context;
    return { capabilities, ...(mariadbCapabilities ? { mariadbCapabilities } : {}) };
  }

  /** The COM_CHANGE_USER of somebody, with the scramble that was given last. */
  changeUser(login: Login, who: Player): Uint8Array {
    const fields = { database: '', ...this.#fields(login, who) };
    return comChangeUser.encode({ ...fields, characterSet: login.characterSet }, { capabilities: this.#session.client ?? 0 });
  }

  /** The first proof that a plugin wants, made of a scramble. */
  static proof(plugin: string, password: string, scramble: Uint8Array): Uint8Array {
    const known = authPlugins[plugin];
    return known?.answersGreeting && password !== '' ? known.scramble(password, scramble) : new Uint8Array(0);
  }

  /** Somebody has begun to log in by other means. */
  become(plugin: string, { user, password = '' }: Player): void {
    this.#session.exchange = undefined;
    this.#rounds = 0;
    this.#session.login = { account: { user, password, plugin: plugin as never, own: true }, password };
  }

  #fields(login: Login, { user, password = '' }: Player) {
    const session = this.#session;
    this.become(this.#plugin, { user, password });
    return {
      user,
      authResponse: LoginExchange.proof(this.#plugin, password, session.scramble ?? new Uint8Array(0)),
      authPluginName: this.#plugin,
      ...(login.database === undefined ? {} : { database: login.database }),
    };
  }

  /** What a client says to a packet of the exchange; undefined: nothing, it waits, as it does when it is asked again and again. @throws AuthError */
  answer(packet: LabelledPacket): Uint8Array | undefined {
    const { name, value = {}, sequenceId = 0 } = packet;
    const asked = { name, value, sequenceId, lastSequenceId: sequenceId, packets: 1 } as ServerPacket;
    if (!isAuthQuestion(asked) || ++this.#rounds > MOST_ROUNDS) return undefined;
    follow(this.#session, asked);
    return answerOf(this.#session);
  }
}
