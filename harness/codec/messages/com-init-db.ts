import { constant, rest } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>       0x02
 * string<EOF>  schema name
 */
export const comInitDb = message('COM_INIT_DB', 'mysql/page_protocol_com_init_db', { command: constant(0x02), schema: rest });
