/** Commands and the kind of answer each one gets (mysql/page_protocol_command_phase, mariadb/2-text-protocol). */
export type AnswerKind =
  /** No packet at all. */
  | 'none'
  /** OK, EOF or ERR. */
  | 'status'
  /** OK, ERR, LocalInfileRequest or a text resultset, possibly several. */
  | 'query'
  /** The same with binary rows. */
  | 'execute'
  /** Binary rows and their end, without definitions. */
  | 'fetch'
  /** StmtPrepareOK and definitions, or ERR. */
  | 'prepare'
  /** Definitions until EOF. */
  | 'field-list'
  /** One string<EOF>. */
  | 'string'
  /** The connection phase again, from the server's side. */
  | 'change-user'
  /** Events until EOF or ERR. */
  | 'binlog'
  /** ERR; or OK, behind which both sides speak another protocol. */
  | 'handover';

export interface Command {
  readonly name: string;
  readonly answer: AnswerKind;
}

export const commands: Readonly<Record<number, Command>> = {
  0x00: { name: 'COM_SLEEP', answer: 'status' },
  0x01: { name: 'COM_QUIT', answer: 'none' },
  0x02: { name: 'COM_INIT_DB', answer: 'status' },
  0x03: { name: 'COM_QUERY', answer: 'query' },
  0x04: { name: 'COM_FIELD_LIST', answer: 'field-list' },
  0x05: { name: 'COM_CREATE_DB', answer: 'status' },
  0x06: { name: 'COM_DROP_DB', answer: 'status' },
  0x07: { name: 'COM_REFRESH', answer: 'status' },
  0x08: { name: 'COM_SHUTDOWN', answer: 'status' },
  0x09: { name: 'COM_STATISTICS', answer: 'string' },
  0x0a: { name: 'COM_PROCESS_INFO', answer: 'query' },
  0x0b: { name: 'COM_CONNECT', answer: 'status' },
  0x0c: { name: 'COM_PROCESS_KILL', answer: 'status' },
  0x0d: { name: 'COM_DEBUG', answer: 'status' },
  0x0e: { name: 'COM_PING', answer: 'status' },
  0x0f: { name: 'COM_TIME', answer: 'status' },
  0x10: { name: 'COM_DELAYED_INSERT', answer: 'status' },
  0x11: { name: 'COM_CHANGE_USER', answer: 'change-user' },
  0x12: { name: 'COM_BINLOG_DUMP', answer: 'binlog' },
  0x13: { name: 'COM_TABLE_DUMP', answer: 'status' },
  0x14: { name: 'COM_CONNECT_OUT', answer: 'status' },
  0x15: { name: 'COM_REGISTER_SLAVE', answer: 'status' },
  0x16: { name: 'COM_STMT_PREPARE', answer: 'prepare' },
  0x17: { name: 'COM_STMT_EXECUTE', answer: 'execute' },
  0x18: { name: 'COM_STMT_SEND_LONG_DATA', answer: 'none' },
  0x19: { name: 'COM_STMT_CLOSE', answer: 'none' },
  0x1a: { name: 'COM_STMT_RESET', answer: 'status' },
  0x1b: { name: 'COM_SET_OPTION', answer: 'status' },
  0x1c: { name: 'COM_STMT_FETCH', answer: 'fetch' },
  0x1d: { name: 'COM_DAEMON', answer: 'status' },
  0x1e: { name: 'COM_BINLOG_DUMP_GTID', answer: 'binlog' },
  0x1f: { name: 'COM_RESET_CONNECTION', answer: 'status' },
  0x20: { name: 'COM_CLONE', answer: 'handover' },
  0x21: { name: 'COM_SUBSCRIBE_GROUP_REPLICATION_STREAM', answer: 'handover' },
  0xfa: { name: 'COM_STMT_BULK_EXECUTE', answer: 'execute' },
};

/** First byte of a replica's ACK inside COM_BINLOG_DUMP (mariadb/4-semi-sync-replication; MySQL has the same): no command, and not answered. */
export const SEMI_SYNC_ACK = 0xef;

/** The command of a byte; an unknown one gets a status (in practice ERR 1047). */
export const commandOf = (byte: number): Command =>
  commands[byte] ?? { name: `COM_0x${byte.toString(16).padStart(2, '0')}`, answer: 'status' };

/** The byte of a command by its name; undefined for what is none. */
export const commandByte = (name: string | undefined): number | undefined => {
  const found = Object.entries(commands).find(([, command]) => command.name === name);
  return found && Number(found[0]);
};
