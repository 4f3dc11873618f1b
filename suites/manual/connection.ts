/** The connection phase, the first commands, health checks and TCP. */
import { informationFunctions, mariadbPage, mariadbVariables, mysqlErrors, mysqlPage, type Quote, refman } from './page.ts';

const phase = 'page_protocol_connection_phase';
const packets = mysqlPage('MySQL Packets', 'page_protocol_basic_packets');
const integers = mysqlPage('Integer Types', 'page_protocol_basic_dt_integers');
const capabilities = mysqlPage('Capabilities Flags', 'group__group__cs__capabilities__flags');
const connection = mysqlPage('Connection Phase', phase);
const handshake = mysqlPage('Protocol::Handshake', `${phase}_packets_protocol_handshake`);
const handshakeV9 = mysqlPage('Protocol::HandshakeV9', `${phase}_packets_protocol_handshake_v9`);
const handshakeV10 = mysqlPage('Protocol::HandshakeV10', `${phase}_packets_protocol_handshake_v10`);
const response = mysqlPage('Protocol::HandshakeResponse', `${phase}_packets_protocol_handshake_response`);
const sslRequest = mysqlPage('Protocol::SSLRequest', `${phase}_packets_protocol_ssl_request`);
const authSwitch = mysqlPage('Protocol::AuthSwitchRequest', `${phase}_packets_protocol_auth_switch_request`);
const oldAuthSwitch = mysqlPage('Protocol::OldAuthSwitchRequest', `${phase}_packets_protocol_old_auth_switch_request`);
const authSwitchResponse = mysqlPage('Protocol::AuthSwitchResponse', `${phase}_packets_protocol_auth_switch_response`);
const authMoreData = mysqlPage('Protocol::AuthMoreData', `${phase}_packets_protocol_auth_more_data`);
const methods = mysqlPage('Authentication Methods', `${phase}_authentication_methods`);
const native = mysqlPage('Native Authentication', `${phase}_authentication_methods_native_password_authentication`);
const cachingSha2 = mysqlPage('Caching_sha2_password information', 'page_caching_sha2_authentication_exchanges');
const okPacket = mysqlPage('OK_Packet', 'page_protocol_basic_ok_packet');
const errPacket = mysqlPage('ERR_Packet', 'page_protocol_basic_err_packet');
const eofPacket = mysqlPage('EOF_Packet', 'page_protocol_basic_eof_packet');
const responses = mysqlPage('Generic Response Packets', 'page_protocol_basic_response_packets');
const lifecycle = mysqlPage('Connection Lifecycle', 'page_protocol_connection_lifecycle');
const command = mysqlPage('Command Phase', 'page_protocol_command_phase');
const comQuit = mysqlPage('COM_QUIT', 'page_protocol_com_quit');
const comPing = mysqlPage('COM_PING', 'page_protocol_com_ping');
const comQueryResponse = mysqlPage('COM_QUERY Response', 'page_protocol_com_query_response');
const textResultset = mysqlPage('Text Resultset', 'page_protocol_com_query_response_text_resultset');
const commands = mysqlPage('my_command.h File Reference', 'my__command_8h');
const errors = mysqlErrors('5.7');

const wire = 'clientserver-protocol';
const mPacket = mariadbPage('0 - Packet', `${wire}/0-packet`);
const mConnecting = mariadbPage('Connecting', `${wire}/1-connecting/connection`);
const mCachingSha2 = mariadbPage(
  'Connecting via caching_sha2_password',
  `${wire}/1-connecting/caching_sha2_password-authentication-plugin`,
);
const mOk = mariadbPage('OK_Packet', `${wire}/4-server-response-packets/ok_packet`);
const mErr = mariadbPage('ERR_Packet', `${wire}/4-server-response-packets/err_packet`);
const mEof = mariadbPage('EOF_Packet', `${wire}/4-server-response-packets/eof_packet`);
const mResultset = mariadbPage('Result Set Packets', `${wire}/4-server-response-packets/result-set-packets`);
const mRow = mariadbPage('Result Set Row', `${wire}/4-server-response-packets/resultset-row`);
const mQuit = mariadbPage('COM_QUIT', `${wire}/2-text-protocol/com_quit`);
const mPing = mariadbPage('COM_PING', `${wire}/2-text-protocol/com_ping`);
const mQuery = mariadbPage('COM_QUERY', `${wire}/2-text-protocol/com_query`);
const mSleep = mariadbPage('COM_SLEEP', `${wire}/2-text-protocol/com_sleep`);
const mTypes = mariadbPage('Protocol Data Types', `${wire}/protocol-data-types`);
const mDifferences = mariadbPage('MariaDB Protocol Differences with MySQL', `${wire}/mariadb-protocol-differences-with-mysql`);
const mDatabase = mariadbPage('DATABASE', 'sql-functions/secondary-functions/information-functions/database');
const mErrors = mariadbPage('MariaDB Error Code Reference', 'error-codes/mariadb-error-code-reference');

const mysqlCheck = {
  manual: 'haproxy',
  page: 'option mysql-check',
  url: 'https://docs.haproxy.org/dev/configuration.html#4-option%20mysql-check',
} as const;
const proxyProtocol = {
  manual: 'haproxy',
  page: 'The PROXY protocol',
  url: 'https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt',
} as const;

const rfc9293 = <const S extends string>(section: S) =>
  ({
    manual: 'tcp',
    page: `RFC 9293, section ${section}`,
    url: `https://www.rfc-editor.org/rfc/rfc9293#section-${section}`,
  }) as const;
