import { either, unlessEnd } from '../condition.ts';
import { u8, u16, u24 } from '../field.ts';
import { lenenc, lenencString, nullableString } from '../lenenc.ts';
import { type MessageOf, message, type Scope } from '../message.ts';

/** Two bytes of flags and decimals: the flags have one. */
const oneByteOfFlags = { says: 'there are 2 bytes of flags and decimals', holds: ({ soFar }: Scope) => Number(soFar['flagsLength']) === 2 };

/**
 * string<lenenc>         table, name
 * int<lenenc> + int<3>   column length, behind its length of 3; the manual's table leaves both out, and every server sends them
 * int<lenenc> + int<1>   type, behind its length of 1
 * int<lenenc>            length of flags and decimals: 3; of MySQL 2 to a client that has not set LONG_FLAG
 * int<2> or int<1>       flags
 * int<1>                 decimals
 * string<lenenc>         default value, in the answer to COM_FIELD_LIST
 */
export const columnDefinition320 = message(
  'ColumnDefinition320',
  'mysql/page_protocol_com_query_response_text_resultset_column_definition',
  {
    table: lenencString,
    name: lenencString,
    columnLengthLength: { ...lenenc, fallback: 3 },
    columnLength: u24,
    typeLength: { ...lenenc, fallback: 1 },
    type: { ...u8, fallback: 0xfd },
    flagsLength: { ...lenenc, fallback: 3 },
    flags: either(oneByteOfFlags, u8, u16),
    decimals: u8,
    defaultValue: { ...unlessEnd(nullableString), fallback: undefined },
  },
);
export type ColumnDefinition320 = MessageOf<typeof columnDefinition320>;
