/** LOAD DATA LOCAL INFILE. */
import { connectorC, informationFunctions, mariadbPage, mariadbVariables, mysqlErrors, mysqlPage, type Quote, refman } from './page.ts';

const request = mysqlPage('LOCAL INFILE Request', 'page_protocol_com_query_response_local_infile_request');
const data = mysqlPage('LOCAL INFILE Data', 'page_protocol_com_query_response_local_infile_data');
const statement = refman('LOAD DATA Statement', 'load-data');
const security = refman('Security Considerations for LOAD DATA LOCAL', 'load-data-local-security');
const mPacket = mariadbPage('LOCAL_INFILE_Packet', 'clientserver-protocol/4-server-response-packets/packet_local_infile');
const mStatement = mariadbPage(
  'LOAD DATA INFILE',
  'sql-statements/data-manipulation/inserting-loading-data/load-data-into-tables-or-index/load-data-infile',
);

export const infileManual = {
  'mysql/row-count-of-load-data': {
    ...informationFunctions,
    says: 'ROW_COUNT() is the number of affected rows, of an UPDATE, INSERT or DELETE and of an ALTER TABLE or LOAD DATA as well.',
  },
  'mysql/infile-request-names-file': {
    ...request,
    says: 'To LOAD DATA LOCAL the server answers with a packet of 0xFB and, up to its end, the path of the file that the client is to send.',
  },
  'mysql/infile-needs-local-files': { ...request, says: 'The client has to have sent the CLIENT_LOCAL_FILES capability flag.' },
  'mysql/infile-data-ends-with-empty-packet': {
    ...data,
    says: 'The client sends what it has as it is, in one or more packets that are not empty, and an empty packet behind them.',
  },
  'mysql/infile-empty-file-is-empty-packet': {
    ...data,
    says: 'For a file that is empty or cannot be read the client sends the empty packet alone.',
  },
  'mysql/infile-info-counts': {
    ...statement,
    says: 'LOAD DATA ends with an information string that counts in this order Records, Deleted, Skipped and Warnings.',
  },
  'mysql/infile-name-in-filesystem-set': {
    ...statement,
    says: 'The file name is taken to be in the character set that character_set_filesystem says.',
  },
  'mysql/infile-local-errors-become-warnings': {
    ...statement,
    says: 'With LOCAL, errors of data and of duplicate keys become warnings and the operation goes on, as the server cannot stop the transmission of the file midway.',
  },
  'mysql/infile-field-count-warns': {
    ...statement,
    says: 'A row of the file with too few or too many fields makes a warning.',
  },
  'mysql/infile-replace-deletes': {
    ...statement,
    says: 'With REPLACE new rows take the place of rows with the same value of a primary key or unique index.',
  },
  'mysql/infile-refused-with-3948': {
    ...security,
    says: 'Where LOCAL is disabled on the server or by the client, LOAD DATA LOCAL fails with error 3948, loading local data is disabled.',
  },
  'mysql/error-1148-not-allowed': {
    ...mysqlErrors('5.7'),
    says: '1148, SQLSTATE 42000, ER_NOT_ALLOWED_COMMAND: the command is not allowed with this version.',
  },
  'mariadb/errors-of-local-infile': {
    ...mariadbPage('MariaDB Error Code Reference', 'error-codes/mariadb-error-code-reference'),
    says: '1148 (42000) says that a command is not allowed with this version, 4166 (HY000) that the server or the client has disabled local infile.',
  },
  'mariadb/infile-request-names-file': {
    ...mPacket,
    says: 'To LOAD DATA LOCAL INFILE the server answers with 0xFB and the file name, a string<EOF>, to ask the client for that file.',
  },
  'mariadb/infile-data-ends-with-empty-packet': {
    ...mPacket,
    says: 'The client sends the file as the body of one or several packets, and then must send an empty packet that says that no more data follow.',
  },
  'mariadb/infile-ends-with-ok-or-err': {
    ...mPacket,
    says: 'When the client has sent the file the server answers with an OK_Packet or an ERR_Packet.',
  },
  'mariadb/infile-refused-without-local-files': {
    ...mStatement,
    says: 'LOAD DATA LOCAL INFILE fails where the server has local_infile off or the client has not set CLIENT_LOCAL_FILES, with the message that local infile is disabled.',
  },
  'mariadb/filesystem-set': {
    ...mariadbVariables,
    says: 'character_set_filesystem is what file names in statements are converted to from character_set_client; with binary, the default, they are not.',
  },
  'mariadb/infile-info-counts': {
    ...connectorC('mysql_info'),
    says: 'LOAD DATA INFILE is told as Records, Deleted, Skipped and Warnings, each with its count.',
  },
  'mariadb/infile-local-is-not-strict': { ...mStatement, says: 'With LOCAL the strict SQL modes do not hold.' },
  'mariadb/infile-replace-overwrites': {
    ...mStatement,
    says: 'With REPLACE a row whose primary key is in the table overwrites the row that is there.',
  },
} as const satisfies Record<string, Quote>;
