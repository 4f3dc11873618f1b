/** What is large, slow or idle. */
import { mariadbPage, mariadbVariables, mysqlErrors, mysqlPage, type Quote, refman } from './page.ts';

const tooLarge = refman('Packet Too Large', 'packet-too-large');
const variables = refman('Server System Variables', 'server-system-variables');
const identifiers = refman('Identifier Length Limits', 'identifier-length');
const errors = mysqlErrors('8.4', 'MySQL 8.4 Server Error Message Reference');
const news8024 = {
  manual: 'mysql',
  page: 'Changes in MySQL Connector/C++ 8.0.24',
  url: 'https://dev.mysql.com/doc/relnotes/connector-cpp/en/news-8-0-24.html',
} as const;
const row = mysqlPage('Text Resultset Row', 'page_protocol_com_query_response_text_resultset_row');
const lenencStrings = mysqlPage('String Types', 'page_protocol_basic_dt_strings');
const mIdentifiers = mariadbPage('Identifier Names', 'sql-structure/sql-language-structure/identifier-names');

export const limitsManual = {
  'mysql/too-large-packet-gets-1153-and-end': {
    ...tooLarge,
    says: 'A server that gets a packet of more than max_allowed_packet bytes issues ER_NET_PACKET_TOO_LARGE and closes the connection.',
  },
  'mysql/wait-timeout-closes-idle-connection': {
    ...variables,
    says: 'wait_timeout is the number of seconds that the server waits for activity on a noninteractive connection before it closes it.',
  },
  'mysql/net-write-timeout': {
    ...variables,
    says: 'net_write_timeout is the number of seconds that the server waits for a block to be written to a connection before it gives up; the default is 60, the least 1.',
  },
  'mysql/connect-timeout-waits-for-connect-packet': {
    ...variables,
    says: 'connect_timeout is the number of seconds that the server waits for a connect packet before it answers with Bad handshake; the default is 10.',
  },
  'mysql/error-4031-client-interaction-timeout': {
    ...errors,
    says: '4031, SQLSTATE HY000, ER_CLIENT_INTERACTION_TIMEOUT: the server has disconnected the client because of inactivity.',
  },
  'mysql/idle-client-is-told': {
    ...news8024,
    says: 'Where wait_timeout is over, the server writes the reason to the connection before it closes it, and the client receives ER_CLIENT_INTERACTION_TIMEOUT; servers before 8.0.24 told nothing.',
  },
  'mysql/identifiers-have-64-characters': { ...identifiers, says: 'The name of a database has at most 64 characters.' },
  'mysql/row-values-are-lenenc-strings': { ...row, says: 'Each value of a row is a string<lenenc>, and NULL is 0xFB.' },
  'mysql/lenenc-string-has-length-first': {
    ...lenencStrings,
    says: 'A string is a sequence of bytes; a string<lenenc> has its length, a length-encoded integer, in front.',
  },
  'mariadb/wait-timeout-closes-idle-connection': {
    ...mariadbVariables,
    says: 'wait_timeout is the time in seconds that the server waits for a connection to become active before it closes it.',
  },
  'mariadb/net-write-timeout': {
    ...mariadbVariables,
    says: 'net_write_timeout is the time in seconds that the server waits for a block to be written to a connection before it gives up; the default is 60, the least 1.',
  },
  'mariadb/messages-in-character-set-results': {
    ...mariadbVariables,
    says: 'character_set_results is the character set in which results and error messages are returned to the client.',
  },
  'mariadb/identifiers-have-64-characters': { ...mIdentifiers, says: 'Names of databases have at most 64 characters.' },
} as const satisfies Record<string, Quote>;
