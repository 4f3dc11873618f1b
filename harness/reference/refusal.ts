import type { Dialect } from './dialect.ts';

/** Thrown inside a session: answer with this ERR. The login and a broken packet also end the connection with it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly errorCode: number;
  readonly sqlState: string;
  constructor(errorCode: number, sqlState: string, message: string) {
    super(message);
    this.errorCode = errorCode;
    this.sqlState = sqlState;
  }
}

/**
 * How the server leaves a connection. fin: FIN, and what the client still sends is read, so that no RST follows.
 * rst: RST at once. fin-rst: both, in this order. stay: no byte, no end, until the client goes.
 * abandon: no end even then (for a while).
 */
export type Leave = 'fin' | 'rst' | 'fin-rst' | 'stay' | 'abandon';

/** Thrown inside a session: leave without another packet. */
export class Departure extends Error {
  override readonly name = 'Departure';
  readonly leave: Leave;
  constructor(leave: Leave) {
    super(leave);
    this.leave = leave;
  }
}

/** The ERR packets of the manual's server error reference, in MariaDB's words. */
export const refuse = {
  outOfOrder: () => new Refusal(1156, '08S01', 'Got packets out of order'),
  badHandshake: () => new Refusal(1043, '08S01', 'Bad handshake'),
  packetTooLarge: () => new Refusal(1153, '08S01', "Got a packet bigger than 'max_allowed_packet' bytes"),
  zstdLevel: () => new Refusal(3923, 'HY000', "Invalid zstd compression level for algorithm 'zstd'."),
  proxyHeader: () => new Refusal(1105, 'HY000', 'Failed to parse proxy header'),
  cannotUncompress: () => new Refusal(1157, '08S01', "Couldn't uncompress communication packet"),
  backendFault: () => new Refusal(1105, 'HY000', 'The server behind this one gave no right answer'),
  serverLost: () => new Refusal(2013, 'HY000', 'Lost connection to server during query'),
  oldProtocol: () =>
    new Refusal(1251, '08004', 'Client does not support authentication protocol requested by server; consider upgrading the client'),
  passwordExpired: () =>
    new Refusal(1862, 'HY000', 'Your password has expired. To log in you must change it using a client that supports expired passwords.'),
  mustChangePassword: () => new Refusal(1820, 'HY000', 'You must SET PASSWORD before executing this statement'),
  unknownDatabase: (name: string) => new Refusal(1049, '42000', `Unknown database '${name}'`),
  localInfileDisabled: (dialect: Dialect) =>
    dialect === 'mysql'
      ? new Refusal(3948, '42000', 'Loading local data is disabled; this must be enabled on both the client and server sides')
      : new Refusal(
          4166,
          'HY000',
          'The used command is not allowed because the MariaDB server or client has disabled the local infile capability',
        ),
  replicationPrivilege: () =>
    new Refusal(1227, '42000', 'Access denied; you need (at least one of) the REPLICATION SLAVE privilege(s) for this operation'),
  registerDenied: (user: string) => new Refusal(1045, '28000', `Access denied for user '${user}'@'%' (using password: NO)`),
  registerReplica: (why: string) => new Refusal(1105, 'HY000', why),
  binlogFile: () => new Refusal(1236, 'HY000', 'Could not find first log file name in binary log index file'),
  binlogPosition: () => new Refusal(1236, 'HY000', 'Client requested master to start replication from impossible position'),
  malformedGtidSet: () => new Refusal(1773, 'HY000', 'Malformed GTID set encoding.'),
  resultsOfProcedure: (name: string) =>
    new Refusal(1312, '0A000', `PROCEDURE mywire.${name} can't return a result set in the given context`),
  noSuchTable: (name: string) => new Refusal(1146, '42S02', `Table '${name}' doesn't exist`),
  notLocked: (name: string) => new Refusal(1100, 'HY000', `Table '${name}' was not locked with LOCK TABLES`),
  noSuchColumn: (name: string) => new Refusal(1054, '42S22', `Unknown column '${name}' in 'field list'`),
  subqueryOfManyRows: () => new Refusal(1242, '21000', 'Subquery returns more than 1 row'),
  longDatabase: (dialect: Dialect) =>
    dialect === 'mysql' ? new Refusal(1059, '42000', 'Identifier name is too long') : new Refusal(1102, '42000', 'Incorrect database name'),
  waitTimeout: () =>
    new Refusal(
      4031,
      'HY000',
      'The client was disconnected by the server because of inactivity. See wait_timeout and interactive_timeout.',
    ),
  wrongDatabaseName: (name: string) => new Refusal(1102, '42000', `Incorrect database name '${name}'`),
  noDatabase: () => new Refusal(1046, '3D000', 'No database selected'),
  malformedPacket: () => new Refusal(1835, 'HY000', 'Malformed communication packet'),
  unknownCommand: () => new Refusal(1047, '08S01', 'Unknown command'),
  unknownThread: (id: number) => new Refusal(1094, 'HY000', `Unknown thread id: ${id}`),
  notOwner: (id: number) => new Refusal(1095, 'HY000', `You are not owner of thread ${id}`),
  interrupted: () => new Refusal(1317, '70100', 'Query execution was interrupted'),
  connectionKilled: () => new Refusal(1927, '70100', 'Connection was killed'),
  privilege: (name: string) =>
    new Refusal(1227, '42000', `Access denied; you need (at least one of) the ${name} privilege(s) for this operation`),
  wrongTableName: (name: string) => new Refusal(1103, '42000', `Incorrect table name '${name}'`),
  duplicateEntry: (value: string) => new Refusal(1062, '23000', `Duplicate entry '${value}' for key 'PRIMARY'`),
  unknownVariable: (name: string) => new Refusal(1193, 'HY000', `Unknown system variable '${name}'`),
  emptyQuery: () => new Refusal(1065, '42000', 'Query was empty'),
  syntax: (near: string, line = 1) =>
    new Refusal(
      1064,
      '42000',
      `You have an error in your SQL syntax; check the README of harness/reference for what mywire's server knows near '${near}' at line ${line}`,
    ),
  incorrectArguments: (to: string) => new Refusal(1210, 'HY000', `Incorrect arguments to ${to}`),
  unknownStatement: (id: number, givenTo: string) =>
    new Refusal(1243, 'HY000', `Unknown prepared statement handler (${id}) given to ${givenTo}`),
  readOnlyTransaction: () => new Refusal(1792, '25006', 'Cannot execute statement in a READ ONLY transaction'),
  unsupported: () => new Refusal(1295, 'HY000', 'This command is not supported in the prepared statement protocol yet'),
  tooManyPlaceholders: () => new Refusal(1390, 'HY000', 'Prepared statement contains too many placeholders'),
  noCursor: (id: number | undefined) => new Refusal(1421, 'HY000', `The statement ${id === undefined ? '' : `(${id}) `}has no open cursor`),
  clientCharacterSet: (name: string) =>
    new Refusal(1231, '42000', `Variable 'character_set_client' can't be set to the value of '${name}'`),
} as const;
