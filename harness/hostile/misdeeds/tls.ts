import type { SecureVersion, TLSSocket } from 'node:tls';
import type { Asked, Peer } from '../peer.ts';
import { err, flags, ok } from '../said.ts';
import { atLogin, atTls, chunk, type Misdeed, minute, packetWithoutEnd, parts } from './acts.ts';

/** TLS. */
export const underTls: Readonly<Record<string, Misdeed>> = {
  'tls-silence': atTls((peer) => peer.stay()),
  'tls-resets': atTls(async (peer) => peer.reset()),
  'tls-noise': atTls(async (peer) => peer.send(chunk)),
  'tls-alerts-for-ever': atTls((peer) => peer.flood(() => Buffer.from('15030300020100'.repeat(1000), 'hex'))),
  'tls-records-for-ever': atTls((peer) => peer.flood(() => parts(Buffer.from('1603034000', 'hex'), Buffer.alloc(0x4000)))),
  'tls-a-byte-a-second': atTls((peer) => peer.drip(Buffer.from('160303007a020000760303'.padEnd(300, '0'), 'hex'), 1000)),
  'tls-drips-a-record': atTls((peer) => peer.drip(Buffer.from('1603034000'.padEnd(400, '02'), 'hex'), minute)),
  'tls-renegotiates-for-ever': atSecured(async (inside) => {
    const again = (): void => {
      if (!inside.gone) (inside.socket as TLSSocket).renegotiate({}, () => setImmediate(again));
    };
    again();
    await inside.stay();
  }, 'TLSv1.2'),
  'tls-silence-inside': atSecured((inside) => inside.stay()),
  'tls-drips-inside': atSecured((inside, login) => inside.drip(ok(login.sequenceId + 1), minute)),
  'tls-floods-inside': atSecured((inside, login) => packetWithoutEnd(inside, Buffer.of(0), login.sequenceId + 1)),
  'tls-resets-inside': atSecured(async (_inside, _login, outside) => {
    // Half of a record, and a RST.
    await outside.send(Buffer.from('170303400000', 'hex'));
    outside.reset();
  }),
  'tls-leaves-off-inside': atSecured(async (_inside, login, outside) => {
    await outside.send(ok(login.sequenceId + 1));
    await outside.stay();
  }),
};

/** The same behind a handshake that came about: the login was read inside. */
function atSecured(act: (inside: Peer, login: Asked, outside: Peer) => Promise<void>, version?: SecureVersion): Misdeed {
  return atLogin(
    async (peer, first) => {
      if (first.payload.length !== 32) return peer.send(err(first.sequenceId + 1, 'TLS only'));
      const inside = await peer.secured(version);
      const login = await inside.packet();
      if (login) await act(inside, login, peer);
    },
    { offers: flags.ssl },
  );
}
