import { cells } from '../lenenc.ts';
import { type MessageOf, message } from '../message.ts';

/** string<lenenc> or 0xFB (NULL) per column. How many there are stands in the ColumnCount, so this is a function. */
export function textRow(columns: number) {
  return known[columns] ?? declare(columns);
}
/** As many columns as a table can have; more are not kept. */
const MOST = 4096;
const known: ReturnType<typeof declare>[] = [];

function declare(columns: number) {
  const row = message('TextRow', 'mysql/page_protocol_com_query_response_text_resultset_row', { values: cells(columns) });
  if (columns <= MOST) known[columns] = row;
  return row;
}
export type TextRow = MessageOf<ReturnType<typeof textRow>>;
