/** Every message by the manual's name. textRow is a function of the column count and stands outside the table. */
import { authMoreData } from './auth-more-data.ts';
import { authSwitchRequest } from './auth-switch-request.ts';
import { authSwitchResponse } from './auth-switch-response.ts';
import { columnCount } from './column-count.ts';
import { columnDefinition41 } from './column-definition-41.ts';
import { comInitDb } from './com-init-db.ts';
import { comPing } from './com-ping.ts';
import { comQuery } from './com-query.ts';
import { comQuit } from './com-quit.ts';
import { comRaw } from './com-raw.ts';
import { comResetConnection } from './com-reset-connection.ts';
import { comStatistics } from './com-statistics.ts';
import { eof } from './eof.ts';
import { err } from './err.ts';
import { handshakeResponse41 } from './handshake-response-41.ts';
import { handshakeResponse320 } from './handshake-response-320.ts';
import { handshakeV9 } from './handshake-v9.ts';
import { handshakeV10 } from './handshake-v10.ts';
import { localInfileRequest } from './local-infile-request.ts';
import { ok } from './ok.ts';
import { oldAuthSwitchRequest } from './old-auth-switch-request.ts';
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
  OK: ok,
  ERR: err,
  EOF: eof,
  COM_QUIT: comQuit,
  COM_INIT_DB: comInitDb,
  COM_QUERY: comQuery,
  COM_STATISTICS: comStatistics,
  COM_PING: comPing,
  COM_RESET_CONNECTION: comResetConnection,
  'COM_*': comRaw,
  ColumnCount: columnCount,
  ColumnDefinition41: columnDefinition41,
  LocalInfileRequest: localInfileRequest,
  StmtPrepareOK: stmtPrepareOk,
} as const;
export type MessageName = keyof typeof messages;

export { capabilityHalves, offeredCapabilities, scrambleOf } from './handshake-v10.ts';
export { textRow } from './text-row.ts';
export {
  authMoreData,
  authSwitchRequest,
  authSwitchResponse,
  columnCount,
  columnDefinition41,
  comInitDb,
  comPing,
  comQuery,
  comQuit,
  comRaw,
  comResetConnection,
  comStatistics,
  eof,
  err,
  handshakeResponse41,
  handshakeResponse320,
  handshakeV9,
  handshakeV10,
  localInfileRequest,
  ok,
  oldAuthSwitchRequest,
  sslRequest,
  stmtPrepareOk,
};
