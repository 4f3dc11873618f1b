import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Bytes written to a socket that the peer has not acknowledged: those that libuv holds and, where it tells (Linux), those of the kernel. */
export function unacknowledged(socket: Socket): number {
  const { localPort, remotePort, remoteFamily } = socket;
  // `bytesWritten` and `writableLength` count a write as a whole; Node's own timeouts look at this, too.
  const held = (socket as { readonly _handle?: { readonly writeQueueSize?: number } | null })._handle?.writeQueueSize ?? 0;
  if (localPort === undefined || remotePort === undefined) return held;
  try {
    const table = readFileSync(remoteFamily === 'IPv6' ? '/proc/self/net/tcp6' : '/proc/self/net/tcp', 'latin1');
    return held + queuedIn(table, localPort, remotePort);
  } catch {
    return held; // not Linux
  }
}

/** proc_net_tcp.txt of the kernel's documentation: local address and port, remote address and port, state, tx_queue:rx_queue, in hex. */
export function queuedIn(table: string, localPort: number, remotePort: number): number {
  const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
  const line = new RegExp(`^ *\\d+: [0-9A-F]+:${hex(localPort)} [0-9A-F]+:${hex(remotePort)} [0-9A-F]{2} ([0-9A-F]{8}):`, 'm');
  return Number.parseInt(line.exec(table)?.[1] ?? '0', 16);
}
