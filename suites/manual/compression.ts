/** The compressed protocol. */
import { mariadbPage, mysqlPage, type Quote } from './page.ts';

const compression = mysqlPage('Compression', 'page_protocol_basic_compression');
const packet = mysqlPage('Compressed Packet', 'page_protocol_basic_compression_packet');
const flags = mysqlPage('Capabilities Flags', 'group__group__cs__capabilities__flags');
const response = mysqlPage('Protocol::HandshakeResponse', 'page_protocol_connection_phase_packets_protocol_handshake_response');
const mPacket = mariadbPage('0 - Packet', 'clientserver-protocol/0-packet');

export const compressionManual = {
  'mysql/compression-zlib-where-both-are-set': {
    ...mysqlPage('Compression', 'page_protocol_basic_compression'),
    says: 'Where CLIENT_COMPRESS and CLIENT_ZSTD_COMPRESSION_ALGORITHM are both set, zlib is used.',
  },
  'mysql/compression-begins-behind-ok': {
    ...flags,
    says: 'CLIENT_COMPRESS: where both sides support it, the compressed protocol is used behind a successful authentication.',
  },
  'mysql/compression-zstd-flag': {
    ...flags,
    says: 'CLIENT_ZSTD_COMPRESSION_ALGORITHM: compression may use zstd, at the level that the handshake response names.',
  },
  'mysql/compression-needs-both-sides': {
    ...compression,
    says: 'Compression is on behind the OK of the login where the server announces CLIENT_COMPRESS or CLIENT_ZSTD_COMPRESSION_ALGORITHM and the client the same; where their flags do not match the connection stays uncompressed.',
  },
  'mysql/compression-zstd-level': {
    ...response,
    says: 'With CLIENT_ZSTD_COMPRESSION_ALGORITHM the response ends with int<1> zstd compression level, from 1 to 22.',
  },
  'mysql/compressed-packet-layout': {
    ...packet,
    says: 'A compressed packet has a header of int<3> length of the compressed payload, int<1> compressed sequence id and int<3> length of the payload before compression, and then the payload.',
  },
  'mysql/compressed-packet-sequence': {
    ...packet,
    says: 'The sequence id of compressed packets is a count of its own, which the next command sets back to 0.',
  },
  'mysql/compressed-packet-zero-is-plain': {
    ...packet,
    says: 'A length before compression of 0 says that the payload is not compressed.',
  },
  'mysql/compressed-packet-short-is-plain': {
    ...packet,
    says: 'Usually a payload of less than 50 bytes, MIN_COMPRESS_LENGTH, is not compressed.',
  },
  'mysql/compressed-packet-holds-parts': {
    ...packet,
    says: 'What is compressed can be anything from a piece of a packet to several packets.',
  },
  'mariadb/compression-begins-behind-handshake': {
    ...mPacket,
    says: 'Compression is on behind the handshake where the client asks for COMPRESS and the server has it.',
  },
  'mariadb/compressed-packet-layout': {
    ...mPacket,
    says: 'A compressed packet is int<3> compressed length, int<1> compression sequence number, int<3> length before compression, and a body packed with zlib.',
  },
  'mariadb/compressed-packet-holds-parts': {
    ...mPacket,
    says: 'A compressed body has one or many packets, and parts of packets as well.',
  },
  'mariadb/compressed-sequence-is-separate': {
    ...mPacket,
    says: 'The sequence number of compressed packets is counted apart from that of the packets inside.',
  },
  'mariadb/compressed-payload-over-16mib-is-split': {
    ...mPacket,
    says: 'More than 0xffffff bytes before compression must be sent in several compressed packets.',
  },
  'mariadb/compressed-zero-is-plain': {
    ...mPacket,
    says: 'The client may send a small packet as it is, with 0 for the length before compression.',
  },
  'mariadb/compressed-ping-has-sequence-one': {
    ...mPacket,
    says: 'The OK that answers a COM_PING with compression has compression sequence number 1 and sequence number 1.',
  },
} as const satisfies Record<string, Quote>;
