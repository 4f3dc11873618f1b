import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Step } from '../../harness/case/step.ts';
import { answerBytes } from '../auth-steps.ts';
import { manual } from '../manual.ts';
import { anyErr, closes, ended, err, greeting, notTaken, ok, readError, works } from '../steps.ts';

const source = [
  manual['mysql/wrong-guess-gets-auth-switch'],
  manual['mysql/auth-switch-layout'],
  manual['mysql/auth-switch-response-gets-more-err-or-ok'],
  manual['mariadb/wrong-plugin-restarts-authentication'],
  manual['mariadb/auth-switch-layout'],
  manual['mariadb/auth-switch-ends-with-ok-or-err'],
] as const;

const OTHER = 'mywire_no_such_plugin';
const guessWrong = { send: { message: 'HandshakeResponse41', account: 'check', with: { authPluginName: OTHER } } } as const;
/** The client is asked for the account's plugin, and answers. */
const switches = (password: 'right' | 'wrong') =>
  [
    { send: { message: 'HandshakeResponse41', account: 'login', password, with: { authPluginName: OTHER } } },
    { expect: [{ packet: 'AuthSwitchRequest', sequenceId: 2 }] },
    { send: { message: 'AuthSwitchResponse', proof: {} } },
  ] as const satisfies readonly Step[];
/** The plugins whose scramble has a length that the manuals give; what another one sends is its own affair. */
const twentyBytes = '(?:mysql_native_password|caching_sha2_password)\\x00';
const switchRequest = (data: string) =>
  ({ packet: 'AuthSwitchRequest', sequenceId: 2, where: { payload: { pattern: `^\\xfe${data}` } } }) as const satisfies Alternative;
const switchRequests = [
  switchRequest(`${twentyBytes}.{20}\\x00?$`),
  switchRequest(`(?!${twentyBytes}|${OTHER}\\x00)[A-Za-z0-9_]+\\x00`),
] as const;

