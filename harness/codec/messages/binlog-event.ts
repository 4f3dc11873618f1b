import { constant, restBytes, u8, u16, u32 } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       0x00
 * int<4>       timestamp, s since 1970
 * int<1>       event type
 * int<4>       server id of the one that wrote it
 * int<4>       size of the event: this header (19 bytes) and all that follows
 * int<4>       position of the next event
 * int<2>       flags
 * string<EOF>  the rest of the event, its checksum included
 * (A replica that has asked for semi-synchronous replication gets two bytes more behind the first one; we never ask.)
 */
export const binlogEvent = message('BinlogEvent', 'mysql/page_protocol_replication_binlog_event', {
  header: constant(0x00),
  timestamp: u32,
  type: u8,
  serverId: u32,
  eventSize: u32,
  nextPosition: u32,
  flags: u16,
  data: restBytes,
});
export type BinlogEvent = MessageOf<typeof binlogEvent>;
