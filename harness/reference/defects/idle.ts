/** A client that says nothing for a while, where it may, is not left alone. */
export const idle = {
  'silent-client-greeted-again': 'greets a client again that has not answered its greeting within 100 ms',
  'unfinished-first-packet-refused': 'refuses a first packet with ERR 1043 whose last bytes are not there within 100 ms',
  'unfinished-first-packet-unheard': 'never answers a first packet whose last bytes are not there within 100 ms',
  'late-tls-hello-unheard': 'never answers a ClientHello that is not there 100 ms behind its SSLRequest',
  'idle-behind-login-closes': 'closes when no command has come 100 ms behind the OK of a login',
  'idle-client-closed': 'closes when no command has come 100 ms behind the answer to one',
  'idle-client-gets-ok': 'sends an OK to a client that has been idle for 100 ms behind a command',
} as const;
