import type { Case } from '../../harness/case/case.ts';
import { answer, OTHER_PLUGIN } from '../auth-steps.ts';
import {
  compressed,
  countsFrames,
  framed,
  loggedInWith,
  needs,
  needsZstd,
  okInFrame,
  ping,
  query,
  switched,
  value,
  works,
} from '../compression-steps.ts';
import { manual } from '../manual.ts';
import { xs } from '../query-steps.ts';
import { ended, greeting } from '../steps.ts';

const LETTERS = 'a'.repeat(200);
/** MySQL's alone: in MariaDB's manual a body is packed with zlib. */
const zstd = [
  manual['mysql/compressed-packet-layout'],
  manual['mysql/compressed-packet-sequence'],
  manual['mysql/compression-zstd-flag'],
] as const;
const zstdLevel = [
  manual['mysql/compression-zstd-level'],
  manual['mysql/compression-zstd-flag'],
  manual['mysql/auth-err-closes-connection'],
] as const;

const withLevel = (fields: { with?: { zstdLevel: number }; raw?: { zstdLevel: string } }) =>
  [
    greeting,
    {
      send: {
        message: 'HandshakeResponse41',
        account: 'check',
        capabilities: { add: ['ZSTD_COMPRESSION_ALGORITHM'] },
        ...fields,
      },
    },
    // Which one, no manual says.
    { expect: [{ packet: 'ERR' }] },
    ended,
  ] as const;

