import { constant } from '../field.ts';
import { message } from '../message.ts';

/** int<1> 0x0d. */
export const comDebug = message('COM_DEBUG', 'mysql/page_protocol_com_debug', {
  command: constant(0x0d),
});
