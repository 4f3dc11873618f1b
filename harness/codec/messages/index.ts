/** Every message by the manual's name. textRow and binaryRow are functions of the columns and stand outside the table. */
import { authMoreData } from './auth-more-data.ts';
import { authNextFactor } from './auth-next-factor.ts';
import { authSwitchRequest } from './auth-switch-request.ts';
import { authSwitchResponse } from './auth-switch-response.ts';
import { binlogEvent } from './binlog-event.ts';
import { columnCount } from './column-count.ts';
import { columnDefinition41 } from './column-definition-41.ts';
import { columnDefinition320 } from './column-definition-320.ts';
import { comBinlogDump } from './com-binlog-dump.ts';
import { comBinlogDumpGtid } from './com-binlog-dump-gtid.ts';
import { comChangeUser } from './com-change-user.ts';
import { comCreateDb } from './com-create-db.ts';
import { comDebug } from './com-debug.ts';
import { comDropDb } from './com-drop-db.ts';
import { comFieldList } from './com-field-list.ts';
import { comInitDb } from './com-init-db.ts';
import { comPing } from './com-ping.ts';
import { comProcessInfo } from './com-process-info.ts';
import { comProcessKill } from './com-process-kill.ts';
import { comQuery } from './com-query.ts';
import { comQuit } from './com-quit.ts';
import { comRaw } from './com-raw.ts';
import { comRefresh } from './com-refresh.ts';
import { comRegisterSlave } from './com-register-slave.ts';
import { comResetConnection } from './com-reset-connection.ts';
import { comSetOption } from './com-set-option.ts';
import { comShutdown } from './com-shutdown.ts';
import { comStatistics } from './com-statistics.ts';
import { comStmtBulkExecute } from './com-stmt-bulk-execute.ts';
import { comStmtClose } from './com-stmt-close.ts';
import { comStmtExecute } from './com-stmt-execute.ts';
import { comStmtFetch } from './com-stmt-fetch.ts';
import { comStmtPrepare } from './com-stmt-prepare.ts';
import { comStmtReset } from './com-stmt-reset.ts';
import { comStmtSendLongData } from './com-stmt-send-long-data.ts';
import { eof } from './eof.ts';
import { err } from './err.ts';
import { handshakeResponse41 } from './handshake-response-41.ts';
import { handshakeResponse320 } from './handshake-response-320.ts';
import { handshakeV9 } from './handshake-v9.ts';
import { handshakeV10 } from './handshake-v10.ts';
import { localInfileData } from './local-infile-data.ts';
import { localInfileRequest } from './local-infile-request.ts';
import { ok } from './ok.ts';
import { oldAuthSwitchRequest } from './old-auth-switch-request.ts';
import { progressReport } from './progress-report.ts';
import { sslRequest } from './ssl-request.ts';
import { stmtPrepareOk } from './stmt-prepare-ok.ts';

export const messages = {
  HandshakeV10: handshakeV10,
  HandshakeV9: handshakeV9,
  HandshakeResponse320: handshakeResponse320,
  HandshakeResponse41: handshakeResponse41,
  SSLRequest: sslRequest,
  AuthSwitchRequest: authSwitchRequest,
  OldAuthSwitchRequest: oldAuthSwitchRequest,
  AuthSwitchResponse: authSwitchResponse,
  AuthMoreData: authMoreData,
  AuthNextFactor: authNextFactor,
  OK: ok,
  ERR: err,
  EOF: eof,
  COM_QUIT: comQuit,
  COM_INIT_DB: comInitDb,
  COM_QUERY: comQuery,
  COM_STATISTICS: comStatistics,
  COM_PING: comPing,
  COM_RESET_CONNECTION: comResetConnection,
  COM_FIELD_LIST: comFieldList,
  COM_CREATE_DB: comCreateDb,
  COM_DROP_DB: comDropDb,
  COM_REFRESH: comRefresh,
  COM_SHUTDOWN: comShutdown,
  COM_PROCESS_INFO: comProcessInfo,
  COM_PROCESS_KILL: comProcessKill,
  COM_DEBUG: comDebug,
  COM_CHANGE_USER: comChangeUser,
  COM_BINLOG_DUMP: comBinlogDump,
  COM_REGISTER_SLAVE: comRegisterSlave,
  COM_STMT_PREPARE: comStmtPrepare,
  COM_STMT_EXECUTE: comStmtExecute,
  COM_STMT_SEND_LONG_DATA: comStmtSendLongData,
  COM_STMT_CLOSE: comStmtClose,
  COM_STMT_RESET: comStmtReset,
  COM_SET_OPTION: comSetOption,
  COM_STMT_FETCH: comStmtFetch,
  COM_BINLOG_DUMP_GTID: comBinlogDumpGtid,
  COM_STMT_BULK_EXECUTE: comStmtBulkExecute,
  LocalInfileData: localInfileData,
  'COM_*': comRaw,
  ColumnCount: columnCount,
  ColumnDefinition320: columnDefinition320,
  ColumnDefinition41: columnDefinition41,
  LocalInfileRequest: localInfileRequest,
  StmtPrepareOK: stmtPrepareOk,
  ProgressReport: progressReport,
  BinlogEvent: binlogEvent,
} as const;

export { binaryRow } from './binary-row.ts';
export { capabilityHalves } from './handshake-v10.ts';
export { textRow } from './text-row.ts';