const closing = rfc9293('3.6');
const halfClosed = rfc9293('3.6.1');
const segmentation = rfc9293('3.7');

export const connectionManual = {
  // Packets
  'mysql/packet-has-length-sequence-payload': {
    ...packets,
    says: 'A packet is a 3-byte payload length, a 1-byte sequence id and the payload; the length counts only the bytes after that 4-byte header.',
  },
  'mysql/sequence-id-starts-at-zero': { ...packets, says: 'The sequence id begins at 0.' },
  'mysql/sequence-id-increments-and-wraps': { ...packets, says: 'Each packet carries the next sequence id, and the id may wrap around.' },
  'mysql/sequence-id-resets-per-command': { ...packets, says: 'In the command phase every new command sets the sequence id back to 0.' },
  'mysql/payload-of-16mb-continues': {
    ...packets,
    says: 'For a payload of 2^24-1 bytes or more the length field is ff ff ff, and further packets carry the rest until one has a payload shorter than 2^24-1.',
  },
  'mysql/payload-of-exact-16mb-ends-with-empty-packet': {
    ...packets,
    says: 'A payload of exactly 16777215 bytes is one full packet followed by an empty packet (00 00 00) with the next sequence id.',
  },
  'mysql/integers-are-little-endian': { ...integers, says: 'A fixed-length integer is stored with its least significant byte first.' },
  'mysql/lenenc-integer-forms': {
    ...integers,
    says: 'A length-encoded integer is 1 byte below 251, otherwise 0xFC + 2, 0xFD + 3 or 0xFE + 8 bytes, chosen by its value.',
  },
  'mariadb/integers-are-little-endian': { ...mTypes, says: 'In a fixed-length integer the least significant byte always comes first.' },
  'mariadb/lenenc-integer-forms': {
    ...mTypes,
    says: 'A length-encoded integer takes as many bytes as its value asks for: a first byte below 0xFB is the value, 0xFB is NULL, and 0xFC, 0xFD and 0xFE announce 2, 3 and 8 bytes.',
  },
  'mariadb/lenenc-string-has-length-first': {
    ...mTypes,
    says: 'A string<lenenc> has its length, a length-encoded integer, in front, as byte<lenenc> has that of its bytes.',
  },
  'mariadb/packet-has-length-sequence-body': {
    ...mPacket,
    says: 'A packet has a 4-byte header, int<3> body length and int<1> sequence number, followed by the body.',
  },
  'mariadb/sequence-number-starts-at-zero-per-query': {
    ...mPacket,
    says: 'When the client sends a query it starts at sequence number 0 and counts up when it has to split the packet.',
  },
  'mariadb/sequence-number-follows-last-received': {
    ...mPacket,
    says: 'In an exchange of several packets, such as authentication, the client uses the last received sequence number plus one.',
  },
  'mariadb/ping-answer-has-sequence-one': {
    ...mPacket,
    says: 'The OK that answers a COM_PING sent with sequence number 0 has sequence number 1.',
  },
  'mariadb/full-packet-continues': {
    ...mPacket,
    says: 'After a packet of length 0xffffff the server goes on to read the next packet of the same data.',
  },
  'mariadb/exact-multiple-ends-with-empty-packet': {
    ...mPacket,
    says: 'Data whose length is an exact multiple of 2^24-1 must be followed by an empty packet with the next sequence number.',
  },
  'mariadb/over-max-allowed-packet-closes-socket': {
    ...mPacket,
    says: 'If the client sends more than max_allowed_packet, the socket is closed.',
  },

  // Initial handshake
  'mysql/greeting-comes-first': {
    ...connection,
    says: 'After connecting, the first packet comes from the server: an ERR that finishes the handshake, or the initial handshake packet, which the client then answers.',
  },
  'mysql/err-before-greeting-has-no-sqlstate': {
    ...connection,
    says: 'An ERR sent as the first packet precedes capability negotiation and therefore has no SQL state.',
  },
  'mariadb/first-byte-ff-is-err': {
    ...mConnecting,
    says: 'A first byte of 0xFF from the server is an ERR_Packet, and the socket has to be closed; otherwise the packet is the initial handshake.',
  },
  'mysql/first-byte-is-protocol-version': { ...handshake, says: 'The first byte of the initial handshake packet is the protocol version.' },
  'mysql/greeting-is-v10-since-3-21': { ...handshake, says: 'Servers send HandshakeV10 since 3.21.0.' },
  'mysql/v10-protocol-version': { ...handshakeV10, says: 'The protocol version, int<1>, is always 10.' },
  'mariadb/protocol-version-is-10': { ...mariadbVariables, says: 'protocol_version, that of the client/server protocol, is 10.' },
  'mysql/v10-server-version': { ...handshakeV10, says: 'The server version is a NUL-terminated string that people can read.' },
  'mysql/v10-thread-id': { ...handshakeV10, says: 'The thread id, also called connection id, is an int<4>.' },
  'mysql/v10-scramble-part-1': { ...handshakeV10, says: 'auth-plugin-data-part-1 is the first 8 bytes of the scramble.' },
  'mysql/v10-filler': { ...handshakeV10, says: 'A 0x00 filler byte ends the first part of the scramble.' },
  'mysql/v10-capability-halves': {
    ...handshakeV10,
    says: 'The capability flags come as two int<2> fields: the lower two bytes before the character set, the upper two after the status flags.',
  },
  'mariadb/greeting-collation': { ...mConnecting, says: 'The server default collation, int<1>, stands in the greeting.' },
  'mysql/v10-character-set': { ...handshakeV10, says: 'The character set, int<1>, is the low 8 bits of the server default.' },
  'mysql/v10-status-flags': { ...handshakeV10, says: 'The status flags are an int<2> of server status flags.' },
  'mysql/v10-auth-data-length': {
    ...handshakeV10,
    says: 'With CLIENT_PLUGIN_AUTH one byte gives the length of the whole scramble; without it that byte is 0x00.',
  },
  'mysql/v10-reserved-zeros': { ...handshakeV10, says: 'The 10 reserved bytes are all zero.' },
  'mysql/v10-scramble-part-2': {
    ...handshakeV10,
    says: 'auth-plugin-data-part-2 is the rest of the scramble, MAX(13, length of auth-plugin-data - 8) bytes long.',
  },
  'mysql/v10-plugin-name': {
    ...handshakeV10,
    says: 'With CLIENT_PLUGIN_AUTH the packet ends with the NUL-terminated name of the auth method that the scramble belongs to.',
  },
  'mysql/v10-client-disconnects-on-error': { ...handshakeV10, says: 'On an error the client simply disconnects, at any time.' },
  'mysql/v9-layout': {
    ...handshakeV9,
    says: 'HandshakeV9 is protocol version 9, server version NUL-terminated, thread id int<4> and a NUL-terminated scramble for old password authentication.',
  },
  'mysql/v9-is-answered-with-320': { ...handshakeV9, says: 'The answer to HandshakeV9 is HandshakeResponse320.' },
  'mariadb/greeting-server-version': {
    ...mConnecting,
    says: 'The server version is NUL-terminated; 10.x servers prefix it with 5.5.5- by default, 11.0 and later do not.',
  },
  'mariadb/greeting-scramble-part-1': {
    ...mConnecting,
    says: 'After the connection id come 8 bytes of authentication plugin data and one reserved byte.',
  },
  'mariadb/greeting-capability-thirds': {
    ...mConnecting,
    says: 'The server capabilities come in int<2> parts around collation and status; without CLIENT_MYSQL an int<4> third part holds the MariaDB flags.',
  },
  'mariadb/greeting-auth-data-length': { ...mConnecting, says: 'With PLUGIN_AUTH int<1> is the plugin data length, otherwise it is 0x00.' },
  'mariadb/greeting-filler-or-extended-capabilities': {
    ...mConnecting,
    says: 'A 6-byte filler is followed by a 4-byte filler when CLIENT_MYSQL is set, else by the MariaDB-specific capabilities.',
  },
  'mariadb/greeting-scramble-part-2': {
    ...mConnecting,
    says: 'With CLIENT_SECURE_CONNECTION the second part of the authentication data is max(12, plugin data length - 9) bytes, then one reserved byte.',
  },
  'mariadb/greeting-plugin-name': {
    ...mConnecting,
    says: 'With PLUGIN_AUTH the greeting ends with the authentication plugin name, NUL-terminated.',
  },
  'mariadb/extended-capabilities-only-without-client-mysql': {
    ...mDifferences,
    says: 'The 4 extra capability bytes are to be read only when CLIENT_MYSQL is not set, which marks the server as MariaDB.',
  },

  // Capabilities
  'mysql/verify-server-cert-is-client-only': {
    ...capabilities,
    says: 'CLIENT_SSL_VERIFY_SERVER_CERT (1 << 30) is a flag of the client only: it verifies the certificate of the server.',
  },
  'mariadb/verify-server-cert-is-of-the-client': {
    ...mConnecting,
    says: 'CLIENT_SSL_VERIFY_SERVER_CERT (1 << 30), deprecated, says that the client verifies the certificate of the server.',
  },
  'mysql/capabilities-are-an-intersection': {
    ...capabilities,
    says: 'Client and server both send capability flags, and the flags they share decide which optional parts of the protocol are used.',
  },
  'mysql/client-announces-only-shared-capabilities': {
    ...connection,
    says: 'The client should announce only those capabilities that it shares with the server.',
  },
  'mysql/protocol-41-decides-response-format': {
    ...response,
    says: 'Whether the client sends HandshakeResponse320 or HandshakeResponse41 depends on CLIENT_PROTOCOL_41 at both ends.',
  },
  'mysql/database-function': {
    ...informationFunctions,
    says: 'DATABASE() is the name of the default database, and NULL where there is none.',
  },
  'mariadb/database-function': { ...mDatabase, says: 'DATABASE() is the name of the default database, and NULL where there is none.' },
  'mysql/insufficient-capabilities-get-err-and-close': {
    ...connection,
    says: 'If the client capabilities do not suffice for the required authentication method, the server sends an ERR and closes the connection.',
  },
  'mysql/no-plugin-auth-and-non-native-account-is-rejected': {
    ...connection,
    says: 'A client without CLIENT_PLUGIN_AUTH is rejected with ERR for an account whose method is not mysql_native_password.',
  },
  'mysql/no-secure-connection-is-rejected': {
    ...connection,
    says: 'A client without CLIENT_SECURE_CONNECTION that tries to connect is rejected with ERR.',
  },
  'mysql/method-without-plugin-auth': {
    ...connection,
    says: 'Without CLIENT_PLUGIN_AUTH the method follows from the flags: native password if both CLIENT_PROTOCOL_41 and CLIENT_SECURE_CONNECTION are set, else old password.',
  },
  'mysql/transactions-flag-gives-status': {
    ...capabilities,
    says: 'With CLIENT_TRANSACTIONS the server can send status flags in OK and EOF packets.',
  },
  'mysql/auth-response-limited-to-255': {
    ...methods,
    says: 'Without CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA the auth response in the handshake response holds at most 255 bytes.',
  },

  // Handshake response
  'mysql/response320-layout': {
    ...response,
    says: 'HandshakeResponse320 is int<2> client_flag, int<3> max_packet_size, username NUL-terminated, then the auth response.',
  },
  'mysql/response320-never-sets-protocol-41': {
    ...response,
    says: 'client_flag of HandshakeResponse320 is the lower 16 bits only, and CLIENT_PROTOCOL_41 should never be set in it.',
  },
  'mysql/response320-max-packet-size': { ...response, says: 'max_packet_size of HandshakeResponse320 is at most 0xFFFFFF.' },
  'mysql/response320-auth-response-end': {
    ...response,
    says: 'In HandshakeResponse320 the auth response runs to the end of the packet, unless a database follows: then it is NUL-terminated.',
  },
  'mysql/response41-if-announced-else-320': {
    ...response,
    says: 'A client that supports CLIENT_PROTOCOL_41 sends HandshakeResponse41 if the server announced the flag, and must use HandshakeResponse320 otherwise.',
  },
  'mysql/response41-client-flag': {
    ...response,
    says: 'client_flag of HandshakeResponse41 is int<4>, and CLIENT_PROTOCOL_41 is always set in it.',
  },
  'mysql/response41-max-packet-size': { ...response, says: 'max_packet_size of HandshakeResponse41 is int<4>.' },
  'mysql/response41-character-set': {
    ...response,
    says: 'character_set of HandshakeResponse41 is int<1>, the low 8 bits of the client character set.',
  },
  'mysql/response41-filler': { ...response, says: 'HandshakeResponse41 has 23 filler bytes, all zero.' },
  'mysql/response41-username': { ...response, says: 'The username is NUL-terminated.' },
  'mysql/response41-auth-response': {
    ...response,
    says: 'The auth response is a length-encoded string with CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA, and otherwise int<1> length and that many bytes.',
  },
  'mysql/response41-database': { ...response, says: 'With CLIENT_CONNECT_WITH_DB the initial database follows, NUL-terminated.' },
  'mysql/response41-plugin-name': {
    ...response,
    says: 'With CLIENT_PLUGIN_AUTH the name of the method that made the auth response follows, NUL-terminated and in UTF-8.',
  },
  'mysql/response41-attributes': {
    ...response,
    says: 'With CLIENT_CONNECT_ATTRS a length-encoded total length is followed by length-encoded keys and values until it is used up.',
  },
  'mysql/response41-wide-charsets-not-supported': {
    ...response,
    says: 'Multibyte character sets such as UCS2, UTF16 and UTF32 are not supported as the client character set.',
  },
  'mariadb/response-layout': {
    ...mConnecting,
    says: 'The handshake response is int<4> capabilities, int<4> max packet size, int<1> collation, 19 reserved bytes, 4 bytes extended capabilities or reserved, then the username NUL-terminated.',
  },
  'mariadb/response-extended-capabilities': {
    ...mConnecting,
    says: 'If the server has not set CLIENT_MYSQL, the last 4 of the 23 reserved bytes are the extended client capabilities.',
  },
  'mariadb/response-auth-forms': {
    ...mConnecting,
    says: 'The authentication data is length-encoded with PLUGIN_AUTH_LENENC_CLIENT_DATA, has a 1-byte length with CLIENT_SECURE_CONNECTION, and is NUL-terminated otherwise.',
  },
  'mariadb/empty-password-is-one-nul': { ...mConnecting, says: 'An empty password is sent as a single zero byte.' },
  'mariadb/response-database': { ...mConnecting, says: 'With CONNECT_WITH_DB the default database name follows, NUL-terminated.' },
  'mariadb/response-plugin-name': { ...mConnecting, says: 'With PLUGIN_AUTH the authentication plugin name follows, NUL-terminated.' },
  'mariadb/response-attributes': {
    ...mConnecting,
    says: 'With CONNECT_ATTRS a length-encoded total size is followed by length-encoded key and value strings.',
  },
  'mariadb/ssl-request-layout': {
    ...mConnecting,
    says: 'SSLRequest is the first 32 bytes of a handshake response: capabilities, max packet size, collation and the reserved or extended-capability bytes.',
  },
  'mariadb/tls-starts-with-ssl-request': {
    ...mConnecting,
    says: 'A client that wants TLS answers the greeting with SSLRequest, switches to TLS and then sends the handshake response.',
  },
  'mysql/ssl-request-then-response': {
    ...connection,
    says: 'For TLS the client answers the greeting with SSLRequest, the SSL exchange follows, and only then the handshake response is sent.',
  },
  'mysql/ssl-request-layout': {
    ...sslRequest,
    says: 'SSLRequest is a handshake response cut off just before the username: 32 bytes with CLIENT_PROTOCOL_41 (23 of them zero filler), 5 bytes without.',
  },
  'mysql/ssl-request-sets-client-ssl': {
    ...sslRequest,
    says: 'CLIENT_SSL must be set in SSLRequest, which may be sent if the server supports CLIENT_SSL.',
  },

  // Authentication
  'mysql/ok-or-err-ends-auth': {
    ...connection,
    says: 'The authentication exchange goes on until the server accepts with an OK, or rejects with an ERR, behind which client and server close the connection.',
  },
  'mysql/auth-ok-enters-command-phase': {
    ...connection,
    says: 'After the OK that ends authentication, client and server enter the command phase.',
  },
  'mysql/auth-err-closes-connection': {
    ...connection,
    says: 'After the ERR that ends authentication, client and server close the connection.',
  },
  'mysql/native-needs-no-extra-packet': {
    ...connection,
    says: 'A single challenge-response method such as mysql_native_password gets its OK directly after the handshake response.',
  },
  'mysql/wrong-guess-gets-auth-switch': {
    ...connection,
    says: 'If the method guessed in the handshake is wrong, the server names the right one in an AuthSwitchRequest.',
  },
  'mysql/unknown-method-client-disconnects': { ...connection, says: 'A client that does not know the requested method should disconnect.' },
  'mysql/auth-switch-layout': {
    ...authSwitch,
    says: 'AuthSwitchRequest is 0xFE, the plugin name NUL-terminated and the initial data for that plugin to the end of the packet.',
  },
  'mysql/auth-switch-needs-plugin-auth': {
    ...authSwitch,
    says: 'The server can send AuthSwitchRequest if both sides support CLIENT_PLUGIN_AUTH.',
  },
  'mysql/auth-switch-is-answered-or-closed': {
    ...authSwitch,
    says: 'The client answers AuthSwitchRequest with AuthSwitchResponse or closes the connection.',
  },
  'mysql/auth-switch-response-is-opaque': {
    ...authSwitchResponse,
    says: 'AuthSwitchResponse is the plugin data alone, and it is opaque to the protocol.',
  },
  'mysql/auth-switch-response-gets-more-err-or-ok': {
    ...authSwitchResponse,
    says: 'The server answers AuthSwitchResponse with AuthMoreData, ERR or OK.',
  },
  'mysql/old-auth-switch-is-one-byte': {
    ...oldAuthSwitch,
    says: 'OldAuthSwitchRequest is the single byte 0xFE, for a side without CLIENT_PLUGIN_AUTH.',
  },
  'mysql/old-auth-switch-is-deprecated': { ...oldAuthSwitch, says: 'Newer servers should never send OldAuthSwitchRequest.' },
  'mysql/old-auth-switch-is-answered-with-320': {
    ...connection,
    says: 'The client answers OldAuthSwitchRequest with HandshakeResponse320, hashing again with the random bytes of the greeting.',
  },
  'mysql/auth-more-data-layout': {
    ...authMoreData,
    says: 'AuthMoreData is 0x01 followed by authentication method data to the end of the packet.',
  },
  'mysql/auth-more-data-wraps-server-only': {
    ...authMoreData,
    says: 'The server wraps plugin data in 0x01 so that it is never taken for OK, ERR or AuthSwitchRequest; the client sends its replies unwrapped.',
  },
  'mariadb/auth-answers': {
    ...mConnecting,
    says: 'The server answers the handshake response with OK, ERR, more authentication data or an authentication switch.',
  },
  'mariadb/auth-switch-ends-with-ok-or-err': { ...mConnecting, says: 'An authentication switch ends with OK_Packet or ERR_Packet.' },
  'mariadb/auth-switch-layout': {
    ...mConnecting,
    says: 'The authentication switch request is 0xFE, plugin name NUL-terminated, plugin data to the end of the packet.',
  },
  'mariadb/auth-switch-old-is-one-byte': {
    ...mConnecting,
    says: 'If either side lacks PLUGIN_AUTH, the server sends the byte 0xFE and the client answers with the old password.',
  },
  'mariadb/auth-data-may-be-escaped': {
    ...mConnecting,
    says: 'The server may put 0x01 before authentication data, and the client must always skip it.',
  },
  'mysql/native-challenge-and-response-are-20-bytes': {
    ...native,
    says: 'mysql_native_password needs a 20-byte random challenge from the server, and the client answers with 20 bytes.',
  },
  'mariadb/native-seed-is-20-bytes': {
    ...mConnecting,
    says: 'The seed of mysql_native_password has 20 bytes: those 8 of the first part of the scramble, and the second part.',
  },
  'mysql/native-formula': {
    ...native,
    says: 'The response is SHA1(password) XOR SHA1(20-byte challenge followed by SHA1(SHA1(password))).',
  },
  'mysql/native-requires-secure-connection': { ...native, says: 'mysql_native_password requires CLIENT_SECURE_CONNECTION.' },
  'mariadb/native-formula': {
    ...mConnecting,
    says: 'The mysql_native_password response is SHA1(password) XOR SHA1(seed + SHA1(SHA1(password))).',
  },
  'mysql/caching-sha2-scramble': {
    ...cachingSha2,
    says: 'The nonce is 20 bytes; the scramble is XOR(SHA256(password), SHA256(SHA256(SHA256(password)), nonce)).',
  },
  'mysql/caching-sha2-full-when-not-cached': {
    ...cachingSha2,
    says: 'When fast authentication does not succeed, the server tells the client to do full authentication, which sends the password over a secure connection.',
  },
  'mysql/caching-sha2-fast-success-then-ok': {
    ...cachingSha2,
    says: 'When the scramble matches the cached entry, the server sends fast_auth_success followed by OK.',
  },
  'mysql/caching-sha2-empty-password': {
    ...cachingSha2,
    says: 'A client with an empty password sends an empty password; it succeeds at once if the account has none, and fails otherwise.',
  },
  'mysql/caching-sha2-failure-ends-connection': {
    ...cachingSha2,
    says: 'If full authentication fails, the server sends an error and the connection is terminated.',
  },
  'mariadb/caching-sha2-results': { ...mCachingSha2, says: 'The fast authentication result is 0x03 for success or 0x04 for continue.' },
  'mariadb/caching-sha2-public-key-request': {
    ...mCachingSha2,
    says: 'Without TLS a client that lacks the RSA key asks for it with the byte 0x02; the answer is 0x01 and the key.',
  },
  'mariadb/caching-sha2-tls-sends-clear-password': {
    ...mCachingSha2,
    says: 'Over TLS, full authentication sends the password in clear, NUL-terminated.',
  },

  // Response packets
  'mysql/most-commands-answered-by-ok-err-eof': { ...responses, says: 'To most commands the server answers with OK, ERR or EOF.' },
  'mysql/ok-layout': {
    ...okPacket,
    says: 'OK is header 0x00 (0xFE when it stands for EOF), affected rows and last insert id, both length-encoded, then what the capabilities add.',
  },
  'mysql/ok-with-protocol-41': { ...okPacket, says: 'With CLIENT_PROTOCOL_41 OK carries int<2> status flags and int<2> warnings.' },
  'mysql/ok-without-protocol-41': {
    ...okPacket,
    says: 'Without CLIENT_PROTOCOL_41 OK has no warning count, and it has status flags only with CLIENT_TRANSACTIONS.',
  },
  'mysql/ok-or-eof-by-length': { ...okPacket, says: 'Header 0 with more than 7 bytes is OK; header 0xFE with fewer than 9 bytes is EOF.' },
  'mysql/ok-as-eof-only-with-deprecate-eof': {
    ...okPacket,
    says: 'The server does not send an OK that stands for EOF to a client without CLIENT_DEPRECATE_EOF.',
  },
  'mysql/ok-limited-to-one-packet': { ...mysqlPage('mysql_com.h', 'mysql__com_8h'), says: 'An OK packet is no longer than 2^24-1 bytes.' },
  'mysql/err-layout': {
    ...errPacket,
    says: 'ERR is header 0xFF, int<2> error code, with CLIENT_PROTOCOL_41 a # and a 5-byte SQL state, and the message to the end of the packet.',
  },
  'mysql/err-sqlstate-only-with-protocol-41': { ...errPacket, says: 'ERR contains the SQL state if CLIENT_PROTOCOL_41 is enabled.' },
  'mysql/eof-layout': { ...eofPacket, says: 'EOF is 0xFE, and with CLIENT_PROTOCOL_41 int<2> warnings and int<2> status flags.' },
  'mysql/eof-is-shorter-than-nine': { ...eofPacket, says: 'A packet that begins with 0xFE is EOF only if it is shorter than 9 bytes.' },
  'mariadb/ok-layout': {
    ...mOk,
    says: 'OK is 0x00 (or 0xFE with CLIENT_DEPRECATE_EOF), affected rows and last insert id length-encoded, int<2> server status, int<2> warning count, then optional info.',
  },
  'mariadb/err-layout': {
    ...mErr,
    says: 'ERR is 0xFF, int<2> error code, then, if the next byte is #, a 5-byte SQL state, and the message to the end of the packet.',
  },
  'mariadb/err-code-range': {
    ...mErr,
    says: 'Codes 2000 to 2999 and 5000 to 5999 belong to the client; an ERR packet with one of them is malformed.',
  },
  'mariadb/eof-layout': { ...mEof, says: 'EOF is 0xFE, int<2> warning count and int<2> server status, and is shorter than 9 bytes.' },

  // Commands
  'mysql/command-phase-ends-with-connection': {
    ...lifecycle,
    says: 'The connection phase comes first; the command phase follows and lasts until the connection ends.',
  },
  'mysql/command-has-sequence-id-zero': { ...command, says: 'In the command phase the client sends a command packet with sequence id 0.' },
  'mysql/first-byte-is-command': { ...command, says: 'The first byte of the payload is the command type.' },
  'mysql/com-sleep-is-refused': { ...commands, says: 'COM_SLEEP (0x00) is refused by the server.' },
  'mariadb/com-sleep-gets-err': { ...mSleep, says: 'COM_SLEEP (0x00) is for use inside the server only, and its response is ERR.' },
  'mysql/quit-closes': {
    ...comQuit,
    says: 'COM_QUIT (0x01) asks the server to close; the server closes the connection or answers with ERR.',
  },
  'mariadb/quit-closes': {
    ...mQuit,
    says: 'COM_QUIT (0x01) tells the server to end the connection, and the response is that the server terminates it.',
  },
  'mysql/ping-gets-ok': { ...comPing, says: 'COM_PING (0x0E) checks whether the server is alive, and it returns OK.' },
  'mariadb/ping-gets-ok': { ...mPing, says: 'COM_PING (0x0E) is one byte that checks the connection, and the response is OK.' },
  'mysql/query-answers': { ...comQueryResponse, says: 'COM_QUERY is answered with ERR, OK, a LOCAL INFILE request or a text resultset.' },
  'mariadb/query-answers': {
    ...mQuery,
    says: 'COM_QUERY (0x03) is answered, by first byte, with ERR (0xFF), OK (0x00), LOCAL INFILE (0xFB) or a result set.',
  },
  'mysql/resultset-order': {
    ...textResultset,
    says: 'A text resultset is a column count, that many column definitions, EOF unless CLIENT_DEPRECATE_EOF, one packet for each row, and a terminator.',
  },
  'mysql/resultset-terminator': {
    ...textResultset,
    says: 'The rows end with ERR on failure, with OK under CLIENT_DEPRECATE_EOF, and with EOF otherwise.',
  },
  'mariadb/resultset-order': {
    ...mResultset,
    says: 'A result set is a column count, a definition for each column, EOF unless CLIENT_DEPRECATE_EOF, the rows, and a terminator.',
  },
  'mariadb/resultset-terminator': {
    ...mResultset,
    says: 'The rows end with ERR on error, with an OK of header 0xFE under CLIENT_DEPRECATE_EOF, and with EOF otherwise.',
  },
  'mariadb/resultset-text-row': { ...mRow, says: 'A text row is one length-encoded string for each column.' },

  // Error codes: what a code means; the page does not say when a server must send it
  'mysql/error-1040-too-many-connections': { ...errors, says: '1040, SQLSTATE 08004, ER_CON_COUNT_ERROR: too many connections.' },
  'mysql/error-1043-bad-handshake': { ...errors, says: '1043, SQLSTATE 08S01, ER_HANDSHAKE_ERROR: bad handshake.' },
  'mysql/error-1044-database-access-denied': {
    ...errors,
    says: '1044, SQLSTATE 42000, ER_DBACCESS_DENIED_ERROR: access to the database is denied for this user and host.',
  },
  'mysql/error-1045-access-denied': {
    ...errors,
    says: '1045, SQLSTATE 28000, ER_ACCESS_DENIED_ERROR: access denied for this user and host, stating whether a password was used.',
  },
  'mysql/error-1047-unknown-command': { ...errors, says: '1047, SQLSTATE 08S01, ER_UNKNOWN_COM_ERROR: unknown command.' },
  'mysql/error-1049-unknown-database': { ...errors, says: '1049, SQLSTATE 42000, ER_BAD_DB_ERROR: unknown database.' },
  'mysql/error-1115-unknown-character-set': { ...errors, says: '1115, SQLSTATE 42000, ER_UNKNOWN_CHARACTER_SET: unknown character set.' },
  'mysql/error-1129-host-is-blocked': {
    ...errors,
    says: '1129, SQLSTATE HY000, ER_HOST_IS_BLOCKED: the host is blocked after many connection errors.',
  },
  'mysql/connect-errors-are-handshake-errors': {
    ...refman('The host_cache Table', 'performance-schema-host-cache-table'),
    says: 'Of the errors of connections only those of the protocol handshake count against max_connect_errors.',
  },
  'mysql/error-1130-host-not-privileged': {
    ...errors,
    says: '1130, SQLSTATE HY000, ER_HOST_NOT_PRIVILEGED: the host may not connect to this server.',
  },
  'mysql/error-1153-packet-too-large': {
    ...errors,
    says: '1153, SQLSTATE 08S01, ER_NET_PACKET_TOO_LARGE: a packet was larger than max_allowed_packet.',
  },
  'mysql/error-1156-packets-out-of-order': {
    ...errors,
    says: '1156, SQLSTATE 08S01, ER_NET_PACKETS_OUT_OF_ORDER: packets arrived out of order.',
  },
  'mysql/error-1158-read-error': {
    ...errors,
    says: '1158, SQLSTATE 08S01, ER_NET_READ_ERROR: an error while reading communication packets.',
  },
  'mysql/error-1159-read-timeout': {
    ...errors,
    says: '1159, SQLSTATE 08S01, ER_NET_READ_INTERRUPTED: a timeout while reading communication packets.',
  },
  'mysql/error-1251-auth-mode-not-supported': {
    ...errors,
    says: '1251, SQLSTATE 08004, ER_NOT_SUPPORTED_AUTH_MODE: the client does not support the authentication protocol that the server asks for.',
  },
  'mysql/error-1698-access-denied-without-password': {
    ...errors,
    says: '1698, SQLSTATE 28000, ER_ACCESS_DENIED_NO_PASSWORD_ERROR: access denied for this user and host.',
  },
  'mariadb/error-1040-too-many-connections': { ...mErrors, says: '1040, SQLSTATE 08004, ER_CON_COUNT_ERROR: too many connections.' },
  'mariadb/error-1043-bad-handshake': { ...mErrors, says: '1043, SQLSTATE 08S01, ER_HANDSHAKE_ERROR: bad handshake.' },
  'mariadb/error-1044-database-access-denied': {
    ...mErrors,
    says: '1044, SQLSTATE 42000, ER_DBACCESS_DENIED_ERROR: access to the database is denied for this user and host.',
  },
  'mariadb/error-1045-access-denied': {
    ...mErrors,
    says: '1045, SQLSTATE 28000, ER_ACCESS_DENIED_ERROR: access denied for this user and host, stating whether a password was used.',
  },
  'mariadb/error-1047-unknown-command': { ...mErrors, says: '1047, SQLSTATE 08S01, ER_UNKNOWN_COM_ERROR: unknown command.' },
  'mariadb/error-1049-unknown-database': { ...mErrors, says: '1049, SQLSTATE 42000, ER_BAD_DB_ERROR: unknown database.' },
  'mariadb/error-1115-unknown-character-set': {
    ...mErrors,
    says: '1115, SQLSTATE 42000, ER_UNKNOWN_CHARACTER_SET: unknown character set.',
  },
  'mariadb/error-1129-host-is-blocked': {
    ...mErrors,
    says: '1129, SQLSTATE HY000, ER_HOST_IS_BLOCKED: the host is blocked after many connection errors.',
  },
  'mariadb/connect-errors-are-handshake-errors': {
    ...mariadbPage(
      'Performance Schema host_cache Table',
      'system-tables/performance-schema/performance-schema-tables/performance-schema-host_cache-table',
    ),
    says: 'Of the errors of connections only those of the protocol handshake count towards max_connect_errors.',
  },
  'mariadb/error-1130-host-not-privileged': {
    ...mErrors,
    says: '1130, SQLSTATE HY000, ER_HOST_NOT_PRIVILEGED: the host may not connect to this server.',
  },
  'mariadb/error-1153-packet-too-large': {
    ...mErrors,
    says: '1153, SQLSTATE 08S01, ER_NET_PACKET_TOO_LARGE: a packet was larger than max_allowed_packet.',
  },
  'mariadb/error-1156-packets-out-of-order': {
    ...mErrors,
    says: '1156, SQLSTATE 08S01, ER_NET_PACKETS_OUT_OF_ORDER: packets arrived out of order.',
  },
  'mariadb/error-1158-read-error': {
    ...mErrors,
    says: '1158, SQLSTATE 08S01, ER_NET_READ_ERROR: an error while reading communication packets.',
  },
  'mariadb/error-1159-read-timeout': {
    ...mErrors,
    says: '1159, SQLSTATE 08S01, ER_NET_READ_INTERRUPTED: a timeout while reading communication packets.',
  },
  'mariadb/error-1251-auth-mode-not-supported': {
    ...mErrors,
    says: '1251, SQLSTATE 08004, ER_NOT_SUPPORTED_AUTH_MODE: the client does not support the authentication protocol that the server asks for.',
  },
  'mariadb/error-1698-access-denied-without-password': {
    ...mErrors,
    says: '1698, SQLSTATE 28000, ER_ACCESS_DENIED_NO_PASSWORD_ERROR: access denied for this user and host.',
  },
  'mariadb/connect-timeout-is-bad-handshake': {
    ...mariadbVariables,
    says: 'The server waits connect_timeout seconds for a connect packet before it answers with bad handshake.',
  },

  // HAProxy health check and PROXY protocol
  'haproxy/mysql-check-sends-auth-and-quit': {
    ...mysqlCheck,
    says: 'With a username the check sends two packets, a client authentication packet and a QUIT packet, and parses the greeting and/or the error packet.',
  },
  'haproxy/mysql-check-causes-no-aborted-connect': {
    ...mysqlCheck,
    says: 'The check with a username causes neither an error nor an aborted connect on the server; it needs an unlocked user without a password.',
  },
  'haproxy/mysql-check-post-41-is-default': { ...mysqlCheck, says: 'post-41 sends checks of a client from 4.1 on, and it is the default.' },
  'haproxy/mysql-check-pre-41': { ...mysqlCheck, says: 'pre-41 sends checks of a client from before 4.1.' },
  'haproxy/mysql-check-post-80': {
    ...mysqlCheck,
    says: 'post-80 sends checks with CLIENT_PLUGIN_AUTH and mysql_native_password as the plugin.',
  },
  'haproxy/mysql-check-without-user-sends-nothing': {
    ...mysqlCheck,
    says: 'Without a username the check only parses the greeting or the error packet and sends nothing.',
  },
  'haproxy/mysql-check-without-user-can-lock-out': {
    ...mysqlCheck,
    says: 'Checks without a username can get the HAProxy host blocked by max_connect_errors.',
  },
  'haproxy/proxy-receiver-waits-for-header': {
    ...proxyProtocol,
    says: 'A receiver must not start to process the connection before a complete and valid PROXY header has come, all the more where the server speaks first.',
  },
  'haproxy/proxy-receiver-does-not-guess': {
    ...proxyProtocol,
    says: 'A receiver must be configured for the PROXY protocol and must not guess whether a header is there.',
  },
  'haproxy/proxy-invalid-header-aborts': {
    ...proxyProtocol,
    says: 'A version 1 header that does not match the protocol exactly must be discarded and makes the receiver abort the connection.',
  },
  'haproxy/proxy-local-is-accepted': {
    ...proxyProtocol,
    says: 'A version 2 LOCAL header, as in health checks, must be accepted, and the real endpoints of the connection used.',
  },

  // TCP
  'tcp/close-by-fin-or-rst': {
    ...closing,
    says: 'A connection ends either by the normal close with FIN or by an abort with RST that discards its state at once.',
  },
  'tcp/application-learns-how-it-closed': {
    ...closing,
    says: 'When the remote side closes, the local application must be told whether that was a normal close or an abort (MUST-12).',
  },
  'tcp/half-closed-may-still-send': {
    ...halfClosed,
    says: 'The two directions close independently, and a host may go on sending in the open direction of a half-closed connection.',
  },
  'tcp/close-with-unread-data-sends-rst': {
    ...halfClosed,
    says: 'A host with half-duplex close (MAY-1) should send RST if it closes while received data is unread, or if data arrives after the close, to show that data was lost (SHLD-3).',
  },
  'tcp/segments-do-not-match-writes': {
    ...segmentation,
    says: 'TCP guarantees no relation between the boundaries of segments and those of the application reads and writes.',
  },
} as const satisfies Record<string, Quote>;
