import { constant, nul, restBytes } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       0xFE
 * string<NUL>  plugin name
 * string<EOF>  plugin data: the new scramble, and in practice a NUL behind it
 */
export const authSwitchRequest = message('AuthSwitchRequest', 'mysql/page_protocol_connection_phase_packets_protocol_auth_switch_request', {
  header: constant(0xfe),
  pluginName: nul,
  data: restBytes,
});
export type AuthSwitchRequest = MessageOf<typeof authSwitchRequest>;
