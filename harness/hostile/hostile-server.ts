import { createServer, type Server, type Socket } from 'node:net';
import { type Misdeed, misdeeds } from './misdeeds/index.ts';
import { Peer } from './peer.ts';

/** A server of ours that does one thing wrong on every connection. */
export interface HostileServer {
  readonly port: number;
  /** Connections so far. */
  readonly seen: () => number;
  stop(): void;
}

/** Starts one on a free port of 127.0.0.1; 'refuses' takes a port that nothing listens on. */
export async function hostileServer(name: string): Promise<HostileServer> {
  let count = 0;
  const open = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    const peer = new Peer(socket, count++);
    void (misdeeds[name] as Misdeed)(peer).then(
      () => socket.end(),
      (error: unknown) => {
        if (!peer.gone) throw error;
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const stop = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  if (name === 'refuses') stop();
  return { port, seen: () => count, stop };
}
