import { constant, u32 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>  0x19
 * int<4>  statement id
 * Nothing answers it.
 */
export const comStmtClose = message('COM_STMT_CLOSE', 'mysql/page_protocol_com_stmt_close', {
  command: constant(0x19),
  statementId: u32,
});
