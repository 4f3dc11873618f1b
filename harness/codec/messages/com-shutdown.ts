import { unlessEnd } from '../condition.ts';
import { constant, u8 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>  0x08
 * int<1>  shutdown type; may be left out when it is 0 (default)
 */
export const comShutdown = message('COM_SHUTDOWN', 'mariadb/com_shutdown', {
  command: constant(0x08),
  shutdownType: unlessEnd(u8),
});
