import type { Socket } from 'node:net';
import { Descriptor } from '../../wire/descriptor.ts';
import type { Endpoint } from '../target.ts';

/** What a leg tells its connection. */
export interface LegEvents {
  /** There is a connection (told of the server's leg only). */
  stands(): void;
  bytes(chunk: Uint8Array): void;
  /** The peer's FIN; its RST; or both, one after the other. Nothing comes after a RST. */
  ended(how: 'fin' | 'rst'): void;
  /** No connection came about, with the error's code. */
  refused(detail: string): void;
  /** Bytes may be written again. */
  drained(): void;
}

/** Bytes that the kernel held for a socket which a write found dead: no receive buffer of Linux is larger by default. */
const MOST_RESCUED = 8 << 20;
/** Nothing tells of a RST behind a FIN, or while we do not read: asked after 1 ms, then ever more seldom (ms). */
const LONGEST_LOOK = 50;

/** One of the two sockets of a tapped connection: tells FIN from RST, and ends as it is told. */
export class Leg {
  readonly #socket: Socket;
  readonly #descriptor: Descriptor;
  readonly #told: LegEvents;
  #state: 'new' | 'connecting' | 'stands' | 'gone';
  #fin = false;
  #rst = false;
  /** A RST was found while we did not read: what the kernel still holds comes first. */
  #resetWaits = false;
  #look: NodeJS.Timeout | undefined;

  constructor(socket: Socket, told: LegEvents) {
    this.#socket = socket;
    this.#told = told;
    this.#descriptor = new Descriptor(socket, MOST_RESCUED);
    this.#state = socket.pending ? 'new' : 'stands';
    socket.setNoDelay(true);
    socket.on('connect', () => {
      this.#state = 'stands';
      told.stands();
    });
    socket.on('data', (chunk: Uint8Array) => told.bytes(chunk));
    socket.on('drain', () => told.drained());
    socket.on('end', () => {
      const behind = this.#descriptor.behindEnd();
      this.#rescued();
      if (behind === 'rst' || this.#resetWaits) return this.#reset();
      this.#fin = true;
      told.ended('fin');
      this.#lookForReset(1);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    socket.on('close', () => {
      if (!socket.readableEnded) this.#reset(); // closed without end or error: a reset that Node does not report
      this.#gone();
    });
  }

  connect({ host, port }: Endpoint): void {
    this.#state = 'connecting';
    this.#socket.connect({ host, port });
  }

  get local(): Endpoint {
    return { host: this.#socket.localAddress ?? '', port: this.#socket.localPort ?? 0 };
  }

  /** Its peer does not read as fast as we write. */
  get blocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Nothing can be written any more. */
  get gone(): boolean {
    return this.#state === 'gone' || this.#socket.writableEnded;
  }

  /** Its descriptor is closed, or never was. */
  get closed(): boolean {
    return this.#socket.closed || this.#state === 'new';
  }

  /** `handed` is called when the kernel has all of it. */
  write(bytes: Uint8Array, handed?: () => void): void {
    if (this.gone) return;
    this.#socket.write(bytes, (error) => {
      if (!error) handed?.();
    });
    if (this.#fin) this.#lookForReset(1);
  }

  /** Reads, or lets the peer meet a full window. */
  read(on: boolean): void {
    if (on === !this.#socket.isPaused() || this.#resetWaits) return;
    if (on) this.#socket.resume();
    else this.#socket.pause();
    if (!on) this.#lookForReset(LONGEST_LOOK);
  }

  /** Sends FIN behind what was written; reading goes on. */
  fin(): void {
    if (this.#state === 'new') return void this.destroy();
    if (!this.gone) this.#socket.end();
  }

  /** Sends RST; what the peer's window had no room for is lost. */
  rst(): void {
    const socket = this.#socket;
    if (this.#state === 'new') return void this.destroy();
    if (this.#state === 'gone') return;
    this.#gone();
    const reset = (): void => void socket.resetAndDestroy();
    // libuv refuses to reset while a FIN is on its way out.
    if (socket.writableEnded && !socket.writableFinished && socket.writableLength === 0) socket.once('finish', reset);
    else reset();
  }

  /** Resolves when its descriptor is closed. */
  whenClosed(): Promise<void> {
    return new Promise((resolve) => {
      if (this.closed) resolve();
      else this.#socket.once('close', () => resolve());
    });
  }

  /** Closes at once; resolves when the descriptor is closed. */
  destroy(): Promise<void> {
    this.#gone();
    this.#socket.destroy();
    return this.whenClosed();
  }

  #failed(error: NodeJS.ErrnoException): void {
    this.#rescued();
    if (this.#state !== 'connecting') return this.#reset();
    if (error.code === 'EPIPE') {
      // The connection was there and had got FIN and RST before Node looked: Linux then reports EPIPE, after a RST alone ECONNRESET.
      this.#told.stands();
      this.#told.ended('fin');
      this.#reset();
    } else if (error.code === 'ECONNRESET') {
      this.#told.stands();
      this.#reset();
    } else {
      this.#gone();
      this.#told.refused(error.code ?? error.message);
    }
  }

  #reset(): void {
    if (this.#rst || this.#state === 'gone') return;
    this.#rst = true;
    this.#gone();
    this.#told.ended('rst');
    this.#socket.destroy();
  }

  #lookForReset(afterMs: number): void {
    clearTimeout(this.#look);
    if (this.gone) return; // behind our own FIN no RST means anything
    if (!this.#fin && !this.#socket.isPaused()) return; // Node tells
    if (!this.#descriptor.hasReset()) {
      this.#look = setTimeout(() => this.#lookForReset(Math.min(afterMs * 2, LONGEST_LOOK)), afterMs);
    } else if (this.#fin) {
      this.#reset();
    } else {
      this.#resetWaits = true; // the error is taken from the kernel: Node will see an end
      this.#socket.resume();
    }
  }

  #rescued(): void {
    for (const chunk of this.#descriptor.rescued.splice(0)) this.#told.bytes(chunk);
  }

  #gone(): void {
    this.#state = 'gone';
    clearTimeout(this.#look);
  }
}
