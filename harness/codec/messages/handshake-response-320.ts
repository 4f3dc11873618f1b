import { declares, either, unlessEnd, when } from '../condition.ts';
import { nul, nulBytes, nulOrEnd, restBytes, u16, u24 } from '../field.ts';
import { type MessageOf, message } from '../message.ts';

/**
 * int<2>       client capabilities; PROTOCOL_41 must not be set
 * int<3>       max packet size
 * string<NUL>  user
 * if CONNECT_WITH_DB
 *   string<NUL>  auth response
 *   string<NUL>  database; real clients leave out the NUL
 * else
 *   string<EOF>  auth response (HAProxy sends one NUL)
 */
export const handshakeResponse320 = message(
  'HandshakeResponse320',
  'mysql/page_protocol_connection_phase_packets_protocol_handshake_response',
  {
    capabilities: u16,
    maxPacketSize: u24,
    user: nul,
    authResponse: either(declares('CONNECT_WITH_DB'), nulBytes, restBytes),
    database: when(declares('CONNECT_WITH_DB'), unlessEnd(nulOrEnd)),
  },
);
export type HandshakeResponse320 = MessageOf<typeof handshakeResponse320>;
