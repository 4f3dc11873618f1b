/** What a replica asks, as far as the first answer. */
import { mariadbPage, mysqlErrors, mysqlPage, type Quote, refman } from './page.ts';

const dump = mysqlPage('COM_BINLOG_DUMP', 'page_protocol_com_binlog_dump');
const dumpGtid = mysqlPage('COM_BINLOG_DUMP_GTID', 'page_protocol_com_binlog_dump_gtid');
const register = mysqlPage('COM_REGISTER_SLAVE', 'page_protocol_com_register_replica');
const replication = mysqlPage('Replication Protocol', 'page_protocol_replication');
const event = mysqlPage('Binlog Event', 'page_protocol_replication_binlog_event');
const privileges = refman('Privileges Provided by MySQL', 'privileges-provided');
const errors = mysqlErrors('8.4', 'MySQL 8.4 Server Error Message Reference');
const autoPosition = refman('GTID Auto-Positioning', 'replication-gtids-auto-positioning');
const checksum = refman('Binary Logging Options and Variables', 'replication-options-binary-log');

const room = 'clientserver-protocol/replication-protocol';
const mDump = mariadbPage('COM_BINLOG_DUMP', `${room}/com_binlog_dump`);
const mRegister = mariadbPage('COM_REGISTER_SLAVE', `${room}/com_register_slave`);
const mRegistration = mariadbPage('5-Replica Registration', `${room}/5-replica-registration`);
const mStream = mariadbPage('3-Binlog Network Stream', `${room}/3-binlog-network-stream`);
const mHeader = mariadbPage('2-Binlog Event Header', `${room}/2-binlog-event-header`);
const mFakeRotate = mariadbPage('Fake ROTATE_EVENT', `${room}/fake-rotate_event`);
const mFormat = mariadbPage('FORMAT_DESCRIPTION_EVENT', `${room}/format_description_event`);
const mGrant = mariadbPage('GRANT', 'sql-statements/account-management-sql-statements/grant');
const mErrors = mariadbPage('MariaDB Error Code Reference', 'error-codes/mariadb-error-code-reference');

const shownEvents =
  'SHOW BINLOG EVENTS shows, of the first binary log where none is named, of each event Log_name, Pos, Event_type, Server_id, End_log_pos and Info.';

