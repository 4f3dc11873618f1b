import { constant, nul, u32 } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<1>       protocol version, 9
 * string<NUL>  server version
 * int<4>       thread id
 * string<NUL>  scramble
 */
export const handshakeV9 = message('HandshakeV9', 'mysql/page_protocol_connection_phase_packets_protocol_handshake_v9', {
  protocolVersion: constant(9),
  serverVersion: nul,
  threadId: u32,
  scramble: nul,
});
export type HandshakeV9 = MessageOf<typeof handshakeV9>;
