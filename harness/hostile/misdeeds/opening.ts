import { greeting, nasty } from '../said.ts';
import { chunk, honest, type Misdeed } from './acts.ts';

/** What it does before anything is said. */
export const openings: Readonly<Record<string, Misdeed>> = {
  silence: (peer) => peer.stay(),
  'never-reads': async (peer) => {
    peer.socket.pause();
    await peer.stay();
  },
  'resets-at-once': async (peer) => peer.reset(),
  'closes-at-once': async (peer) => peer.fin(),
  echo: async (peer) => {
    while (!peer.gone && !peer.socket.readableEnded) await peer.send(await peer.anything());
  },
  ssh: async (peer) => {
    await peer.send(Buffer.from(`SSH-2.0-${nasty}\r\n`));
    await peer.stay();
  },
  'tls-first': async (peer) => {
    await peer.send(Buffer.from('15030100020246', 'hex'), Buffer.from('160303ffff', 'hex'), chunk);
    await peer.stay();
  },
  'zeros-for-ever': (peer) => peer.flood(() => Buffer.alloc(0x10000)),
  'noise-for-ever': (peer) => peer.flood((n) => Buffer.from(chunk.map((_, i) => (i * 31 + n * 17) & 0xff))),
  'repeats-the-proxy-header': async (peer) => {
    await peer.send(Buffer.from('PROXY TCP4 127.0.0.1 127.0.0.1 1 3306\r\n'), greeting());
    while (!peer.gone && !peer.socket.readableEnded) await peer.send(await peer.anything());
  },
  'greets-and-half-closes': async (peer) => {
    await peer.send(greeting());
    peer.fin();
    // It reads on, and never closes.
    while (!peer.gone) await peer.anything().then(() => peer.rest(1000));
  },
  'resets-behind-so-many-bytes': async (peer) => {
    peer.resetsBehind((peer.number * 13) % 180);
    await honest(peer);
  },
  'closes-behind-so-many-answers': async (peer) => {
    let left = peer.number % 5;
    await honest(peer, () => left-- <= 0);
    peer.fin();
    await peer.stay();
  },
};
