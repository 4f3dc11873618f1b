import type { Stimulus } from '../case/step.ts';
import type { Context } from '../codec/message.ts';
import { offeredCapabilities, scrambleOf } from '../codec/messages/handshake-v10.ts';
import { messages } from '../codec/messages/index.ts';
import type { Account, Accounts } from '../target/target.ts';
import type { Composed } from './compose.ts';

/** What both sides have said so far on one connection, as far as the next message depends on it. */
export class Session {
  readonly accounts: Accounts;
  readonly database: string | undefined;
  /** From the greeting; undefined before it was read. */
  offered: number | undefined;
  offeredMariadb = 0;
  scramble: Uint8Array | undefined;
  /** From the HandshakeResponse; undefined before it was sent. */
  client: number | undefined;
  clientMariadb = 0;
  phase: 'greeting' | 'auth' | 'command' = 'greeting';
  tls = false;
  /** Who is logging in, and with what; the auth exchange is continued with it. */
  login: { readonly account: Account; readonly password: string } | undefined;
  /** The last command's byte: it decides how an answer is read. */
  command: number | undefined;
  /** The handshake response went out as the manual has it, so that the server must have understood its flags. */
  wellFormed = true;

  /** Stimuli put together already, kept over the tries of a case. */
  readonly composed: Map<Stimulus, Composed> | undefined;

  constructor(accounts: Accounts, database?: string, composed?: Map<Stimulus, Composed>) {
    this.composed = composed;
    this.accounts = accounts;
    this.database = database;
  }

  /** The flags in force: what the client asked for out of what the server offered. */
  get context(): Context {
    const client = this.client ?? 0;
    return {
      capabilities: (this.offered === undefined ? client : client & this.offered) >>> 0,
      mariadbCapabilities: (this.clientMariadb & this.offeredMariadb) >>> 0,
    };
  }

  greet(payload: Uint8Array): void {
    const { value } = messages.HandshakeV10.decode(payload, { capabilities: 0 });
    this.offered = offeredCapabilities(value);
    this.offeredMariadb = value.mariadbCapabilities ?? 0;
    this.scramble = scrambleOf(value);
    this.phase = 'auth';
  }
}
