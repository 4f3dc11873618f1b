import { constant } from '../field.ts';
import { message } from '../message.ts';

/** int<1> 0x01. */
export const comQuit = message('COM_QUIT', 'mysql/page_protocol_com_quit', { command: constant(0x01) });
