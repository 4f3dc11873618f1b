/** The client's bytes are there before the greeting has been sent or read. */
export const earlyData = {
  'no-greeting-before-data': 'waits for the first bytes of the client before it greets',
  'early-data-resets-without-greeting': 'resets a connection whose client spoke first, without greeting it (ProxySQL up to 2.0.17)',
  'early-data-closes-without-greeting': 'closes a connection whose client spoke first, without greeting it',
  'early-quit-resets-without-greeting': 'resets a connection that starts with COM_QUIT, without greeting it',
  'drops-early-data': 'greets, but throws away what came before the greeting',
  'early-data-loses-second-packet': 'keeps only the first of the packets that came before the greeting',
  'early-data-answered-before-greeting': 'answers an early HandshakeResponse first and greets afterwards',
} as const;
