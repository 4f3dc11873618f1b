import { constant, nul, rest } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       0x04
 * string<NUL>  table
 * string<EOF>  wildcard for the column names, % and _ as in LIKE
 */
export const comFieldList = message('COM_FIELD_LIST', 'mysql/page_protocol_com_field_list', {
  command: constant(0x04),
  table: nul,
  wildcard: rest,
});
export type ComFieldList = MessageOf<typeof comFieldList>;
