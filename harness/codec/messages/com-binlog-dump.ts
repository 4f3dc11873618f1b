import { constant, rest, u16, u32 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>       0x12
 * int<4>       position
 * int<2>       flags; 1: EOF at the end of the binlog instead of waiting (BINLOG_DUMP_NON_BLOCK)
 * int<4>       the replica's server id
 * string<EOF>  file name
 */
export const comBinlogDump = message('COM_BINLOG_DUMP', 'mysql/page_protocol_com_binlog_dump', {
  command: constant(0x12),
  position: { ...u32, fallback: 4 },
  flags: u16,
  serverId: u32,
  filename: rest,
});
