import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Condition } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { manual } from '../manual.ts';
import { query, value } from '../query-steps.ts';
import { asksNobody, deniedNobody, ended, greeting, loggedIn, loginAsCheck, ok, waits, works } from '../steps.ts';

const silent = ['whole'] as const;
const greets = (where: NonNullable<Alternative['where']>) => [{ expect: [{ packet: 'HandshakeV10', where }] }] as const;

// MariaDB sets SESSION_STATE_CHANGED as well where it tracks variables.
const atRest = {
  noBits: status.IN_TRANS | status.IN_TRANS_READONLY | status.MORE_RESULTS_EXISTS | status.CURSOR_EXISTS | status.LAST_ROW_SENT,
} as const;
/** The plugins whose scramble has a length that the manuals give. */
const withTwentyBytes = '(?:mysql_native_password|caching_sha2_password)';
const twentyBytes = `${withTwentyBytes}\\x00?`;
/** A greeting that names another plugin. */
const ofAnother = { pattern: `^\\x0a[^\\x00]*\\x00.{31}.*\\x00(?!${twentyBytes}$)[A-Za-z0-9_]+\\x00?$` };
const begins = (statusFlags: Condition, autocommit: '0' | '1') =>
  ({
    packet: 'HandshakeV10',
    where: { statusFlags },
    then: [loginAsCheck, ok, query('SELECT @@global.autocommit'), value(autocommit), ...works],
  }) as const satisfies Alternative;

