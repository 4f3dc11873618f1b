/** Bugs of servers and of proxies other than ProxySQL, each as its report tells it. */
export const regressionOther = {
  'quits-block-host': 'refuses every client with ERR 1129 once twelve have quit right behind their login (HAProxy#187)',
  'unfinished-logins-block-host': 'refuses every client with ERR 1129 once twelve have gone without a login',
  'tls-required-answered-with-1156': 'answers a login in the clear of an account that requires TLS with ERR 1156',
  'short-first-packet-stops-server': 'crashes on a first packet of fewer than 32 bytes (TiProxy#956)',
  'long-login-stops-server': 'crashes on a first packet of more than 4096 bytes (go-sql-driver#1482)',
  'missing-attributes-stop-server': 'crashes where CONNECT_ATTRS is set and no attributes are there (mysql2 before 3.21.1)',
  'empty-first-packet-stops-server': 'crashes on an empty packet in answer to the greeting (Vitess#4357)',
  'disorderly-first-packet-keeps-open':
    'leaves a connection open whose first packet has a wrong sequence id, also behind the end of its client',
  'disorderly-first-packet-stops-server': 'crashes on a first packet with a wrong sequence id (Vitess#2835)',
  'malformed-response-stops-server': 'crashes on a HandshakeResponse41 that ends inside a field (TiDB#2242)',
  'unterminated-user-stops-server': 'crashes on a user name without its NUL (go-mysql#557)',
  'ssl-flag-needed-twice': 'refuses a login over TLS that does not set SSL again (MaxScale before 2.2.17)',
  'statistics-unanswered': 'does not answer COM_STATISTICS (MaxScale before 2.2.5)',
  'kill-err-counts-on': 'gives the ERR for KILL of an unknown id sequence id 2 (MaxScale before 2.2.6)',
  'kill-with-comment-hangs': 'does not answer KILL with a comment inside (MaxScale)',
  'kill-of-nobody-loses-next-command': 'throws away what came in the segment of a KILL (MaxScale)',
  'second-statement-unanswered': 'does not answer several statements in one query (MaxScale before 2.2.14)',
  'session-state-unasked': 'tells clients without SESSION_TRACK of another default database (MaxScale before 23.08.2)',
  'cache-metadata-of-another-client':
    'puts the byte of CACHE_METADATA behind every column count once a client has asked for it (MDEV-19237)',
  'unknown-thread-code-of-the-client': 'tells of an unknown thread with the code 2003, which belongs to clients',
  'err-behind-err-sequence-zero': 'numbers an ERR that follows another one 0 (MaxScale before 2.3.9)',
  'quit-behind-login-ignored': 'keeps the connection open on COM_QUIT right behind the login (mysqljs#1277)',
  'quit-for-a-proof-hangs': 'waits for ever when COM_QUIT answers its AuthSwitchRequest',
} as const;
