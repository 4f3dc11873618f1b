import { constant, u32 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>  0x1c
 * int<4>  statement id
 * int<4>  number of rows
 */
export const comStmtFetch = message('COM_STMT_FETCH', 'mysql/page_protocol_com_stmt_fetch', {
  command: constant(0x1c),
  statementId: u32,
  rows: { ...u32, fallback: 1 },
});
