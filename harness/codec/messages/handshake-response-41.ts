import { attributes } from '../attributes.ts';
import { declares, either, when } from '../condition.ts';
import { filler, nul, nulBytes, nulOrEnd, u8, u8Bytes, u32 } from '../field.ts';
import { lenencBytes } from '../lenenc.ts';
import { type MessageOf, message, type Scope } from '../message.ts';

/**
 * int<4>       client capabilities, PROTOCOL_41 set
 * int<4>       max packet size
 * int<1>       character set
 * string[23]   filler; MariaDB reads its extended capabilities from the last 4 when LONG_PASSWORD is not set
 * string<NUL>  user
 * auth response: string<lenenc> if PLUGIN_AUTH_LENENC_CLIENT_DATA,
 *              else int<1> length and as many bytes if SECURE_CONNECTION, else string<NUL>
 * string<NUL>  database, if CONNECT_WITH_DB
 * string<NUL>  auth plugin name, if PLUGIN_AUTH
 * attributes   if CONNECT_ATTRS
 * int<1>       zstd compression level, if ZSTD_COMPRESSION_ALGORITHM
 */
export const handshakeResponse41 = message(
  'HandshakeResponse41',
  'mysql/page_protocol_connection_phase_packets_protocol_handshake_response',
  {
    capabilities: { ...u32, derive: ({ capabilities }: Scope) => capabilities },
    maxPacketSize: { ...u32, fallback: 0x1000000 },
    characterSet: { ...u8, fallback: 45 },
    filler: filler(19),
    mariadbCapabilities: { ...u32, derive: ({ mariadbCapabilities }: Scope) => mariadbCapabilities ?? 0 },
    user: nul,
    authResponse: either(declares('PLUGIN_AUTH_LENENC_CLIENT_DATA'), lenencBytes, either(declares('SECURE_CONNECTION'), u8Bytes, nulBytes)),
    database: when(declares('CONNECT_WITH_DB'), nulOrEnd),
    authPluginName: when(declares('PLUGIN_AUTH'), nulOrEnd),
    attributes: when(declares('CONNECT_ATTRS'), attributes),
    zstdLevel: when(declares('ZSTD_COMPRESSION_ALGORITHM'), { ...u8, fallback: 3 }),
  },
  ['authResponse'],
);
export type HandshakeResponse41 = MessageOf<typeof handshakeResponse41>;
