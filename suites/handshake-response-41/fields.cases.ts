import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { everywhere, everywhereIsSelected, selectsWhatIsNamed } from '../query-steps.ts';
import { anyErrAndEnd, authModeNotSupported, ended, err, greeting, loggedIn, ok, works } from '../steps.ts';

const layout = [
  manual['mysql/response41-client-flag'],
  manual['mysql/response41-username'],
  manual['mysql/response41-auth-response'],
  manual['mariadb/response-layout'],
  manual['mariadb/response-auth-forms'],
] as const;
const outcome = [manual['mysql/ok-or-err-ends-auth'], manual['mariadb/auth-answers']] as const;
const noDatabase = [
  manual['mysql/error-1049-unknown-database'],
  manual['mariadb/error-1049-unknown-database'],
  manual['mysql/error-1044-database-access-denied'],
  manual['mariadb/error-1044-database-access-denied'],
] as const;

/** What a client may put into HandshakeResponse41, and what follows. Lengths that lie are in lengths.cases.ts. */
export const cases = [
  {
    id: 'handshake-response-41/is-accepted',
    title: 'a right HandshakeResponse41 is answered with OK, and the connection then works',
    level: 'MUST',
    source: [
      ...layout,
      ...outcome,
      manual['mysql/auth-ok-enters-command-phase'],
      manual['mysql/ping-gets-ok'],
      manual['mariadb/ping-gets-ok'],
    ],
    needs: ['check-account'],
    script: [...loggedIn, ...works],
    killedBy: [
      'refuses-empty-password',
      'rst-instead-of-answer',
      'close-instead-of-answer',
      'closes-after-login',
      'slow-login',
      'segment-is-packet',
      'needs-whole-packet-in-one-segment',
      'byte-by-byte-resets',
      'loses-second-half-of-split-header',
    ],
  },
  {
    id: 'handshake-response-41/database-beside-attributes',
    title: 'behind a login that names a database and brings connection attributes that database is selected',
    level: 'MUST',
    source: [
      ...layout,
      manual['mysql/response41-database'],
      manual['mysql/response41-attributes'],
      manual['mysql/database-function'],
      manual['mariadb/response-database'],
      manual['mariadb/response-attributes'],
      manual['mariadb/database-function'],
    ],
    needs: ['check-account', { offers: 'CONNECT_WITH_DB' }, { offers: 'CONNECT_ATTRS' }, selectsWhatIsNamed],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_WITH_DB', 'CONNECT_ATTRS'] },
          attributes: { _client_name: 'mywire', program_name: 'mywire' },
          with: { database: everywhere },
        },
      },
      ok,
      ...everywhereIsSelected,
      ...works,
    ],
    killedBy: ['attributes-lose-database'],
  },
  {
    id: 'handshake-response-41/fewest-capabilities',
    title: 'a client that asks for nothing but PROTOCOL_41, SECURE_CONNECTION and PLUGIN_AUTH gets in',
    level: 'MUST',
    source: [manual['mysql/capabilities-are-an-intersection'], ...layout, ...outcome],
    needs: ['check-account'],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { only: ['PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH'] },
        },
      },
      ok,
      ...works,
    ],
    killedBy: ['flags-of-no-library-refused', 'refuses-empty-password', 'three-byte-ok-to-41-client'],
  },
  {
    id: 'handshake-response-41/without-plugin-auth',
    title: 'a client without PLUGIN_AUTH gets in with mysql_native_password and no plugin name',
    level: 'MUST',
    source: [
      manual['mysql/method-without-plugin-auth'],
      manual['mariadb/response-plugin-name'],
      manual['mysql/auth-switch-needs-plugin-auth'],
      manual['mysql/no-plugin-auth-and-non-native-account-is-rejected'],
      manual['mysql/error-1251-auth-mode-not-supported'],
      manual['mariadb/error-1251-auth-mode-not-supported'],
      ...outcome,
    ],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { drop: ['PLUGIN_AUTH'] } } },
      { expect: [{ packet: 'OK' }, authModeNotSupported] },
      ...works,
    ],
    killedBy: [
      'no-plugin-auth-closes',
      'sends-auth-switch-to-client-without-plugin-auth',
      'refuses-empty-password',
      'three-byte-ok-to-41-client',
    ],
  },
  {
    id: 'handshake-response-41/lenenc-auth-response',
    title: 'a client that sets PLUGIN_AUTH_LENENC_CLIENT_DATA gets in with an auth response of length 0',
    level: 'MUST',
    source: [manual['mysql/response41-auth-response'], manual['mariadb/response-auth-forms'], ...outcome],
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['PLUGIN_AUTH_LENENC_CLIENT_DATA'] },
        },
      },
      ok,
      ...works,
    ],
    killedBy: ['lenenc-auth-refused'],
  },
  {
    id: 'handshake-response-41/lenenc-auth-response-in-long-form',
    title: 'the length 0 of an auth response may also be written as FC 00 00: the client gets in',
    // The manuals have the shortest form written, and each form read.
    level: 'OBSERVE',
    source: [
      manual['mysql/response41-auth-response'],
      manual['mariadb/response-auth-forms'],
      manual['mysql/lenenc-integer-forms'],
      manual['mariadb/lenenc-integer-forms'],
      ...outcome,
    ],
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    // Only who has read the length is let in: a refusal may be that of a broken packet.
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['PLUGIN_AUTH_LENENC_CLIENT_DATA'] },
          raw: { authResponse: 'fc0000' },
        },
      },
      ok,
      ...works,
    ],
    killedBy: ['lenenc-auth-length-in-one-byte', 'lenenc-auth-refused'],
  },
  {
    id: 'handshake-response-41/attributes',
    title: 'connection attributes do not change the login',
    level: 'MUST',
    source: [manual['mysql/response41-attributes'], manual['mariadb/response-attributes'], ...outcome],
    needs: ['check-account', { offers: 'CONNECT_ATTRS' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_ATTRS'] },
          attributes: { _client_name: 'mywire', _pid: '1', program_name: 'mywire conformance', empty: '' },
        },
      },
      ok,
      ...works,
    ],
    killedBy: ['attributes-break-login'],
  },
  {
    id: 'handshake-response-41/no-attributes',
    title: 'CONNECT_ATTRS with a total length of 0 is a right packet',
    level: 'MUST',
    source: [manual['mysql/response41-attributes'], manual['mariadb/response-attributes'], ...outcome],
    needs: ['check-account', { offers: 'CONNECT_ATTRS' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_ATTRS'] }, attributes: {} } },
      ok,
      ...works,
    ],
    killedBy: ['no-attributes-refused'],
  },
  {
    id: 'handshake-response-41/many-attributes',
    title: 'attributes of 20 000 bytes do not change the login',
    level: 'SHOULD',
    source: [manual['mysql/response41-attributes'], manual['mariadb/response-attributes'], ...outcome],
    needs: ['check-account', { offers: 'CONNECT_ATTRS' }, { feature: 'values-of-512-kib' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_ATTRS'] },
          attributes: { one: 'a'.repeat(10_000), two: 'b'.repeat(10_000) },
        },
      },
      ok,
      ...works,
    ],
    deliveries: ['whole', 'fields'],
    link: 'https://jira.mariadb.org/browse/MXS-4843',
    killedBy: ['large-attributes-close', 'attributes-break-login'],
  },
  {
    id: 'handshake-response-41/database',
    title: 'behind a login that names a database that one is selected',
    level: 'MUST',
    source: [
      manual['mysql/response41-database'],
      manual['mariadb/response-database'],
      ...outcome,
      manual['mysql/database-function'],
      manual['mariadb/database-function'],
    ],
    needs: ['check-account', { offers: 'CONNECT_WITH_DB' }, selectsWhatIsNamed],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_WITH_DB'] },
          with: { database: everywhere },
        },
      },
      ok,
      ...everywhereIsSelected,
      ...works,
    ],
    killedBy: ['ignores-database', 'login-selects-another-database'],
  },
  {
    id: 'handshake-response-41/empty-database',
    title: 'an empty database name with CONNECT_WITH_DB does not keep a client out',
    level: 'OBSERVE',
    source: [manual['mysql/response41-database'], manual['mariadb/response-database'], ...outcome],
    needs: ['check-account', { offers: 'CONNECT_WITH_DB' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_WITH_DB'] },
          with: { database: '' },
        },
      },
      ok,
      ...works,
    ],
    killedBy: ['empty-database-refused'],
  },
  {
    id: 'handshake-response-41/unknown-database',
    title: 'a database that does not exist is refused with ERR 1049 (1044 where the account may not know that)',
    level: 'MUST',
    source: [
      manual['mysql/response41-database'],
      manual['mariadb/response-database'],
      ...noDatabase,
      manual['mysql/auth-err-closes-connection'],
    ],
    needs: ['check-account', { offers: 'CONNECT_WITH_DB' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_WITH_DB'] },
          with: { database: 'mywire_no_such_db' },
        },
      },
      { expect: [err([1049, 1044], '42000')] },
      ended,
    ],
    killedBy: ['unknown-database-accepted', 'unknown-database-closes'],
  },
  {
    id: 'handshake-response-41/database-without-nul',
    title: 'a database name that ends with the packet instead of a NUL is read by both servers',
    // The manuals want the NUL: a server may refuse.
    level: 'OBSERVE',
    source: [
      manual['mysql/response41-database'],
      manual['mariadb/response-database'],
      ...outcome,
      ...noDatabase,
      manual['mysql/error-1043-bad-handshake'],
      manual['mariadb/error-1043-bad-handshake'],
    ],
    needs: ['check-account', { offers: 'CONNECT_WITH_DB' }],
    // The refusal names the database, so it has been read to its end. A proxy that takes any name at the login (that is the
    // matter of unknown-database) shows it when the first query needs a server.
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['CONNECT_WITH_DB'], drop: ['PLUGIN_AUTH'] },
          raw: { database: '6d79776972655f6e6f5f737563685f6462' },
        },
      },
      {
        expect: [
          { packet: 'ERR', where: { errorCode: { oneOf: [1049, 1044] }, errorMessage: { pattern: "'mywire_no_such_db'" } } },
          err(1043),
          authModeNotSupported,
          {
            packet: 'OK',
            then: [
              { send: { message: 'COM_QUERY', with: { query: 'SELECT 1' } } },
              {
                expect: [
                  { packet: 'ERR', where: { errorCode: { oneOf: [1049, 1044] }, errorMessage: { pattern: "'mywire_no_such_db'" } } },
                ],
              },
            ],
          },
        ],
      },
      ended,
    ],
    link: 'https://github.com/sysown/proxysql/commit/32ef3451',
    killedBy: ['database-without-nul-refused', 'unknown-database-accepted'],
  },
  {
    id: 'handshake-response-41/collation-zero',
    title: 'collation id 0 is taken, or refused with an ERR',
    level: 'SHOULD',
    source: [manual['mysql/response41-character-set'], ...outcome],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', with: { characterSet: 0 } } },
      { expect: [{ packet: 'OK', then: works }, anyErrAndEnd] },
    ],
    link: 'https://github.com/sysown/proxysql/issues/810',
    killedBy: ['collation-zero-closes'],
  },
  {
    id: 'handshake-response-41/unknown-collation',
    title: 'a collation id that no server knows is taken all the same, or refused with an ERR',
    level: 'SHOULD',
    source: [manual['mysql/response41-character-set'], ...outcome],
    needs: ['check-account'],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', with: { characterSet: 0xfe } } },
      { expect: [{ packet: 'OK', then: works }, anyErrAndEnd] },
    ],
    killedBy: ['unknown-collation-closes'],
  },
  {
    id: 'handshake-response-41/filler-not-zero',
    title: 'filler bytes that are not zero do not change the login',
    level: 'OBSERVE',
    source: [manual['mysql/response41-filler'], manual['mariadb/response-layout'], ...outcome],
    needs: ['check-account'],
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'check', with: { filler: '20'.repeat(19) } } }, ok, ...works],
    link: 'https://github.com/go-sql-driver/mysql/issues/1066',
    killedBy: ['filler-must-be-zero'],
  },
  {
    id: 'handshake-response-41/max-packet-size-zero',
    title: 'a max_packet_size of 0 does not keep a client out',
    level: 'OBSERVE',
    source: [manual['mysql/response41-max-packet-size'], ...outcome],
    needs: ['check-account'],
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'check', with: { maxPacketSize: 0 } } }, ok, ...works],
    killedBy: ['max-packet-size-zero-refused'],
  },
  {
    id: 'handshake-response-41/trailing-bytes',
    title: 'bytes behind the last field, but within the packet, do not change the login',
    level: 'OBSERVE',
    source: [manual['mysql/packet-has-length-sequence-payload'], manual['mariadb/packet-has-length-sequence-body'], ...outcome],
    needs: ['check-account'],
    // Behind the plugin name: ZSTD_COMPRESSION_ALGORITHM is not declared, so no field claims these bytes.
    script: [greeting, { send: { message: 'HandshakeResponse41', account: 'check', raw: { zstdLevel: '00 0e 0e 0e' } } }, ok, ...works],
    killedBy: ['trailing-bytes-refused'],
  },
] as const satisfies readonly Case[];