export const replicationManual = {
  'mysql/show-binlog-events': {
    ...refman('SHOW BINLOG EVENTS Statement', 'show-binlog-events'),
    says: `${shownEvents} End_log_pos is where the next event begins.`,
  },
  'mariadb/show-binlog-events': {
    ...mariadbPage('SHOW BINLOG EVENTS', 'sql-statements/administrative-sql-statements/show/show-binlog-events'),
    says: shownEvents,
  },
  'mysql/binlog-dump-gets-stream-or-err': { ...dump, says: 'COM_BINLOG_DUMP asks for a Binlog Network Stream and gets it, or ERR.' },
  'mysql/binlog-dump-layout': {
    ...dump,
    says: 'COM_BINLOG_DUMP is 0x12, int<4> position in the file, int<2> flags of which BINLOG_DUMP_NON_BLOCK is one, int<4> server id of the replica, and the file name up to the end.',
  },
  'mysql/binlog-dump-gtid-gets-stream-or-err': {
    ...dumpGtid,
    says: 'COM_BINLOG_DUMP_GTID asks for a Binlog Network Stream by a set of GTIDs and gets it, or ERR.',
  },
  'mysql/gtid-source-has-gtid-mode-on': {
    ...autoPosition,
    says: 'A replica that positions itself by GTIDs sends the set of those that it has; the source must have gtid_mode=ON, sends what is not in the set, and says that it has purged GTIDs that are needed where it cannot.',
  },
  'mysql/register-replica-gets-ok-or-err': {
    ...register,
    says: 'COM_REGISTER_SLAVE registers a replica at the source, should be sent before the dump, and gets OK or ERR.',
  },
  'mysql/register-replica-layout': {
    ...register,
    says: 'COM_REGISTER_SLAVE is 0x15, int<4> server id, host name, user and password each behind int<1> length, int<2> port, int<4> rank and int<4> source id.',
  },
  'mysql/binlog-events-follow-ok-byte': { ...replication, says: 'A network stream puts the byte 00 in front of each Binlog Event.' },
  'mysql/binlog-event-header': {
    ...event,
    says: 'An event begins with int<4> timestamp, int<1> type, int<4> server id of its origin, int<4> event size (header, post-header and body), int<4> position of the next event and int<2> flags.',
  },
  'mysql/binlog-begins-with-format-description': {
    ...event,
    says: 'A FORMAT_DESCRIPTION_EVENT is the first event of a binlog of version 4, and tells int<2> version, string[50] server version, int<4> create timestamp and int<1> header length, always 19.',
  },
  'mysql/binlog-rotate-names-file': {
    ...event,
    says: 'A ROTATE_EVENT tells which binlog file to ask for next: int<8> position and the name up to the end.',
  },
  'mysql/replication-slave-reads-binlog': {
    ...privileges,
    says: 'REPLICATION SLAVE lets an account ask for the changes in the binary log of the source.',
  },
  'mysql/binlog-checksum-is-crc32': {
    ...checksum,
    says: 'With binlog_checksum CRC32, the default, the source writes a checksum for each event.',
  },
  'mysql/error-1227-privilege-needed': {
    ...errors,
    says: '1227, SQLSTATE 42000, ER_SPECIFIC_ACCESS_DENIED_ERROR: access denied, one of the privileges that are named is needed.',
  },
  'mysql/error-1236-binlog-cannot-be-read': {
    ...errors,
    says: '1236, SQLSTATE HY000, ER_SOURCE_FATAL_ERROR_READING_BINLOG: the source met a fatal error when reading the binary log.',
  },
  'mysql/error-1789-gtids-purged': {
    ...errors,
    says: '1789, SQLSTATE HY000, ER_SOURCE_HAS_PURGED_REQUIRED_GTIDS: the source has purged GTIDs that the replica needs.',
  },
  'mysql/error-1773-malformed-gtid-set': {
    ...errors,
    says: '1773, SQLSTATE HY000, ER_MALFORMED_GTID_SET_ENCODING: the encoding of the set of GTIDs is malformed.',
  },
  'mysql/error-1835-malformed-packet': { ...errors, says: '1835, SQLSTATE HY000, ER_MALFORMED_PACKET: malformed communication packet.' },
  'mariadb/binlog-dump-gets-events': {
    ...mDump,
    says: 'After COM_BINLOG_DUMP the server sends the events from the file and position that were asked for; the position is 4 for the beginning of a file, and the file may be empty for the first one.',
  },
  'mariadb/binlog-dump-non-block-gets-eof': {
    ...mDump,
    says: 'With the flag BINLOG_DUMP_NON_BLOCK (1) the replica gets an EOF packet after the last event.',
  },
  'mariadb/binlog-dump-ends-connection': { ...mDump, says: 'After it has sent the events the server ends the connection.' },
  'mariadb/register-replica-layout': {
    ...mRegister,
    says: 'COM_REGISTER_SLAVE is 0x15, uint<4> server id, host name, user and password each behind uint<1> length, uint<2> port, uint<4> rank and uint<4> master server id, and should be sent before COM_BINLOG_DUMP.',
  },
  'mariadb/register-replica-names-usually-not-set': {
    ...mRegister,
    says: 'Host name, user, password and port are usually not set; rank and master server id are not.',
  },
  'mariadb/register-replica-gets-ok': { ...mRegistration, says: 'COM_REGISTER_SLAVE is answered with OK, and COM_BINLOG_DUMP follows.' },
  'mariadb/binlog-events-follow-status-byte': {
    ...mStream,
    says: 'Each event travels behind a status byte: 00 OK, FF ERR, FE EOF; and the packets count on.',
  },
  'mariadb/binlog-event-header': {
    ...mHeader,
    says: 'An event begins with 19 bytes: uint<4> timestamp, uint<1> type, uint<4> server id, uint<4> length of header and data, uint<4> next position and uint<2> flags.',
  },
  'mariadb/binlog-event-crc32': {
    ...mHeader,
    says: 'With CRC32 the event is 4 bytes longer, and the checksum stands in the last 4 bytes.',
  },
  'mariadb/binlog-fake-rotate-comes-first': {
    ...mFakeRotate,
    says: 'The first event that a replica gets is a made-up ROTATE_EVENT with timestamp 0, next position 0, the flag 0x20, and for content the position that was asked for and the name of the file; FORMAT_DESCRIPTION_EVENT follows.',
  },
  'mariadb/binlog-fake-rotate-has-checksum': {
    ...mFakeRotate,
    says: 'The first made-up ROTATE_EVENT ends in 4 bytes of CRC32 where binlog_checksum is CRC32.',
  },
  'mariadb/replica-tells-checksum': {
    ...mRegistration,
    says: 'Before COM_REGISTER_SLAVE a replica sets @master_binlog_checksum to the binlog_checksum of the master.',
  },
  'mariadb/replica-tells-capability': {
    ...mRegistration,
    says: 'Before COM_REGISTER_SLAVE a replica of MariaDB 10 sets @mariadb_slave_capability to 4.',
  },
  'mariadb/binlog-format-description': {
    ...mFormat,
    says: 'FORMAT_DESCRIPTION_EVENT (0x0F) has uint<2> format version 4, string<50> server version, uint<4> create timestamp and uint<1> header length 19.',
  },
  'mariadb/replication-slave-reads-binlog': {
    ...mGrant,
    says: 'Accounts of replicas need REPLICATION SLAVE on the primary, to get the updates that are made there.',
  },
  'mariadb/error-1227-privilege-needed': {
    ...mErrors,
    says: '1227, SQLSTATE 42000, ER_SPECIFIC_ACCESS_DENIED_ERROR: access denied, one of the named privileges is needed for the operation.',
  },
  'mariadb/error-1236-binlog-cannot-be-read': {
    ...mErrors,
    says: '1236, SQLSTATE HY000, ER_MASTER_FATAL_ERROR_READING_BINLOG: the master got a fatal error when reading data from its binary log.',
  },
} as const satisfies Record<string, Quote>;
