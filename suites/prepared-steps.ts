/** Steps and values of the prepared-statement cases. */
import type { Alternative, CapabilityChoice, Condition, ListedValue, Step, Stimulus } from '../harness/case/step.ts';
import { columnType } from '../harness/codec/column-type.ts';
import { ascii, int } from './bytes.ts';
import { anyErr, err, greeting, ok } from './steps.ts';

/** MYSQL_TYPE of a parameter. */
export { columnType as type };
/** The flag beside the type. */
export const UNSIGNED = 0x8000;

/** A parameter: its type, and its value in hex without the length before it. */
export const value = (of: number, hex: string): ListedValue => ({ type: of, value: hex });
export const text = (chars: string): ListedValue => value(columnType.VAR_STRING, ascii(chars));
export const longlong = (n: number): ListedValue => value(columnType.LONGLONG, int(8, n));
export const nullOf = (of: number): ListedValue => ({ type: of, value: null });
/** COM_STMT_SEND_LONG_DATA has sent it. */
export const sentBefore = (of: number): ListedValue => ({ type: of });

/** A login with these flags beside the usual ones. */
export const loggedInWith = (capabilities: CapabilityChoice, more: Partial<Stimulus> = {}) =>
  [greeting, { send: { message: 'HandshakeResponse41', account: 'check', capabilities, ...more } }, ok] as const;
export const inDatabase = loggedInWith({ add: ['CONNECT_WITH_DB'] });

export const query = (sql: string) => ({ send: { message: 'COM_QUERY', with: { query: sql } } }) as const satisfies Step;
export const done = (sql: string) => [query(sql), ok] as const;

/** The id of the statement prepared last. */
export const id = { from: 'StmtPrepareOK.statementId' } as const;
export const prepare = (sql: string) => ({ message: 'COM_STMT_PREPARE', with: { query: sql } }) as const satisfies Stimulus;
/**
 * Prepares it; the counts must be these. A server that describes no columns before it executes (0) has its failures in the cases about
 * COM_STMT_PREPARE (`prepared/prepare-…`), and is asked here about what comes behind.
 */
export const prepared = (sql: string, parameters: number, columns: number, as?: string) =>
  [
    { send: prepare(sql) },
    {
      expect: [
        {
          packet: 'StmtPrepareOK',
          where: { parameters, columns: columns === 0 ? 0 : { oneOf: [columns, 0] } },
          ...(as === undefined ? {} : { as }),
        },
      ],
    },
  ] as const satisfies readonly Step[];

/** COM_STMT_EXECUTE of the statement prepared last. */
export const execute = (parameters: readonly ListedValue[] = [], fields: Stimulus['with'] = {}) =>
  ({
    message: 'COM_STMT_EXECUTE',
    with: { statementId: id, ...(parameters.length === 0 ? {} : { parameters }), ...fields },
  }) as const satisfies Stimulus;
/** The same with everything behind the iteration count as hex. */
export const executeRaw = (rest: string, more: Stimulus['raw'] = {}) =>
  ({ message: 'COM_STMT_EXECUTE', with: { statementId: id }, raw: { ...more, parameters: rest } }) as const satisfies Stimulus;
/** Types and values come as those of the execution before. */
export const sameTypes = { newParamsBindFlag: 0 } as const;
/** enum_cursor_type: a read-only cursor. */
export const withCursor = { flags: 1 } as const;

/** COM_STMT_RESET, COM_STMT_CLOSE, COM_STMT_FETCH, COM_STMT_SEND_LONG_DATA of the statement prepared last. */
export const reset = { message: 'COM_STMT_RESET', with: { statementId: id } } as const satisfies Stimulus;
export const close = { message: 'COM_STMT_CLOSE', with: { statementId: id } } as const satisfies Stimulus;
export const fetch = (rows: number) => ({ message: 'COM_STMT_FETCH', with: { statementId: id, rows } }) as const satisfies Stimulus;
export const longData = (parameter: number, hex: string) =>
  ({ message: 'COM_STMT_SEND_LONG_DATA', with: { statementId: id, parameter, data: hex } }) as const satisfies Stimulus;

/** One row of these values; NULL is null. A pattern where servers differ in the digits behind the point. */
export function row(...values: readonly Condition[]): Alternative {
  const cells = Object.fromEntries(values.map((one, i) => [`row.0.${i}`, one]));
  return { packet: 'BinaryResultset', where: { columns: values.length, rows: 1, ...cells } };
}
export const gives = (...values: readonly Condition[]): Step => ({ expect: [row(...values)] });
/** A temporal value: MySQL shows six digits behind the point where MariaDB shows none. */
export const moment = (chars: string) => ({ pattern: `^${chars}(\\.0+)?$` }) as const;

export const unknownStatement = { expect: [err(1243, 'HY000')] } as const satisfies Step;
/** Refused; no manual says with which code. */
export const refused = { expect: [anyErr] } as const satisfies Step;
export const incorrectArguments = err(1210, 'HY000');
export const malformedPacket = err(1835, 'HY000');
