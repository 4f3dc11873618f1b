import type { Socket } from 'node:net';
import type { Leave } from './refusal.ts';

/** How long what arrives behind our FIN is read and thrown away, so that it does not provoke a RST, in ms. */
const LINGER_MS = 2000;
/** How long a connection that is to stay open does, in ms: longer than anybody listens to it, on a busy machine too. */
const ABANDONED_MS = 30_000;

/** What is left of a connection when its session is over. */
interface Leaving {
  readonly socket: Socket;
  /** The TCP socket; the same unless TLS is on. */
  readonly tcp: Socket;
  readonly clientHasEnded: boolean;
}

/** Ends a connection as the session leaves it; what the client still sends is thrown away. */
export function endConnection({ socket, tcp, clientHasEnded }: Leaving, how: Leave): void {
  if (how === 'rst') {
    tcp.resetAndDestroy();
    return;
  }
  socket.resume();
  if (how === 'abandon') return destroyLater(socket, ABANDONED_MS);
  if (how === 'stay' && !clientHasEnded) {
    socket.once('end', () => socket.end());
    return;
  }
  socket.end(() => {
    if (how === 'fin-rst') tcp.resetAndDestroy();
  });
  destroyLater(socket);
}

function destroyLater(socket: Socket, ms = LINGER_MS): void {
  const timer = setTimeout(() => socket.destroy(), ms);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
