import { constant, nul, restBytes } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       0x02
 * string<NUL>  plugin name
 * string<EOF>  plugin data
 * MySQL, under MULTI_FACTOR_AUTHENTICATION: the next of up to three plugins.
 */
export const authNextFactor = message('AuthNextFactor', 'mysql/page_protocol_connection_phase_packets_protocol_auth_next_factor_request', {
  header: constant(0x02),
  pluginName: nul,
  data: restBytes,
});
export type AuthNextFactor = MessageOf<typeof authNextFactor>;
