import { readFileSync, readSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';

const scratch = new Uint8Array(65_536);
const NOTHING = new Uint8Array(0);
/** Bytes that a kernel keeps of one connection at most. */
const MOST_QUEUED = 1 << 28;

/**
 * What the kernel knows of a socket and Node does not tell. When Node learns of a RST from a write or from the connect
 * itself it destroys the socket at once, and with it every byte that the kernel still holds for us: an ERR packet that
 * arrived just before the RST would never be seen. So before the descriptor is closed, what is left in it is read.
 */
export class Descriptor {
  /** Bytes that only the last look into the descriptor found. */
  rescued: Uint8Array[] = [];
  readonly #socket: Socket;
  readonly #mostBytes: number;

  /** Of a client's socket or an accepted one; at most `mostBytes` are rescued. */
  constructor(socket: Socket, mostBytes: number = 1 << 20) {
    this.#socket = socket;
    this.#mostBytes = mostBytes;
    const destroy = socket._destroy;
    socket._destroy = (error, callback) => {
      if (error) this.#rescue();
      destroy.call(socket, error, callback);
    };
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
   * Has the peer sent a RST that Node has not told of: behind a FIN, or while we do not read? Asked by a write of no bytes, which sends nothing and fails with EPIPE (Linux;
   * elsewhere the answer may be no). Only while our own side is open: behind our FIN each write fails.
   */
  hasReset(): boolean {
    const fd = this.#fd;
    if (fd === undefined) return false;
    try {
      writeSync(fd, NOTHING);
      return false;
    } catch (error) {
      return ['EPIPE', 'ECONNRESET'].includes((error as NodeJS.ErrnoException).code ?? '');
    }
  }

  /**
   * Writes past Node, as soon as the kernel has the connection. The number of bytes that it took: 0 while there is none,
   * and then the caller writes as usual once Node has told it.
   */
  writeNow(bytes: Uint8Array): number {
    const fd = this.#fd;
    if (fd === undefined) return 0;
    try {
      return writeSync(fd, bytes);
    } catch {
      return 0; // EAGAIN, ENOTCONN or EPIPE: not connected yet; a refusal comes as an event
    }
  }

  /**
   * Bytes written that the peer has not acknowledged: where it tells (Linux), those of the kernel. While libuv holds some, too, the kernel
   * is full, and counts as the most that it can have: its table is as long as the machine has connections.
   */
  unacknowledged(): number {
    const { localPort, remotePort, remoteFamily } = this.#socket;
    // `bytesWritten` and `writableLength` count a write as a whole; Node's own timeouts look at this, too.
    const held = this.#handle?.writeQueueSize ?? 0;
    if (held > 0) return held + MOST_QUEUED;
    if (localPort === undefined || remotePort === undefined) return 0;
    try {
      const table = readFileSync(remoteFamily === 'IPv6' ? '/proc/self/net/tcp6' : '/proc/self/net/tcp', 'latin1');
      return queuedIn(table, localPort, remotePort);
    } catch {
      return 0; // not Linux
    }
  }

  /** What Node keeps to itself. */
  get #handle(): { readonly fd?: number; readonly writeQueueSize?: number } | null | undefined {
    return (this.#socket as { readonly _handle?: { readonly fd?: number; readonly writeQueueSize?: number } | null })._handle;
  }

  get #fd(): number | undefined {
    const fd = this.#handle?.fd;
    return fd === undefined || fd < 0 ? undefined : fd;
  }

  /** Reads what is left; the error code that ended it, if one did. */
  #rescue(): string | undefined {
    const fd = this.#fd;
    if (fd === undefined) return undefined; // none to read on this platform
    for (let left = this.#mostBytes; left > 0; ) {
      let n: number;
      try {
        n = readSync(fd, scratch); // the descriptor is non-blocking: EAGAIN when empty
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
      if (n === 0) return undefined;
      this.rescued.push(scratch.slice(0, n));
      left -= n;
    }
    return undefined;
  }
}

/** proc_net_tcp.txt of the kernel's documentation: local address and port, remote address and port, state, tx_queue:rx_queue, in hex. */
export function queuedIn(table: string, localPort: number, remotePort: number): number {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const line = new RegExp(`^ *\\d+: [0-9A-F]+:${hex(localPort)} [0-9A-F]+:${hex(remotePort)} [0-9A-F]{2} ([0-9A-F]{8}):`, 'm');
  return Number.parseInt(line.exec(table)?.[1] ?? '0', 16);
}
