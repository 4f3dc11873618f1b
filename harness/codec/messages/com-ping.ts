import { constant } from '../field.ts';
import { message } from '../message.ts';

/** int<1> 0x0e. */
export const comPing = message('COM_PING', 'mysql/page_protocol_com_ping', { command: constant(0x0e) });
