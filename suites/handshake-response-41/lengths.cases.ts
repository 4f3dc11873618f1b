import type { Case } from '../../harness/case/case.ts';
import { ascii, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { query, value } from '../query-steps.ts';
import { anyErr, closes, ended, greeting, notTaken, works } from '../steps.ts';

const auth = [
  manual['mysql/response41-auth-response'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mariadb/response-auth-forms'],
  manual['mariadb/auth-answers'],
] as const;
const lenenc = [...auth, manual['mysql/lenenc-integer-forms'], manual['mariadb/lenenc-integer-forms']] as const;
const attributes = [
  manual['mysql/response41-attributes'],
  manual['mysql/ok-or-err-ends-auth'],
  manual['mariadb/response-attributes'],
  manual['mariadb/auth-answers'],
] as const;
/** A packet that is complete, and wrong: an ERR or the end, and neither OK nor silence. */
const refused = [notTaken, ended] as const;
const cve = 'https://nvd.nist.gov/vuln/detail/CVE-2017-3599';

/**
 * With an account that needs no password, and nothing behind the length: who makes do with the bytes that are there lets the client in.
 * Any byte would be a wrong password, and refused as one.
 */
const lenencAuth = (authResponse: string) =>
  ({
    send: {
      message: 'HandshakeResponse41',
      account: 'check',
      capabilities: { add: ['PLUGIN_AUTH_LENENC_CLIENT_DATA'] },
      raw: { authResponse, authPluginName: '' },
    },
  }) as const;
/** Attributes of 7 bytes, in which one length says 250. */
const longName = `07fa${ascii('mine')}0131`;
const longValue = `0704${ascii('mine')}fa31`;
const shownBeyond =
  "SELECT COUNT(*) FROM performance_schema.session_account_connect_attrs WHERE PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME LIKE 'mine%' AND LENGTH(ATTR_NAME) + COALESCE(LENGTH(ATTR_VALUE), 0) > 6";
const withAttributes = (bytes: string) =>
  ({
    send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['CONNECT_ATTRS'] }, raw: { attributes: bytes } },
  }) as const;

