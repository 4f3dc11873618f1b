import type { Case } from '../../harness/case/case.ts';
import type { Alternative } from '../../harness/case/step.ts';
import { ascii, int, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { anyErr, asksForOldPassword, closes, ended, greeting, notTaken } from '../steps.ts';

const source = [
  manual['mysql/response41-client-flag'],
  manual['mysql/response41-username'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mariadb/response-layout'],
  manual['mariadb/auth-answers'],
] as const;

/** LONG_PASSWORD, LONG_FLAG, PROTOCOL_41, TRANSACTIONS, SECURE_CONNECTION, MULTI_RESULTS, PLUGIN_AUTH. */
const capabilities = int(4, 0x0aa205);
const fixed = `${capabilities}${int(4, 0x1000000)}2d${times(23, 0)}`;
/** A whole packet whose payload ends in the middle of the message. */
const cut = (payload: string) => ({ send: { payload, sequenceId: 1 } }) as const;
const refused = [notTaken, ended] as const;
/** A user whom nobody knows may be asked for any plugin of the server; with parsec the password's salt comes first. */
const asksForMore = {
  packet: 'AuthMoreData',
  then: [{ send: { message: 'AuthSwitchResponse' } }, { expect: [anyErr] }, ended],
} as const satisfies Alternative;
const killedBy = ['bad-handshake-takes-login', 'garbage-hangs', 'garbage-takes-server-down'] as const;

/** HandshakeResponse41 that ends behind each of its fields, in a packet of that length. */
export const cases = [
  {
    id: 'handshake-response-41/cut-in-capabilities',
    title: 'a handshake response of 2 bytes, half of the capability flags, is refused',
    level: 'SHOULD',
    source,
    script: [greeting, cut('05a2'), ...refused],
    link: 'https://github.com/pingcap/tiproxy/pull/956',
    killedBy,
  },
  {
    id: 'handshake-response-41/cut-behind-capabilities',
    title: 'a handshake response that ends behind its capability flags is refused',
    level: 'SHOULD',
    source,
    script: [greeting, cut(capabilities), ...refused],
    killedBy,
  },
  {
    id: 'handshake-response-41/cut-behind-max-packet-size',
    title: 'a handshake response that ends behind max_packet_size is refused',
    level: 'SHOULD',
    source,
    script: [greeting, cut(capabilities + int(4, 0x1000000)), ...refused],
    killedBy,
  },
  {
    id: 'handshake-response-41/cut-behind-character-set',
    title: 'a handshake response that ends behind the character set is refused',
    level: 'SHOULD',
    source,
    script: [greeting, cut(`${capabilities}${int(4, 0x1000000)}2d`), ...refused],
    killedBy,
  },
  {
    id: 'handshake-response-41/cut-in-filler',
    title: 'a handshake response that ends in its filler is refused',
    level: 'SHOULD',
    source,
    script: [greeting, cut(`${capabilities}${int(4, 0x1000000)}2d${times(22, 0)}`), ...refused],
    killedBy,
  },
  {
    id: 'handshake-response-41/cut-behind-filler',
    title: 'a handshake response that ends behind its filler, without a user name, is refused',
    level: 'SHOULD',
    source,
    script: [greeting, cut(fixed), ...refused],
    killedBy,
  },
  {
    id: 'handshake-response-41/cut-in-user-name',
    title: 'a handshake response that ends with the letters of the user name, without its NUL, is refused',
    level: 'SHOULD',
    source,
    needs: ['check-account'],
    // An account without a password: who takes the name for whole, and the auth response that is not there for an empty one, lets it in.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', raw: { authResponse: '', authPluginName: '' }, cut: 1 } },
      ...refused,
    ],
    killedBy: ['unterminated-user-name-taken', ...killedBy],
  },
  {
    id: 'handshake-response-41/cut-behind-user-name',
    title: 'a handshake response that ends behind the user name, without an auth response, is refused',
    level: 'SHOULD',
    source,
    needs: ['check-account'],
    // An account without a password: who takes the auth response that is not there for an empty one lets the client in.
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', raw: { authResponse: '', authPluginName: '' } } },
      ...refused,
    ],
    killedBy: ['overreads-auth-length', 'garbage-hangs', 'garbage-takes-server-down'],
  },
  {
    id: 'handshake-response-41/cut-in-auth-response',
    title: 'a handshake response that ends in the middle of the auth response is refused',
    level: 'SHOULD',
    source,
    needs: ['check-account'],
    // An account without a password: who takes the response that breaks off for none lets the client in.
    script: [
      greeting,
      {
        send: { message: 'HandshakeResponse41', account: 'check', raw: { authResponse: `14${times(10, 0x41)}`, authPluginName: '' } },
      },
      ...refused,
    ],
    killedBy: ['cut-auth-response-taken-for-none', 'garbage-hangs', 'garbage-takes-server-down'],
  },
  {
    id: 'handshake-response-41/cut-behind-auth-response',
    title:
      'a handshake response of nobody that ends where PLUGIN_AUTH announces a plugin name is refused, at once or behind another question',
    level: 'SHOULD',
    source: [
      ...source,
      manual['mysql/response41-plugin-name'],
      manual['mariadb/response-plugin-name'],
      manual['mysql/old-auth-switch-is-one-byte'],
      manual['mariadb/auth-switch-old-is-one-byte'],
    ],
    script: [
      greeting,
      cut(`${fixed}${ascii('mywire_nobody')}0000`),
      {
        expect: [
          { packet: 'AuthSwitchRequest', then: [{ send: { message: 'AuthSwitchResponse' } }, { expect: [anyErr, asksForMore] }, ended] },
          // Where an account has the old password, MariaDB asks nobodies for it, too.
          asksForOldPassword,
          anyErr,
          closes,
        ],
      },
      ended,
    ],
    link: 'https://jira.mariadb.org/browse/MXS-3069',
    killedBy: ['missing-plugin-name-hangs', 'accepts-unknown-user'],
  },
] as const satisfies readonly Case[];
