import { constant, rest } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>       0x05
 * string<EOF>  schema name
 */
export const comCreateDb = message('COM_CREATE_DB', 'mariadb/com_create_db', {
  command: constant(0x05),
  schema: rest,
});
