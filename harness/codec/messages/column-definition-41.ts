import { agreedMariadb, unlessEnd, when } from '../condition.ts';
import { extendedMetadata } from '../extended-metadata.ts';
import { filler, u8, u16, u32 } from '../field.ts';
import { lenenc, lenencString, nullableString } from '../lenenc.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * string<lenenc>  catalog, always "def"
 * string<lenenc>  schema, table, original table, name, original name
 * int<lenenc> + (int<1>, string<lenenc>)*  extended metadata, if MARIADB_CLIENT_EXTENDED_METADATA
 * int<lenenc>     length of the fixed fields, always 0x0c
 * int<2>          character set
 * int<4>          column length
 * int<1>          type
 * int<2>          flags
 * int<1>          decimals
 * string[2]       filler
 * string<lenenc>  default value, in the answer to COM_FIELD_LIST
 */
export const columnDefinition41 = message('ColumnDefinition41', 'mysql/page_protocol_com_query_response_text_resultset_column_definition', {
  catalog: { ...lenencString, fallback: 'def' },
  schema: lenencString,
  table: lenencString,
  orgTable: lenencString,
  name: lenencString,
  orgName: lenencString,
  extendedMetadata: when(agreedMariadb('EXTENDED_METADATA'), extendedMetadata),
  fixedLength: { ...lenenc, fallback: 0x0c },
  characterSet: { ...u16, fallback: 0x3f },
  columnLength: u32,
  type: { ...u8, fallback: 0xfd },
  flags: u16,
  decimals: u8,
  filler: filler(2),
  defaultValue: { ...unlessEnd(nullableString), fallback: undefined },
});
export type ColumnDefinition41 = MessageOf<typeof columnDefinition41>;
