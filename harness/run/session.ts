import type { Stimulus } from '../case/step.ts';
import { has } from '../codec/capability.ts';
import type { Compression } from '../codec/compressed-frame.ts';
import type { Context } from '../codec/message.ts';
import { type HandshakeV10, offeredCapabilities, scrambleOf } from '../codec/messages/handshake-v10.ts';
import type { ResultColumn } from '../codec/result-column.ts';
import type { Account, Accounts } from '../target/target.ts';
import type { Exchange } from './auth-exchange.ts';
import type { Composed } from './compose.ts';

/** What both sides have said so far on one connection, as far as the next message depends on it. */
export class Session {
  readonly accounts: Accounts;
  readonly database: string | undefined;
  /** From the greeting; undefined before it was read. */
  offered: number | undefined;
  offeredMariadb = 0;
  scramble: Uint8Array | undefined;
  /** The same, whatever an AuthSwitchRequest has put in its place. */
  greetingScramble: Uint8Array | undefined;
  /** From the HandshakeResponse; undefined before it was sent. */
  client: number | undefined;
  clientMariadb = 0;
  phase: 'greeting' | 'auth' | 'command' = 'greeting';
  tls = false;
  /** An SSLRequest went out: until TLS is on, a TLS alert may come in the clear. */
  tlsAsked = false;
  /** Once the login is done: how every byte behind it is packed. */
  compression: Compression | undefined;
  /** Sequence id of the next compressed packet in the exchange under way. */
  nextFrame = 0;
  /** Of this connection and of those beside it, as the server gave them. */
  tlsSessions: Buffer[] = [];
  /** Who is logging in, and with what; the auth exchange is continued with it. */
  login: { readonly account: Account; readonly password: string } | undefined;
  /** What the server has asked for beyond the first answer. */
  exchange: Exchange | undefined;
  /** The byte of the last command sent: it decides how its answer is read. */
  command: number | undefined;
  /** Fields of the packets read so far by `message.field`, for `from` and `sameAs`. */
  readonly fields: Map<string, string | number>;
  /** The server has asked for more in the same exchange (auth data, a file): the sequence id that this takes. */
  next: number | undefined;
  /** Of an answer that is not whole: what it waits for, so that a long one is not read anew for each chunk. */
  lacks: { readonly packets: number; readonly end: boolean; readonly seen: number } | undefined;
  /** The definitions of the last resultset or prepared statement: rows that come without are read by them. */
  columns: readonly ResultColumn[] = [];
  /** Those of the resultset that opened the last cursor. */
  cursor: readonly ResultColumn[] = [];
  /** The handshake response went out as the manual has it, so that the server must have understood its flags. */
  wellFormed = true;

  /** Stimuli put together already, kept over the tries of a case. */
  readonly composed: Map<Stimulus, Composed> | undefined;

  constructor(accounts: Accounts, database?: string, composed?: Map<Stimulus, Composed>, fields = new Map<string, string | number>()) {
    this.composed = composed;
    this.fields = fields;
    this.accounts = accounts;
    this.database = database;
  }

  /** The flags in force: what the client asked for out of what the server offered. */
  get context(): Context {
    const client = this.client ?? 0;
    return {
      capabilities: (this.offered === undefined ? client : client & this.offered) >>> 0,
      // LONG_PASSWORD is MariaDB's CLIENT_MYSQL: extended capabilities count where neither side sets it.
      mariadbCapabilities: has((this.offered ?? 0) | client, 'LONG_PASSWORD') ? 0 : (this.clientMariadb & this.offeredMariadb) >>> 0,
    };
  }

  /** What both have agreed on; it begins behind the OK of the login. MySQL and MariaDB prefer zlib. */
  get agreedCompression(): Compression | undefined {
    const { capabilities } = this.context;
    if (this.offered === undefined || this.client === undefined) return undefined;
    if (has(capabilities, 'COMPRESS')) return 'zlib';
    return has(capabilities, 'ZSTD_COMPRESSION_ALGORITHM') ? 'zstd' : undefined;
  }

  greet(value: HandshakeV10): void {
    this.offered = offeredCapabilities(value);
    this.offeredMariadb = value.mariadbCapabilities ?? 0;
    this.scramble = scrambleOf(value);
    this.greetingScramble = this.scramble;
    this.phase = 'auth';
  }
}
