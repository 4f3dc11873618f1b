import type { Asked } from '../peer.ts';
import { authMoreData, authSwitch, endless, nasty, ok, packet } from '../said.ts';
import { atLogin, chunk, type Misdeed, megabytes16, minute, packetWithoutEnd, parts } from './acts.ts';

/** The login. */
export const logins: Readonly<Record<string, Misdeed>> = {
  'login-silence': atLogin((peer) => peer.stay()),
  'login-closes': atLogin(async (peer) => peer.fin()),
  'login-resets': atLogin(async (peer) => peer.reset()),
  'login-a-byte-a-minute': atLogin((peer, login) => peer.drip(ok(login.sequenceId + 1), minute)),
  'login-never-reads': atLogin(async (peer) => {
    peer.socket.pause();
    await peer.stay();
  }),
  'login-switches-for-ever': atLogin(async (peer, login) => {
    for (let last: Asked | undefined = login, n = 0; last; last = await peer.packet(), n++)
      await peer.send(authSwitch(last.sequenceId + 1, n % 2 === 0 ? 'caching_sha2_password' : 'mysql_native_password'));
  }),
  'login-switches-flood': atLogin((peer, login) => peer.flood((n) => authSwitch(login.sequenceId + 1 + n, 'mysql_native_password'))),
  'login-more-data-for-ever': atLogin(
    async (peer, login) => {
      for (let last: Asked | undefined = login; last; last = await peer.packet())
        await peer.send(authMoreData(last.sequenceId + 1, Buffer.of(4)));
    },
    { plugin: 'caching_sha2_password' },
  ),
  'login-more-data-flood': atLogin((peer, login) => peer.flood((n) => authMoreData(login.sequenceId + 1 + n, Buffer.of(3)))),
  'login-more-data-each-second': atLogin(
    async (peer, login) => {
      for (let n = 1; !peer.gone; n++) {
        await peer.send(authMoreData(login.sequenceId + n, Buffer.of(3)));
        await peer.rest(900);
      }
    },
    { plugin: 'caching_sha2_password' },
  ),
  'login-key-of-16-megabytes': atLogin(
    async (peer, login) => {
      await peer.send(authMoreData(login.sequenceId + 1, Buffer.of(4)));
      const key = await peer.packet();
      await peer.send(authMoreData((key?.sequenceId ?? 2) + 1, megabytes16.subarray(2)));
      await peer.stay();
    },
    { plugin: 'caching_sha2_password' },
  ),
  'login-plugin-of-16-megabytes': atLogin(async (peer, login) => {
    await peer.send(packet(login.sequenceId + 1, parts(Buffer.of(0xfe), megabytes16.subarray(2))));
    await peer.stay();
  }),
  'login-plugin-with-nasty-name': atLogin(async (peer, login) => {
    await peer.send(authSwitch(login.sequenceId + 1, nasty));
    await peer.stay();
  }),
  'login-ok-that-lies': atLogin(async (peer, login) => {
    await peer.send(packet(login.sequenceId + 1, parts(Buffer.of(0), endless, endless, Buffer.of(2, 0x40, 0, 0), endless, endless)));
    await peer.stay();
  }),
  'login-without-end': atLogin((peer, login) => packetWithoutEnd(peer, Buffer.of(0), login.sequenceId + 1)),
  'login-wants-a-file': atLogin(async (peer, login) => {
    await peer.send(packet(login.sequenceId + 1, parts(Buffer.of(0xfb), Buffer.from('/etc/shadow'))));
    const file = await peer.packet();
    if (file?.payload.includes('root:')) throw new Error('the client sent its /etc/shadow');
    await peer.stay();
  }),
  'login-key-that-is-none': atLogin(
    async (peer, login) => {
      await peer.send(authMoreData(login.sequenceId + 1, Buffer.of(4)));
      const key = await peer.packet();
      const pem = `-----BEGIN PUBLIC KEY-----\n${'QUFB'.repeat(4000)}\n-----END PUBLIC KEY-----\n`;
      await peer.send(authMoreData((key?.sequenceId ?? 2) + 1, Buffer.from(pem)));
      await peer.stay();
    },
    { plugin: 'caching_sha2_password' },
  ),
  // MariaDB's parsec: a million rounds of PBKDF2 are half a second of the client's work.
  'login-wants-work-for-ever': atLogin(async (peer, login) => {
    await peer.send(packet(login.sequenceId + 1, parts(Buffer.of(0xfe), Buffer.from('parsec\0'), chunk.subarray(0, 32))));
    for (let last = await peer.packet(); last; last = await peer.packet())
      await peer.send(authMoreData(last.sequenceId + 1, Buffer.from('P\x0aabcdefghijklmnopqr')));
  }),
  'login-wants-work-without-end': atLogin(async (peer, login) => {
    await peer.send(packet(login.sequenceId + 1, parts(Buffer.of(0xfe), Buffer.from('parsec\0'), chunk.subarray(0, 32))));
    const last = await peer.packet();
    await peer.send(authMoreData((last?.sequenceId ?? 2) + 1, Buffer.from('P\x1fabcdefghijklmnopqr')));
    await peer.stay();
  }),
};
