/** The first packet of the client is no HandshakeResponse. */
export const firstPacket = {
  'garbage-hangs': 'never answers a first packet that is malformed (ProxySQL)',
  'garbage-closes-silently': 'closes without an ERR when the first packet is malformed',
  'garbage-takes-server-down': 'stops listening and drops every connection when the first packet is malformed',
  'long-proxy-header-stops-server': 'crashes on a PROXY header of version 2 that announces more than 512 bytes, whoever sends it',
  'full-first-header-stops-server': 'crashes on a header of 16 MiB - 1 bytes before the login',
  'http-gets-answered': 'answers an HTTP request with HTTP',
  'tls-hello-hangs': 'waits for ever on a TLS ClientHello',
  'proxy-header-swallowed': 'takes a PROXY header from anybody and goes on as if nothing had been sent',
  'commands-run-before-the-login': 'carries out commands of a client that has not logged in',
  'bad-handshake-takes-login': 'logs in a client whose first packet ends before the user name does',
} as const;
