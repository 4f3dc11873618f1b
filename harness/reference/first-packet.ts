/** The first packet of the client, which may be anything. */
import { HEADER_BYTES } from '../codec/frame.ts';
import { insistOnWhole } from './idle.ts';
import { takeProxyHeader } from './proxy-header.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import { bearFirstHeader } from './regression-other.ts';
import type { Session } from './session.ts';

/** Bytes that a PROXY v1 header may have (proxy-protocol.txt, 2.1). */
const PROXY_V1_BYTES = 107;
/** Of a PROXY v2 header before the addresses, and what a defect has room for behind them. */
const PROXY_V2_BYTES = 16;
const LONGEST_PROXY_HEADER = 512;

/** The payload of the first packet. Throws Refusal 1156 when it does not carry sequence id 1. */
export async function receiveFirst(session: Session): Promise<Uint8Array> {
  const { channel, has, server } = session;
  await channel.arrived(HEADER_BYTES);
  if (session.address === server.proxiesFrom || has('proxy-header-of-anyone-counts')) await takeProxyHeader(session);
  await channel.arrived(HEADER_BYTES);
  const start = Buffer.from(channel.peek(HEADER_BYTES)).toString('latin1');
  if (start === 'GET ' && has('http-gets-answered')) {
    channel.write(Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', 'latin1'));
    throw new Departure('fin');
  }
  if (start.startsWith('\x16\x03') && has('tls-hello-hangs')) throw new Departure('stay');
  bearFirstHeader(session);
  if (start === 'PROX' && has('proxy-header-swallowed')) await swallowLine(session);
  if (has('full-first-header-stops-server') && lengthOf(channel.peek(HEADER_BYTES)) === 0xffffff) server.die();
  if (start === '\r\n\r\n' && has('long-proxy-header-stops-server')) await dieOfLongHeader(session);
  if (has('init-db-before-login-stops-server')) await dieOfInitDb(session);
  await insistOnWhole(session);
  const payload = await channel.receive();
  if (has('greeting-sent-back-answered') && greets(payload)) logIn(session);
  return payload;
}

/** Reads the login; the defects that cannot bear a malformed one act here. */
export async function unlessGarbage<T>({ has, server }: Session, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (has('garbage-hangs')) throw new Departure('stay');
    if (has('garbage-closes-silently')) throw new Departure('fin');
    if (has('garbage-takes-server-down')) server.die();
    throw error;
  }
}

const lengthOf = (header: Uint8Array): number => Buffer.from(header).readUIntLE(0, 3);

/** Version 2 of a PROXY header: int<2> length behind 14 bytes, most significant first. */
async function dieOfLongHeader({ channel, server }: Session): Promise<void> {
  await channel.arrived(PROXY_V2_BYTES);
  if (Buffer.from(channel.peek(PROXY_V2_BYTES)).readUInt16BE(PROXY_V2_BYTES - 2) > LONGEST_PROXY_HEADER) server.die();
}

/** COM_INIT_DB with the sequence id of a command. */
async function dieOfInitDb({ channel, server }: Session): Promise<void> {
  await channel.arrived(HEADER_BYTES + 1);
  const [, , , sequenceId, command] = channel.peek(HEADER_BYTES + 1);
  if (sequenceId === 0 && command === 0x02) server.die();
}

/** Reads up to the line feed of a PROXY header. */
async function swallowLine({ channel }: Session): Promise<void> {
  for (let n = HEADER_BYTES + 1; n <= PROXY_V1_BYTES; n++) {
    await channel.arrived(n);
    if (channel.peek(n)[n - 1] === 0x0a) return channel.discard(n);
  }
  throw refuse.outOfOrder();
}

/** Protocol version 10, and a version that begins with a digit and ends with NUL. */
const greets = ([version, digit = 0, ...rest]: Uint8Array): boolean => version === 10 && digit >= 0x30 && digit <= 0x39 && rest.includes(0);

/** HandshakeResponse41 of the user root. Throws Departure. */
function logIn({ channel }: Session): never {
  channel.send(Buffer.from(`00820800 00000001 2d ${'00'.repeat(23)} 726f6f74 00 00`.replaceAll(' ', ''), 'hex'));
  throw new Departure('stay');
}
