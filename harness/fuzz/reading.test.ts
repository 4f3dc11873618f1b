import { expect, test } from 'vitest';
import { type CapabilityName, flags } from '../codec/capability.ts';
import type { PlayedClient } from './play.ts';
import { asksForUnofferedCompression } from './reading.ts';

/** A client that was offered these flags, and set those. */
function loggedIn(offered: readonly CapabilityName[], set: readonly CapabilityName[]): PlayedClient {
  const bits = flags(...offered);
  const payload = Buffer.alloc(32);
  payload.writeUInt32LE(flags(...set));
  const packets = [
    { from: 'server', name: 'HandshakeV10', value: { capabilitiesLow: bits & 0xffff, capabilitiesHigh: bits >>> 16 } },
    { from: 'client', name: 'HandshakeResponse41', payload },
  ];
  return { packets } as unknown as PlayedClient;
}

test('whoever asks for a compression that was not offered may be refused, as MySQL Router does', () => {
  expect(asksForUnofferedCompression(loggedIn(['PROTOCOL_41'], ['PROTOCOL_41', 'COMPRESS']))).toBe(true);
  expect(asksForUnofferedCompression(loggedIn(['PROTOCOL_41', 'COMPRESS'], ['PROTOCOL_41', 'ZSTD_COMPRESSION_ALGORITHM']))).toBe(true);
  expect(asksForUnofferedCompression(loggedIn(['PROTOCOL_41', 'COMPRESS'], ['PROTOCOL_41', 'COMPRESS']))).toBe(false);
  expect(asksForUnofferedCompression(loggedIn(['PROTOCOL_41'], ['PROTOCOL_41', 'MULTI_STATEMENTS']))).toBe(false);
});
