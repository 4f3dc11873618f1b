import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { answer, answerBytes, OTHER_PLUGIN } from '../auth-steps.ts';
import { times } from '../bytes.ts';
import { manual } from '../manual.ts';
import {
  asksForAttribute,
  deniedNobodyInWords,
  everywhere,
  everywhereIsSelected,
  saysAttribute,
  selectsWhatIsNamed,
  value,
} from '../query-steps.ts';
import { anyErr, asksForOldPassword, closes, deniedNobodySource, ended, greeting, notTaken, ok, works } from '../steps.ts';

const source = [
  manual['mysql/wrong-guess-gets-auth-switch'],
  manual['mysql/auth-switch-layout'],
  manual['mariadb/wrong-plugin-restarts-authentication'],
  manual['mariadb/auth-switch-layout'],
  manual['mariadb/auth-switch-ends-with-ok-or-err'],
] as const;
const guessWrong = (account: 'check' | 'login' | 'native' | 'sha2', add: readonly ('MULTI_STATEMENTS' | 'DEPRECATE_EOF')[] = []) =>
  ({ send: { message: 'HandshakeResponse41', account, capabilities: { add }, with: { authPluginName: OTHER_PLUGIN } } }) as const;
/** What is no proof is refused; caching_sha2_password may go on to the full exchange, where the packet has no password either. */
const noProof = {
  expect: [
    { ...anyErr, sequenceId: 4 },
    closes,
    { packet: 'AuthMoreData', sequenceId: 4, where: { data: '04' }, then: [answerBytes('00'), notTaken, ended] },
  ],
} as const satisfies Step;
const asked = { expect: [{ packet: 'AuthSwitchRequest' }] } as const;

