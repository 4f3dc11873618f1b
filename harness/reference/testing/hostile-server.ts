/** A peer that owes its clients nothing: what it says, how it is cut, and how it ends follow from a seed. */
import { createServer, type Server, type Socket } from 'node:net';

/** What it does on one connection. */
export interface Hostility {
  /** Sent one after the other, each when something has come from the client; the first at once. */
  readonly says: readonly Uint8Array[];
  /** What it does behind the last. */
  readonly then: 'silence' | 'fin' | 'rst' | 'flood' | 'half-close';
}

export interface HostileServer {
  readonly endpoint: { readonly host: string; readonly port: number };
  /** Connections that stand now. */
  readonly open: number;
  stop(): Promise<void>;
}

/** How long it stands behind its client's FIN, in ms: longer than the client waits. */
const LINGER_MS = 300;
const FLOOD = Buffer.alloc(1 << 16, 0x01);

/** Listens on loopback; `next` says what it does with the connection. */
export async function startHostile(next: () => Hostility): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket, next());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: { host: '127.0.0.1', port },
    get open() {
      return sockets.size;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serve(socket: Socket, { says, then }: Hostility): void {
  let at = 0;
  const say = (): void => {
    const bytes = says[at++];
    if (bytes) socket.write(bytes);
    if (at === says.length) end();
  };
  const end = (): void => {
    if (then === 'fin') socket.end();
    else if (then === 'rst') socket.resetAndDestroy();
    else if (then === 'half-close') socket.end();
    else if (then === 'flood') flood();
  };
  const flood = (): void => {
    while (!socket.destroyed && socket.write(FLOOD));
    if (!socket.destroyed) socket.once('drain', flood);
  };
  socket.on('data', () => (at < says.length ? say() : undefined));
  // Who has ended its side is let go a while later: whoever has not, stands.
  socket.on('end', () => void setTimeout(() => socket.destroy(), LINGER_MS).unref());
  if (says.length === 0) end();
  else say();
}
