import { constant, restBytes } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       0x01
 * string<EOF>  plugin data
 */
export const authMoreData = message('AuthMoreData', 'mysql/page_protocol_connection_phase_packets_protocol_auth_more_data', {
  header: constant(0x01),
  data: restBytes,
});
export type AuthMoreData = MessageOf<typeof authMoreData>;
