import { constant, u8String, u16, u32 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>           0x15
 * int<4>           the replica's server id
 * int<1> + string  host name, user, password
 * int<2>           port
 * int<4>           replication rank, ignored
 * int<4>           source id, usually 0
 */
export const comRegisterSlave = message('COM_REGISTER_SLAVE', 'mysql/page_protocol_com_register_replica', {
  command: constant(0x15),
  serverId: u32,
  hostname: u8String,
  user: u8String,
  password: u8String,
  port: u16,
  rank: u32,
  sourceId: u32,
});
