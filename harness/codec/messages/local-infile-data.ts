import { restBytes } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/** string<EOF> data: a piece of the file; an empty packet ends it. */
export const localInfileData = message('LocalInfileData', 'mysql/page_protocol_com_query_response_local_infile_data', {
  data: restBytes,
});
export type LocalInfileData = MessageOf<typeof localInfileData>;
