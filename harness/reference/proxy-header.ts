/** The PROXY header in front of a login, from the one address that may send it (haproxy/proxy-protocol). It is optional, as for MariaDB. */
import { CodecError } from '../codec/error.ts';
import { addressOf, proxyCommand, proxyFamily, proxyHeaderV1, proxyHeaderV2 } from '../codec/proxy-header.ts';
import { Departure, refuse } from './refusal.ts';
import type { Session } from './session.ts';

/** Bytes of the longest line of version 1. */
const LONGEST_LINE = 107;
const SIGNATURE = '\r\n\r\n\0\r\nQUIT\n';
/** No address at all, which a defect takes for one. */
const NOWHERE = '0.0.0.0';
/** Bytes of version 2 before the addresses. */
const FIXED_BYTES = 16;
/** What a defect takes for too many, and what it reads instead: two addresses and two ports. */
const MOST_BYTES = 512;
const TCP4_BYTES = 12;
const CONTEXT = { capabilities: 0 } as const;

/** Takes the header, if there is one, and the address in it. Throws Refusal 1105 and Departure. */
export async function takeProxyHeader(session: Session): Promise<void> {
  const { channel, has } = session;
  const start = Buffer.from(channel.peek(4)).toString('latin1');
  if (start !== 'PROX' && start !== SIGNATURE.slice(0, 4)) return;
  const version = start === 'PROX' ? 1 : 2;
  if (has(version === 1 ? 'proxy-v1-refused' : 'proxy-v2-refused')) throw refuse.proxyHeader();
  if (has('proxy-header-in-one-segment') && !endsIn(channel.peek(channel.waiting), version)) throw refuse.proxyHeader();
  try {
    const address = version === 1 ? await takeLine(session) : await takeBinary(session);
    if (address !== undefined && !has('proxy-address-ignored')) session.address = address;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (has('proxy-bad-header-hangs')) throw new Departure('stay');
    if (!has('proxy-bad-header-taken')) throw refuse.proxyHeader();
  }
  if (has('proxy-header-eats-login')) channel.discard();
}

/** Is the end of the header among these bytes? */
function endsIn(bytes: Uint8Array, version: 1 | 2): boolean {
  if (version === 1) return bytes.includes(0x0a);
  return bytes.length >= FIXED_BYTES && bytes.length >= FIXED_BYTES + lengthIn(bytes);
}
const lengthIn = (bytes: Uint8Array): number => (bytes[14] as number) * 256 + (bytes[15] as number);

/** "PROXY TCP4 192.0.2.1 192.0.2.2 56324 3306"; undefined for UNKNOWN. Throws CodecError. */
async function takeLine({ channel, has }: Session): Promise<string | undefined> {
  let length = 0;
  while (length === 0 || channel.peek(length)[length - 1] !== 0x0a) {
    if (++length > LONGEST_LINE) throw broken('a line of more than 107 bytes');
    await channel.arrived(length);
  }
  const line = channel.peek(length);
  channel.discard(length);
  const { family, sourceAddress = '', sourcePort, destinationPort } = proxyHeaderV1.decode(line, CONTEXT).value;
  if (family.startsWith('UNKNOWN')) {
    if (has('proxy-unknown-refused')) throw broken('UNKNOWN');
    return has('proxy-local-is-nowhere') ? NOWHERE : undefined;
  }
  if (family !== 'TCP4' && family !== 'TCP6') throw broken(family);
  if (has('proxy-tcp6-refused') && family === 'TCP6') throw broken(family);
  if (addressOf(sourceAddress).length !== (family === 'TCP4' ? 4 : 16)) throw broken(sourceAddress);
  for (const port of [sourcePort, destinationPort]) if (!/^\d{1,5}$/.test(port ?? '')) throw broken('no port');
  return sourceAddress;
}

/** Version 2; undefined for LOCAL. Throws CodecError. */
async function takeBinary({ channel, has }: Session): Promise<string | undefined> {
  await channel.arrived(FIXED_BYTES);
  const announced = lengthIn(channel.peek(FIXED_BYTES));
  const cut = has('proxy-length-past-end-ignored') && announced > MOST_BYTES;
  const length = FIXED_BYTES + (cut ? TCP4_BYTES : announced);
  await channel.arrived(length);
  const bytes = channel.peek(length);
  channel.discard(length);
  if (cut) bytes.set([0, TCP4_BYTES], FIXED_BYTES - 2);
  const { command, family, sourceAddress, tlvs } = proxyHeaderV2.decode(bytes, CONTEXT).value;
  if (has('proxy-tlvs-refused') && tlvs.length > 0) throw broken('TLVs');
  if (command === proxyCommand.LOCAL) {
    if (has('proxy-local-refused')) throw broken('LOCAL');
    if (has('proxy-local-is-nowhere')) return NOWHERE;
    return has('proxy-local-address-taken') && sourceAddress ? inText(sourceAddress) : undefined;
  }
  if (command !== proxyCommand.PROXY) throw broken('version or command');
  if ((family !== proxyFamily.TCP4 && family !== proxyFamily.TCP6) || !sourceAddress) throw broken('addresses');
  if (has('proxy-tcp6-refused') && family === proxyFamily.TCP6) throw broken('TCP6');
  return inText(sourceAddress);
}

function inText(address: Uint8Array): string {
  if (address.length === 4) return address.join('.');
  const groups = Array.from({ length: 8 }, (_, at) => (((address[at * 2] as number) << 8) | (address[at * 2 + 1] as number)).toString(16));
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}

const broken = (what: string): CodecError => new CodecError('CODEC_UNWRITABLE', 0, `the PROXY header: ${what}`);
