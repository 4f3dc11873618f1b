import { expect, test } from 'vitest';
import { type CapabilityName, flags } from '../codec/capability.ts';
import type { PlayedClient } from './play.ts';
import { asksForUnofferedCompression, overtaken } from './reading.ts';

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

/** The packets behind a greeting, each of the client (>) or of the server (<). */
function exchanged(...words: readonly string[]): PlayedClient {
  const packets = words.map((word) => ({ from: word.startsWith('>') ? 'client' : 'server', name: word.slice(1) }));
  const changes = packets.find(({ name }) => name === 'COM_CHANGE_USER' || name === 'HandshakeResponse41');
  return { packets: packets.map((one) => (one.from === 'server' ? { ...one, answers: changes } : one)) } as unknown as PlayedClient;
}

test.each<[string, PlayedClient, number]>([
  // MariaDB 10.11: what came ahead of its question is the answer to it, and what answers it is ERR 1156.
  [
    'a packet ahead of the question that it answers',
    exchanged('>COM_CHANGE_USER', '>AuthSwitchResponse', '<AuthSwitchRequest', '>AuthSwitchResponse', '<ERR'),
    1,
  ],
  ['a command ahead of it', exchanged('>COM_CHANGE_USER', '>COM_PING', '<AuthSwitchRequest', '>AuthSwitchResponse', '<OK'), 2],
  ['an answer to it', exchanged('>COM_CHANGE_USER', '<AuthSwitchRequest', '>AuthSwitchResponse', '<OK'), Number.POSITIVE_INFINITY],
  [
    'an answer to each of three',
    exchanged(
      ...['>HandshakeResponse41', '<AuthSwitchRequest', '>AuthSwitchResponse', '<AuthMoreData', '>AuthSwitchResponse'],
      ...['<AuthMoreData', '>AuthSwitchResponse', '<OK'],
    ),
    Number.POSITIVE_INFINITY,
  ],
])('%s: from where on a question is overtaken', (_what, seen, at) => {
  expect(overtaken(seen)).toBe(at);
});
