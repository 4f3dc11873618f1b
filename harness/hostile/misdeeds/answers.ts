import { column, endless, err, flags, nasty, ok, packet, resultset, row } from '../said.ts';
import {
  atCommand,
  atLogin,
  atQuery,
  chunk,
  columnsOf,
  type Misdeed,
  megabytes16,
  minute,
  packetWithoutEnd,
  parts,
  usesEof,
} from './acts.ts';

/** Answers to commands. */
export const answers: Readonly<Record<string, Misdeed>> = {
  'command-silence': atCommand((peer) => peer.stay()),
  'command-closes': atCommand((peer) => peer.fin()),
  'command-resets': atCommand((peer) => peer.reset()),
  'command-a-byte-a-minute': atCommand((peer, command) => peer.drip(ok(command.sequenceId + 1), minute)),
  'query-silence': atQuery((peer) => peer.stay()),
  'columns-2-to-the-64': atQuery(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, endless));
    await peer.stay();
  }),
  'columns-for-ever': atQuery(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, endless));
    await peer.flood((n) => column(n + 2, nasty));
  }),
  'columns-of-noise-for-ever': atQuery(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, endless));
    await peer.flood((n) =>
      packet(command.sequenceId + 2 + n, Buffer.from(Array.from({ length: 50 }, (_, i) => (i * 31 + n * 17) & 0xff))),
    );
  }),
  'rows-for-ever': atQuery(async (peer, command, login) => {
    const { bytes, next } = columnsOf(command, login);
    await peer.send(bytes);
    const many = Buffer.concat(Array.from({ length: 256 }, (_, n) => row(next + n, 'x'.repeat(60))));
    await peer.flood(() => many);
  }),
  'nulls-for-ever': atQuery(async (peer, command, login) => {
    const { bytes, next } = columnsOf(command, login);
    await peer.send(bytes);
    const many = Buffer.concat(Array.from({ length: 4096 }, (_, n) => packet(next + n, Buffer.of(0xfb))));
    await peer.flood(() => many);
  }),
  'rows-of-16-megabytes': atQuery(async (peer, command, login) => {
    const { bytes, next } = columnsOf(command, login);
    await peer.send(bytes);
    await packetWithoutEnd(peer, endless, next);
  }),
  'row-that-lies': atQuery(async (peer, command, login) => {
    const { bytes, next } = columnsOf(command, login);
    await peer.send(bytes);
    await peer.send(packet(next, parts(endless, Buffer.from('abc'))), ok(next + 1, 2, 0xfe));
  }),
  'results-for-ever': atQuery((peer, command, login) =>
    peer.flood((n) => resultset(command.sequenceId + 1 + 4 * n, { statusFlags: 2 | flags.moreResults, deprecateEof: !usesEof(login) })),
  ),
  'oks-for-ever': atQuery((peer, command) => peer.flood((n) => ok(command.sequenceId + 1 + n, 2 | flags.moreResults))),
  'errors-of-16-megabytes': atCommand((peer, command) => peer.send(err(command.sequenceId + 1, megabytes16.subarray(20)))),
  'nasty-strings': atQuery((peer, command, login) =>
    peer.send(resultset(command.sequenceId + 1, { name: nasty, text: nasty, deprecateEof: !usesEof(login) })),
  ),
  'nasty-errors': atCommand((peer, command) => peer.send(err(command.sequenceId + 1, `${nasty}\0`))),
  'wants-a-file': atQuery(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, parts(Buffer.of(0xfb), Buffer.from('/etc/passwd'))));
    const file = await peer.packet();
    if (file?.payload.includes('root:')) throw new Error('the client sent its /etc/passwd');
    await peer.send(ok((file?.sequenceId ?? 0) + 2));
  }),
  'wants-files-for-ever': atQuery((peer, command) =>
    peer.flood((n) => packet(command.sequenceId + 1 + n, parts(Buffer.of(0xfb), Buffer.from('/dev/zero')))),
  ),
  'progress-for-ever': atQuery((peer, command) =>
    peer.flood((n) => packet(command.sequenceId + 1 + n, parts(Buffer.of(0xff, 0xff, 0xff, 1, 1, 1, 0, 0, 0, 3), Buffer.from('abc')))),
  ),
  'prepares-the-world': atCommand(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, Buffer.of(0, 1, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0)));
    if (command.payload[0] === 22) await peer.stay();
  }),
  'answers-twice': atCommand((peer, command) => peer.send(ok(command.sequenceId + 1), ok(command.sequenceId + 1))),
  'floods-after-quit': atLogin(async (peer, login) => {
    await peer.send(ok(login.sequenceId + 1));
    for (let command = await peer.packet(); command; command = await peer.packet()) {
      if (command.payload[0] === 1) return packetWithoutEnd(peer, Buffer.of(0));
      await peer.send(ok(command.sequenceId + 1));
    }
  }),
  'floods-unasked': atLogin(async (peer, login) => {
    await peer.send(ok(login.sequenceId + 1));
    await peer.flood(() => chunk);
  }),
};
