/** A socket and literal bytes, for the tests of the reference server: no codec, so that a codec error shows. */
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';

type TlsOptions = Pick<ConnectionOptions, 'minVersion' | 'maxVersion' | 'session'>;

export interface BarePacket {
  readonly sequenceId: number;
  readonly payload: Buffer;
  /** The payload in hex. */
  readonly hex: string;
}
export type BareEnding = 'open' | 'fin' | 'fin+rst' | 'rst';

/** Long enough for an answer on a busy machine, in ms; nobody waits this long for one that comes. */
const ANSWER_MS = 8000;
/** How long silence is listened to, in ms. */
export const SILENCE_MS = 1000;

export class BareClient {
  #socket: Socket;
  readonly #tcp: Socket;
  #bytes: Buffer = Buffer.alloc(0);
  /** What came behind #bytes, not joined yet: megabytes come in many chunks. */
  #more: Buffer[] = [];
  #size = 0;
  #fin = false;
  #error: NodeJS.ErrnoException | undefined;
  #wake: () => void = () => {};

  /** @param from our own address */
  constructor(port: number, from?: string) {
    this.#tcp = connect({
      port,
      host: '127.0.0.1',
      ...(from === undefined ? {} : { localAddress: from }),
      allowHalfOpen: true,
      noDelay: true,
    });
    this.#socket = this.#tcp;
    this.#listen();
  }

  /** Hex, blanks allowed. */
  send(...bytes: readonly (string | Uint8Array)[]): void {
    this.#socket.write(Buffer.concat(bytes.map((b) => (typeof b === 'string' ? hex(b) : b))));
  }

  /** Each piece in a segment of its own: the server, which shares our event loop, reads between two of them. */
  async sendApart(...pieces: readonly (string | Uint8Array)[]): Promise<void> {
    for (const piece of pieces) {
      this.send(piece);
      for (let turns = 0; turns < 3; turns++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Leaves what comes in the kernel, for so long. */
  async readNothing(ms: number): Promise<void> {
    this.#socket.pause();
    await pause(ms);
    this.#socket.resume();
  }

  halfClose(): void {
    this.#socket.end();
  }

  /** The next packet; undefined where the server ends or stays silent. */
  async next(limitMs = ANSWER_MS): Promise<BarePacket | undefined> {
    const length = (): number => {
      if (this.#bytes.length < 4) this.#join();
      return this.#bytes.length < 4 ? Number.POSITIVE_INFINITY : 4 + this.#bytes.readUIntLE(0, 3);
    };
    await this.#until(() => this.#size >= length(), limitMs);
    if (this.#size < length()) return undefined;
    this.#join();
    const packet = this.#bytes.subarray(0, length());
    this.#bytes = this.#bytes.subarray(packet.length);
    this.#size -= packet.length;
    const payload = packet.subarray(4);
    return { sequenceId: packet[3] as number, payload, hex: payload.toString('hex') };
  }

  /** Every packet until the server ends, or is silent for limitMs; each as `sequenceId:hex`. */
  async all(limitMs = SILENCE_MS): Promise<string[]> {
    const out: string[] = [];
    for (;;) {
      const packet = await this.next(limitMs);
      if (!packet) return out;
      out.push(`${packet.sequenceId}:${packet.hex}`);
    }
  }

  /** Every packet of an answer: others share our event loop, and one may ask for 32,768 definitions, so the first may take its time. */
  async answer(limitMs: number): Promise<string[]> {
    const first = await this.next(SILENCE_MS * 4);
    return first ? [`${first.sequenceId}:${first.hex}`, ...(await this.all(limitMs))] : [];
  }

  /** Bytes behind the last whole packet. */
  get rest(): Buffer {
    this.#join();
    return this.#bytes;
  }

  /** Waits until bytes have come behind the last whole packet, or the server has ended, at most limitMs. */
  async heard(limitMs = ANSWER_MS): Promise<void> {
    await this.#until(() => this.#size > 0, limitMs);
  }

  #join(): void {
    if (this.#more.length === 0) return;
    this.#bytes = Buffer.concat([this.#bytes, ...this.#more]);
    this.#more = [];
  }

  /** The greeting, then HandshakeResponse41 as HAProxy sends it, then OK. */
  async login(): Promise<void> {
    await this.next();
    this.send(LOGIN);
    const answer = await this.next();
    if (answer?.hex[0] !== '0') throw new Error(`no OK but ${answer?.hex}`);
  }

  /** How the server ended the connection. Writes a byte behind its FIN to tell FIN from FIN and RST. */
  async ending(limitMs = ANSWER_MS): Promise<BareEnding> {
    await this.#until(() => false, limitMs);
    if (this.#error && !this.#fin) return 'rst';
    if (!this.#fin) return 'open';
    await pause(10);
    if (this.#error || this.#tcp.destroyed) return 'fin+rst';
    return new Promise((resolve) => {
      this.#tcp.write('x', (error) => resolve(error ? 'fin+rst' : 'fin'));
    });
  }

  async startTls(options: TlsOptions = {}): Promise<TLSSocket> {
    const secured = connectTls({ socket: this.#tcp, rejectUnauthorized: false, ...options });
    this.#tcp.removeAllListeners('data');
    this.#socket = secured;
    this.#listen();
    await new Promise<void>((resolve, reject) => {
      secured.once('secureConnect', resolve);
      secured.once('close', () => reject(new Error('no TLS')));
    });
    return secured;
  }

  close(): void {
    this.#socket.destroy();
    this.#tcp.destroy();
  }

  #listen(): void {
    const stir = (): void => this.#wake();
    this.#socket.on('data', (chunk: Buffer) => {
      this.#more.push(chunk);
      this.#size += chunk.length;
      stir();
    });
    this.#socket.on('end', () => {
      this.#fin = true;
      stir();
    });
    this.#socket.on('error', (error) => {
      this.#error = error;
      stir();
    });
  }

  /**
   * The limit goes by in ten parts. The server, and many others, share our event loop: where it stands still, what has been sent has not
   * been read, and that costs one part of the limit, not all of it.
   */
  async #until(met: () => boolean, limitMs: number): Promise<void> {
    const part = Math.max(1, limitMs / 10);
    for (let left = limitMs; left > 0 && !met() && !this.#fin && !this.#error; ) {
      const from = Date.now();
      const whole = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), part);
        this.#wake = () => {
          clearTimeout(timer);
          resolve(false);
        };
      });
      left -= whole ? part : Math.min(part, Date.now() - from);
    }
  }
}

