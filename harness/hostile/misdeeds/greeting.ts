import { err, greeting, header, nasty, ok, packet } from '../said.ts';
import { atLogin, type Misdeed, megabytes16, minute, packetWithoutEnd, parts } from './acts.ts';

/** The greeting. */
export const greetings: Readonly<Record<string, Misdeed>> = {
  'greeting-a-byte-a-minute': (peer) => peer.drip(greeting(), minute),
  'greeting-a-byte-a-second': (peer) => peer.drip(greeting(), 1000),
  'greeting-without-end': (peer) => packetWithoutEnd(peer, Buffer.concat([Buffer.of(10), Buffer.from('8.4.0')])),
  'version-without-end': async (peer) => {
    await peer.send(packet(0, parts(Buffer.of(10), Buffer.alloc(0xff_fff0, 0x38))));
    await peer.stay();
  },
  'greetings-for-ever': (peer) => peer.flood((n) => greeting({ sequenceId: n })),
  'greeting-cut-short': async (peer) => {
    const all = greeting();
    await peer.send(all.subarray(0, peer.number % all.length));
    if (peer.number % 2 === 0) peer.fin();
    else peer.reset();
  },
  'greeting-lies-about-its-length': async (peer) => {
    const all = greeting();
    await peer.send(parts(header(0xfffffe, 0), all.subarray(4)));
    await peer.stay();
  },
  'greeting-with-nasty-strings': atLogin((peer, login) => peer.send(err(login.sequenceId + 1, nasty)), {
    version: nasty.replaceAll('\0', ''),
    plugin: nasty,
  }),
  'refuses-with-nasty-strings': async (peer) => {
    await peer.send(err(0, `${nasty}\0${nasty}`, 1129));
    peer.fin();
  },
  'errors-for-ever': (peer) => peer.flood((n) => err(n, nasty.repeat(20))),
  'error-of-16-megabytes': async (peer) => {
    await peer.send(err(0, megabytes16.subarray(20)));
    await peer.stay();
  },
  'greeting-plugin-of-a-megabyte': atLogin((peer, login) => peer.send(ok(login.sequenceId + 1)), { plugin: 'p'.repeat(1 << 20) }),
  'greeting-of-protocol-9': async (peer) => {
    await peer.send(packet(0, parts(Buffer.of(9), Buffer.from('3.20.0\0'), Buffer.of(1, 0, 0, 0), Buffer.from('abcdefgh\0'))));
    await peer.stay();
  },
  'greeting-of-no-version': atLogin((peer, login) => peer.send(ok(login.sequenceId + 1)), {
    version: '99999999999999999999.1e400.-1-MariaDB-5.5.5-\u0661\u0662',
  }),
};
