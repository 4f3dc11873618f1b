import { agreed, agreedMariadb, when } from '../condition.ts';
import { u8 } from '../field.ts';
import { lenenc } from '../lenenc.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       metadata follows (1) or not (0), if OPTIONAL_RESULTSET_METADATA
 * int<lenenc>  column count
 * int<1>       metadata follows (1) or not (0), if MARIADB_CLIENT_CACHE_METADATA
 */
export const columnCount = message('ColumnCount', 'mysql/page_protocol_com_query_response_text_resultset', {
  metadataFollows: when(agreed('OPTIONAL_RESULTSET_METADATA'), { ...u8, fallback: 1 }),
  count: lenenc,
  mariadbMetadataFollows: when(agreedMariadb('CACHE_METADATA'), { ...u8, fallback: 1 }),
});
export type ColumnCount = MessageOf<typeof columnCount>;
