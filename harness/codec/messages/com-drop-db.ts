import { constant, rest } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>       0x06
 * string<EOF>  schema name
 */
export const comDropDb = message('COM_DROP_DB', 'mariadb/com_drop_db', {
  command: constant(0x06),
  schema: rest,
});
