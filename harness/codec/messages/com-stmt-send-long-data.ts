import { constant, restBytes, u16, u32 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>       0x18
 * int<4>       statement id
 * int<2>       parameter, from 0
 * string<EOF>  a piece of its value
 * Nothing answers it.
 */
export const comStmtSendLongData = message('COM_STMT_SEND_LONG_DATA', 'mysql/page_protocol_com_stmt_send_long_data', {
  command: constant(0x18),
  statementId: u32,
  parameter: u16,
  data: restBytes,
});
