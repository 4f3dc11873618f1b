import { agreed, agreedMariadb, any, when } from '../condition.ts';
import { u8 } from '../field.ts';
import { lenenc } from '../lenenc.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<lenenc>  column count
 * int<1>       definitions follow (1) or not (0), if OPTIONAL_RESULTSET_METADATA or MARIADB_CLIENT_CACHE_METADATA
 * MySQL's manual puts the flag first; MySQL 9.7.4 sends it last, as MariaDB does (recordings/mysql-9.7.4-clients.pcap).
 */
export const columnCount = message('ColumnCount', 'mysql/page_protocol_com_query_response_text_resultset', {
  count: lenenc,
  metadataFollows: when(any(agreed('OPTIONAL_RESULTSET_METADATA'), agreedMariadb('CACHE_METADATA')), {
    ...u8,
    fallback: 1,
  }),
});
export type ColumnCount = MessageOf<typeof columnCount>;
