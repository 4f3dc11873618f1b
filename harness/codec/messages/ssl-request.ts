import { filler, u8, u32 } from '../field.ts';
import { message, type Scope } from '../message.ts';

/**
 * int<4>      client capabilities, SSL and PROTOCOL_41 set
 * int<4>      max packet size
 * int<1>      character set
 * string[23]  filler; MariaDB's extended capabilities in the last 4
 * The TLS handshake follows at once.
 */
export const sslRequest = message('SSLRequest', 'mysql/page_protocol_connection_phase_packets_protocol_ssl_request', {
  capabilities: { ...u32, derive: ({ capabilities }: Scope) => capabilities },
  maxPacketSize: { ...u32, fallback: 0x1000000 },
  characterSet: { ...u8, fallback: 45 },
  filler: filler(19),
  mariadbCapabilities: { ...u32, derive: ({ mariadbCapabilities }: Scope) => mariadbCapabilities ?? 0 },
});
