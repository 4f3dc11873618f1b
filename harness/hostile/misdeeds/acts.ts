import type { Asked, Peer } from '../peer.ts';
import { column, err, flags, type Greeting, greeting, header, ok, packet, resultset } from '../said.ts';

/** What a server does on one connection. It is over when the promise is settled. */
export type Misdeed = (peer: Peer) => Promise<void>;

/** What no packet has more of. */
export const megabytes16 = Buffer.alloc(0xffffff, 0x41);
export const chunk = Buffer.alloc(0x10000, 0x41);
export const minute = 60_000;

/** A packet of 16 MiB - 1, which says that more of it follows, and the next, and the next. */
export async function packetWithoutEnd(peer: Peer, lead: Uint8Array, sequenceId = 0): Promise<void> {
  await peer.send(header(0xffffff, sequenceId), lead, megabytes16.subarray(lead.length));
  for (let next = sequenceId + 1; !peer.gone; next++) await peer.send(header(0xffffff, next), megabytes16);
}

/** Greets, and is asked to let someone in: the client's packet, undefined where none came. */
export async function asked(peer: Peer, how: Greeting = {}): Promise<Asked | undefined> {
  await peer.send(greeting(how));
  return peer.packet();
}

/** What happens to the packet of a login. */
export const atLogin =
  (act: (peer: Peer, login: Asked) => Promise<void>, how: Greeting = {}): Misdeed =>
  async (peer) => {
    const login = await asked(peer, how);
    if (login) await act(peer, login);
  };

/** Lets everyone in; what happens to each command. */
export const atCommand = (act: (peer: Peer, command: Asked, login: Asked) => Promise<void> | void, how: Greeting = {}): Misdeed =>
  atLogin(async (peer, login) => {
    await peer.send(ok(login.sequenceId + 1));
    for (let command = await peer.packet(); command; command = await peer.packet()) {
      if (command.payload[0] === 1) return peer.fin();
      await act(peer, command, login);
    }
  }, how);

/** The same, but only statements are answered in a wrong way. */
export const atQuery = (act: (peer: Peer, command: Asked, login: Asked) => Promise<void> | void, how: Greeting = {}): Misdeed =>
  atCommand((peer, command, login) => {
    const first = command.payload[0];
    if (first === 3 || first === 22 || first === 23) return act(peer, command, login);
    return peer.send(ok(command.sequenceId + 1));
  }, how);

/** Asked for TLS: what comes then. */
export const atTls = (act: (peer: Peer) => Promise<void>): Misdeed =>
  atLogin(
    async (peer, first) => {
      if (first.payload.length !== 32) return peer.send(err(first.sequenceId + 1, 'TLS only'));
      await peer.anything();
      await act(peer);
    },
    { offers: flags.ssl },
  );

/** Compression that was agreed on: what comes behind the OK of the login. */
export const atCompressed = (offers: number, act: (peer: Peer) => Promise<void>): Misdeed =>
  atLogin(
    async (peer, login) => {
      await peer.send(ok(login.sequenceId + 1));
      if ((flagsOf(login) & offers) === 0) {
        for (let command = await peer.packet(); command; command = await peer.packet()) await peer.send(ok(command.sequenceId + 1));
        return;
      }
      await peer.anything();
      await act(peer);
    },
    { offers },
  );

export const parts = (...all: Uint8Array[]): Buffer => Buffer.concat(all);
export const flagsOf = ({ payload }: Asked): number => (payload.length < 4 ? 0 : payload.readUInt32LE(0));
export const usesEof = (login: Asked): boolean => (flagsOf(login) & flags.deprecateEof) === 0;

/** Columns of an answer: how many, what they are, and the EOF behind them for a client that wants one. */
export function columnsOf(command: Asked, login: Asked): { readonly bytes: Buffer; readonly next: number } {
  const from = command.sequenceId + 1;
  const eof = usesEof(login) ? [packet(from + 2, Buffer.of(0xfe, 0, 0, 2, 0))] : [];
  return { bytes: parts(packet(from, Buffer.of(1)), column(from + 1), ...eof), next: from + 2 + eof.length };
}

/** Lets everyone in, and gives each statement a row and each other command an OK, until `over` says so. */
export async function honest(peer: Peer, over = (): boolean => false): Promise<void> {
  const login = await asked(peer);
  if (!login) return;
  await peer.send(ok(login.sequenceId + 1));
  for (let command = await peer.packet(); command && !over(); command = await peer.packet()) {
    if (command.payload[0] === 1) return peer.fin();
    const from = command.sequenceId + 1;
    await peer.send(command.payload[0] === 3 ? resultset(from, { deprecateEof: !usesEof(login) }) : ok(from));
  }
}
