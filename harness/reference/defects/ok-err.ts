/** An OK or an ERR packet is wrong in one field. */
export const okErr = {
  'err-without-sqlstate': 'leaves out marker and SQLSTATE of the ERR for a client that speaks 4.1',
  'err-without-marker': 'sends the SQLSTATE of an ERR without the # before it',
  'err-doubled-marker': 'writes the # of an ERR twice and so cuts the SQLSTATE (ProxySQL before 1.3)',
  'err-without-message': 'sends every ERR with an empty message',
  'err-code-of-the-client': 'sends every ERR with code 2013, which belongs to the client library',
  'handshake-320-err-with-sqlstate': 'sends marker and SQLSTATE to a client that does not speak 4.1',
  'handshake-320-gets-41-ok': 'sends the 7-byte OK to a client that does not speak 4.1',
  'three-byte-ok-to-41-client': 'sends the 3-byte OK of protocol 3.20 to a client that speaks 4.1',
  'ok-trailing-bytes': 'puts four bytes behind the last field of every OK',
  'ok-truncated': 'leaves out the warnings of every OK',
  'ok-starts-with-fe': 'answers a login with an OK whose header is 0xFE',
  'ok-session-state-missing': 'sets SERVER_SESSION_STATE_CHANGED in an OK that carries no state (ProxySQL#2915)',
  'ok-affected-rows-wrong': 'reports one affected row where there is none',
  'status-flags-zero': 'sends every OK and EOF with status flags 0',
  'transaction-flag-missing': 'never sets SERVER_STATUS_IN_TRANS',
} as const;
