/** A login by hand, packet by packet, for the tests of the authentication plugins. */
import { Buffer } from 'node:buffer';
import { CACHING_SHA2_PASSWORD } from '../../auth/caching-sha2.ts';
import { type BareClient, packet, response41, SILENCE_MS, z } from './bare-client.ts';
import { behindVersion, type Look, on, type Shows } from './shows.ts';

/** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, and what else a login may set. */
const PLUGIN = 0x88200;
export const SSL = 0x800;

export class Exchange {
  readonly c: BareClient;
  /** 20 bytes, those of the greeting or of the last AuthSwitchRequest or AuthNextFactor of a plugin with so many. */
  nonce: Buffer = Buffer.alloc(0);
  #next = 1;

  constructor(c: BareClient) {
    this.c = c;
  }

  async greeted(): Promise<this> {
    const payload = (await this.c.next())?.payload ?? Buffer.alloc(0);
    const at = behindVersion(payload);
    this.nonce = Buffer.concat([payload.subarray(at + 4, at + 12), payload.subarray(at + 31, at + 43)]);
    return this;
  }

  /** SSLRequest, the TLS handshake. */
  async secure(): Promise<this> {
    this.c.send(response41(PLUGIN | SSL, ''));
    await this.c.startTls();
    this.#next = 2;
    return this;
  }

  /** The answer to a login as this user, in hex; `proof` from the nonce, or none. */
  async login(user: string, plugin: string, proof: (nonce: Buffer) => Uint8Array = () => new Uint8Array(0), flags = 0): Promise<string> {
    const bytes = Buffer.from(proof(this.nonce));
    const tail = `${z(user)}${Buffer.of(bytes.length).toString('hex')}${bytes.toString('hex')}${z(plugin)}`;
    this.c.send(response41(PLUGIN | flags, tail, { sequenceId: this.#next }));
    const answer = await this.hear();
    // The greeting was for another plugin: the proof again, for a scramble of this one.
    return plugin === CACHING_SHA2_PASSWORD && answer.startsWith(`fe${z(plugin)}`) ? this.say(proof(this.nonce)) : answer;
  }

  /** Sends a payload as the next packet; the answer in hex, '' where there is none. */
  async say(payload: Uint8Array | string): Promise<string> {
    this.c.send(packet(typeof payload === 'string' ? payload : Buffer.from(payload), this.#next));
    return this.hear();
  }

  async hear(): Promise<string> {
    const got = await this.c.next(SILENCE_MS);
    if (!got) return '';
    this.#next = (got.sequenceId + 1) & 0xff;
    const name = got.payload.indexOf(0);
    if (got.payload[0] === 0xfe || got.payload[0] === 0x02) this.nonce = got.payload.subarray(name + 1);
    if (this.nonce.length === 21) this.nonce = this.nonce.subarray(0, 20);
    return got.hex;
  }
}

/** A defect that shows in one exchange. */
export const exchanging = (look: (x: Exchange, c: BareClient) => Promise<boolean>): Shows =>
  on((async (c) => look(await new Exchange(c).greeted(), c)) satisfies Look);
