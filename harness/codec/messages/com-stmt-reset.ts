import { constant, u32 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>  0x1a
 * int<4>  statement id
 */
export const comStmtReset = message('COM_STMT_RESET', 'mysql/page_protocol_com_stmt_reset', {
  command: constant(0x1a),
  statementId: u32,
});