/** When compression begins, which one, and what stays. */
export const cases = [
  {
    id: 'compression/begins-behind-the-login',
    title: 'the OK of a login with COMPRESS is not compressed, and everything behind it is in compressed packets',
    level: 'MUST',
    source: [...switched, ...framed],
    needs,
    script: [...compressed, ...works],
    killedBy: ['compression-begins-before-ok', 'compression-never-begins'],
  },
  {
    id: 'compression/begins-behind-a-password',
    title: 'the exchange of a password with COMPRESS is not compressed up to its OK, and everything behind it is',
    level: 'MUST',
    source: [...switched, ...framed],
    needs: ['login-account', { offers: 'COMPRESS' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'login', capabilities: { add: ['COMPRESS'] } } },
      { expect: [{ packet: 'OK', where: { frames: { absent: true } } }] },
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/commit/a11b8f72',
    killedBy: ['compression-begins-before-ok', 'compression-never-begins'],
  },
  {
    id: 'compression/begins-behind-an-auth-switch',
    title: 'compression that the client has asked for is not forgotten over an auth switch',
    level: 'MUST',
    source: [...switched, ...framed, manual['mysql/wrong-guess-gets-auth-switch'], manual['mariadb/auth-answers']],
    needs: [...needs, { offers: 'PLUGIN_AUTH' }],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { add: ['COMPRESS'] },
          with: { authPluginName: OTHER_PLUGIN },
        },
      },
      { expect: [{ packet: 'AuthSwitchRequest' }] },
      answer(),
      { expect: [{ packet: 'OK', where: { frames: { absent: true } } }] },
      ...works,
    ],
    link: 'https://github.com/sysown/proxysql/issues/2793',
    killedBy: ['compression-forgotten-after-switch'],
  },
  {
    id: 'compression/over-tls',
    title: 'compression works inside of TLS',
    level: 'MUST',
    source: [...switched, ...framed],
    needs: [...needs, 'tls'],
    script: [
      greeting,
      { send: { message: 'SSLRequest', capabilities: { add: ['COMPRESS'] } } },
      { do: 'start-tls' },
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL', 'COMPRESS'] } } },
      { expect: [{ packet: 'OK', where: { frames: { absent: true } } }] },
      query(`SELECT '${LETTERS}'`),
      value(LETTERS),
      ...works,
    ],
    killedBy: ['compression-forgotten-over-tls'],
  },
  {
    id: 'compression/with-deprecate-eof',
    title: 'a compressed resultset of a client with DEPRECATE_EOF has one OK at its end',
    level: 'MUST',
    source: [...framed, manual['mysql/resultset-terminator'], manual['mariadb/resultset-terminator']],
    needs: [...needs, { offers: 'DEPRECATE_EOF' }],
    script: [...loggedInWith('COMPRESS', 'DEPRECATE_EOF'), query(`SELECT '${LETTERS}'`), value(LETTERS), ...works],
    killedBy: ['resultset-column-eof-unasked', 'resultset-eof-for-ok', 'compression-never-begins'],
  },
  {
    id: 'compression/stays-after-reset-connection',
    title: 'COM_RESET_CONNECTION does not end compression',
    level: 'SHOULD',
    source: [...switched, ...countsFrames, manual['mysql/reset-connection'], manual['mariadb/reset-connection']],
    needs,
    script: [...compressed, { send: { message: 'COM_RESET_CONNECTION' } }, okInFrame, ...works],
    killedBy: ['compression-ends-with-reset', 'compressed-sequence-not-reset', 'compression-never-begins'],
  },
  {
    id: 'compression/zlib-before-zstd',
    title: 'a client that has set COMPRESS and ZSTD_COMPRESSION_ALGORITHM is spoken to with zlib',
    level: 'MUST',
    source: [manual['mysql/compression-zlib-where-both-are-set'], ...switched, ...framed, manual['mysql/compression-zstd-flag']],
    needs: [...needsZstd, { offers: 'COMPRESS' }],
    script: [...loggedInWith('COMPRESS', 'ZSTD_COMPRESSION_ALGORITHM'), query(`SELECT '${LETTERS}'`), value(LETTERS), ...works],
    killedBy: ['compression-prefers-zstd'],
  },
  {
    id: 'compression/zstd',
    title: 'a client that has set ZSTD_COMPRESSION_ALGORITHM alone is spoken to with zstd',
    level: 'MUST',
    source: [manual['mysql/compression-begins-behind-ok'], manual['mysql/compression-needs-both-sides'], ...zstd],
    needs: needsZstd,
    script: [...loggedInWith('ZSTD_COMPRESSION_ALGORITHM'), ...ping, query(`SELECT '${LETTERS}'`), value(LETTERS), ...works],
    killedBy: ['compression-zlib-for-zstd', 'compression-never-begins'],
  },
  {
    id: 'compression/zstd-of-a-large-value',
    title: 'a value of 100 000 bytes comes through zstd as it is',
    level: 'MUST',
    source: [...zstd, manual['mysql/compressed-packet-zero-is-plain']],
    needs: [...needsZstd, { feature: 'values-of-512-kib' }],
    script: [...loggedInWith('ZSTD_COMPRESSION_ALGORITHM'), query("SELECT REPEAT('x', 100000)"), value(xs(100_000)), ...works],
    killedBy: ['compression-zlib-for-zstd', 'compressed-length-wrong'],
  },
  {
    id: 'compression/zstd-of-a-large-command',
    title: 'a command of 300 000 bytes that comes compressed with zstd is read whole',
    level: 'MUST',
    source: [...zstd, manual['mysql/compressed-packet-zero-is-plain']],
    needs: [...needsZstd, { feature: 'values-of-512-kib' }],
    script: [
      ...loggedInWith('ZSTD_COMPRESSION_ALGORITHM'),
      { send: { message: 'COM_QUERY', with: { query: "SELECT LENGTH('a" }, padTo: 300_000, tail: "')" } },
      value(String(300_000 - "xSELECT LENGTH('')".length)),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['zstd-large-command-closes', 'compression-zlib-for-zstd'],
  },
  {
    id: 'compression/zstd-level-0',
    title: 'a login with zstd compression level 0 is refused',
    level: 'SHOULD',
    source: zstdLevel,
    needs: needsZstd,
    script: withLevel({ with: { zstdLevel: 0 } }),
    killedBy: ['zstd-level-0-taken', 'zstd-level-unchecked'],
  },
  {
    id: 'compression/zstd-level-23',
    title: 'a login with zstd compression level 23 is refused',
    level: 'SHOULD',
    source: zstdLevel,
    needs: needsZstd,
    script: withLevel({ with: { zstdLevel: 23 } }),
    killedBy: ['zstd-level-unchecked'],
  },
  {
    id: 'compression/zstd-without-level',
    title: 'a login with ZSTD_COMPRESSION_ALGORITHM and no compression level is refused',
    level: 'SHOULD',
    source: zstdLevel,
    needs: needsZstd,
    script: withLevel({ raw: { zstdLevel: '' } }),
    killedBy: ['zstd-level-missing-is-three', 'zstd-level-unchecked'],
  },
  {
    id: 'compression/zstd-that-is-not-offered',
    title: 'a client that sets ZSTD_COMPRESSION_ALGORITHM where it is not offered is spoken to without compression',
    level: 'SHOULD',
    source: [manual['mysql/compression-needs-both-sides'], manual['mariadb/compression-begins-behind-handshake']],
    needs: ['check-account', { lacks: 'ZSTD_COMPRESSION_ALGORITHM' }],
    script: [
      greeting,
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['ZSTD_COMPRESSION_ALGORITHM'] } } },
      { expect: [{ packet: 'OK', where: { frames: { absent: true } } }] },
      { send: { message: 'COM_PING' } },
      { expect: [{ packet: 'OK', sequenceId: 1, where: { frames: { absent: true } } }] },
    ],
    killedBy: ['compression-unoffered'],
  },
] as const satisfies readonly Case[];
