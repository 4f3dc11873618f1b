import type { Socket } from 'node:net';
import { type SecureVersion, TLSSocket } from 'node:tls';
import { localhostCertificate, secureContextOf } from '../reference/certificate.ts';

/** A packet of the client. */
export interface Asked {
  readonly sequenceId: number;
  readonly payload: Buffer;
}

/** The server's half of one connection, for those who misuse it: nothing here is checked, and nothing throws when the client leaves. */
export class Peer {
  readonly socket: Socket;
  /** Of this server's connections, from 0. */
  readonly number: number;
  #inbox: Buffer = Buffer.alloc(0);
  #mayStill = Number.POSITIVE_INFINITY;
  readonly #wakers = new Set<() => void>();

  constructor(socket: Socket, number: number) {
    this.socket = socket;
    this.number = number;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      // What a client sends without end is not ours to keep.
      if (this.#inbox.length < 1 << 20) this.#inbox = Buffer.concat([this.#inbox, chunk]);
      this.#wake();
    });
    for (const event of ['end', 'close', 'drain'] as const) socket.on(event, () => this.#wake());
  }

  /** Nothing can be sent any more. (A destroyed socket says so in a later turn; who goes on writing until then never gets there.) */
  get gone(): boolean {
    return this.socket.destroyed;
  }

  /** The client's next packet, undefined when there will be none. */
  async packet(): Promise<Asked | undefined> {
    for (;;) {
      const length = this.#inbox.length >= 4 ? this.#inbox.readUIntLE(0, 3) : Number.POSITIVE_INFINITY;
      if (this.#inbox.length >= 4 + length) {
        const asked = { sequenceId: this.#inbox[3] as number, payload: this.#inbox.subarray(4, 4 + length) };
        this.#inbox = this.#inbox.subarray(4 + length);
        return asked;
      }
      if (this.gone || this.socket.readableEnded) return undefined;
      await this.#turn();
    }
  }

  /** Anything at all from the client. */
  async anything(): Promise<Buffer> {
    while (this.#inbox.length === 0 && !this.gone && !this.socket.readableEnded) await this.#turn();
    const all = this.#inbox;
    this.#inbox = Buffer.alloc(0);
    return all;
  }

  /** Resolves when the kernel may take more. */
  async send(...pieces: readonly Uint8Array[]): Promise<void> {
    let room = true;
    for (const piece of pieces) {
      if (this.gone) break;
      room = this.socket.write(piece.subarray(0, this.#mayStill));
      this.#mayStill -= piece.length;
      if (this.#mayStill >= 0) continue;
      // What was written is on its way before the RST.
      await this.rest(20);
      this.reset();
    }
    while (!room && !this.gone && this.socket.writableNeedDrain) await this.#turn();
  }

  /** The same again and again for as long as the client stays. */
  async flood(piece: (n: number) => Uint8Array): Promise<void> {
    for (let n = 0; !this.gone; n++) {
      await this.send(piece(n));
      if (n % 8 === 7) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** One byte per so many ms. */
  async drip(bytes: Uint8Array, everyMs: number): Promise<void> {
    for (let at = 0; at < bytes.length && !this.gone; at++) {
      await this.send(bytes.subarray(at, at + 1));
      await this.rest(everyMs);
    }
    await this.stay();
  }

  rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        this.socket.removeListener('close', over);
        resolve();
      };
      const timer = setTimeout(over, ms);
      this.socket.once('close', over);
    });
  }

  /** Says nothing more, and waits until the client leaves. */
  async stay(): Promise<void> {
    while (!this.gone) await this.#turn();
  }

  /** TLS from here on, with a certificate of nobody: the peer inside it, whom a client without TLS never reaches. */
  secured(version: SecureVersion = 'TLSv1.3'): Promise<Peer> {
    const { socket } = this;
    socket.pause();
    socket.removeAllListeners('data');
    if (this.#inbox.length > 0) socket.unshift(this.#inbox);
    this.#inbox = Buffer.alloc(0);
    const secureContext = secureContextOf(localhostCertificate, { maxVersion: version });
    const inside = new TLSSocket(socket, { isServer: true, secureContext });
    const peer = new Peer(inside, this.number);
    return new Promise((resolve) => inside.once('secure', () => resolve(peer)));
  }

  /** Sends no more than so many bytes from now on; the next one is a RST. */
  resetsBehind(bytes: number): void {
    this.#mayStill = bytes;
  }

  fin(): void {
    this.socket.end();
  }
  reset(): void {
    this.socket.resetAndDestroy();
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#wakers.add(resolve));
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
    this.#wakers.clear();
  }
}