/** The client has guessed another method than the account's. */
export const cases = [
  {
    id: 'login/auth-switch-request',
    title:
      'a client that names another plugin gets an AuthSwitchRequest with plugin name and scramble, of 20 bytes where the manuals say so',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/native-challenge-and-response-are-20-bytes'],
      manual['mysql/caching-sha2-scramble'],
      manual['mariadb/native-seed-is-20-bytes'],
    ],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }],
    script: [greeting, guessWrong, { expect: switchRequests }],
    killedBy: [
      'auth-switch-missing',
      'auth-switch-without-scramble',
      'auth-switch-name-without-nul',
      'auth-switch-short-scramble',
      'auth-switch-names-plugin-of-client',
      'unknown-plugin-closes',
    ],
  },
  ...(['auth_socket', 'unix_socket'] as const).map(
    (plugin) =>
      ({
        id: `login/${plugin.replace('_', '-')}-of-a-client-proves-nothing`,
        title: `a client that names ${plugin} as its plugin, and proves nothing, does not get into an account with a password`,
        level: 'MUST',
        source: [...source, manual['mysql/error-1045-access-denied'], manual['mariadb/error-1045-access-denied']],
        needs: ['login-account', { offers: 'PLUGIN_AUTH' }],
        script: [
          greeting,
          {
            send: {
              message: 'HandshakeResponse41',
              account: 'login',
              password: 'empty',
              with: { authPluginName: plugin },
            },
          },
          {
            expect: [
              { packet: 'AuthSwitchRequest', sequenceId: 2, then: [answerBytes(''), notTaken, ended] },
              { ...anyErr, then: [ended] },
            ],
          },
        ],
        deliveries: ['whole'],
        killedBy: ['socket-plugin-of-client-believed'],
      }) as const satisfies Case,
  ),
  {
    id: 'login/auth-switch-with-empty-password',
    title: 'an empty AuthSwitchResponse is enough for an account without a password, of mysql_native_password or caching_sha2_password',
    // Of mysql_native_password no page says what stands for no password here.
    level: 'SHOULD',
    source: [...source, manual['mysql/caching-sha2-empty-password']],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      guessWrong,
      {
        expect: [
          {
            packet: 'AuthSwitchRequest',
            where: { payload: { pattern: `^\\xfe${twentyBytes}` } },
            then: [{ send: { message: 'AuthSwitchResponse' } }, { expect: [{ packet: 'OK', sequenceId: 4 }] }, ...works],
          },
          // What stands for no password with another plugin is its own affair.
          { packet: 'AuthSwitchRequest', then: [] },
        ],
      },
    ],
    link: 'https://jira.mariadb.org/browse/MXS-4094',
    killedBy: ['auth-switch-empty-response-refused', 'auth-switch-loops', 'auth-switch-missing'],
  },
  {
    id: 'login/auth-switch-with-password',
    title: 'an account with a password gets in after an AuthSwitchRequest',
    level: 'MUST',
    source,
    needs: ['login-account', { offers: 'PLUGIN_AUTH' }],
    script: [greeting, ...switches('right'), ok, ...works],
    deliveries: ['whole', 'bytes'],
    killedBy: ['auth-switch-loops', 'auth-switch-missing', 'refuses-right-password', 'auth-switch-checks-greeting-scramble'],
  },
  {
    id: 'login/auth-switch-with-wrong-password',
    title: 'a wrong password after an AuthSwitchRequest is refused with ERR 1045',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/error-1045-access-denied'],
      manual['mariadb/error-1045-access-denied'],
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['login-account', { offers: 'PLUGIN_AUTH' }],
    script: [greeting, ...switches('wrong'), { expect: [err(1045, '28000')] }, ended],
    killedBy: ['accepts-any-password', 'auth-switch-loops', 'auth-switch-missing'],
  },
  {
    id: 'login/auth-switch-answered-with-one-byte',
    title: 'a client that gives up an auth switch with a packet of one byte is refused',
    level: 'MUST',
    source: [...source, manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers']],
    needs: ['login-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', with: { authPluginName: OTHER } } },
      { expect: [{ packet: 'AuthSwitchRequest' }] },
      { send: { message: 'AuthSwitchResponse', with: { data: '01' } } },
      // caching_sha2_password may go on to the full exchange, and 0x01 asks sha256_password for its key: there is no password in it either.
      {
        expect: [
          anyErr,
          closes,
          {
            packet: 'AuthMoreData',
            then: [{ send: { message: 'AuthSwitchResponse', with: { data: '01' } } }, notTaken, ended],
          },
        ],
      },
      ended,
    ],
    link: 'https://github.com/sysown/proxysql/commit/59a18fb8',
    killedBy: ['accepts-any-password', 'auth-switch-loops'],
  },
  {
    id: 'login/auth-switch-not-answered',
    title: 'a client that ends its half instead of answering an AuthSwitchRequest gets the end of the connection',
    level: 'SHOULD',
    source: [manual['mysql/auth-switch-is-answered-or-closed'], manual['tcp/half-closed-may-still-send']],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      guessWrong,
      { expect: [{ packet: 'AuthSwitchRequest' }] },
      { do: 'half-close' },
      { expect: [readError, closes] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['half-close-keeps-open', 'auth-switch-missing'],
  },
  {
    id: 'login/empty-plugin-name',
    title: 'an empty plugin name is answered with OK, or with an AuthSwitchRequest that leads there',
    level: 'SHOULD',
    source: [...source, manual['mysql/response41-plugin-name'], manual['mariadb/response-plugin-name']],
    needs: ['check-account', { offers: 'PLUGIN_AUTH' }],
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'check', with: { authPluginName: '' } } }, ok, ...works],
    link: 'https://jira.mariadb.org/browse/MXS-3069',
    killedBy: ['refuses-empty-password', 'empty-plugin-name-refused'],
  },
] as const satisfies readonly Case[];
