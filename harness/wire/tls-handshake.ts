import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterLimit } from './within.ts';

/** Bytes that a server may send until TLS is on: certificates in a chain have some kilobytes. */
const MOST_HANDSHAKE = 1 << 18;
/** How often they are counted (ms). */
const COUNT_EVERY_MS = 20;

/** Waits until the handshake over the socket is done; why it is not, if it is not within the limit (ms) or the bytes that one may have. */
export function handshakeFault(tls: TLSSocket, socket: Socket, limitMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (why?: string): void => {
      forget();
      clearInterval(watch);
      resolve(why);
    };
    const forget = afterLimit(limitMs, () => settle(`not done within ${limitMs} ms`));
    // OpenSSL takes records without end, and nothing tells.
    const before = socket.bytesRead;
    const watch = setInterval(() => {
      if (socket.bytesRead - before <= MOST_HANDSHAKE) return;
      socket.destroy();
      settle(`not done within ${MOST_HANDSHAKE} bytes`);
    }, COUNT_EVERY_MS);
    tls.once('secureConnect', () => settle());
    tls.once('error', (error) => settle(opensslSays(error)));
    tls.once('end', () => settle('the server closed'));
  });
}

/** What OpenSSL says of a handshake that failed, without what differs from run to run: its message has the address of a thread. */
function opensslSays(error: Error): string {
  const { reason } = error as { readonly reason?: string };
  if (reason === undefined) return error.message;
  return reason === 'wrong version number' ? 'what the server sent is no TLS record (OpenSSL: wrong version number)' : `OpenSSL: ${reason}`;
}
