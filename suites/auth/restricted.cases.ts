import type { Case } from '../../harness/case/case.ts';
import { answer, denied } from '../auth-steps.ts';
import { manual } from '../manual.ts';
import { execute, prepare } from '../prepared-steps.ts';
import { anyErr, closes, ended, err, greeting, loginAsCheck, notTaken, ok, ping, quit, works } from '../steps.ts';

const sandbox = [
  manual['mysql/expired-password-sandbox'],
  manual['mysql/expired-password-flag'],
  manual['mysql/error-1820-must-change-password'],
  manual['mariadb/expired-password-sandbox'],
  manual['mariadb/error-1820-must-change-password'],
] as const;
const mustChange = err(1820, 'HY000');
const intoSandbox = [
  greeting,
  { send: { message: 'HandshakeResponse41', account: 'expired', capabilities: { add: ['CAN_HANDLE_EXPIRED_PASSWORDS'] } } },
  ok,
] as const;
const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;
const expired = [{ account: 'expired' }, { offers: 'CAN_HANDLE_EXPIRED_PASSWORDS' }] as const;
// MariaDB carries out init_connect in the sandbox, too, and ends the connection where that may not be (ERR 1184).
const needs = [...expired, { feature: 'no-init-connect' }] as const;

const encrypted = [manual['mysql/require-ssl-permits-only-encrypted'], manual['mariadb/require-ssl-permits-only-encrypted']] as const;
const refused = [
  manual['mysql/error-1045-access-denied'],
  manual['mariadb/error-1045-access-denied'],
  manual['mysql/auth-err-closes-connection'],
] as const;
const overTls = [
  { send: { message: 'SSLRequest' } },
  { do: 'start-tls' },
  { send: { message: 'HandshakeResponse41', account: 'requires-tls', capabilities: { add: ['SSL'] } } },
  ok,
  ...works,
] as const;
/** The account is there, and its password is right: nothing but the lack of TLS can be what it is refused for. */
const getsInOverTls = { beside: [greeting, ...overTls] } as const;

