import { agreed, all, type Condition, when } from '../condition.ts';
import { constant, restBytes, u8, u32 } from '../field.ts';
import { lenenc } from '../lenenc.ts';
import { message, type Scope } from '../message.ts';
import { countGiven, newParamsBindFlag, nullBitmap, parameters, statementUnknown } from '../parameters.ts';

/** Flags of COM_STMT_EXECUTE (mysql/mysql__com_8h, enum_cursor_type). */
export const executeFlag = { CURSOR_READ_ONLY: 1, CURSOR_FOR_UPDATE: 2, CURSOR_SCROLLABLE: 4, PARAMETER_COUNT_AVAILABLE: 8 } as const;

const attributes = agreed('QUERY_ATTRIBUTES');
/** MySQL 9.7 wants the count wherever the statement has parameters, with flag 8 or without, as its manual says. */
const counted: Condition = {
  says: 'PARAMETER_COUNT_AVAILABLE or the statement has parameters',
  holds: (scope) =>
    (Number(scope.soFar['flags'] ?? 0) & executeFlag.PARAMETER_COUNT_AVAILABLE) !== 0 ||
    countGiven(scope) > 0 ||
    (scope.statement?.parameters ?? 0) > 0,
};

/**
 * int<1>          0x17
 * int<4>          statement id; MariaDB: 0xFFFFFFFF is the last one prepared
 * int<1>          flags: the cursor, and 8 where the parameter count follows (PARAMETER_COUNT_AVAILABLE)
 * int<4>          iteration count, always 1
 * int<lenenc>     parameter count, if QUERY_ATTRIBUTES and (flag 8 or the statement has parameters); else that of StmtPrepareOK counts
 * and if the count is not 0:
 * NULL bitmap     one bit for each parameter
 * int<1>          1 if types follow, 0 if those of the last execution hold
 * int<2>          type of each, with string<lenenc> name if QUERY_ATTRIBUTES
 * binary values   of those that are neither NULL nor sent by COM_STMT_SEND_LONG_DATA
 */
export const comStmtExecute = message('COM_STMT_EXECUTE', 'mysql/page_protocol_com_stmt_execute', {
  command: constant(0x17),
  statementId: u32,
  flags: { ...u8, derive: (scope: Scope) => (attributes.holds(scope) ? executeFlag.PARAMETER_COUNT_AVAILABLE : 0) },
  iterationCount: { ...u32, fallback: 1 },
  parameterCount: when(all(attributes, counted), { ...lenenc, derive: countGiven }),
  nullBitmap,
  newParamsBindFlag,
  parameters,
  /** All that follows, where nothing is known of the statement. */
  undecoded: when(statementUnknown, restBytes),
});
