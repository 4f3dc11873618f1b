import { flags, has } from '../codec/capability.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { offeredCapabilities } from '../codec/messages/handshake-v10.ts';
import { isLie, stimuliIn } from './exec.ts';
import type { PlayedClient } from './play.ts';
import { goesFirst } from './tokens.ts';

/** Packets of the server behind which it is the client's turn. */
const questions: ReadonlySet<string> = new Set([
  'AuthSwitchRequest',
  'OldAuthSwitchRequest',
  'AuthMoreData',
  'AuthNextFactor',
  'LocalInfileRequest',
]);
export const isQuestion = (name: string): boolean => questions.has(name);

const SSL = flags('SSL');
const PROTOCOL_41 = flags('PROTOCOL_41');

/** The flags of a client's first packet, however broken it is further on. */
function declared({ payload }: LabelledPacket): number {
  const at = (i: number): number => payload[i] ?? 0;
  const low = at(0) | (at(1) << 8);
  return (low & PROTOCOL_41) === 0 ? low : (low | (at(2) << 16) | (at(3) << 24)) >>> 0;
}

const isLogin = ({ name }: LabelledPacket): boolean => name === 'SSLRequest' || name.startsWith('HandshakeResponse');
export const fromClient = ({ packets }: PlayedClient): LabelledPacket[] => packets.filter(({ from }) => from === 'client');

/** The client has set SSL and goes on in the clear: what it sends is taken for TLS records, whose rest may never come. */
export function waitsForTls(seen: PlayedClient): boolean {
  if (seen.transcript.events.some(({ kind }) => kind === 'tls')) return false;
  const [first] = fromClient(seen);
  return first !== undefined && isLogin(first) && has(declared(first), 'SSL');
}

/**
 * From which packet on we read by other flags than the server: over TLS it goes by those of the SSLRequest, whatever the
 * response says.
 */
export function readOtherwise(seen: PlayedClient): number {
  const [request, response] = fromClient(seen);
  if (!request || !response || !stimuliIn(seen.client).some(({ message }) => message === 'SSLRequest')) return Number.POSITIVE_INFINITY;
  return ((declared(request) ^ declared(response)) & ~SSL) === 0 ? Number.POSITIVE_INFINITY : seen.packets.indexOf(response);
}

/**
 * The first command that went out uncompressed, ahead of the OK of a login that asked for compression: the server takes it
 * for a compressed packet.
 */