/** Accounts whose right password is not enough: it has expired, or TLS is required. */
export const cases = [
  {
    id: 'auth/expired-password-without-the-flag',
    title: 'MySQL refuses an expired password with ERR 1862 where the client does not say that it can handle one',
    level: 'MUST',
    source: [
      manual['mysql/expired-password-disconnects'],
      manual['mysql/expired-password-flag'],
      manual['mysql/error-1862-must-change-password-login'],
    ],
    needs: [{ account: 'expired' }, { dialect: 'mysql' }, { feature: 'expired-passwords-disconnect' }],
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'expired' } }, { expect: [err(1862, 'HY000')] }, ended],
    deliveries: ['whole'],
    killedBy: ['expired-password-let-in', 'expired-password-unnoticed'],
  },
  {
    id: 'auth/expired-password-statement',
    title: 'a client that can handle it logs in with an expired password, and its SELECT gets ERR 1820',
    level: 'MUST',
    source: sandbox,
    needs,
    script: [...intoSandbox, query('SELECT 1'), { expect: [mustChange] }, ...quit],
    deliveries: ['whole'],
    killedBy: [
      'sandbox-lets-statements-through',
      'expired-password-unnoticed',
      'expired-password-flag-ignored',
      'sandbox-error-code-wrong',
    ],
  },
  {
    id: 'auth/expired-password-set',
    title: 'MariaDB permits SET while a password is expired, which does not end the sandbox',
    level: 'MUST',
    source: [
      manual['mariadb/expired-password-sandbox'],
      manual['mariadb/sandbox-permits-set'],
      manual['mariadb/error-1820-must-change-password'],
    ],
    needs: [...needs, { dialect: 'mariadb' }],
    script: [...intoSandbox, query('SET @mywire = 1'), ok, query('SELECT 1'), { expect: [mustChange] }, ...quit],
    deliveries: ['whole'],
    killedBy: ['sandbox-set-like-the-other', 'sandbox-ends-with-set'],
  },
  {
    id: 'auth/expired-password-set-is-refused',
    title: 'MySQL from 8.0.27 on refuses SET with ERR 1820 while a password is expired',
    level: 'MUST',
    source: [...sandbox, manual['mysql/sandbox-permits-no-set']],
    needs: [...expired, { dialect: 'mysql' }, { feature: 'sandbox-without-set' }],
    script: [...intoSandbox, query('SET @mywire = 1'), { expect: [mustChange] }, ...quit],
    deliveries: ['whole'],
    killedBy: ['sandbox-set-like-the-other'],
  },
  {
    id: 'auth/expired-password-init-db',
    title: 'COM_INIT_DB gets ERR 1820 while a password is expired',
    // MariaDB's pages speak of statements.
    level: 'SHOULD',
    source: [...sandbox, manual['mysql/sandbox-answers-use-with-1820']],
    needs,
    script: [
      ...intoSandbox,
      { send: { message: 'COM_INIT_DB', with: { schema: 'information_schema' } } },
      { expect: [mustChange] },
      ...quit,
    ],
    deliveries: ['whole'],
    killedBy: ['sandbox-lets-commands-through'],
  },
  {
    id: 'auth/expired-password-other-commands',
    title: 'COM_STATISTICS, COM_SET_OPTION and COM_FIELD_LIST get ERR 1820 while a password is expired',
    // The pages name statements, and COM_INIT_DB as one of them: MariaDB 10.5 to 11.8 and MySQL 9.7 answer these like it.
    level: 'SHOULD',
    source: [...sandbox, manual['mysql/sandbox-answers-use-with-1820']],
    needs,
    script: [
      ...intoSandbox,
      { send: { message: 'COM_STATISTICS' } },
      { expect: [mustChange] },
      { send: { message: 'COM_SET_OPTION', with: { option: 0 } } },
      { expect: [mustChange] },
      { send: { message: 'COM_FIELD_LIST', with: { table: 'numbers' } } },
      { expect: [mustChange] },
      ...quit,
    ],
    deliveries: ['whole'],
    killedBy: [
      'sandbox-lets-statistics-through',
      'sandbox-lets-set-option-through',
      'sandbox-lets-field-list-through',
      'sandbox-lets-commands-through',
    ],
  },
  {
    id: 'auth/expired-password-change-user',
    title: 'COM_CHANGE_USER gets ERR 1820 while a password is expired: it is no way out of the sandbox',
    // The pages do not name it: MariaDB 10.5 to 11.8 and MySQL 9.7 answer so.
    level: 'SHOULD',
    source: [...sandbox, manual['mysql/sandbox-answers-use-with-1820']],
    needs,
    script: [...intoSandbox, { send: { message: 'COM_CHANGE_USER', account: 'expired' } }, { expect: [mustChange] }, ...quit],
    deliveries: ['whole'],
    killedBy: ['sandbox-lets-change-user-through', 'sandbox-lets-commands-through'],
  },
  {
    id: 'auth/expired-password-prepared-statement',
    title: 'a prepared SELECT gets ERR 1820 while a password is expired, when it is prepared or when it is executed',
    // MariaDB prepares it.
    level: 'MUST',
    source: sandbox,
    needs,
    script: [
      ...intoSandbox,
      { send: prepare('SELECT 1') },
      { expect: [mustChange, { packet: 'StmtPrepareOK', then: [{ send: execute() }, { expect: [mustChange] }] }] },
      ...quit,
    ],
    deliveries: ['whole'],
    killedBy: ['sandbox-lets-prepared-statements-through'],
  },
  {
    id: 'auth/expired-password-reset-connection',
    title: 'COM_RESET_CONNECTION does not end the sandbox of an expired password',
    // What becomes of the command itself no page says.
    level: 'MUST',
    source: sandbox,
    needs,
    script: [
      ...intoSandbox,
      { send: { message: 'COM_RESET_CONNECTION' } },
      { expect: [mustChange, { packet: 'OK' }] },
      query('SELECT 1'),
      { expect: [mustChange] },
      ...quit,
    ],
    deliveries: ['whole'],
    killedBy: ['sandbox-ends-with-reset-connection'],
  },
  {
    id: 'auth/expired-password-ping-and-quit',
    title: 'COM_PING and COM_QUIT work while a password is expired',
    // What is not permitted there, the manuals say of statements.
    level: 'SHOULD',
    source: [
      ...sandbox,
      manual['mysql/ping-gets-ok'],
      manual['mysql/quit-closes'],
      manual['mariadb/ping-gets-ok'],
      manual['mariadb/quit-closes'],
    ],
    needs,
    // That it has expired, the SELECT shows.
    script: [...intoSandbox, ...ping, query('SELECT 1'), { expect: [mustChange] }, ...ping, ...quit],
    deliveries: ['whole'],
    killedBy: ['sandbox-refuses-ping', 'sandbox-refuses-quit', 'expired-password-unnoticed'],
  },
  {
    id: 'auth/expired-password-wrong',
    title: 'a wrong password of an account whose password has expired is refused with ERR 1045 like any other',
    level: 'MUST',
    source: refused,
    needs: expired,
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'expired',
          password: 'wrong',
          capabilities: { add: ['CAN_HANDLE_EXPIRED_PASSWORDS'] },
        },
      },
      { expect: [denied] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['expiry-told-to-everybody', 'accepts-any-password'],
  },
  {
    id: 'auth/tls-required-in-the-clear',
    title: 'an account that requires TLS is refused without it, the right password notwithstanding',
    level: 'MUST',
    source: [...encrypted, manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers']],
    needs: [{ account: 'requires-tls' }, 'tls'],
    script: [greeting, getsInOverTls, { send: { message: 'HandshakeResponse41', account: 'requires-tls' } }, notTaken, ended],
    deliveries: ['whole'],
    killedBy: ['tls-requirement-ignored', 'tls-requirement-refuses-tls'],
  },
  {
    id: 'auth/tls-required-over-tls',
    title: 'an account that requires TLS gets in over TLS',
    level: 'MUST',
    source: encrypted,
    needs: [{ account: 'requires-tls' }, 'tls'],
    script: [greeting, ...overTls],
    deliveries: ['whole'],
    killedBy: ['tls-requirement-refuses-tls'],
  },
  {
    id: 'auth/tls-required-and-only-the-flag-set',
    title: 'the SSL flag in a login in the clear is not TLS: an account that requires it does not get in',
    level: 'MUST',
    source: encrypted,
    needs: [{ account: 'requires-tls' }, 'tls'],
    script: [
      greeting,
      getsInOverTls,
      { send: { message: 'HandshakeResponse41', account: 'requires-tls', capabilities: { add: ['SSL'] } } },
      { expect: [{ waits: true }, { packet: 'ERR', sequenceId: 'any' }, closes] },
    ],
    deliveries: ['whole'],
    link: 'https://github.com/ClickHouse/ClickHouse/pull/117003',
    killedBy: ['tls-requirement-met-by-flag', 'tls-requirement-refuses-tls'],
  },
  {
    id: 'auth/tls-required-by-change-user',
    title: 'COM_CHANGE_USER in the clear to an account that requires TLS is refused',
    level: 'MUST',
    source: [...encrypted, manual['mysql/change-user-ends-with-ok-or-err-and-close'], manual['mariadb/change-user-resets-and-logs-in']],
    needs: ['check-account', { account: 'requires-tls' }, 'tls'],
    script: [greeting, getsInOverTls, loginAsCheck, ok, { send: { message: 'COM_CHANGE_USER', account: 'requires-tls' } }, notTaken],
    deliveries: ['whole'],
    killedBy: ['change-user-ignores-tls-requirement', 'tls-requirement-refuses-tls'],
  },
  {
    id: 'auth/tls-required-by-change-user-over-tls',
    title: 'COM_CHANGE_USER over TLS to an account that requires TLS gets in',
    level: 'MUST',
    source: [...encrypted, manual['mysql/change-user-ends-with-ok-or-err-and-close'], manual['mariadb/change-user-resets-and-logs-in']],
    needs: ['check-account', { account: 'requires-tls' }, 'tls'],
    script: [
      greeting,
      { send: { message: 'SSLRequest' } },
      { do: 'start-tls' },
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL'] } } },
      ok,
      { send: { message: 'COM_CHANGE_USER', account: 'requires-tls' } },
      ok,
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['change-user-forgets-tls', 'tls-requirement-refuses-tls'],
  },
  {
    id: 'auth/tls-required-behind-auth-switch',
    title: 'an AuthSwitchRequest on the way does not open an account that requires TLS in the clear',
    level: 'MUST',
    source: [...encrypted, manual['mysql/wrong-guess-gets-auth-switch'], manual['mariadb/wrong-plugin-restarts-authentication']],
    needs: [{ account: 'requires-tls' }, 'tls', { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      getsInOverTls,
      { send: { message: 'HandshakeResponse41', account: 'requires-tls', with: { authPluginName: 'mywire_no_such_plugin' } } },
      { expect: [{ packet: 'AuthSwitchRequest' }, { ...anyErr, then: [ended] }, closes] },
      answer(),
      notTaken,
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['tls-requirement-ignored', 'tls-requirement-forgotten-after-switch', 'tls-requirement-refuses-tls'],
  },
] as const satisfies readonly Case[];
