import { type CapabilityName, capability } from '../capability.ts';
import { any, type Condition, unlessEnd, when } from '../condition.ts';
import { bytes, constant, filler, nul, nulOrEnd, u8, u16, u32 } from '../field.ts';
import { join } from '../frame.ts';
import { type MessageOf, message, type Scope } from '../message.ts';

/**
 * int<1>       protocol version, 10
 * string<NUL>  server version
 * int<4>       thread id
 * string[8]    auth-plugin-data-part-1 (first 8 bytes of the scramble)
 * int<1>       filler
 * int<2>       capability flags, lower 2 bytes; servers before 4.1 may end here
 * int<1>       character set
 * int<2>       status flags
 * int<2>       capability flags, upper 2 bytes
 * int<1>       length of auth-plugin-data if PLUGIN_AUTH, else 0
 * string[10]   reserved; MariaDB puts its extended capabilities in the last 4 when LONG_PASSWORD is not set
 * $length      auth-plugin-data-part-2, max(13, length of auth-plugin-data - 8); the last byte is a NUL
 * string<NUL>  auth plugin name, if PLUGIN_AUTH; MySQL 5.5.7 to 5.5.9 leave out the NUL
 */
const offers = (name: CapabilityName): Condition => ({
  says: name,
  holds: ({ soFar }) => (offered(soFar) & capability[name]) !== 0,
});

export const handshakeV10 = message(
  'HandshakeV10',
  'mysql/page_protocol_connection_phase_packets_protocol_handshake_v10',
  {
    protocolVersion: constant(10),
    serverVersion: nul,
    threadId: u32,
    scramble1: bytes(8),
    filler: filler(1),
    capabilitiesLow: u16,
    characterSet: unlessEnd(u8),
    statusFlags: unlessEnd({ ...u16, fallback: 0x0002 }),
    capabilitiesHigh: unlessEnd(u16),
    authDataLength: unlessEnd({
      ...u8,
      derive: ({ soFar }: Scope) => ((offered(soFar) & capability.PLUGIN_AUTH) !== 0 ? 21 : 0),
    }),
    reserved: unlessEnd(filler(6)),
    mariadbCapabilities: unlessEnd(u32),
    scramble2: when(
      any(offers('SECURE_CONNECTION'), offers('PLUGIN_AUTH')),
      unlessEnd(bytes(({ soFar }) => Math.max(13, Number(soFar['authDataLength'] ?? 0) - 8))),
    ),
    authPluginName: when(offers('PLUGIN_AUTH'), unlessEnd(nulOrEnd)),
  },
  ['threadId', 'scramble1', 'scramble2'],
);
export type HandshakeV10 = MessageOf<typeof handshakeV10>;

type Halves = Pick<HandshakeV10, 'capabilitiesLow' | 'capabilitiesHigh'>;

/** The capability flags that a greeting offers, both halves, unsigned. */
export function offeredCapabilities(greeting: Halves): number {
  return offered(greeting);
}

/**
 * MariaDB by its version, or by its own flags where it was told to pretend another: it leaves out LONG_PASSWORD (its CLIENT_MYSQL) then.
 * "5.5.5-" stands before versions from 10.0 on; there was a MySQL 5.5.5-m3.
 */
export function isMariadb(greeting: Halves & Partial<Pick<HandshakeV10, 'serverVersion' | 'mariadbCapabilities'>>): boolean {
  const own = (offered(greeting) & capability.LONG_PASSWORD) === 0 && (greeting.mariadbCapabilities ?? 0) > 0;
  return own || saysMariadb(greeting.serverVersion ?? '');
}

/** The same by the version alone. */
export const saysMariadb = (serverVersion: string): boolean => /mariadb|^5\.5\.5-\d/i.test(serverVersion);

/** Both halves of the flags, to spread into a greeting. */
export function capabilityHalves(bits: number): { capabilitiesLow: number; capabilitiesHigh: number } {
  return { capabilitiesLow: bits & 0xffff, capabilitiesHigh: bits >>> 16 };
}

/** The scramble of a greeting: part 1 and part 2 without the NUL at its end; 20 bytes from every server since 4.1. */
export function scrambleOf(greeting: Pick<HandshakeV10, 'scramble1' | 'scramble2'>): Uint8Array {
  const second = greeting.scramble2 ?? new Uint8Array(0);
  return join([greeting.scramble1, second.at(-1) === 0 ? second.subarray(0, -1) : second]);
}

function offered(fields: Readonly<Record<string, unknown>>): number {
  return (Number(fields['capabilitiesLow'] ?? 0) | (Number(fields['capabilitiesHigh'] ?? 0) << 16)) >>> 0;
}
