import { agreed, unlessEnd, when } from '../condition.ts';
import { constant, filler, u8, u16, u32 } from '../field.ts';
import { message } from '../message.ts';

/**
 * int<1>  0x00
 * int<4>  statement id
 * int<2>  number of columns
 * int<2>  number of parameters
 * int<1>  filler
 * int<2>  warnings
 * int<1>  metadata follows (1) or not (0), if OPTIONAL_RESULTSET_METADATA
 */
export const stmtPrepareOk = message('StmtPrepareOK', 'mysql/page_protocol_com_stmt_prepare', {
  header: constant(0x00),
  statementId: u32,
  columns: u16,
  parameters: u16,
  filler: unlessEnd(filler(1)),
  warnings: unlessEnd(u16),
  metadataFollows: when(agreed('OPTIONAL_RESULTSET_METADATA'), unlessEnd({ ...u8, fallback: 1 })),
});
