/** All cases in the manual's order: the connection phase packet by packet, the command phase, then what cuts across. */
import { areaOf, type Case } from '../harness/case/case.ts';
import { cases as cachingSha2 } from './auth/caching-sha2.cases.ts';
import { cases as ed25519 } from './auth/ed25519.cases.ts';
import { cases as nativePassword } from './auth/native-password.cases.ts';
import { cases as parsec } from './auth/parsec.cases.ts';
import { cases as restricted } from './auth/restricted.cases.ts';
import { cases as secondFactor } from './auth/second-factor.cases.ts';
import { cases as sha256Password } from './auth/sha256-password.cases.ts';
import { cases as authSwitchRequest } from './auth/switch.cases.ts';
import { cases as authSwitchPairs } from './auth/switch-pairs.cases.ts';
import { cases as administration } from './command/administration.cases.ts';
import { cases as commands } from './command/commands.cases.ts';
import { cases as errors } from './command/errors.cases.ts';
import { cases as kill } from './command/kill.cases.ts';
import { cases as lastStatement } from './command/last-statement.cases.ts';
import { cases as namedStatements } from './command/named.cases.ts';
import { cases as query } from './command/query.cases.ts';
import { cases as readOnly } from './command/read-only.cases.ts';
import { cases as statements } from './command/statements.cases.ts';
import { cases as transactionStatements } from './command/transactions.cases.ts';
import { cases as frames } from './compression/frames.cases.ts';
import { cases as compressedLogin } from './compression/login.cases.ts';
import { cases as connection } from './connection/session.cases.ts';
import { cases as earlyData } from './early-data/connection.cases.ts';
import { cases as wrongFirstPacket } from './first-packet/wrong.cases.ts';
import { cases as framing } from './framing/framing.cases.ts';
import { cases as initialHandshake } from './greeting/initial-handshake.cases.ts';
import { cases as capabilities } from './handshake-response-41/capabilities.cases.ts';
import { cases as fields } from './handshake-response-41/fields.cases.ts';
import { cases as lengths } from './handshake-response-41/lengths.cases.ts';
import { cases as truncated } from './handshake-response-41/truncated.cases.ts';
import { cases as userNames } from './handshake-response-41/user-names.cases.ts';
import { cases as handshakeResponse320 } from './handshake-response-320/login.cases.ts';
import { cases as healthCheck } from './health-check/haproxy.cases.ts';
import { cases as infile } from './infile/local.cases.ts';
import { cases as infilePrepared } from './infile/prepared.cases.ts';
import { cases as size } from './limits/size.cases.ts';
import { cases as time } from './limits/time.cases.ts';
import { cases as authSwitch } from './login/auth-switch.cases.ts';
import { cases as password } from './login/password.cases.ts';
import { cases as mariadbCapabilities } from './mariadb/capabilities.cases.ts';
import { cases as mariadbMetadata } from './mariadb/metadata.cases.ts';
import { cases as mariadbStatements } from './mariadb/statements.cases.ts';
import { cases as multiCall } from './multi/call.cases.ts';
import { cases as multiStatements } from './multi/statements.cases.ts';
import { cases as pipelining } from './pipelining/commands.cases.ts';
import { cases as preparedAnswerEnd } from './prepared/answer-end.cases.ts';
import { cases as preparedAttributes } from './prepared/attributes.cases.ts';
import { cases as preparedBulk } from './prepared/bulk.cases.ts';
import { cases as preparedCalls } from './prepared/calls.cases.ts';
import { cases as preparedCursor } from './prepared/cursor.cases.ts';
import { cases as preparedCursorState } from './prepared/cursor-state.cases.ts';
import { cases as preparedExecute } from './prepared/execute.cases.ts';
import { cases as preparedFailedExecution } from './prepared/failed-execution.cases.ts';
import { cases as preparedIds } from './prepared/ids.cases.ts';
import { cases as preparedLifetime } from './prepared/lifetime.cases.ts';
import { cases as preparedLongData } from './prepared/long-data.cases.ts';
import { cases as preparedOwnTable } from './prepared/own-table.cases.ts';
import { cases as preparedParameters } from './prepared/parameters.cases.ts';
import { cases as preparedPrecision } from './prepared/precision.cases.ts';
import { cases as preparedPrepare } from './prepared/prepare.cases.ts';
import { cases as preparedResults } from './prepared/results.cases.ts';
import { cases as preparedSession } from './prepared/session.cases.ts';
import { cases as preparedTypes } from './prepared/types.cases.ts';
import { cases as proxyRefused } from './proxy-protocol/refused.cases.ts';
import { cases as proxyTaken } from './proxy-protocol/taken.cases.ts';
import { cases as queryAttributes } from './query-attributes/com-query.cases.ts';
import { cases as quit } from './quit/quit.cases.ts';
import { cases as backend } from './regression/backend.cases.ts';
import { cases as clientsRegression } from './regression/clients.cases.ts';
import { cases as haproxyRegression } from './regression/haproxy.cases.ts';
import { cases as maxscaleRegression } from './regression/maxscale.cases.ts';
import { cases as maxscaleStatements } from './regression/maxscale-statements.cases.ts';
import { cases as proxysqlCommand } from './regression/proxysql-command.cases.ts';
import { cases as proxysqlLogin } from './regression/proxysql-login.cases.ts';
import { cases as proxysqlPrepared } from './regression/proxysql-prepared.cases.ts';
import { cases as proxysqlSession } from './regression/proxysql-session.cases.ts';
import { cases as serversRegression } from './regression/servers.cases.ts';
import { cases as tidbRegression } from './regression/tidb.cases.ts';
import { cases as vitessRegression } from './regression/vitess.cases.ts';
import { cases as binlog } from './replication/binlog.cases.ts';
import { cases as registerReplica } from './replication/register.cases.ts';
import { cases as resultsetCharacterSet } from './resultset/character-set.cases.ts';
import { cases as resultsetColumns } from './resultset/columns.cases.ts';
import { cases as resultsetLeftOut } from './resultset/left-out.cases.ts';
import { cases as resultsetOk } from './resultset/ok.cases.ts';
import { cases as resultsetOwnTable } from './resultset/own-table.cases.ts';
import { cases as resultsetShape } from './resultset/shape.cases.ts';
import { cases as resultsetSizes } from './resultset/sizes.cases.ts';
import { cases as resultsetTransaction } from './resultset/transaction.cases.ts';
import { cases as resultsetValues } from './resultset/values.cases.ts';
import { cases as sequence } from './sequence/sequence-ids.cases.ts';
import { cases as sessionAgreed } from './session/agreed.cases.ts';
import { cases as sessionChangeUser } from './session/change-user.cases.ts';
import { cases as sessionChangeUserState } from './session/change-user-state.cases.ts';
import { cases as sessionConnectionId } from './session/connection-id.cases.ts';
import { cases as leftBehind } from './session/left-behind.cases.ts';
import { cases as otherSessions } from './session/others.cases.ts';
import { cases as sessionReset } from './session/reset.cases.ts';
import { cases as sessionTracking } from './session/tracking.cases.ts';
import { cases as sessionUndisturbed } from './session/undisturbed.cases.ts';
import { cases as tls } from './ssl-request/tls.cases.ts';
import { cases as tlsConversation } from './tls/conversation.cases.ts';
import { cases as tlsHandshake } from './tls/handshake.cases.ts';

