import type { WireConnection, WirePacket } from '../../../harness/scenario/wire.ts';

/** What is another on each connection by its nature: the connection's id, the nonce, and the proof made of it. */
const ofEachConnection: Readonly<Record<string, readonly string[]>> = {
  HandshakeV10: ['threadId', 'scramble1', 'scramble2', 'authPluginData1', 'authPluginData2', 'authData1', 'authData2'],
  HandshakeResponse41: ['authResponse'],
  AuthSwitchRequest: ['data'],
  AuthSwitchResponse: ['data'],
};

/** Packet for packet, everything that is on the wire of a connection but that. */
export const bytesOfClient = ({ packets }: WireConnection): string[] => packets.map(told);

function told({ from, name, sequenceId, size, value = {}, problem }: WirePacket): string {
  const masked = ofEachConnection[name] ?? [];
  const fields = Object.entries(value).map(
    ([field, content]) => `${field}=${masked.includes(field) ? '*' : JSON.stringify(content, plain)}`,
  );
  return `${from} ${sequenceId} ${name} ${size} ${fields.join(' ')}${problem ? ` (${problem})` : ''}`;
}

const plain = (_: string, content: unknown): unknown => (typeof content === 'bigint' ? String(content) : content);
