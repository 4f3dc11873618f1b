import type { Measured } from './question.ts';

/** Of a proxy that gives each client a connection of its own and passes bytes on. Measured on 2026-11-26. */
const ownConnection = {
  quit: 'rolled back, lock free',
  'quit-at-the-server': 'COM_QUIT, FIN',
  'quit-rows': '0',
  fin: 'rolled back, lock free',
  'fin-at-the-server': 'FIN',
  'fin-rows': '0',
  rst: 'rolled back, lock free',
  'rst-at-the-server': 'RST',
  'rst-rows': '0',
  'fin-running': 'transaction open, lock held, statement runs on',
  'fin-running-at-the-server': 'FIN',
  'fin-running-rows': '0',
  'rst-running': 'transaction open, lock held, statement runs on',
  'rst-running-at-the-server': 'RST',
  'rst-running-rows': '0',
} as const;

/** Of the newest ProxySQL. */
const proxysql = {
  ...ownConnection,
  'quit-at-the-server': 'COM_CHANGE_USER, SET, then another client has it',
  'fin-at-the-server': 'COM_CHANGE_USER, SET, then another client has it',
  'rst-at-the-server': 'COM_CHANGE_USER, SET, then another client has it',
  'fin-running': 'rolled back, lock free, statement ended',
  'fin-running-at-the-server': 'KILL by another connection, COM_QUIT, FIN',
  'rst-running': 'rolled back, lock free, statement ended',
  'rst-running-at-the-server': 'KILL by another connection, COM_QUIT, FIN',
} as const;

/** Measured on 2026-11-26, with HAProxy 2.6 and 3.0, nginx 1.22 and 1.26, MySQL Router 9.7, MaxScale 24.02. */
export const clientGoneMeasured: Measured = {
  haproxy: ownConnection,
  maxscale: {
    ...ownConnection,
    'fin-at-the-server': 'COM_QUIT, FIN',
    'rst-at-the-server': 'COM_QUIT, FIN',
    'fin-running-at-the-server': 'COM_QUIT, FIN',
    'rst-running-at-the-server': 'COM_QUIT, FIN',
  },
  mysqlrouter: {
    ...ownConnection,
    'rst-at-the-server': 'FIN',
    'rst-running-at-the-server': 'FIN',
  },
  'mysqlrouter-sharing': {
    ...ownConnection,
    quit: 'transaction open, lock held',
    'rst-at-the-server': 'FIN',
    'rst-running-at-the-server': 'FIN',
  },
  'mysqlrouter-splitting': {
    ...ownConnection,
    quit: 'transaction open, lock held',
    'rst-at-the-server': 'FIN',
    'rst-running-at-the-server': 'FIN',
  },
  nginx: {
    ...ownConnection,
    'rst-at-the-server': 'FIN',
    'rst-running-at-the-server': 'FIN',
  },
  proxysql,
  'proxysql@2.0.17': proxysql,
  'proxysql@2.0.18': proxysql,
};
