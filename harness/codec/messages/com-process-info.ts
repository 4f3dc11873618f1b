import { constant } from '../field.ts';
import { message } from '../message.ts';

/** int<1> 0x0a. */
export const comProcessInfo = message('COM_PROCESS_INFO', 'mariadb/com_process_info', {
  command: constant(0x0a),
});