/** AuthSwitchRequest beyond the first one that suites/login looks at. */
export const cases = [
  {
    id: 'auth/switch-scramble-ends-with-nul',
    title: 'the scramble in an AuthSwitchRequest to mysql_native_password is 20 bytes without a NUL, and a NUL',
    // MySQL's pages do not say how it ends.
    level: 'SHOULD',
    source: [
      ...source,
      manual['mariadb/native-seed-is-a-nul-string'],
      manual['mariadb/native-seed-is-20-bytes'],
      manual['mysql/native-challenge-and-response-are-20-bytes'],
    ],
    needs: [{ account: 'native' }, { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      guessWrong('native'),
      {
        expect: [{ packet: 'AuthSwitchRequest', where: { payload: { pattern: '^\\xfemysql_native_password\\x00[^\\x00]{20}\\x00$' } } }],
      },
    ],
    deliveries: ['whole'],
    tries: 50,
    killedBy: ['auth-switch-scramble-unterminated', 'auth-switch-scramble-with-nul', 'auth-switch-short-scramble'],
  },
  {
    id: 'auth/switch-sha2-scramble-ends-with-nul',
    title: 'the scramble in an AuthSwitchRequest to caching_sha2_password is 20 bytes without a NUL, and a NUL',
    // So MySQL sends it; no page says how it ends, and MariaDB 10.11 and 11.8 do not have the plugin.
    level: 'OBSERVE',
    source: [...source, manual['mysql/caching-sha2-scramble']],
    needs: [{ account: 'sha2' }, { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      guessWrong('sha2'),
      {
        expect: [{ packet: 'AuthSwitchRequest', where: { payload: { pattern: '^\\xfecaching_sha2_password\\x00[^\\x00]{20}\\x00$' } } }],
      },
    ],
    deliveries: ['whole'],
    tries: 50,
    killedBy: ['auth-switch-scramble-unterminated'],
  },
  {
    id: 'auth/switch-scramble-differs',
    title: 'no two connections get the same scramble in an AuthSwitchRequest',
    // As in the greeting: that it is random MySQL's pages say, and MariaDB's only of its own plugins.
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/native-challenge-and-response-are-20-bytes'],
      manual['mysql/caching-sha2-scramble'],
      manual['mariadb/ed25519-signs-the-nonce'],
    ],
    // The plugin of the greeting, which has a scramble; dialog asks everybody the same.
    needs: ['login-account', { firstProof: 'login' }, { offers: 'PLUGIN_AUTH' }],
    script: [greeting, guessWrong('login'), asked],
    deliveries: ['whole'],
    tries: 20,
    differs: ['AuthSwitchRequest.data'],
    killedBy: ['auth-switch-scramble-repeats'],
  },
  {
    id: 'auth/switch-every-right-proof',
    title: 'the right answer to an AuthSwitchRequest is accepted whatever bytes it has, a NUL included',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/auth-switch-response-is-opaque'],
      manual['mysql/native-formula'],
      manual['mysql/caching-sha2-scramble'],
      manual['mariadb/native-formula'],
    ],
    needs: ['login-account', { offers: 'PLUGIN_AUTH' }],
    script: [greeting, guessWrong('login'), asked, answer(), ok],
    deliveries: ['whole'],
    // One proof of 20 bytes in fourteen has a NUL.
    tries: 200,
    link: 'https://github.com/sysown/proxysql/issues/1944',
    killedBy: ['auth-switch-response-cut-at-nul', 'auth-switch-checks-greeting-scramble'],
  },
  {
    id: 'auth/switch-counts-on',
    title: 'the packets of a login with an AuthSwitchRequest are numbered 1, 2, 3, 4 and so on',
    level: 'MUST',
    source: [...source, manual['mysql/sequence-id-increments-and-wraps'], manual['mariadb/sequence-number-follows-last-received']],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      guessWrong('check'),
      { expect: [{ packet: 'AuthSwitchRequest', sequenceId: 2 }] },
      { send: { message: 'AuthSwitchResponse', sequenceId: 3, proof: {} } },
      // With two rounds more of a plugin like parsec it is 6.
      { expect: [{ packet: 'OK' }] },
      ...works,
    ],
    killedBy: ['auth-switch-sequence-restarts', 'empty-switch-response-not-counted'],
  },
  {
    id: 'auth/switch-keeps-capabilities',
    title: 'the capabilities of the handshake response hold behind an AuthSwitchRequest',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/capabilities-are-an-intersection'],
      manual['mysql/multi-statement'],
      manual['mariadb/multi-statements'],
      manual['mysql/resultset-terminator'],
      manual['mariadb/resultset-terminator'],
    ],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }, { offers: 'MULTI_STATEMENTS' }, { offers: 'DEPRECATE_EOF' }],
    script: [
      greeting,
      guessWrong('check', ['MULTI_STATEMENTS', 'DEPRECATE_EOF']),
      asked,
      answer(),
      ok,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1; SELECT 2' } } },
      { expect: [{ packet: 'TextResultset', where: { first: '1' } }] },
      { expect: [{ packet: 'TextResultset', where: { first: '2' } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['auth-switch-loses-capabilities', 'auth-switch-loses-deprecate-eof'],
  },
  {
    id: 'auth/switch-keeps-database',
    title: 'the database that the handshake response names is selected behind an AuthSwitchRequest, too',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/response41-database'],
      manual['mysql/database-function'],
      manual['mariadb/response-database'],
      manual['mariadb/database-function'],
    ],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }, { offers: 'CONNECT_WITH_DB' }, selectsWhatIsNamed],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_WITH_DB'] },
          with: { authPluginName: OTHER_PLUGIN, database: everywhere },
        },
      },
      asked,
      answer(),
      ok,
      ...everywhereIsSelected,
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['auth-switch-loses-database', 'login-selects-another-database'],
  },
  {
    id: 'auth/switch-keeps-attributes',
    title: 'a connection attribute of the handshake response is in performance_schema behind an AuthSwitchRequest, too',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/attributes-are-in-performance-schema'],
      manual['mysql/response41-attributes'],
      manual['mariadb/attributes-are-in-performance-schema'],
      manual['mariadb/response-attributes'],
    ],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }, { offers: 'CONNECT_ATTRS' }, { feature: 'connect-attributes' }],
    script: [greeting, saysAttribute({ authPluginName: OTHER_PLUGIN }), asked, answer(), ok, asksForAttribute, value('was here'), ...works],
    deliveries: ['whole'],
    killedBy: ['auth-switch-loses-attributes', 'attributes-forgotten'],
  },
  {
    id: 'auth/switch-answered-with-30000-bytes',
    title: 'an answer of 30000 bytes to an AuthSwitchRequest is refused',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/auth-switch-response-gets-more-err-or-ok'],
      manual['mysql/ok-or-err-ends-auth'],
      // What a right answer would be.
      manual['mysql/native-challenge-and-response-are-20-bytes'],
      manual['mysql/caching-sha2-scramble'],
      manual['mariadb/native-formula'],
    ],
    needs: ['login-account', { offers: 'PLUGIN_AUTH' }],
    script: [greeting, guessWrong('login'), asked, answerBytes(times(30_000, 0x41)), noProof, ended],
    deliveries: ['whole'],
    killedBy: ['proof-of-another-length-accepted', 'accepts-any-password'],
  },
  {
    id: 'auth/switch-answered-with-a-command',
    title: 'a COM_QUERY in place of the answer to an AuthSwitchRequest is not carried out',
    level: 'MUST',
    source: [...source, manual['mysql/auth-switch-is-answered-or-closed'], manual['mysql/auth-ok-enters-command-phase']],
    needs: ['login-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      guessWrong('login'),
      asked,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' }, sequenceId: 3 } },
      noProof,
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['auth-switch-answered-with-a-query-runs', 'accepts-any-password'],
  },
  {
    id: 'auth/clear-password-gets-auth-switch',
    title: "a client that offers mysql_clear_password gets in, or is asked for the account's own plugin",
    level: 'MUST',
    source: [...source, manual['mysql/clear-password-is-a-nul-string'], manual['mariadb/clear-password-only-with-tls']],
    needs: ['login-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'login',
          proof: { as: 'clear' },
          with: { authPluginName: 'mysql_clear_password' },
        },
      },
      // A server that has the password may take it: ProxySQL does.
      {
        expect: [
          // One that asks for it again must let it in.
          {
            packet: 'AuthSwitchRequest',
            sequenceId: 2,
            where: { pluginName: 'mysql_clear_password' },
            then: [answer({ as: 'clear' }), ok, ...works],
          },
          { packet: 'AuthSwitchRequest', sequenceId: 2 },
          { packet: 'OK', then: works },
        ],
      },
      answer(),
      ok,
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['auth-switch-missing', 'auth-switch-names-plugin-of-client'],
  },
  {
    id: 'auth/ed25519-without-plugin-auth',
    title: 'a client without PLUGIN_AUTH does not get into an account that needs a nonce of its own, nor is asked for its plugin',
    // MySQL's manual has it refused; MariaDB's lets a server ask for the old password.
    level: 'SHOULD',
    source: [
      manual['mysql/old-auth-switch-is-one-byte'],
      manual['mariadb/auth-switch-old-is-one-byte'],
      manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
      manual['mysql/auth-switch-needs-plugin-auth'],
      manual['mariadb/ed25519-signs-the-nonce'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: [{ account: 'ed25519' }, { feature: 'ed25519' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'ed25519', capabilities: { drop: ['PLUGIN_AUTH'] } } },
      { expect: [anyErr, asksForOldPassword] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['sends-auth-switch-to-client-without-plugin-auth', 'client-without-plugin-auth-let-in', 'no-plugin-auth-closes'],
  },
  {
    id: 'auth/sha256-without-plugin-auth',
    title: 'a client without PLUGIN_AUTH is refused with an ERR for an account of sha256_password',
    level: 'MUST',
    source: [
      manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
      manual['mysql/auth-switch-needs-plugin-auth'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: [{ account: 'sha256' }, { feature: 'sha256-password' }, { dialect: 'mysql' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'sha256', capabilities: { drop: ['PLUGIN_AUTH'] } } },
      { expect: [anyErr] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['sends-auth-switch-to-client-without-plugin-auth', 'client-without-plugin-auth-let-in', 'no-plugin-auth-closes'],
  },
  {
    id: 'auth/unknown-user-reads-like-a-wrong-password',
    title: 'the ERR for a user that does not exist reads like the one for a wrong password',
    level: 'SHOULD',
    source: [...deniedNobodySource, manual['mysql/auth-err-closes-connection']],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'unknown', password: 'wrong' } },
      // In capitals or not, as with a wrong password (suites/login).
      {
        expect: deniedNobodyInWords(
          "Access denied for user 'mywire_nobody'@'[^']*' \\(using password: ([Yy][Ee][Ss]|[Nn][Oo])\\)$",
          'check',
        ),
      },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['unknown-user-in-other-words'],
  },
] as const satisfies readonly Case[];
