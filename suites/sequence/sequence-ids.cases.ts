import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { anyErr, ended, greeting, loggedIn, loginAsCheck, quit } from '../steps.ts';

const ids = [
  manual['mysql/sequence-id-increments-and-wraps'],
  manual['mysql/error-1156-packets-out-of-order'],
  manual['mariadb/sequence-number-follows-last-received'],
  manual['mariadb/error-1156-packets-out-of-order'],
] as const;
const refused = [...ids, manual['mysql/auth-err-closes-connection']] as const;
const perCommand = [
  manual['mysql/sequence-id-resets-per-command'],
  manual['mysql/command-has-sequence-id-zero'],
  manual['mysql/error-1156-packets-out-of-order'],
  manual['mariadb/sequence-number-starts-at-zero-per-query'],
  manual['mariadb/error-1156-packets-out-of-order'],
] as const;

/** The server sees the wrong id in the header and may answer before it has read the rest: nothing but whole is sent. */
const whole = ['whole'] as const;
/** Which id the ERR itself carries is not said: the count is lost. */
const outOfOrder = { packet: 'ERR', sequenceId: 'any', where: { errorCode: 1156 } } as const;
const responseWith = (sequenceId: number) => ({ send: { ...loginAsCheck.send, sequenceId } }) as const;

/** Sequence ids, right and wrong, of both sides. */
export const cases = [
  {
    id: 'sequence/handshake-response-with-0',
    title: 'a handshake response with sequence id 0 instead of 1 is refused with ERR 1156',
    level: 'SHOULD',
    source: refused,
    needs: ['check-account'],
    script: [greeting, responseWith(0), { expect: [outOfOrder] }, ended],
    deliveries: whole,
    killedBy: ['accepts-wrong-sequence-id', 'wrong-sequence-id-closes-silently'],
  },
  {
    id: 'sequence/handshake-response-with-2',
    title: 'a handshake response with sequence id 2 instead of 1 is refused with ERR 1156',
    level: 'SHOULD',
    source: refused,
    needs: ['check-account'],
    script: [greeting, responseWith(2), { expect: [outOfOrder] }, ended],
    deliveries: whole,
    killedBy: ['accepts-wrong-sequence-id', 'wrong-sequence-id-closes-silently'],
  },
  {
    id: 'sequence/handshake-response-with-5',
    title: 'a handshake response with sequence id 5 instead of 1 is refused with ERR 1156',
    level: 'SHOULD',
    source: refused,
    needs: ['check-account'],
    script: [greeting, responseWith(5), { expect: [outOfOrder] }, ended],
    deliveries: whole,
    killedBy: ['accepts-wrong-sequence-id', 'wrong-sequence-id-closes-silently'],
  },
  {
    id: 'sequence/handshake-response-with-255',
    title: 'a handshake response with sequence id 255 instead of 1 is refused with ERR 1156',
    level: 'SHOULD',
    source: refused,
    needs: ['check-account'],
    script: [greeting, responseWith(255), { expect: [outOfOrder] }, ended],
    deliveries: whole,
    killedBy: ['accepts-wrong-sequence-id', 'wrong-sequence-id-closes-silently'],
  },
  {
    id: 'sequence/auth-switch-response-with-5',
    title: 'an AuthSwitchResponse with sequence id 5 instead of 3 is refused with ERR 1156',
    level: 'SHOULD',
    source: [...refused, manual['mysql/wrong-guess-gets-auth-switch'], manual['mariadb/auth-answers']],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', with: { authPluginName: 'mywire_no_such_plugin' } } },
      { expect: [{ packet: 'AuthSwitchRequest', sequenceId: 2 }] },
      { send: { message: 'AuthSwitchResponse', sequenceId: 5 } },
      { expect: [outOfOrder] },
      ended,
    ],
    deliveries: whole,
    killedBy: ['accepts-wrong-sequence-id', 'auth-switch-missing', 'wrong-sequence-id-closes-silently'],
  },
  {
    id: 'sequence/command-with-1',
    title: 'a command with sequence id 1 instead of 0 is refused with ERR 1156',
    level: 'SHOULD',
    source: perCommand,
    needs: ['check-account'],
    script: [...loggedIn, { send: { message: 'COM_PING', sequenceId: 1 } }, { expect: [outOfOrder] }, ended],
    deliveries: whole,
    killedBy: ['accepts-wrong-command-sequence-id', 'wrong-sequence-id-closes-silently'],
  },
  {
    id: 'sequence/command-with-7',
    title: 'a command with sequence id 7 instead of 0 is refused with ERR 1156',
    level: 'SHOULD',
    source: perCommand,
    needs: ['check-account'],
    script: [...loggedIn, { send: { message: 'COM_PING', sequenceId: 7 } }, { expect: [outOfOrder] }, ended],
    deliveries: whole,
    killedBy: ['accepts-wrong-command-sequence-id', 'wrong-sequence-id-closes-silently'],
  },
  {
    id: 'sequence/login-answer',
    title: 'the greeting has sequence id 0, and the OK behind the handshake response 2',
    level: 'MUST',
    source: [
      manual['mysql/sequence-id-starts-at-zero'],
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mariadb/sequence-number-follows-last-received'],
    ],
    needs: ['check-account', { firstProof: 'check' }],
    script: [{ expect: [{ packet: 'HandshakeV10', sequenceId: 0 }] }, loginAsCheck, { expect: [{ packet: 'OK', sequenceId: 2 }] }],
    killedBy: ['greeting-sequence-one', 'answer-sequence-off-by-one', 'answer-sequence-zero'],
  },
  {
    id: 'sequence/refusal',
    title: 'the ERR that refuses a login counts on from the last packet of the client: 2, or 4 and more behind an auth switch',
    level: 'MUST',
    source: [
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mysql/ok-or-err-ends-auth'],
      manual['mariadb/sequence-number-follows-last-received'],
      manual['mariadb/auth-answers'],
      manual['mysql/wrong-guess-gets-auth-switch'],
      manual['mysql/auth-err-closes-connection'],
    ],
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'unknown' } }, { expect: [anyErr] }, ended],
    link: 'https://jira.mariadb.org/browse/MXS-2562',
    killedBy: ['err-sequence-zero', 'answer-sequence-off-by-one', 'answer-sequence-zero', 'unknown-user-denied-with-sequence-zero'],
  },
  {
    id: 'sequence/each-command-starts-anew',
    title: 'each answer to COM_PING has sequence id 1, however many came before',
    level: 'MUST',
    source: [manual['mysql/sequence-id-resets-per-command'], manual['mariadb/ping-answer-has-sequence-one']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', sequenceId: 1 }] },
      ...quit,
    ],
    killedBy: ['sequence-not-reset-by-commands', 'answer-sequence-off-by-one', 'answer-sequence-zero', 'pings-in-a-row-count-on'],
  },
  {
    id: 'sequence/resultset',
    title: 'the packets of a resultset are numbered one by one from 1, the definitions of several columns too',
    level: 'MUST',
    source: [
      manual['mysql/sequence-id-increments-and-wraps'],
      manual['mysql/sequence-id-resets-per-command'],
      manual['mysql/resultset-order'],
      manual['mariadb/ping-answer-has-sequence-one'],
      manual['mariadb/resultset-order'],
    ],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1, 2, 3' } } },
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 3, rows: 1 } }] },
      ...quit,
    ],
    killedBy: ['resultset-sequence-stuck', 'sequence-not-reset-by-commands', 'answer-sequence-zero', 'expressions-share-sequence-id'],
  },
] as const satisfies readonly Case[];
