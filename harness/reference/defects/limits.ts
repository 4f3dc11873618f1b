/** What is large, slow or idle is not borne. */
export const limits = {
  'continues-four-bytes-early': 'takes a packet of 0xFFFFFB bytes and more for one that is continued (MaxScale)',
  'joins-only-two-packets': 'joins a packet of 0xFFFFFF bytes with the next one, and no more',
  'no-limit-for-packets': 'takes packets of any size',
  'too-large-closes-silently': 'ends the connection without an ERR when a command is too large',
  'full-answer-without-empty-packet': 'leaves out the empty packet behind a payload of 0xFFFFFF bytes',
  'continued-answer-keeps-sequence-id': 'gives the second packet of a payload the sequence id of the first',
  'large-answer-breaks-off': 'sends the first MiB of an answer and closes',
  'late-reader-given-up': 'gives up a client that has not read an answer within 200 ms',
  'affected-rows-modulo-256': 'writes affected rows into one byte',
  'long-database-name-closes': 'closes without an ERR on a database name of more than 64 characters',
  'wait-timeout-ignored': 'never ends an idle session',
  'wait-timeout-at-once': 'ends a session with a wait_timeout of its own as soon as it is idle',
  'wait-timeout-silent': 'ends an idle session without the ERR that says so',
  'wait-timeout-err-counts-on': 'tells an idle client of its end with the sequence id behind the last answer',
  'slow-login-refused': 'gives up a login that takes more than a second',
  'backlog-of-commands-closes': 'closes when more than 500 bytes of commands wait',
} as const;
