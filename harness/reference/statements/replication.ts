import { BINLOG_FILE, endOfLog } from '../binlog.ts';
import { type Done, done, type Rows } from '../result.ts';
import { number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';

/** What a replica says and asks before its dump. */
export const replicationStatements: readonly Statement[] = [
  [/^set @(?:master|source)_binlog_checksum ?= ?'(none|crc32)'.*$/i, (s, [, algorithm = '']) => knowsChecksum(s, algorithm)],
  [/^set @(?:master|source)_binlog_checksum ?= ?@@global\.binlog_checksum$/i, (s) => knowsChecksum(s, 'CRC32')],
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
