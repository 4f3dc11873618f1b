import { has } from './capability.ts';
import type { Labelled } from './labelled-packet.ts';
import type { Context } from './message.ts';
import { isMariadb, offeredCapabilities } from './messages/handshake-v10.ts';
import type { Seen } from './skim.ts';

/** What the server offers, what the client declares, and what both have agreed on so far. */
export class Agreement {
  #offered: Context | undefined;
  #declared: Context = { capabilities: 0 };
  /** Of both, until one of them changes. */
  #context: Context | undefined;

  constructor(agreed?: Context) {
    if (agreed) this.#offered = this.#declared = agreed;
  }

  /** Before the greeting, what the client declares. One object, until something changes. */
  get context(): Context {
    this.#context ??= this.#both();
    return this.#context;
  }

  greeted(value: Seen): void {
    const greeting = value as Parameters<typeof isMariadb>[0];
    this.#offered = {
      capabilities: offeredCapabilities(greeting),
      mariadbCapabilities: Number(value['mariadbCapabilities'] ?? 0),
      ...(isMariadb(greeting) ? { mariadb: true } : {}),
    };
    this.#context = undefined;
  }

  responded(value: Seen, label: Labelled): void {
    this.#declared = {
      capabilities: Number(value['capabilities'] ?? declaredIn(label)),
      mariadbCapabilities: Number(value['mariadbCapabilities'] ?? 0),
    };
    this.#context = undefined;
  }

  #both(): Context {
    const offered = this.#offered;
    if (!offered) return this.#declared;
    const both = (offered.capabilities & this.#declared.capabilities) >>> 0;
    // LONG_PASSWORD is MariaDB's CLIENT_MYSQL: extended capabilities count where neither side sets it.
    const mariadb = !has(offered.capabilities | this.#declared.capabilities, 'LONG_PASSWORD');
    const extended = mariadb ? ((offered.mariadbCapabilities ?? 0) & (this.#declared.mariadbCapabilities ?? 0)) >>> 0 : 0;
    return { capabilities: both, mariadbCapabilities: extended, ...(offered.mariadb ? { mariadb: true } : {}) };
  }
}

/** The flags of a HandshakeResponse that is broken further on: what follows is read by them all the same. */
function declaredIn(label: Labelled): number {
  const at = (i: number): number => label.byte(i) ?? 0;
  const low = at(0) | (at(1) << 8);
  return has(low, 'PROTOCOL_41') ? (low | (at(2) << 16) | (at(3) << 24)) >>> 0 : low;
}
