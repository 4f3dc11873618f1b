/** Steps of compressed connections. */
import type { Condition } from '../harness/case/step.ts';
import type { CapabilityName } from '../harness/codec/capability.ts';
import { byte, int } from './bytes.ts';
import { manual } from './manual.ts';
import { greeting, quit } from './steps.ts';

export const switched = [
  manual['mysql/compression-begins-behind-ok'],
  manual['mysql/compression-needs-both-sides'],
  manual['mariadb/compression-begins-behind-handshake'],
] as const;
export const plainFrames = [manual['mysql/compressed-packet-zero-is-plain'], manual['mariadb/compressed-zero-is-plain']] as const;
const layout = [manual['mysql/compressed-packet-layout'], manual['mariadb/compressed-packet-layout']] as const;
export const countsFrames = [
  manual['mysql/compressed-packet-sequence'],
  manual['mariadb/compressed-sequence-is-separate'],
  manual['mariadb/compressed-ping-has-sequence-one'],
] as const;
/** Each answer is looked at for the number of its first compressed packet. */
export const framed = [...layout, ...countsFrames] as const;
export const parts = [...framed, manual['mysql/compressed-packet-holds-parts'], manual['mariadb/compressed-packet-holds-parts']] as const;

export const needs = ['check-account', { offers: 'COMPRESS' }] as const;
export const needsZstd = ['check-account', { offers: 'ZSTD_COMPRESSION_ALGORITHM' }] as const;

/** The OK of a login is the last packet that is not compressed. */
export const loggedInWith = (...flags: readonly CapabilityName[]) =>
  [
    greeting,
    { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: flags } } },
    { expect: [{ packet: 'OK', where: { frames: { absent: true } } }] },
  ] as const;
export const compressed = loggedInWith('COMPRESS');

export const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
/**
 * A resultset of one value, whose first compressed packet has this sequence id. Both servers count the packets inside on
 * from the compressed ones, so that a command in several of those has an answer that does not begin with 1.
 */
export const value = (first: Condition, frameSequenceId = 1) =>
  ({
    expect: [
      {
        packet: 'TextResultset',
        sequenceId: frameSequenceId === 1 ? 1 : 'any',
        where: { columns: 1, rows: 1, 'row.0.0': first, frameSequenceId },
      },
    ],
  }) as const;
/** In one compressed packet or several: a compressed packet may hold a piece of a packet. */
export const okInFrame = { expect: [{ packet: 'OK', sequenceId: 1, where: { frames: { min: 1 }, frameSequenceId: 1 } }] } as const;
export const ping = [{ send: { message: 'COM_PING' } }, okInFrame] as const;
/** Is the server still there, and in step? */
export const works = [...ping, ...quit] as const;

/** A compressed packet by hand: a body that is not compressed (hex), and what the header says of it. */
export const frame = (sequenceId: number, body: string, uncompressedLength = 0) =>
  `${int(3, body.length / 2)}${byte(sequenceId)}${int(3, uncompressedLength)}${body}`;
