import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** How the first bytes of a TLS client travel. */
export interface HelloTravel {
  /** Sent in one segment with the ClientHello, in front of it. */
  readonly behind?: Uint8Array;
  /** Lengths in bytes of the first segments; the rest follows in one. */
  readonly pieces?: readonly number[];
}

/**
 * The stream under a TLS socket whose ClientHello does not travel as TLS sends it. Node writes straight to the
 * descriptor of a net.Socket, so such a ClientHello takes this way round.
 */
export function tlsCarrier(socket: Socket, { behind, pieces = [] }: HelloTravel): Duplex {
  let first = true;
  const carrier = new Duplex({
    allowHalfOpen: true,
    read: () => socket.resume(),
    write(chunk: Buffer, _encoding, done) {
      const bytes = first && behind ? Buffer.concat([behind, chunk]) : chunk;
      const cuts = first ? pieces : [];
      first = false;
      void send(socket, bytes, cuts).then(() => done(), done);
    },
    final(done) {
      socket.end(() => done());
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Uint8Array) => {
    if (!carrier.push(chunk)) socket.pause();
  });
  socket.on('end', () => carrier.push(null));
  socket.on('close', () => carrier.destroy());
  return carrier;
}

async function send(socket: Socket, bytes: Uint8Array, cuts: readonly number[]): Promise<void> {
  let at = 0;
  for (const length of cuts) {
    const piece = bytes.subarray(at, at + length);
    at += piece.length;
    await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  if (at < bytes.length) await new Promise<void>((resolve) => socket.write(bytes.subarray(at), () => resolve()));
}
