/** What some clients did is paid for by the others. */
export const neighbours = {
  'silent-clients-block-host':
    'refuses every client with ERR 1129 while one that has yet to log in has seen twelve others go without a byte (HAProxy, mysql-check without a user)',
  'denied-logins-block-host': 'refuses every client with ERR 1129 once twelve logins in a row were denied (HAProxy#2934)',
  'quits-of-others-end-session': 'ends a session that has sent no command while ten others have quit (ephpm#221)',
} as const;
