import type { Asked } from '../peer.ts';
import { column, err, flags, nasty, ok, packet, resultset, row } from '../said.ts';
import { atCommand, atLogin, atQuery, chunk, columnsOf, type Misdeed, parts, usesEof } from './acts.ts';

const PREPARE = 22;
const lengthOf = (n: number): Buffer => Buffer.of(0xfe, n & 0xff, (n >> 8) & 0xff, (n >> 16) & 0xff, n >>> 24, 0, 0, 0, 0);

/** Answers that have the form of one, and are none. */
export const oddAnswers: Readonly<Record<string, Misdeed>> = {
  'command-never-reads': atCommand(async (peer) => {
    peer.socket.pause();
    await peer.stay();
  }),
  'sequence-ids-at-random': atCommand((peer, command, login) => {
    const from = (command.sequenceId * 37 + peer.number * 101 + 200) & 0xff;
    return peer.send(command.payload[0] === 3 ? resultset(from, { deprecateEof: !usesEof(login) }) : ok(from));
  }),
  'sequence-ids-backwards': atQuery(async (peer, _command, login) => {
    const all = [packet(9, Buffer.of(1)), column(8), ...(usesEof(login) ? [packet(7, Buffer.of(0xfe, 0, 0, 2, 0))] : []), row(6), row(5)];
    await peer.send(...all, ok(4, 2, 0xfe));
  }),
  'a-hundred-million-columns': atQuery(async (peer, command) => {
    await peer.send(packet(command.sequenceId + 1, lengthOf(100_000_000)), column(command.sequenceId + 2));
    await peer.stay();
  }),
  'warnings-without-number': atCommand((peer, { sequenceId, payload }, login) =>
    peer.send(
      payload.includes('WARNINGS')
        ? resultset(sequenceId + 1, { text: nasty, deprecateEof: !usesEof(login) })
        : packet(sequenceId + 1, Buffer.of(0, 0, 0, 2, 0, 0xff, 0xff)),
    ),
  ),
  'ends-for-ever': atQuery(async (peer, command, login) => {
    const { bytes, next } = columnsOf(command, login);
    await peer.send(bytes);
    await peer.flood((n) => packet(next + n, Buffer.of(0xfe, 0, 0, flags.moreResults, 0)));
  }),
  'empty-rows-for-ever': atQuery(async (peer, command, login) => {
    const { bytes, next } = columnsOf(command, login);
    await peer.send(bytes);
    await peer.flood((n) => Buffer.concat(Array.from({ length: 1024 }, (_, i) => packet(next + n * 1024 + i, new Uint8Array(0)))));
  }),
  'rows-a-byte-a-second': atQuery(async (peer, command, login) => {
    const { bytes, next } = columnsOf(command, login);
    await peer.send(bytes);
    await peer.drip(row(next, 'x'.repeat(100)), 1000);
  }),
  'a-row-each-second': atQuery(async (peer, command, login) => {
    const { bytes, next } = columnsOf(command, login);
    await peer.send(bytes);
    for (let n = 0; !peer.gone; n++) {
      await peer.send(row(next + n));
      await peer.rest(1000);
    }
  }),
  'parameters-for-ever': atCommand(async (peer, { sequenceId, payload }) => {
    await peer.send(packet(sequenceId + 1, Buffer.of(0, 1, 0, 0, 0, 255, 255, 255, 255, 0, 255, 255)));
    if (payload[0] === PREPARE) await peer.flood((n) => column(sequenceId + 2 + n, nasty));
  }),
  'types-that-nobody-knows': atCommand(async (peer, command, login) => {
    const { sequenceId, payload } = command;
    if (payload[0] === PREPARE) return peer.send(preparedOk(command, login));
    // A type that is none, and a value in which everything is a length.
    const type = column(sequenceId + 2);
    type[type.length - 6] = 0x7f;
    const end = ok(sequenceId + 4, 2, 0xfe);
    await peer.send(packet(sequenceId + 1, Buffer.of(1)), type, packet(sequenceId + 3, Buffer.alloc(40, 0xfe)), end);
  }),
  'answers-other-questions': atCommand((peer, command, login) => {
    const { sequenceId } = command;
    const others = [
      preparedOk(command, login),
      resultset(sequenceId + 1, { deprecateEof: !usesEof(login) }),
      ok(sequenceId + 1, 2, 0xfe),
      packet(sequenceId + 1, Buffer.of(0xfb)),
      packet(sequenceId + 1, new Uint8Array(0)),
      packet(sequenceId + 1, Buffer.from('Uptime: 1')),
    ];
    return peer.send(others[(command.payload[0] ?? 0) % others.length] as Buffer);
  }),
  'tracks-a-million-variables': atCommand((peer, { sequenceId }) => {
    const tracked = Buffer.from('000401610161', 'hex');
    const state = Buffer.concat(Array.from({ length: 200_000 }, () => tracked));
    return peer.send(packet(sequenceId + 1, parts(Buffer.of(0, 0, 0, 2, 0x40, 0, 0, 0), lengthOf(state.length), state)));
  }),
  'tracks-what-is-not-there': atCommand((peer, { sequenceId }) =>
    peer.send(
      packet(sequenceId + 1, parts(Buffer.of(0, 0, 0, 2, 0x40, 0, 0, 0), lengthOf(0x7fffffff), Buffer.of(0, 0xfe), Buffer.alloc(8, 0xff))),
    ),
  ),
  'events-for-ever': atCommand((peer, { sequenceId }) =>
    peer.flood((n) => packet(sequenceId + 1 + n, parts(Buffer.of(0), chunk.subarray(0, 400)))),
  ),
  'errors-without-a-code': atCommand((peer, { sequenceId }) => peer.send(packet(sequenceId + 1, Buffer.of(0xff)))),
  'errors-whose-state-is-nasty': atCommand((peer, { sequenceId }) =>
    peer.send(packet(sequenceId + 1, parts(Buffer.of(0xff, 0x28, 4), Buffer.from('#\u001b[2J'), Buffer.from(nasty)))),
  ),
  'quit-is-not-heard': atLogin(async (peer, login) => {
    await peer.send(ok(login.sequenceId + 1));
    for (let command = await peer.packet(); command && command.payload[0] !== 1; command = await peer.packet())
      await peer.send(ok(command.sequenceId + 1));
    for (let n = 0; !peer.gone; n++) {
      await peer.send(Buffer.of(n & 0xff));
      await peer.rest(1000);
    }
  }),
  'kills-in-the-middle': atQuery(async (peer, command, login) => {
    await peer.send(columnsOf(command, login).bytes, err(77, 'killed', 1317));
    peer.reset();
  }),
};

/** A prepared statement with a column and a parameter. */
function preparedOk({ sequenceId }: Asked, login: Asked): Buffer {
  const eof = (at: number): Buffer => (usesEof(login) ? packet(at, Buffer.of(0xfe, 0, 0, 2, 0)) : Buffer.alloc(0));
  const first = packet(sequenceId + 1, Buffer.of(0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0));
  const second = usesEof(login) ? 4 : 3;
  return parts(first, column(sequenceId + 2, '?'), eof(sequenceId + 3), column(sequenceId + second), eof(sequenceId + second + 1));
}
