import type { Measured } from './question.ts';

/** Of a proxy that gives each client a connection of its own and passes bytes on. Measured on 2026-11-26. */
const ownConnection = {
  bytes: 'the same, in order',
  login: 'nothing',
  ok: 'nothing',
  rows: 'nothing',
  error: 'nothing',
  warning: 'nothing',
  variable: 'nothing',
  prepare: 'nothing',
  'client-fin': 'FIN',
  'client-rst': 'RST',
  'half-close': 'FIN; the answer comes',
  'server-fin': 'FIN',
  'server-rst': 'FIN',
} as const;

/** Of the newest ProxySQL. */
const proxysql = {
  ...ownConnection,
  bytes: 'not the same',
  login:
    'HandshakeResponse41: size, capabilities, maxPacketSize, mariadbCapabilities, authResponse, attributes; HandshakeV10: size, serverVersion, threadId, scramble1, capabilitiesLow, characterSet, capabilitiesHigh, mariadbCapabilities, scramble2; OK: size, statusFlags, info, sessionState',
  rows: 'ColumnDefinition41: flags; EOF: put in; TextRow: sequence id; OK: left out',
  warning: 'ColumnDefinition41: flags; EOF: put in; TextRow: sequence id; OK: left out',
  prepare: 'ColumnDefinition41: type, sequence id; EOF: put in',
  'client-fin': 'nothing',
  'client-rst': 'nothing',
  'half-close': 'COM_QUIT, FIN; the answer is lost',
  'server-fin': 'nothing',
  'server-rst': 'nothing',
} as const;

const routerSharing = {
  ...ownConnection,
  bytes: 'not the same',
  login:
    'HandshakeResponse41: size, capabilities, authResponse, attributes; AuthSwitchResponse: put in; HandshakeV10: size, serverVersion, threadId, scramble1, capabilitiesLow, capabilitiesHigh, scramble2; AuthMoreData: data, put in; OK: sequence id, size, sessionState',
  rows: 'EOF: put in; TextRow: sequence id; OK: left out',
  warning: 'EOF: put in; TextRow: sequence id; OK: left out',
  prepare: 'EOF: put in; ColumnDefinition41: sequence id',
  'client-fin': 'nothing',
  'client-rst': 'nothing',
  'half-close': 'FIN, RST; the answer is lost',
  'server-fin': 'nothing',
  'server-rst': 'nothing',
} as const;

/** Measured on 2026-11-26, with HAProxy 2.6 and 3.0, nginx 1.22 and 1.26, MySQL Router 9.7, MaxScale 24.02. */
export const transparencyMeasured: Measured = {
  haproxy: ownConnection,
  maxscale: {
    ...ownConnection,
    bytes: 'not the same',
    login:
      'HandshakeResponse41: capabilities, maxPacketSize, authResponse; HandshakeV10: threadId, scramble1, capabilitiesLow, capabilitiesHigh, mariadbCapabilities, scramble2; OK: size, sessionState',
    prepare: 'StmtPrepareOK: statementId',
    'client-fin': 'COM_QUIT, FIN',
    'client-rst': 'COM_QUIT, FIN',
    'half-close': 'COM_QUIT, FIN, RST; the answer is lost',
    'server-fin': 'nothing',
    'server-rst': 'nothing',
  },
  mysqlrouter: {
    ...ownConnection,
    bytes: 'not the same',
    login:
      'HandshakeResponse41: size, capabilities, authPluginName, attributes; HandshakeV10: size, serverVersion, threadId, scramble1, capabilitiesLow, capabilitiesHigh, scramble2; OK: size, sessionState',
    'client-fin': 'FIN, RST',
    'client-rst': 'FIN, RST',
    'half-close': 'FIN, RST; the answer is lost',
  },
  'mysqlrouter-sharing': routerSharing,
  // It shares connections too.
  'mysqlrouter-splitting': routerSharing,
  nginx: {
    ...ownConnection,
    'client-rst': 'FIN',
    'half-close': 'FIN, RST; the answer is lost',
  },
  proxysql,
  'proxysql@2.0.17': {
    ...proxysql,
    rows: 'ColumnDefinition41: flags',
    warning: 'ColumnDefinition41: flags; EOF: warnings',
    prepare: 'ColumnDefinition41: type; EOF: statusFlags',
  },
  'proxysql@2.0.18': {
    ...proxysql,
    rows: 'ColumnDefinition41: flags',
    warning: 'ColumnDefinition41: flags; EOF: warnings',
    prepare: 'ColumnDefinition41: type; EOF: statusFlags',
  },
};
