/**
 * Cases that only broad defects kill, those that turn more than a tenth of the catalogue red: what they ask is a part of
 * almost every conversation (one greeting, an OK behind a login, sequence ids, the end behind COM_QUIT), or the fault that
 * they are about spoils whatever comes behind it. A broad defect proves that such a case can fail, and little about the
 * case alone. A case leaves this list when it gets a narrow defect; none may be added.
 */
export const broadlyKilled: readonly string[] = [
  'greeting/comes-once',
  'greeting/protocol-version',
  'handshake-response-41/all-harmless-flags',
  'handshake-response-41/without-secure-connection',
  'login/empty-password',
  'login/stays-open',
  'login/auth-switch-with-password',
  'auth/switch-counts-on',
  'command/ping-with-trailing-bytes',
  'command/unanswered-client-is-kept',
  'command/select',
  'command/two-selects',
  'infile/command-behind-the-file',
  'compression/quit',
  'prepared/prepare-ok-layout',
  'resultset/column-unsigned',
  'quit/after-commands',
  'quit/and-half-close',
  'framing/unfinished-payload-waits',
  'framing/answers-have-true-lengths',
  'sequence/refusal',
  'sequence/each-command-starts-anew',
  'sequence/resultset',
  'sequence/error',
  'first-packet/greeting-sent-back',
  'regression/proxysql-3992-extended-metadata-unasked',
  'regression/backend-err-behind-rows',
  'regression/proxysql-3410-ok-in-place-of-rows',
  'regression/proxysql-3821eec8-end-behind-a-whole-answer',
  'regression/backend-end-in-an-answer',
  'regression/backend-end-without-an-answer',
  'regression/proxysql-526-packet-too-large-and-end',
  'regression/ephpm-221-quit-of-a-pooled-session',
  'regression/haproxy-checks-without-user-lock-out',
  'regression/haproxy-2934-checks-are-no-errors',
  'regression/sqlx-4092-prepare-ok-of-12-bytes',
];
