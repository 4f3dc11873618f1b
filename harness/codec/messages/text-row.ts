import { cells } from '../lenenc.ts';
import { type MessageOf, message } from '../message.ts';

/** string<lenenc> or 0xFB (NULL) per column. How many there are stands in the ColumnCount, so this is a function. */
export function textRow(columns: number) {
  return message('TextRow', 'mysql/page_protocol_com_query_response_text_resultset_row', { values: cells(columns) });
}
export type TextRow = MessageOf<ReturnType<typeof textRow>>;
