import type { LintRule, Shown } from '../../harness/case/lint-rule.ts';
import { has } from '../../harness/codec/capability.ts';
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
    title:
      'The filler of a HandshakeResponse41 is 0; only to a server without LONG_PASSWORD its last four bytes are capabilities of MariaDB.',
    level: 'MUST',
    source: [manual['mysql/response41-filler'], manual['mariadb/response-extended-capabilities']],
    side: 'client',
    looksAt: ['HandshakeResponse41', 'SSLRequest'],
    finds({ value }, shown) {
      const filler = value?.['filler'] as Uint8Array | undefined;
      if (filler?.some((byte) => byte !== 0)) return 'the first 19 bytes of the filler are not all 0';
      const last = Number(value?.['mariadbCapabilities'] ?? 0);
      if (last === 0 || shown.offered === undefined || !has(shown.offered, 'LONG_PASSWORD')) return undefined;
      return `the last four bytes of the filler are 0x${last.toString(16)}, and the server has set LONG_PASSWORD`;
    },
    killedBy: ['client: a login whose filler is not zero'],
  },
  {
    id: 'login/switches-only-with-plugin-auth',
    whole: true,
    title: 'The server asks for another plugin only where both sides have set PLUGIN_AUTH.',
    level: 'MUST',
    source: [manual['mysql/auth-switch-needs-plugin-auth']],
    side: 'server',
    looksAt: ['AuthSwitchRequest'],
    finds: ({ value, answers }, shown) =>
      value && answers?.problem === undefined && !agreed(shown, 'PLUGIN_AUTH')
        ? 'AuthSwitchRequest, and PLUGIN_AUTH is not agreed on'
        : undefined,
    killedBy: ['bytes: auth switch without PLUGIN_AUTH'],
  },
  {
    id: 'login/old-switch-is-deprecated',
    title: 'Servers of today do not send OldAuthSwitchRequest.',
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
    title: 'A client declares only capabilities that the server offers.',
    level: 'OBSERVE',
    source: [manual['mysql/client-announces-only-shared-capabilities']],
    side: 'client',
    looksAt: ['HandshakeResponse41'],
    finds({ value }, { offered }) {
      const more = offered === undefined ? 0 : (Number(value?.['capabilities'] ?? 0) & ~offered & FORMAT) >>> 0;
      return more === 0 ? undefined : `it declares 0x${more.toString(16)}, which changes packets and is not offered`;
    },
    killedBy: ['bytes: flags that are not offered'],
  },
] as const satisfies readonly LintRule[];

/** COMPRESS, PLUGIN_AUTH, CONNECT_ATTRS, LENENC_CLIENT_DATA, DEPRECATE_EOF, OPTIONAL_RESULTSET_METADATA, ZSTD, QUERY_ATTRIBUTES. */
const FORMAT = 0x20 | 0x80000 | 0x100000 | 0x200000 | 0x1000000 | 0x2000000 | 0x4000000 | 0x8000000;
