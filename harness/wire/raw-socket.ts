import { readSync, writeSync } from 'node:fs';
import { Socket, type SocketConstructorOpts } from 'node:net';

const scratch = new Uint8Array(65_536);

/**
 * A net.Socket that loses nothing to a reset. When Node learns of a RST from a write or from the connect itself it
 * destroys the socket at once, and with it every byte that the kernel still holds for us: an ERR packet that arrived
 * just before the RST would never be seen. So before the descriptor is closed, what is left in it is read.
 */
export class RawSocket extends Socket {
  /** Bytes that only the last look into the descriptor found. */
  rescued: Uint8Array[] = [];
  readonly #mostBytes: number;

  constructor(options: SocketConstructorOpts & { readonly rescueBytes?: number } = {}) {
    super({ allowHalfOpen: true, ...options });
    this.#mostBytes = options.rescueBytes ?? 1 << 20;
  }

  /**
   * What stands behind an 'end' event. libuv reports a RST that arrives together with data as an end, so the descriptor
   * is asked: it returns 0 bytes after a FIN and ECONNRESET after a RST without one. Bytes that come instead are kept in
   * `rescued`.
   */
  behindEnd(): 'fin' | 'rst' {
    return this.#rescue() === 'ECONNRESET' ? 'rst' : 'fin';
  }

  /**
   * Writes past Node, as soon as the kernel has the connection. The number of bytes that it took: 0 while there is none,
   * and then the caller writes as usual once Node has told it.
   */
  writeNow(bytes: Uint8Array): number {
    const fd = this.#descriptor();
    if (fd === undefined) return 0;
    try {
      return writeSync(fd, bytes);
    } catch {
      return 0; // EAGAIN, ENOTCONN or EPIPE: not connected yet; a refusal comes as an event
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (error) this.#rescue();
    super._destroy(error, callback);
  }

  #descriptor(): number | undefined {
    const fd = (this as unknown as { _handle?: { fd?: number } })._handle?.fd;
    return fd === undefined || fd < 0 ? undefined : fd;
  }

  /** Reads what is left; the error code that ended it, if one did. */
  #rescue(): string | undefined {
    const fd = this.#descriptor();
    if (fd === undefined) return undefined; // none to read on this platform
    const chunk = scratch;
    for (let left = this.#mostBytes; left > 0; ) {
      let n: number;
      try {
        n = readSync(fd, chunk); // the descriptor is non-blocking: EAGAIN when empty
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
      if (n === 0) return undefined;
      this.rescued.push(chunk.slice(0, n));
      left -= n;
    }
    return undefined;
  }
}
