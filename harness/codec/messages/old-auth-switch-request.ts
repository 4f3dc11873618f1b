import { constant } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/** int<1> 0xFE, and nothing else: go on with mysql_old_password and the scramble of the greeting. */
export const oldAuthSwitchRequest = message(
  'OldAuthSwitchRequest',
  'mysql/page_protocol_connection_phase_packets_protocol_old_auth_switch_request',
  { header: constant(0xfe) },
);
export type OldAuthSwitchRequest = MessageOf<typeof oldAuthSwitchRequest>;
