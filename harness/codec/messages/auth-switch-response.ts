import { restBytes } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/** string<EOF> data: the answer of the plugin (also what a client sends after AuthMoreData). */
export const authSwitchResponse = message(
  'AuthSwitchResponse',
  'mysql/page_protocol_connection_phase_packets_protocol_auth_switch_response',
  { data: restBytes },
);
export type AuthSwitchResponse = MessageOf<typeof authSwitchResponse>;