/** A list per file: the type of all cases in one literal is a union too large for the compiler. */
const files: readonly (readonly Case[])[] = [
  initialHandshake,
  fields,
  capabilities,
  userNames,
  lengths,
  truncated,
  handshakeResponse320,
  tls,
  tlsHandshake,
  tlsConversation,
  password,
  authSwitch,
  authSwitchRequest,
  authSwitchPairs,
  nativePassword,
  cachingSha2,
  sha256Password,
  ed25519,
  parsec,
  secondFactor,
  restricted,
  connection,
  commands,
  query,
  statements,
  errors,
  lastStatement,
  namedStatements,
  transactionStatements,
  readOnly,
  administration,
  kill,
  queryAttributes,
  mariadbCapabilities,
  mariadbMetadata,
  mariadbStatements,
  infile,
  infilePrepared,
  compressedLogin,
  frames,
  binlog,
  registerReplica,
  proxyTaken,
  proxyRefused,
  size,
  time,
  preparedPrepare,
  preparedParameters,
  preparedSession,
  preparedTypes,
  preparedOwnTable,
  preparedPrecision,
  preparedExecute,
  preparedFailedExecution,
  preparedIds,
  preparedLongData,
  preparedCursor,
  preparedCursorState,
  preparedResults,
  preparedCalls,
  preparedLifetime,
  preparedAnswerEnd,
  preparedAttributes,
  preparedBulk,
  resultsetColumns,
  resultsetValues,
  resultsetOwnTable,
  resultsetShape,
  resultsetSizes,
  resultsetLeftOut,
  resultsetOk,
  resultsetTransaction,
  resultsetCharacterSet,
  multiStatements,
  multiCall,
  sessionReset,
  otherSessions,
  sessionAgreed,
  sessionChangeUser,
  sessionChangeUserState,
  sessionConnectionId,
  leftBehind,
  sessionTracking,
  sessionUndisturbed,
  quit,
  framing,
  sequence,
  pipelining,
  wrongFirstPacket,
  earlyData,
  healthCheck,
  proxysqlLogin,
  proxysqlCommand,
  proxysqlPrepared,
  proxysqlSession,
  backend,
  haproxyRegression,
  maxscaleRegression,
  maxscaleStatements,
  tidbRegression,
  vitessRegression,
  serversRegression,
  clientsRegression,
];
export const suites: readonly Case[] = files.flat();

export { untested } from './untested.ts';

/** The areas, in the order of the suites. */
export const areas: readonly string[] = [...new Set(suites.map(areaOf))];
