import type { LabelledPacket } from '../codec/labelled-packet.ts';

/** Flags of a HandshakeResponse41 or 320 that is broken further on. */
export function flagsOf({ payload, name }: LabelledPacket): number {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  if (name === 'HandshakeResponse41') return bytes.length < 4 ? 0 : bytes.readUInt32LE(0);
  return bytes.length < 2 ? 0 : bytes.readUInt16LE(0);
}

/** Its user, if the name is whole. */
export function userOf({ payload, name }: LabelledPacket): string | undefined {
  const from = name === 'HandshakeResponse41' ? 32 : 5;
  const end = payload.indexOf(0, from);
  return end < from ? undefined : Buffer.from(payload.subarray(from, end)).toString('latin1');
}