/** Each length field of HandshakeResponse41, pointing past the end of the packet. */
export const cases = [
  {
    id: 'handshake-response-41/auth-length-past-end',
    title: 'an int<1> auth response length of 255 with nothing behind it is refused',
    level: 'SHOULD',
    source: auth,
    needs: ['check-account'],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          raw: { authResponse: 'ff', authPluginName: '' },
        },
      },
      ...refused,
    ],
    killedBy: ['overreads-auth-length'],
  },
  {
    id: 'handshake-response-41/auth-length-one-past-end',
    title: 'an int<1> auth response length of 1 at the end of the packet, one byte too large, is refused',
    level: 'SHOULD',
    source: auth,
    needs: ['check-account'],
    script: [
      greeting,
      {
        send: {
          message: 'HandshakeResponse41',
          account: 'check',
          capabilities: { drop: ['PLUGIN_AUTH'] },
          raw: { authResponse: '01' },
        },
      },
      ...refused,
    ],
    killedBy: ['overreads-auth-length'],
  },
  {
    id: 'handshake-response-41/lenenc-auth-fc-past-end',
    title: 'a length-encoded auth response length FC FF FF with nothing behind it is refused',
    level: 'SHOULD',
    source: lenenc,
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    script: [greeting, lenencAuth('fcffff'), ...refused],
    link: cve,
    killedBy: ['overreads-lenenc-auth'],
  },
  {
    id: 'handshake-response-41/lenenc-auth-fd-past-end',
    title: 'a length-encoded auth response length FD FF FF FF with nothing behind it is refused',
    level: 'SHOULD',
    source: lenenc,
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    script: [greeting, lenencAuth('fdffffff'), ...refused],
    link: cve,
    killedBy: ['overreads-lenenc-auth'],
  },
  {
    id: 'handshake-response-41/lenenc-auth-fe-past-end',
    title: 'a length-encoded auth response length of FE and eight FF is refused',
    level: 'SHOULD',
    source: lenenc,
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    script: [greeting, lenencAuth(`fe${times(8, 0xff)}`), ...refused],
    link: 'https://github.com/ClickHouse/ClickHouse/pull/107599',
    killedBy: ['lenenc-auth-length-wraps', 'overreads-lenenc-auth'],
  },
  {
    id: 'handshake-response-41/lenenc-auth-fe-cut-off',
    title: 'a length-encoded auth response length FE with one byte behind it is refused',
    level: 'SHOULD',
    source: lenenc,
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    script: [greeting, lenencAuth('fe01'), ...refused],
    link: cve,
    killedBy: ['overreads-lenenc-auth'],
  },
  {
    id: 'handshake-response-41/lenenc-auth-null',
    title: 'the NULL marker FB in place of the auth response length is refused',
    // MariaDB's page of the types reads it as NULL, which may stand for no password.
    level: 'OBSERVE',
    source: lenenc,
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    script: [greeting, lenencAuth('fb'), ...refused],
    link: cve,
    killedBy: ['overreads-lenenc-auth'],
  },
  {
    id: 'handshake-response-41/lenenc-auth-ff',
    title: 'FF in place of the auth response length, which no length begins with, is refused',
    level: 'SHOULD',
    source: lenenc,
    needs: ['check-account', { offers: 'PLUGIN_AUTH_LENENC_CLIENT_DATA' }],
    script: [greeting, lenencAuth('ff'), ...refused],
    link: cve,
    killedBy: ['overreads-lenenc-auth'],
  },
  {
    id: 'handshake-response-41/attributes-total-past-end',
    title: 'attributes whose total length points past the packet are refused',
    level: 'SHOULD',
    source: attributes,
    needs: ['check-account', { offers: 'CONNECT_ATTRS' }],
    script: [greeting, withAttributes(`fcffff04${ascii('_pid')}0131`), ...refused],
    killedBy: ['attributes-overread'],
  },
  {
    id: 'handshake-response-41/attribute-key-past-total',
    title: 'an attribute name that is longer than all attributes is refused, or the client gets in and COM_PING works',
    level: 'SHOULD',
    source: attributes,
    needs: ['check-account', { offers: 'CONNECT_ATTRS' }],
    script: [greeting, withAttributes(`07fa${ascii('_pid')}0131`), { expect: [anyErr, closes, { packet: 'OK', then: works }] }, ended],
    killedBy: ['attributes-past-end-hang'],
  },
  {
    id: 'handshake-response-41/attribute-value-past-total',
    title: 'an attribute value that is longer than all attributes is refused, or the client gets in and COM_PING works',
    level: 'SHOULD',
    source: attributes,
    needs: ['check-account', { offers: 'CONNECT_ATTRS' }],
    script: [greeting, withAttributes(`0704${ascii('_pid')}fa31`), { expect: [anyErr, closes, { packet: 'OK', then: works }] }, ended],
    killedBy: ['attributes-past-end-hang'],
  },
  ...(
    [
      ['name', longName],
      ['value', longValue],
    ] as const
  ).map(
    ([what, bytes]) =>
      ({
        id: `handshake-response-41/attribute-${what}-past-total-is-not-shown`,
        title: `an attribute ${what} that is longer than all attributes brings nothing that stands behind them into performance_schema`,
        // The manuals are silent about attributes that are broken.
        level: 'OBSERVE',
        source: [
          ...attributes,
          manual['mysql/attributes-are-in-performance-schema'],
          manual['mariadb/attributes-are-in-performance-schema'],
        ],
        needs: ['check-account', { offers: 'CONNECT_ATTRS' }, { feature: 'connect-attributes' }],
        script: [
          greeting,
          withAttributes(bytes),
          { expect: [anyErr, closes, { packet: 'OK', then: [query(shownBeyond), value('0'), ...works] }] },
          ended,
        ],
        deliveries: ['whole'],
        killedBy: ['attributes-past-end-shown'],
      }) as const satisfies Case,
  ),
] as const satisfies readonly Case[];
