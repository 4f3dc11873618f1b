import { restBytes, u8 } from '../field.ts';
import { message } from '../message.ts';

/** Any command: its byte and whatever follows. For the commands that have no message of their own yet. */
export const comRaw = message('COM_*', 'mysql/page_protocol_command_phase', { command: u8, rest: restBytes });
