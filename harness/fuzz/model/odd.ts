import type { Stimulus } from '../../case/step.ts';

/** Command bytes that no server knows: their ERR is foretold. */
const unknownCommands: ReadonlySet<number> = new Set([0x00, 0x0b, 0x0f, 0x10, 0x14, 0x22, 0x40, 0xa0, 0xf0]);
/** An id that no server has given by then. */
const noIds: ReadonlySet<number> = new Set([0, 999_999, 0xdeadbeef, 1000, 1001, 1002, 1003, 1004]);
/** Bytes of a value that no type has: a date of three. */
const isShort = (value: unknown): boolean => typeof value === 'string' && value.length === 6;

type Odd = (fields: NonNullable<Stimulus['with']>) => boolean;
/** Of a number, or counted from the last: the state machine follows the statement that was prepared last. */
const statement: Odd = ({ statementId }) =>
  typeof statementId === 'object' ? 'plus' in statementId : typeof statementId === 'number' && !noIds.has(statementId);
const byMessage: Readonly<Partial<Record<NonNullable<Stimulus['message']>, Odd>>> = {
  HandshakeResponse41: ({ zstdLevel }) => zstdLevel !== undefined,
  COM_RAW: ({ command }) => !unknownCommands.has(Number(command)),
  COM_QUERY: ({ query }) => typeof query !== 'string' || /^KILL\b/i.test(query),
  COM_INIT_DB: ({ schema }) => String(schema).length > 64 || schema === '',
  COM_FIELD_LIST: ({ table }) => !/^(numbers|types|mywire_no_such_table)$/.test(String(table)),
  COM_STMT_EXECUTE: (fields) =>
    statement(fields) ||
    (fields['iterationCount'] ?? 1) !== 1 ||
    (Number(fields['flags'] ?? 0) & ~1) !== 0 ||
    (Array.isArray(fields['parameters']) && fields['parameters'].some((one) => isShort((one as { value?: unknown }).value))),
  COM_STMT_BULK_EXECUTE: ({ rows }) => !Array.isArray(rows) || rows.length === 0,
  COM_STMT_SEND_LONG_DATA: (fields) => statement(fields) || fields['parameter'] !== 0 || fields['data'] === '',
  COM_STMT_FETCH: statement,
  COM_STMT_RESET: statement,
  COM_STMT_CLOSE: statement,
};

/**
 * No lie, and still nothing that the state machine follows: what no client library sends. Any answer may come, and what the
 * session is behind it nobody says.
 */
export const isOdd = ({ message, with: fields = {} }: Stimulus): boolean =>
  message !== undefined && (byMessage[message]?.(fields) ?? false);
