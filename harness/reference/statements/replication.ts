import { BINLOG_FILE, endOfLog, FIRST_POSITION, SERVER_ID } from '../binlog.ts';
import { type Done, done, type Rows } from '../result.ts';
import { number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';

/** What a replica says and asks before its dump. */
export const replicationStatements: readonly Statement[] = [
  [/^set @(?:master|source)_binlog_checksum ?= ?'(none|crc32)'.*$/i, (s, [, algorithm = '']) => knowsChecksum(s, algorithm)],
  [/^set @(?:master|source)_binlog_checksum ?= ?@@global\.binlog_checksum$/i, (s) => knowsChecksum(s, 'CRC32')],
  [/^show binlog events limit 1$/i, (s) => firstEvent(s)],
  [/^show (?:binary log|master) status$/i, (s) => logStatus(s)],
];

function knowsChecksum(session: Session, algorithm: string): Done {
  session.binlogChecksum = algorithm.toUpperCase();
  return done;
}

function logStatus(session: Session): Rows {
  return {
    columns: [string('File', 512), number('Position', 8)],
    rows: [[BINLOG_FILE, String(endOfLog(session))]],
  };
}

/** The one that the log begins with, and the only one. */
function firstEvent(session: Session): Rows {
  const info = `Server ver: ${session.server.version}, Binlog ver: 4`;
  return {
    columns: [
      string('Log_name', 80),
      number('Pos', 8),
      string('Event_type', 80),
      number('Server_id', 8),
      number('End_log_pos', 8),
      string('Info', 80),
    ],
    rows: [[BINLOG_FILE, String(FIRST_POSITION), 'Format_desc', String(SERVER_ID), String(endOfLog(session)), info]],
  };
}