export function plainAhead({ packets, standings }: PlayedClient): number {
  const context = standings.at(-1)?.context.capabilities ?? 0;
  if (!has(context, 'COMPRESS') && !has(context, 'ZSTD_COMPRESSION_ALGORITHM')) return Number.POSITIVE_INFINITY;
  const at = packets.findIndex(({ from, name, carrier }) => from === 'client' && carrier === undefined && name.startsWith('COM_'));
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

const COMPRESSIONS = flags('COMPRESS', 'ZSTD_COMPRESSION_ALGORITHM');
/** It asks for a compression that its greeting does not offer: a proxy without one may refuse what the server behind it grants. */
export function asksForUnofferedCompression(seen: PlayedClient): boolean {
  const greeting = seen.packets.find(({ name }) => name === 'HandshakeV10')?.value as Parameters<typeof offeredCapabilities>[0] | undefined;
  const login = fromClient(seen).find(isLogin);
  return greeting !== undefined && login !== undefined && (declared(login) & COMPRESSIONS & ~offeredCapabilities(greeting)) !== 0;
}

/**
 * The first question of a login that commands, or another login, had run ahead of: they are taken for the answer to it. Or a packet in the place of
 * an answer, where nothing had been asked yet: the question that comes then is answered by it.
 */
export function overtaken({ packets }: PlayedClient): number {
  let asked = 0;
  for (const [i, { from, name, answers }] of packets.entries()) {
    if (from === 'client' && name === 'AuthSwitchResponse' && asked-- <= 0) return i;
    if (from !== 'server' || !isQuestion(name)) continue;
    asked++;
    const behind = answers ? packets.slice(packets.indexOf(answers) + 1, i) : [];
    if (behind.some((one) => one.from === 'client' && (one.name.startsWith('COM_') || one.name.startsWith('HandshakeResponse')))) return i;
  }
  return Number.POSITIVE_INFINITY;
}

/** A HandshakeResponse41 without PROTOCOL_41 is read as one of 3.20. */
export const isReadAs320 = ({ packets, client }: PlayedClient): boolean =>
  packets.some(({ name }) => name === 'HandshakeResponse320') &&
  !stimuliIn(client).some(({ message }) => message === 'HandshakeResponse320');

/** A login of 3.20 gets definitions of columns in their old form, of which the model tells nothing. */
const hasOldDefinitions = ({ packets }: PlayedClient): boolean =>
  packets.some(({ name }) => name === 'HandshakeResponse320') && packets.some(({ name }) => name === 'ColumnDefinition320');

/**
 * A login was refused while more was on its way: a server that closes with bytes unread sends a RST, and what it had said
 * before may be lost with it.
 */
export const isRefusedInTalk = ({ packets, client }: PlayedClient): boolean =>
  stimuliIn(client).length > 1 &&
  packets.some(({ from, name, answers }) => from === 'server' && name === 'ERR' && answers !== undefined && isLogin(answers));

/** One of two plays of an exec had a login refused in talk, and one ended with a RST: what it lost is no difference. */
export const mayLoseAnswers = (...plays: readonly { readonly clients: readonly PlayedClient[] }[]): boolean => {
  const all = plays.flatMap(({ clients }) => clients);
  return all.some(isRefusedInTalk) && all.some(({ ending }) => ending === 'rst' || ending === 'fin+rst');
};

/** It has asked for resultsets without the definitions of their columns. */
export const wantsNoMetadata = ({ client }: PlayedClient): boolean =>
  stimuliIn(client).some(({ with: said }) => /^SET resultset_metadata = 'NONE'/.test(String(said?.['query'] ?? '')));

/** It went ahead of the greeting, and a RST has come in place of all: what the server had made of it nobody knows. */
export const lostAll = ({ packets, ending, client }: PlayedClient): boolean =>
  client.delivery === 'early' && (ending === 'rst' || ending === 'fin+rst') && !packets.some(({ from }) => from === 'server');

/** By COM_QUIT or by a FIN of its own; undefined: the server has ended the connection, or is still waited for. */
function leftBy({ packets, transcript }: PlayedClient): 'quit' | 'fin' | undefined {
  if (packets.findLast(({ from }) => from === 'client')?.name === 'COM_QUIT') return 'quit';
  return transcript.events.find(({ kind }) => kind === 'half-closed' || kind === 'fin' || kind === 'rst')?.kind === 'half-closed'
    ? 'fin'
    : undefined;
}

/** Two plays of a client in which it has left in two ways, or said one thing in two ways: ahead of the greeting it goes by what it wants alone. */
export function leavesOtherwise(one: PlayedClient, other: PlayedClient): boolean {
  const theirs = fromClient(other);
  if (fromClient(one).some(({ name, length }, i) => theirs[i]?.name === name && theirs[i]?.length !== length)) return true;
  const [a, b] = [leftBy(one), leftBy(other)];
  return a !== undefined && b !== undefined && a !== b;
}

/** Bytes of a packet that a sentence about it shows. */
const SHOWN_BYTES = 16;

/** The first bytes of a packet, behind its name: ' 00000002000000'. */
export function beginning(packet: LabelledPacket | undefined): string {
  if (!packet || packet.length === 0) return '';
  const { payload, length } = packet;
  const hex = Buffer.from(payload.buffer, payload.byteOffset, Math.min(length, SHOWN_BYTES)).toString('hex');
  return ` ${hex}${length > SHOWN_BYTES ? '…' : ''}`;
}

/**
 * May an oracle that reads the protocol speak of what this client saw? Not where it lied, left first, or sent what a server
 * takes for something else: what is right then no manual says.
 */
export const isReadable = (seen: PlayedClient): boolean =>
  // Whether the header was right is what the server says.
  seen.client.proxied === undefined &&
  !stimuliIn(seen.client).some(isLie) &&
  // A command without a login, an answer that nobody asked for.
  !seen.packets.some(({ from, problem }) => from === 'client' && problem !== undefined) &&
  !goesFirst(seen) &&
  !waitsForTls(seen) &&
  !isReadAs320(seen) &&
  !hasOldDefinitions(seen) &&
  [readOtherwise, plainAhead, overtaken].every((from) => from(seen) === Number.POSITIVE_INFINITY);
