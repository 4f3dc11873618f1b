import { deflateSync } from 'node:zlib';
import { compressed, flags, zlibBomb, zstdBomb } from '../said.ts';
import { atCompressed, chunk, type Misdeed } from './acts.ts';

/** Compressed packets. */
export const compressions: Readonly<Record<string, Misdeed>> = {
  'zlib-bomb': atCompressed(flags.compress, (peer) => {
    const bomb = zlibBomb(0xffffff);
    return peer.flood((n) => compressed(n, bomb, 0xffffff));
  }),
  'zlib-bomb-that-lies': atCompressed(flags.compress, async (peer) => {
    await peer.send(compressed(0, zlibBomb(1 << 28), 100));
    await peer.stay();
  }),
  'zlib-noise': atCompressed(flags.compress, async (peer) => {
    await peer.send(compressed(0, chunk, 0xffffff));
    await peer.stay();
  }),
  'zlib-nothing-for-ever': atCompressed(flags.compress, (peer) => peer.flood((n) => compressed(n, Buffer.alloc(0), 0))),
  'zstd-bomb': atCompressed(flags.zstd, (peer) => {
    const bomb = zstdBomb(127);
    return peer.flood((n) => compressed(n, bomb, 127 * 0x20000));
  }),
  'zstd-bomb-that-lies': atCompressed(flags.zstd, async (peer) => {
    await peer.send(compressed(0, zstdBomb(1 << 20), 100));
    await peer.stay();
  }),
  'zlib-claims-16-megabytes-of-a-byte': atCompressed(flags.compress, (peer) => {
    const byte = deflateSync(Buffer.of(0));
    return peer.flood((n) => compressed(n, byte, 0xffffff));
  }),
  'zlib-claims-nothing-of-16-megabytes': atCompressed(flags.compress, async (peer) => {
    const bomb = zlibBomb(0xffffff);
    for (let n = 0; !peer.gone; n++) {
      await peer.send(compressed(n, bomb, 1));
      await peer.rest(200);
    }
  }),
};
