import type { Measured } from './question.ts';

/** Of a proxy that gives each client a connection of its own and passes bytes on. Measured on 2026-11-26. */
const ownConnection = {
  refused: 'at login: 2013 without a packet',
  'before-greeting': 'at login: 2013 without a packet',
  silent: 'at login: silence',
  'after-greeting': 'at login: 2013 without a packet',
  'in-login': 'at login: 2013 without a packet',
  'idle-rst': '2006 without a packet (FIN)',
  'idle-fin': '2006 without a packet (FIN)',
  'read-rst': '2013 without a packet (FIN)',
  'read-fin': '2013 without a packet (FIN)',
  'read-silent': 'silence',
  'write-rst': '2013 without a packet (FIN); UPDATE done 1×',
  'result-rst': '2013 without a packet (FIN), cut inside a packet',
  'transaction-rst': '2006 without a packet (FIN); UPDATE done 0×',
} as const;

/** Of the newest ProxySQL. */
const proxysql = {
  ...ownConnection,
  refused: 'OK; next: goes on',
  'before-greeting': 'OK; next: goes on',
  silent: 'silence',
  'after-greeting': 'OK; next: goes on',
  'in-login': 'OK; next: goes on',
  'idle-rst': 'answered by a; next: answered by a',
  'idle-fin': 'answered by a; next: answered by a',
  'read-rst': 'answered; next: answered by a',
  'read-fin': 'answered; next: answered by a',
  'write-rst': 'OK; next: answered by a; UPDATE done 2×',
  'result-rst': 'the whole result, sequence id 6, expected 1; next: answered by a',
} as const;

/** Measured on 2026-11-26, with HAProxy 2.6 and 3.0, nginx 1.22 and 1.26, MySQL Router 9.7, MaxScale 24.02. */
export const serverGoneMeasured: Measured = {
  haproxy: ownConnection,
  maxscale: {
    ...ownConnection,
    refused: '2013 without a packet (FIN)',
    'before-greeting': '2013 without a packet (FIN)',
    silent: 'silence',
    'after-greeting': '2013 without a packet (FIN)',
    'in-login': '2013 without a packet (FIN)',
    'idle-rst': 'answered by b; next: answered by b',
    'idle-fin': 'answered by b; next: answered by b',
    'read-rst': 'answered; next: answered by b',
    'read-fin': 'answered; next: answered by b',
    'result-rst': '2013 without a packet (FIN)',
  },
  mysqlrouter: {
    ...ownConnection,
    refused: 'OK; next: goes on',
  },
  'mysqlrouter-sharing': {
    ...ownConnection,
    refused: 'OK; next: goes on',
    'idle-rst': '2013 without a packet (FIN)',
    'idle-fin': 'answered by a; next: answered by a',
  },
  nginx: {
    ...ownConnection,
    refused: 'OK; next: goes on',
  },
  proxysql,
  'proxysql@2.0.17': proxysql,
  'proxysql@2.0.18': proxysql,
};
