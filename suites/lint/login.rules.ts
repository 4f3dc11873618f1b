import type { LintRule, Shown } from '../../harness/case/lint-rule.ts';
import { flags, has, names } from '../../harness/codec/capability.ts';
import { manual } from '../manual.ts';

const answersGreeting = [
  manual['mysql/greeting-comes-first'],
  manual['mysql/ssl-request-then-response'],
  manual['mariadb/auth-answers'],
] as const;
const agreed = ({ agreed: { capabilities } }: Shown, name: Parameters<typeof has>[1]): boolean => has(capabilities, name);

/** From the greeting to the OK or ERR that ends the login. */
export const loginRules = [
  {
    id: 'login/begins-with-a-response',
    title: 'The first packet of the client is a HandshakeResponse or an SSLRequest.',
    level: 'MUST',
    source: answersGreeting,
    problem: /where HandshakeResponse was due$|^neither a HandshakeResponse/,
    loses: true,
    killedBy: ['client: COM_QUIT in place of the login', 'client: an empty packet in place of the login'],
  },
  {
    id: 'login/speaks-mysql',
    title: 'A client of a MySQL server speaks its protocol.',
    level: 'OBSERVE',
    source: [],
    side: 'client',
    looksAt: ['HTTP request', 'SSH banner', 'PostgreSQL SSLRequest', 'PostgreSQL StartupMessage', 'TLS ClientHello'],
    finds: ({ name }) => `the client begins with: ${name}`,
    killedBy: ['client: an HTTP request'],
  },
  {
    id: 'login/sends-data-when-asked',
    whole: true,
    title: 'In the authentication exchange the client sends data when the server has asked for them.',
    level: 'MUST',
    source: [manual['mysql/auth-switch-is-answered-or-closed'], manual['mysql/auth-switch-response-gets-more-err-or-ok']],
    problem: /^the server has not asked for more data$/,
    killedBy: ['bytes: auth data that nobody asked for'],
  },
  {
    id: 'login/ends-with-its-err',
    whole: true,
    title: 'Behind the ERR that refuses a login the server sends nothing more.',
    level: 'MUST',
    source: [manual['mysql/auth-err-closes-connection'], manual['mysql/ok-or-err-ends-auth']],
    problem: /^a packet after the ERR that ended the login$/,
    killedBy: ['bytes: OK behind the ERR of a login'],
  },
  {
    id: 'login/filler-is-zero',
    title: 'To a MySQL server the filler of a HandshakeResponse41 is 0 (MariaDB: reserved, and without LONG_PASSWORD its capabilities).',
    level: 'SHOULD',
    source: [manual['mysql/response41-filler']],
    side: 'client',
    looksAt: ['HandshakeResponse41', 'SSLRequest'],
    finds({ value }, shown) {
      if (shown.dialect !== 'mysql') return undefined;
      const filler = (value?.['filler'] ?? []) as Uint8Array;
      const at = filler.findIndex((byte) => byte !== 0);
      if (at >= 0) return `byte ${at} of the filler is 0x${(filler[at] as number).toString(16).padStart(2, '0')}`;
      const last = Number(value?.['mariadbCapabilities'] ?? 0);
      return last === 0 ? undefined : `the last four bytes of the filler are 0x${last.toString(16).padStart(8, '0')}`;
    },
    killedBy: ['client: a login whose filler is not zero'],
  },
  {
    id: 'login/switches-only-with-plugin-auth',
    whole: true,
    title: 'The server asks for another plugin only where both sides have set PLUGIN_AUTH (MySQL: behind COM_CHANGE_USER it may).',
    level: 'MUST',
    source: [manual['mysql/auth-switch-needs-plugin-auth'], manual['mariadb/auth-switch-old-is-one-byte']],
    side: 'server',
    looksAt: ['AuthSwitchRequest'],
    // MySQL's page of COM_CHANGE_USER has no other answer than this and ERR.
    finds: ({ value, answers }, shown) =>
      value &&
      answers?.problem === undefined &&
      !agreed(shown, 'PLUGIN_AUTH') &&
      (answers?.name !== 'COM_CHANGE_USER' || shown.dialect === 'mariadb')
        ? 'AuthSwitchRequest, and PLUGIN_AUTH is not agreed on'
        : undefined,
    killedBy: ['bytes: auth switch without PLUGIN_AUTH'],
  },
  {
    id: 'login/old-switch-is-deprecated',
    title: 'OldAuthSwitchRequest is deprecated.',
    level: 'OBSERVE',
    source: [manual['mysql/old-auth-switch-is-deprecated']],
    side: 'server',
    looksAt: ['OldAuthSwitchRequest'],
    finds: () => 'the server asks for mysql_old_password, by a packet of one byte',
    killedBy: ['bytes: old auth switch'],
  },
  {
    id: 'login/early',
    title: 'A client waits for the greeting before it sends.',
    level: 'OBSERVE',
    source: [manual['mysql/greeting-comes-first'], manual['haproxy/mysql-check-sends-auth-and-quit']],
    side: 'client',
    looksAt: ['HandshakeResponse41', 'HandshakeResponse320', 'COM_QUIT'],
    finds: ({ early, name }, { declared }) =>
      early && (name !== 'COM_QUIT' || declared === undefined)
        ? `${name} was sent before the greeting had come, as HAProxy's health check does`
        : undefined,
    killedBy: ['client: a login before the greeting'],
  },
  {
    id: 'login/declares-what-is-offered',
    title: 'Of the capabilities that change packets a client declares only those that the server offers.',
    level: 'OBSERVE',
    source: [manual['mysql/client-announces-only-shared-capabilities']],
    side: 'client',
    looksAt: ['HandshakeResponse41'],
    finds(_packet, { offered, declared }) {
      const more = offered === undefined || declared === undefined ? 0 : (declared & ~offered & FORMAT) >>> 0;
      return more === 0 ? undefined : `it declares ${names(more).join(', ')}, which the server does not offer`;
    },
    killedBy: ['bytes: flags that are not offered'],
  },
] as const satisfies readonly LintRule[];

/** Those that change packets. */
const FORMAT = flags(
  'COMPRESS',
  'PLUGIN_AUTH',
  'CONNECT_ATTRS',
  'PLUGIN_AUTH_LENENC_CLIENT_DATA',
  'SESSION_TRACK',
  'DEPRECATE_EOF',
  'OPTIONAL_RESULTSET_METADATA',
  'ZSTD_COMPRESSION_ALGORITHM',
  'QUERY_ATTRIBUTES',
);
