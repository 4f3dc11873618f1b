/** A login goes wrong for some clients only: those with these flags, this answer or this user. */
export const login = {
  'odbc-client-refused': 'refuses a client that sets ODBC',
  'verify-server-cert-refused': 'refuses a client that sets SSL_VERIFY_SERVER_CERT, which is no business of the server',
  'no-secure-connection-closes': 'closes without an answer when a client of 4.1 does not set SECURE_CONNECTION',
  'no-plugin-auth-closes': 'closes without an answer when a client of 4.1 does not set PLUGIN_AUTH',
  'no-plugin-auth-gets-1251': 'answers a client of 4.1 without PLUGIN_AUTH ERR 1251, whatever the plugin of its account',
  'flags-of-applications-refused': 'refuses a client that sets FOUND_ROWS and MULTI_STATEMENTS together',
  'empty-password-asks-for-a-switch': 'sends an AuthSwitchRequest to an account without a password that has used the right plugin',
  'empty-switch-response-not-counted': 'numbers the OK of a login 3, as the empty AuthSwitchResponse before it',
  'unknown-user-denied-with-sequence-zero': 'numbers the ERR that denies access to an unknown user 0',
  'greeting-sent-back-answered': 'takes a client that greets it for a server and logs in there',
  'remember-options-loses-upper-flags':
    'forgets the other flags from bit 24 on of a client that sets REMEMBER_OPTIONS, as if the flags were a signed number',
} as const;
