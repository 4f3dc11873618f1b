import { constant, rest } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       0xFB
 * string<EOF>  name of the file that the client is asked to send
 */
export const localInfileRequest = message('LocalInfileRequest', 'mysql/page_protocol_com_query_response_local_infile_request', {
  header: constant(0xfb),
  filename: rest,
});
export type LocalInfileRequest = MessageOf<typeof localInfileRequest>;
