import { bulkRows, bulkTypes } from '../bulk-rows.ts';
import { when } from '../condition.ts';
import { constant, restBytes, u16, u32 } from '../field.ts';
import { message } from '../message.ts';
import { statementUnknown } from '../parameters.ts';

/** Bulk flags (mariadb/com_stmt_bulk_execute). */
export const bulkFlag = { SEND_UNIT_RESULTS: 64, SEND_TYPES_TO_SERVER: 128 } as const;

/**
 * int<1>  0xfa
 * int<4>  statement id; 0xFFFFFFFF is the last one prepared
 * int<2>  bulk flags
 * int<2>  type of each parameter, if SEND_TYPES_TO_SERVER
 * and until the end, for each parameter of each row:
 * int<1>        indicator: 0 a value follows, 1 NULL, 2 DEFAULT, 3 IGNORE
 * binary value  if the indicator is 0
 */
export const comStmtBulkExecute = message('COM_STMT_BULK_EXECUTE', 'mariadb/com_stmt_bulk_execute', {
  command: constant(0xfa),
  statementId: u32,
  flags: { ...u16, fallback: bulkFlag.SEND_TYPES_TO_SERVER },
  types: bulkTypes,
  rows: bulkRows,
  /** All that follows, where nothing is known of the statement. */
  undecoded: when(statementUnknown, restBytes),
});