export const hex = (text: string): Buffer => Buffer.from(text.replace(/\s/g, ''), 'hex');

/** A packet of our own: header by hand, payload in hex or latin1 behind a command byte. */
export function packet(payload: string | Buffer, sequenceId = 0): Buffer {
  const body = typeof payload === 'string' ? hex(payload) : payload;
  const header = Buffer.alloc(4);
  header.writeUIntLE(body.length, 0, 3);
  header[3] = sequenceId;
  return Buffer.concat([header, body]);
}

export const query = (text: string): Buffer => packet(Buffer.concat([Buffer.of(3), Buffer.from(text, 'latin1')]));

/** What HAProxy 2.2 to 3.4 sends for `option mysql-check user haproxy_check`, without the COM_QUIT. */
export const LOGIN = hex(`2f000001 00820000 00800001 21 ${'00'.repeat(23)} ${Buffer.from('haproxy_check').toString('hex')} 00 00`);
/** The same for `pre-41`, the default until 2.1. */
export const LOGIN_320 = hex(`14000001 0080 000001 ${Buffer.from('haproxy_check').toString('hex')} 00 00`);
export const QUIT = hex('01000000 01');
export const PING = hex('01000000 0e');

/** HandshakeResponse41 with these flags, and what stands behind the 32 fixed bytes. */
export function response41(flags: number, tail: string, { collation = '21', sequenceId = 1, filler = '00'.repeat(23) } = {}): Buffer {
  const capabilities = Buffer.alloc(4);
  capabilities.writeUInt32LE(flags);
  return packet(`${capabilities.toString('hex')} 00800001 ${collation} ${filler} ${tail}`, sequenceId);
}

/** Text with its NUL, in hex. */
export const z = (text: string): string => `${Buffer.from(text, 'latin1').toString('hex')}00`;
