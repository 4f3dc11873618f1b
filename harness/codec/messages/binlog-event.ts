import type { Reader } from '../bytes.ts';
import { constant, restBytes, u8, u16, u32 } from '../field.ts';
import { type Field, type MessageOf, message } from '../message.ts';

const INDICATOR = 0xef;
/** Bytes from the timestamp to the size of the event. */
const SIZE_AT = 9;

/** Told by the size of the event: only one of the two readings gives that of the rest. */
function isSemiSync({ bytes, byte, off, left }: Reader): boolean {
  if (byte !== INDICATOR || left < 2 + SIZE_AT + 4) return false;
  const at = off + 2 + SIZE_AT;
  const size = [0, 1, 2, 3].reduce((sum, i) => sum + (bytes[at + i] as number) * 256 ** i, 0);
  return size === left - 2;
}

const semiSync: Field<Uint8Array | undefined> = {
  wire: 'byte<2> for a semi-synchronous replica',
  skip(r) {
    if (isSemiSync(r)) r.off += 2;
    return true;
  },
  read: (r) => (isSemiSync(r) ? r.take(2) : undefined),
  write(w, value) {
    if (value !== undefined) w.raw(value);
  },
};

/**
 * int<1>       0x00
 * byte<2>      0xEF, and 1 where an ACK is wanted: only to a replica that has asked for semi-synchronous replication
 * int<4>       timestamp, s since 1970
 * int<1>       event type
 * int<4>       server id of the one that wrote it
 * int<4>       size of the event: this header (19 bytes) and all that follows
 * int<4>       position of the next event
 * int<2>       flags
 * string<EOF>  the rest of the event, its checksum included
 */
export const binlogEvent = message('BinlogEvent', 'mysql/page_protocol_replication_binlog_event', {
  header: constant(0x00),
  semiSync,
  timestamp: u32,
  type: u8,
  serverId: u32,
  eventSize: u32,
  nextPosition: u32,
  flags: u16,
  data: restBytes,
});
export type BinlogEvent = MessageOf<typeof binlogEvent>;