/** The first packet of the server, field by field. Nothing is sent. */
export const cases = [
  {
    id: 'greeting/comes-first',
    title: 'the server greets a client that sends nothing with protocol version 10, and numbers the greeting 0',
    level: 'MUST',
    source: [
      manual['mysql/greeting-comes-first'],
      manual['mysql/v10-protocol-version'],
      manual['mysql/greeting-is-v10-since-3-21'],
      manual['mariadb/first-byte-ff-is-err'],
      manual['mysql/sequence-id-starts-at-zero'],
      manual['mariadb/protocol-version-is-10'],
    ],
    script: [{ expect: [{ packet: 'HandshakeV10', sequenceId: 0, where: { protocolVersion: 10 } }] }],
    deliveries: silent,
    killedBy: ['greeting-sequence-one', 'no-greeting-before-data', 'greeting-protocol-11', 'greeting-protocol-9'],
  },
  {
    id: 'greeting/exact-length',
    title: 'the packet of the greeting ends with its last field',
    level: 'MUST',
    source: [
      manual['mysql/packet-has-length-sequence-payload'],
      manual['mariadb/packet-has-length-sequence-body'],
      manual['mysql/v10-plugin-name'],
      manual['mysql/v10-scramble-part-2'],
      manual['mariadb/greeting-plugin-name'],
      manual['mariadb/greeting-scramble-part-2'],
    ],
    // Its own condition, so that a packet with bytes left over is not taken for a readable greeting.
    script: [
      {
        expect: [
          {
            packet: 'HandshakeV10',
            where: {
              protocolVersion: 10,
              payload: {
                // By position, as far as the scramble has a length: text behind the name would pass for a name.
                pattern: `^\\x0a[^\\x00]*\\x00.{31}(?:.{12}(?:\\x00?|.${withTwentyBytes}\\x00)|(?!.{13}${withTwentyBytes}\\x00).*[A-Za-z0-9_]\\x00)$`,
              },
            },
          },
        ],
      },
    ],
    deliveries: silent,
    killedBy: ['greeting-trailing-bytes', 'greeting-trailing-name', 'greeting-header-too-long', 'greeting-header-too-short'],
  },
  {
    id: 'greeting/comes-once',
    title: 'behind the greeting the server sends nothing until the client has answered',
    level: 'MUST',
    source: [manual['mysql/greeting-comes-first'], manual['mariadb/connect-timeout-is-bad-handshake']],
    script: [{ expect: [{ packet: 'HandshakeV10' }] }, { expect: [waits] }],
    deliveries: silent,
    killedBy: ['greeting-twice', 'silent-client-greeted-again'],
  },
  {
    id: 'greeting/server-version',
    title: 'the server version is text that a person can read, and ends with a NUL',
    level: 'SHOULD',
    source: [manual['mysql/v10-server-version'], manual['mariadb/greeting-server-version']],
    // Where the NUL is missing, the version runs on through the thread id and the next fields are shifted.
    script: greets({ serverVersion: { pattern: '^[^\\x00-\\x1f\\x7f]+$' }, filler: { bytes: 'zero' }, reserved: { bytes: 'zero' } }),
    deliveries: silent,
    killedBy: ['version-without-nul', 'version-empty'],
  },
  {
    id: 'greeting/thread-id',
    title: 'connections one behind the other have different thread ids',
    // The manuals promise it of connections that stand at the same time: connection/ids-of-two-at-once.
    level: 'OBSERVE',
    source: [manual['mysql/v10-thread-id'], manual['mysql/connection-id-is-unique'], manual['mariadb/connection-id-is-unique']],
    script: greets({ threadId: { min: 0 } }),
    deliveries: silent,
    tries: 8,
    differs: ['HandshakeV10.threadId'],
    killedBy: ['stale-thread-id'],
  },
  {
    id: 'greeting/scramble-differs',
    title: 'each connection gets a scramble of its own',
    level: 'SHOULD',
    source: [manual['mysql/native-challenge-and-response-are-20-bytes'], manual['mysql/caching-sha2-scramble']],
    script: greets({ scramble1: { length: 8 } }),
    deliveries: silent,
    tries: 8,
    differs: ['HandshakeV10.scramble1', 'HandshakeV10.scramble2'],
    killedBy: ['scramble-repeats'],
  },
  {
    id: 'greeting/scramble-differs-behind-a-refusal',
    title: 'a connection behind one whose login was refused gets a scramble of its own, too',
    level: 'SHOULD',
    source: [
      manual['mysql/native-challenge-and-response-are-20-bytes'],
      manual['mysql/caching-sha2-scramble'],
      manual['mysql/error-1045-access-denied'],
      manual['mysql/error-1698-access-denied-without-password'],
      manual['mariadb/error-1045-access-denied'],
      manual['mariadb/error-1698-access-denied-without-password'],
    ],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'unknown' } },
      { expect: [deniedNobody, ...asksNobody] },
      ended,
      { beside: [{ expect: [{ packet: 'HandshakeV10', where: { scramble1: { differsFrom: 'outer.HandshakeV10.scramble1' } } }] }] },
    ],
    deliveries: silent,
    // Whoever is greeted next may be a client of another case: of twelve some follow each other.
    tries: 12,
    differs: ['HandshakeV10.scramble1', 'HandshakeV10.scramble2'],
    killedBy: ['scramble-stays-behind-refusal', 'scramble-repeats'],
  },
  {
    id: 'greeting/scramble-length',
    title: 'the scramble of mysql_native_password or caching_sha2_password has 20 bytes: 8 in part 1, and 12 and one byte more in part 2',
    level: 'MUST',
    source: [
      manual['mysql/native-challenge-and-response-are-20-bytes'],
      manual['mysql/caching-sha2-scramble'],
      manual['mariadb/native-seed-is-20-bytes'],
      manual['mysql/v10-scramble-part-1'],
      manual['mysql/v10-scramble-part-2'],
      manual['mariadb/greeting-scramble-part-1'],
      manual['mariadb/greeting-scramble-part-2'],
    ],
    // By position: behind the version come 31 bytes of fixed fields.
    script: [
      {
        expect: [
          { packet: 'HandshakeV10', where: { payload: { pattern: `^\\x0a[^\\x00]*\\x00.{31}.{12}.(?:${twentyBytes})?$` } } },
          // What another plugin needs is its own affair.
          {
            packet: 'HandshakeV10',
            where: {
              capabilities: { set: ['PLUGIN_AUTH'] },
              payload: ofAnother,
            },
          },
        ],
      },
    ],
    deliveries: silent,
    killedBy: ['short-scramble', 'scramble-part-2-of-12-letters'],
  },
  {
    id: 'greeting/scramble-bytes',
    title: 'no byte of the scramble is a NUL or above 0x7F, so that clients that read it as text get all of it',
    // That the seed is a string that a NUL ends, MariaDB says; of other bytes nobody says anything.
    level: 'OBSERVE',
    source: [manual['mysql/native-challenge-and-response-are-20-bytes'], manual['mariadb/native-seed-is-a-nul-string']],
    needs: [{ offers: 'PLUGIN_AUTH' }],
    script: greets({
      scramble1: { bytes: 'nonzero-7bit' },
      payload: { pattern: '[\\x01-\\x7f]{12}\\x00[a-z0-9_]+\\x00?$' },
    }),
    deliveries: silent,
    tries: 64,
    link: 'https://github.com/sysown/proxysql/issues/1636',
    killedBy: ['scramble-with-nul', 'scramble-with-high-bit'],
  },
  {
    id: 'greeting/scramble-final-nul',
    title: 'part 2 of the scramble ends with a NUL',
    level: 'SHOULD',
    source: [
      manual['mysql/v10-scramble-part-2'],
      manual['mariadb/greeting-scramble-part-2'],
      manual['mariadb/native-seed-is-a-nul-string'],
    ],
    needs: [{ offers: 'PLUGIN_AUTH' }],
    // By position, as above: a scramble of letters and digits would pass for the name of a plugin.
    script: greets({ payload: { pattern: '^\\x0a[^\\x00]*\\x00.{31}.{12,}\\x00[A-Za-z0-9_]+\\x00?$' } }),
    deliveries: silent,
    killedBy: ['scramble-without-final-nul'],
  },
  {
    id: 'greeting/filler',
    title: 'the byte behind part 1 of the scramble is 0x00',
    level: 'SHOULD',
    source: [manual['mysql/v10-filler'], manual['mariadb/greeting-scramble-part-1']],
    script: greets({ filler: '00' }),
    deliveries: silent,
    killedBy: ['greeting-filler-nonzero'],
  },
  {
    id: 'greeting/capabilities',
    title:
      'the capability flags announce what the greeting itself shows: PROTOCOL_41, SECURE_CONNECTION, and PLUGIN_AUTH where it names a plugin',
    level: 'SHOULD',
    source: [
      manual['mysql/v10-capability-halves'],
      manual['mysql/protocol-41-decides-response-format'],
      manual['mysql/native-requires-secure-connection'],
      manual['mysql/v10-plugin-name'],
      manual['mariadb/greeting-capability-thirds'],
      manual['mariadb/greeting-scramble-part-2'],
      manual['mariadb/greeting-plugin-name'],
    ],
    script: [
      {
        expect: [
          { packet: 'HandshakeV10', where: { capabilities: { set: ['PROTOCOL_41', 'SECURE_CONNECTION', 'PLUGIN_AUTH'] } } },
          // Without a plugin name the packet ends with part 2 of the scramble.
          {
            packet: 'HandshakeV10',
            where: {
              capabilities: { set: ['PROTOCOL_41', 'SECURE_CONNECTION'], clear: ['PLUGIN_AUTH'] },
              payload: { pattern: '^\\x0a[^\\x00]*\\x00.{31}.{12}\\x00?$' },
            },
          },
        ],
      },
    ],
    deliveries: silent,
    killedBy: ['greeting-without-protocol-41', 'greeting-without-secure-connection', 'greeting-without-plugin-auth'],
  },
  {
    id: 'greeting/character-set',
    title: 'in MySQL the character set is the low byte of the id of the collation that the server began with',
    level: 'MUST',
    source: [manual['mysql/v10-character-set']],
    needs: ['check-account', { dialect: 'mysql' }, { feature: 'mysql-collation-as-started' }],
    script: [
      ...loggedIn,
      query('SELECT MOD(ID, 256) FROM information_schema.COLLATIONS WHERE COLLATION_NAME = @@global.collation_server'),
      value({ sameAs: 'HandshakeV10.characterSet' }),
      ...works,
    ],
    deliveries: silent,
    killedBy: ['greeting-charset-zero', 'greeting-charset-latin1'],
  },
  {
    id: 'greeting/character-set-of-mariadb',
    title: 'in MariaDB the collation of the greeting is one of the character set that the server began with',
    level: 'SHOULD',
    source: [manual['mariadb/greeting-collation']],
    needs: ['check-account', { dialect: 'mariadb' }, { feature: 'mariadb-collation-as-started' }],
    // Not the collation itself: the ids of those of 11.8's default (2304) do not fit, and 45 stands for them.
    script: [
      ...loggedIn,
      {
        send: {
          message: 'COM_QUERY',
          with: {
            query: {
              from: 'HandshakeV10.characterSet',
              before: 'SELECT CHARACTER_SET_NAME = @@global.character_set_server FROM information_schema.COLLATIONS WHERE ID = ',
            },
          },
        },
      },
      value('1'),
      ...works,
    ],
    deliveries: silent,
    killedBy: ['greeting-charset-zero', 'greeting-charset-latin1'],
  },
  {
    id: 'greeting/status-flags',
    title: 'a new connection is in no transaction, and in autocommit mode where that is the global one',
    level: 'SHOULD',
    source: [manual['mysql/v10-status-flags'], manual['mysql/status-flags'], manual['mariadb/status-flags']],
    needs: ['check-account'],
    script: [
      {
        expect: [
          begins({ all: [{ bits: status.AUTOCOMMIT }, atRest] }, '1'),
          begins({ all: [{ noBits: status.AUTOCOMMIT }, atRest] }, '0'),
        ],
      },
    ],
    deliveries: silent,
    killedBy: ['greeting-status-zero', 'greeting-in-transaction'],
  },
  {
    id: 'greeting/auth-data-length',
    title: 'with PLUGIN_AUTH the length of a scramble of 20 bytes is 21 with its NUL, or 20 without',
    level: 'SHOULD',
    source: [
      manual['mysql/native-challenge-and-response-are-20-bytes'],
      manual['mysql/caching-sha2-scramble'],
      manual['mariadb/native-seed-is-20-bytes'],
      manual['mysql/v10-auth-data-length'],
      manual['mysql/v10-scramble-part-2'],
      manual['mariadb/greeting-auth-data-length'],
      manual['mariadb/greeting-scramble-part-2'],
    ],
    needs: [{ offers: 'PLUGIN_AUTH' }],
    script: [
      {
        expect: [
          { packet: 'HandshakeV10', where: { authDataLength: { oneOf: [20, 21] } } },
          {
            packet: 'HandshakeV10',
            where: { payload: ofAnother },
          },
        ],
      },
    ],
    deliveries: silent,
    killedBy: ['auth-data-length-wrong', 'auth-data-length-zero'],
  },
  {
    id: 'greeting/reserved',
    title: 'the reserved bytes are zero',
    level: 'SHOULD',
    source: [manual['mysql/v10-reserved-zeros'], manual['mariadb/greeting-filler-or-extended-capabilities']],
    script: greets({ reserved: '00 00 00 00 00 00' }),
    deliveries: silent,
    killedBy: ['greeting-reserved-nonzero'],
  },
  {
    id: 'greeting/mariadb-capabilities',
    title: 'the last four reserved bytes are zero, unless LONG_PASSWORD is clear and they are the capabilities of MariaDB',
    level: 'SHOULD',
    source: [
      manual['mysql/v10-reserved-zeros'],
      manual['mariadb/greeting-filler-or-extended-capabilities'],
      manual['mariadb/extended-capabilities-only-without-client-mysql'],
    ],
    script: [
      {
        expect: [
          { packet: 'HandshakeV10', where: { capabilities: { set: ['LONG_PASSWORD'] }, mariadbCapabilities: 0 } },
          { packet: 'HandshakeV10', where: { capabilities: { clear: ['LONG_PASSWORD'] } } },
        ],
      },
    ],
    deliveries: silent,
    killedBy: ['mariadb-capabilities-with-long-password'],
  },
  {
    id: 'greeting/plugin-name',
    title: 'the greeting ends with the name of an auth plugin and a NUL',
    level: 'MUST',
    source: [manual['mysql/v10-plugin-name'], manual['mariadb/greeting-plugin-name']],
    needs: [{ offers: 'PLUGIN_AUTH' }],
    script: greets({ payload: { pattern: '[A-Za-z0-9_]\\x00$' } }),
    deliveries: silent,
    link: 'https://github.com/go-sql-driver/mysql/issues/801',
    killedBy: ['plugin-name-without-nul', 'plugin-name-empty'],
  },
  {
    id: 'greeting/plugin-name-exists',
    title: 'the auth plugin of the greeting is one that comes with MySQL or MariaDB',
    // A server may have a plugin of its own. FIDO came with MySQL up to 8.3, OpenID Connect comes with it from 9.1 on.
    level: 'OBSERVE',
    source: [
      manual['mysql/v10-plugin-name'],
      manual['mysql/unknown-method-client-disconnects'],
      manual['mysql/authentication-plugins'],
      manual['mariadb/client-plugins'],
    ],
    needs: [{ offers: 'PLUGIN_AUTH' }],
    script: greets({
      authPluginName: {
        oneOf: [
          'mysql_native_password',
          'caching_sha2_password',
          'sha256_password',
          'mysql_old_password',
          'mysql_clear_password',
          'authentication_ldap_sasl_client',
          'authentication_kerberos_client',
          'authentication_windows_client',
          'authentication_fido_client',
          'authentication_webauthn_client',
          'authentication_oci_client',
          'authentication_openid_connect_client',
          'client_ed25519',
          'parsec',
          'dialog',
          'auth_gssapi_client',
        ],
      },
    }),
    deliveries: silent,
    killedBy: ['plugin-name-unknown'],
  },
] as const satisfies readonly Case[];
