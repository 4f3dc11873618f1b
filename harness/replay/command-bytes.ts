import { CodecError } from '../codec/error.ts';
import { frame, HEADER_BYTES, MAX_PAYLOAD, PacketReader } from '../codec/frame.ts';
import type { Context } from '../codec/message.ts';
import { comQuery } from '../codec/messages/com-query.ts';
import { comStmtPrepare } from '../codec/messages/com-stmt-prepare.ts';

const COM_QUERY = 0x03;
/** The id of a prepared statement stands behind the command byte. */
const ofStatement = new Set([0x17, 0x18, 0x19, 0x1a, 0x1c, 0xfa]);
/** Where it stands in a packet. */
export const STATEMENT_ID = HEADER_BYTES + 1;
/** COM_STMT_EXECUTE and others: the statement that was prepared last. */
export const LAST_PREPARED = 0xffffffff;

/** A command as a packet; the usual short one without a detour. */
export function packetOf(payload: Uint8Array): Uint8Array {
  const { length } = payload;
  if (length >= MAX_PAYLOAD) return frame(payload);
  const packet = Buffer.allocUnsafe(length + HEADER_BYTES);
  packet.writeUInt32LE(length, 0);
  packet.set(payload, HEADER_BYTES);
  return packet;
}

/** The payload of a command's packet; joined where it needs several. */
export function payloadOf(packet: Uint8Array): Uint8Array {
  if (packet.length < HEADER_BYTES + MAX_PAYLOAD) return packet.subarray(HEADER_BYTES);
  return new PacketReader({ limit: packet.length }).push(packet)[0]?.payload ?? packet;
}

/** The id of the prepared statement that a command's packet names; undefined: none, or the last one. */
export const statementIdIn = (packet: Uint8Array): number | undefined => statementIdOf(packet, HEADER_BYTES);

/** The same of its payload, which begins there. */
export function statementIdOf(bytes: Uint8Array, from = 0): number | undefined {
  if (bytes.length < from + 5 || !ofStatement.has(bytes[from] as number)) return undefined;
  const id = new DataView(bytes.buffer, bytes.byteOffset).getUint32(from + 1, true);
  return id === LAST_PREPARED ? undefined : id;
}

/** The statement of a COM_QUERY or COM_STMT_PREPARE; of a payload that cannot be read, undefined. */
export function sqlOf(payload: Uint8Array, context: Context): string | undefined {
  try {
    const message = payload[0] === COM_QUERY ? comQuery : comStmtPrepare;
    return Buffer.from(message.decode(payload, context).value.query).toString('utf8');
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return undefined;
  }
}

/** Laid out as the flags of the login want it: with QUERY_ATTRIBUTES counts stand before the statement. */
export const queryPacket = (sql: string, context: Context): Uint8Array => packetOf(comQuery.encode({ query: sql }, context));
