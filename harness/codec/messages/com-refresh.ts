import { constant, u8 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>  0x07
 * int<1>  what to flush: 1 grants, 2 log, 4 tables, 8 hosts, 0x10 status, 0x20 threads, 0x40 slave, 0x80 master
 */
export const comRefresh = message('COM_REFRESH', 'mariadb/com_refresh', {
  command: constant(0x07),
  subCommand: u8,
});
