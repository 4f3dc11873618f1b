import { constant } from '../field.ts';
import { message } from '../message.ts';

/** int<1> 0x1f. */
export const comResetConnection = message('COM_RESET_CONNECTION', 'mysql/page_protocol_com_reset_connection', { command: constant(0x1f) });
