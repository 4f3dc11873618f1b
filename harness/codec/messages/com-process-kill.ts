import { constant, u32 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>  0x0c
 * int<4>  connection id
 */
export const comProcessKill = message('COM_PROCESS_KILL', 'mariadb/com_process_kill', {
  command: constant(0x0c),
  connectionId: u32,
});
