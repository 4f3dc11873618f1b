import { constant, rest } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>       0x16
 * string<EOF>  the statement
 */
export const comStmtPrepare = message('COM_STMT_PREPARE', 'mysql/page_protocol_com_stmt_prepare', {
  command: constant(0x16),
  query: rest,
});
