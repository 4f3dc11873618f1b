import type { Case } from '../../harness/case/case.ts';
import type { CapabilityName } from '../../harness/codec/capability.ts';
import { framed, works as worksCompressed } from '../compression-steps.ts';
import { manual } from '../manual.ts';
import { anyErr, anyErrAndEnd, asksForOldPassword, authModeNotSupported, ended, err, greeting, ok, works } from '../steps.ts';

const source = [
  manual['mysql/capabilities-are-an-intersection'],
  manual['mysql/response41-client-flag'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mariadb/response-layout'],
  manual['mariadb/auth-answers'],
] as const;
const pings = [manual['mysql/ping-gets-ok'], manual['mariadb/ping-gets-ok']] as const;
/** 1251 is what an account of another method gets. */
const withoutPluginAuth = [
  manual['mysql/method-without-plugin-auth'],
  manual['mariadb/response-plugin-name'],
  manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
  manual['mysql/error-1251-auth-mode-not-supported'],
  manual['mariadb/error-1251-auth-mode-not-supported'],
] as const;

/** Flags that change neither the login nor the answer to COM_PING: with each alone, both are as without it. */
const harmless = [
  'LONG_PASSWORD',
  'FOUND_ROWS',
  'LONG_FLAG',
  'NO_SCHEMA',
  'ODBC',
  'LOCAL_FILES',
  'IGNORE_SPACE',
  'INTERACTIVE',
  'IGNORE_SIGPIPE',
  'TRANSACTIONS',
  'RESERVED',
  'MULTI_STATEMENTS',
  'MULTI_RESULTS',
  'PS_MULTI_RESULTS',
  'CAN_HANDLE_EXPIRED_PASSWORDS',
  'SESSION_TRACK',
  'DEPRECATE_EOF',
  'OPTIONAL_RESULTSET_METADATA',
  'QUERY_ATTRIBUTES',
  'MULTI_FACTOR_AUTHENTICATION',
  'REMEMBER_OPTIONS',
] as const satisfies readonly CapabilityName[];

const alone = (flag: CapabilityName): Case => ({
  id: `handshake-response-41/${flag.toLowerCase().replaceAll('_', '-')}-alone`,
  title: `a client that adds ${flag} to the flags that a login needs gets in, and COM_PING works`,
  level: 'MUST',
  source: [...source, ...pings],
  needs: ['check-account', { offers: flag }],
  script: [
    greeting,
    {
      send: {
        message: 'HandshakeResponse41',
        account: 'check',
        capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH', flag] },
      },
    },
    ok,
    ...works,
  ],
  deliveries: ['whole'],
  killedBy: [
    'lone-flag-refused',
    'flags-of-no-library-refused',
    'closes-after-login',
    ...(flag === 'ODBC' ? (['odbc-client-refused'] as const) : []),
  ],
});

/** The capability flags of the client, one by one and in combinations that change the packet. */
export const cases: readonly Case[] = [
  ...harmless.map(alone),
  {
    id: 'handshake-response-41/compress-alone',
    title: 'a client that adds COMPRESS to the flags that a login needs gets its OK uncompressed, and that of COM_PING compressed',
    level: 'MUST',
    source: [
      ...source,
      ...pings,
      manual['mysql/compression-begins-behind-ok'],
      manual['mariadb/compression-begins-behind-handshake'],
      ...framed,
    ],
    needs: ['check-account', { offers: 'COMPRESS' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH', 'COMPRESS'] },
        },
      },
      { expect: [{ packet: 'OK', where: { frames: { absent: true } } }] },
      ...worksCompressed,
    ],
    deliveries: ['whole'],
    killedBy: ['compression-begins-before-ok', 'compression-never-begins', 'lone-flag-refused', 'flags-of-no-library-refused'],
  },
  {
    id: 'handshake-response-41/zstd-alone',
    title:
      'a client that adds ZSTD_COMPRESSION_ALGORITHM to the flags that a login needs gets its OK uncompressed, and that of COM_PING compressed',
    level: 'MUST',
    source: [
      ...source,
      manual['mysql/ping-gets-ok'],
      manual['mysql/compression-needs-both-sides'],
      manual['mysql/compression-zstd-flag'],
      manual['mysql/compression-begins-behind-ok'],
      ...framed,
    ],
    needs: ['check-account', { offers: 'ZSTD_COMPRESSION_ALGORITHM' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH', 'ZSTD_COMPRESSION_ALGORITHM'] },
        },
      },
      { expect: [{ packet: 'OK', where: { frames: { absent: true } } }] },
      ...worksCompressed,
    ],
    deliveries: ['whole'],
    killedBy: ['compression-begins-before-ok', 'compression-never-begins', 'lone-flag-refused', 'flags-of-no-library-refused'],
  },
  {
    id: 'handshake-response-41/all-harmless-flags',
    title: 'a client that sets FOUND_ROWS, ODBC, IGNORE_SPACE, INTERACTIVE, MULTI_STATEMENTS and PS_MULTI_RESULTS together gets in',
    level: 'MUST',
    source: [...source, ...pings],
    needs: [
      'check-account',
      { offers: 'FOUND_ROWS' },
      { offers: 'ODBC' },
      { offers: 'IGNORE_SPACE' },
      { offers: 'INTERACTIVE' },
      { offers: 'MULTI_STATEMENTS' },
      { offers: 'PS_MULTI_RESULTS' },
    ],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['FOUND_ROWS', 'ODBC', 'IGNORE_SPACE', 'INTERACTIVE', 'MULTI_STATEMENTS', 'PS_MULTI_RESULTS'] },
        },
      },
      ok,
      ...works,
    ],
    killedBy: ['flags-of-applications-refused', 'odbc-client-refused'],
  },
  {
    id: 'handshake-response-41/remember-options-beside-deprecate-eof',
    title: 'REMEMBER_OPTIONS, the highest bit, takes nothing from the flags beside it: a resultset ends as DEPRECATE_EOF asks for',
    level: 'MUST',
    source: [...source, manual['mysql/resultset-order'], manual['mariadb/resultset-order']],
    needs: ['check-account', { offers: 'DEPRECATE_EOF' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['REMEMBER_OPTIONS', 'DEPRECATE_EOF'] } } },
      ok,
      { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' } } },
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: '1' } }] },
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['remember-options-loses-upper-flags'],
  },
  {
    id: 'handshake-response-41/flag-that-is-not-offered',
    title: 'a client that sets a flag which nobody offers gets in, and COM_PING works, or is refused with an ERR',
    level: 'SHOULD',
    source: [
      manual['mysql/capabilities-are-an-intersection'],
      manual['mysql/client-announces-only-shared-capabilities'],
      manual['mysql/ok-or-err-ends-auth'],
    ],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CAPABILITY_EXTENSION'] } } },
      { expect: [{ packet: 'OK', then: works }, anyErrAndEnd] },
    ],
    killedBy: ['unknown-capability-closes'],
  },
  {
    id: 'handshake-response-41/verify-server-cert',
    title: 'a client that sets SSL_VERIFY_SERVER_CERT, which is its own business, gets in',
    level: 'SHOULD',
    source: [...source, manual['mysql/verify-server-cert-is-client-only'], manual['mariadb/verify-server-cert-is-of-the-client'], ...pings],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL_VERIFY_SERVER_CERT'] } } },
      ok,
      ...works,
    ],
    killedBy: ['verify-server-cert-refused', 'unknown-capability-closes'],
  },
  {
    id: 'handshake-response-41/without-secure-connection',
    title: 'a client without SECURE_CONNECTION gets in with a NUL-terminated auth response, or an ERR',
    level: 'MUST',
    source: [
      manual['mysql/no-secure-connection-is-rejected'],
      manual['mysql/ok-or-err-ends-auth'],
      manual['mariadb/response-auth-forms'],
      manual['mariadb/auth-answers'],
    ],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { drop: ['SECURE_CONNECTION'] } } },
      { expect: [{ packet: 'OK', then: works }, anyErrAndEnd] },
    ],
    killedBy: ['close-instead-of-answer', 'rst-instead-of-answer', 'no-secure-connection-closes'],
  },
  {
    id: 'handshake-response-41/response-without-secure-connection-ends-at-nul',
    title:
      'without SECURE_CONNECTION the auth response ends at its NUL: a wrong one gets ERR 1045 (28000) or a switch, not an ERR for a broken packet',
    level: 'MUST',
    source: [
      manual['mariadb/response-auth-forms'],
      manual['mariadb/error-1045-access-denied'],
      manual['mariadb/auth-answers'],
      manual['mariadb/ping-gets-ok'],
    ],
    // MySQL's manual refuses such clients.
    needs: ['check-account', { dialect: 'mariadb' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { drop: ['SECURE_CONNECTION'] },
          // Taken for a length, its first byte points past the end of the packet.
          with: { authResponse: 'f1'.repeat(20) },
        },
      },
      // MariaDB does not judge it: it asks anew, by a switch, as of a client of another method.
      {
        expect: [
          { ...err(1045, '28000'), sequenceId: 2 },
          { packet: 'AuthSwitchRequest', sequenceId: 2, then: [{ send: { message: 'AuthSwitchResponse', proof: {} } }, ok, ...works] },
        ],
      },
      ended,
    ],
    killedBy: ['auth-response-without-secure-connection-has-a-length', 'no-secure-connection-closes'],
  },
  {
    id: 'handshake-response-41/no-switch-without-plugin-auth',
    title: 'a client without PLUGIN_AUTH gets no AuthSwitchRequest that names a plugin',
    level: 'MUST',
    source: [
      manual['mysql/auth-switch-needs-plugin-auth'],
      manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
      manual['mysql/auth-err-closes-connection'],
      manual['mysql/old-auth-switch-is-deprecated'],
      manual['mysql/old-auth-switch-is-one-byte'],
      manual['mariadb/auth-switch-old-is-one-byte'],
      manual['mariadb/auth-answers'],
    ],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'unknown',
          capabilities: { drop: ['PLUGIN_AUTH'] },
          with: { authResponse: '41'.repeat(20) },
        },
      },
      // The very next packet: a switch that the client follows would put its ERR further down. The old one, of one byte, is for such clients.
      {
        expect: [
          { ...anyErr, sequenceId: 2 },
          { ...asksForOldPassword, sequenceId: 2 },
        ],
      },
      ended,
    ],
    killedBy: ['sends-auth-switch-to-client-without-plugin-auth', 'accepts-unknown-user'],
  },
  {
    id: 'handshake-response-41/old-client-without-plugin-auth-and-ping',
    title: 'a client that sets PROTOCOL_41 and SECURE_CONNECTION alone gets in, and COM_PING works',
    level: 'MUST',
    source: [...withoutPluginAuth, ...source, ...pings],
    needs: ['check-account'],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION'] },
        },
      },
      { expect: [{ packet: 'OK' }, authModeNotSupported] },
      ...works,
    ],
    killedBy: [
      'flags-of-no-library-refused',
      'no-plugin-auth-closes',
      'sends-auth-switch-to-client-without-plugin-auth',
      'refuses-empty-password',
      'three-byte-ok-to-41-client',
    ],
  },
];
