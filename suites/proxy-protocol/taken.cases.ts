import type { Case } from '../../harness/case/case.ts';
import type { Alternative, Condition } from '../../harness/case/step.ts';
import { ascii, byte, times } from '../bytes.ts';
import { manual } from '../manual.ts';
import { closes, ended, greeting, loginAsCheck, ok, waits, works } from '../steps.ts';

const needs = ['proxy-protocol', 'check-account'] as const;
/**
 * The header is in front of the client's first packet, and so behind the greeting: MariaDB's manual says so. HAProxy's has a receiver
 * wait for the header before it greets, and there these cases would wait for ever.
 */
const greetsFirst = [{ dialect: 'mariadb' }] as const;
const v1 = [manual['haproxy/proxy-v1-layout'], manual['mariadb/proxy-header-gives-client-address']] as const;
const v2 = [manual['haproxy/proxy-v2-layout'], manual['mariadb/proxy-header-gives-client-address']] as const;
const follows = [manual['haproxy/proxy-data-follow-header'], manual['tcp/segments-do-not-match-writes']] as const;

const line = (text: string) => ascii(`PROXY ${text}\r\n`);
const SIGNATURE = '0d0a0d0a000d0a515549540a';
/** Version and command, family, addresses and what follows them. */
const binary = (command: string, family: string, body: string) =>
  `${SIGNATURE}${command}${family}${byte((body.length / 2) >> 8)}${byte(body.length / 2)}${body}`;
const PORTS = '04570cea';
/** Addresses of documentation (RFC 5737, RFC 3849): no name server has a name for them, which USER() would have in their place. */
const TCP4 = `c0000201c0000202${PORTS}`;
const TCP6 = `20010db8${times(11, 0)}0120010db8${times(11, 0)}02${PORTS}`;
/** ALPN "h2", and NOOP of three bytes. */
const TLVS = '0100026832040003616263';

/** The header is no packet, and has no answer: the server's greeting is none. */
const sent = (wire: string) => ({ send: { wire, answered: false } }) as const;
const user = (address: Condition) =>
  [
    { send: { message: 'COM_QUERY', with: { query: 'SELECT USER()' } } },
    { expect: [{ packet: 'TextResultset', where: { rows: 1, 'row.0.0': address } }] },
  ] as const;
const proxied = { pattern: '@192\\.0\\.2\\.1$' } as const;
const proxied6 = { pattern: '@2001:db8::1$' } as const;
/** As if there were no header: the address of the one that connects, or whatever name the server's machine has for it. */
const ours = { pattern: '@(127\\.0\\.0\\.2|[A-Za-z0-9.-]*[A-Za-z][A-Za-z0-9.-]*)$' } as const;

/** The header, sent as the connection opens, and a login that must succeed with the address that it gives. */
const taken = (wire: string, address: Condition) => [sent(wire), greeting, loginAsCheck, ok, ...user(address), ...works] as const;
/** Any ERR: no manual says which one. */
const anyErr = { packet: 'ERR', sequenceId: 'any' } as const satisfies Alternative;
/** What is broken is refused at once: MariaDB 1105, or 1043 where the line is no header to it. */
const refused = (wire: string) => [greeting, { send: { wire } }, { expect: [anyErr, closes] }, ended] as const;

/** It may wait for the rest, until the client ends. */
const waitsThenEnds = {
  ...waits,
  then: [{ do: 'half-close' }, { expect: [anyErr, { closes: true }] }, ended],
} as const satisfies Alternative;

/** PROXY headers from an address that may send them. */
export const cases = [
  {
    id: 'proxy-protocol/v1-tcp4',
    title: 'a login behind a header of version 1 comes from the address in the header',
    level: 'MUST',
    source: [...v1, ...follows],
    needs,
    script: taken(line('TCP4 192.0.2.1 192.0.2.2 1111 3306'), proxied),
    deliveries: ['whole', 'early'],
    killedBy: ['proxy-v1-refused', 'proxy-address-ignored'],
  },
  {
    id: 'proxy-protocol/v1-tcp6',
    title: 'a login behind a header of version 1 with IPv6 addresses comes from the address in the header',
    level: 'MUST',
    source: [...v1, ...follows],
    needs,
    script: taken(line('TCP6 2001:db8::1 2001:db8::2 1111 3306'), proxied6),
    deliveries: ['whole'],
    killedBy: ['proxy-tcp6-refused', 'proxy-address-ignored'],
  },
  {
    id: 'proxy-protocol/v1-unknown',
    title: 'a login behind PROXY UNKNOWN comes from the address that has connected',
    level: 'MUST',
    source: [...v1, manual['haproxy/proxy-v1-unknown-ignores-rest'], manual['mariadb/proxy-unknown-is-no-proxy']],
    needs,
    script: taken(line('UNKNOWN'), ours),
    deliveries: ['whole'],
    killedBy: ['proxy-unknown-refused', 'proxy-local-is-nowhere'],
  },
  {
    id: 'proxy-protocol/v1-unknown-of-107-bytes',
    title: 'what follows UNKNOWN in a line of 107 bytes is ignored',
    level: 'MUST',
    source: [manual['haproxy/proxy-v1-unknown-ignores-rest'], manual['haproxy/proxy-v1-longest-line']],
    needs,
    script: taken(line('UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535'), ours),
    deliveries: ['whole'],
    killedBy: ['proxy-unknown-refused'],
  },
  {
    id: 'proxy-protocol/v2-tcp4',
    title: 'a login behind a header of version 2 comes from the address in the header',
    level: 'MUST',
    source: [...v2, ...follows],
    needs,
    script: taken(binary('21', '11', TCP4), proxied),
    deliveries: ['whole', 'early'],
    killedBy: ['proxy-v2-refused', 'proxy-address-ignored'],
  },
  {
    id: 'proxy-protocol/v2-tcp6',
    title: 'a login behind a header of version 2 with IPv6 addresses comes from the address in the header',
    level: 'MUST',
    source: [...v2, ...follows],
    needs,
    script: taken(binary('21', '21', TCP6), proxied6),
    deliveries: ['whole'],
    killedBy: ['proxy-tcp6-refused', 'proxy-address-ignored'],
  },
  {
    id: 'proxy-protocol/v2-local',
    title: 'a login behind a LOCAL header of version 2 comes from the address that has connected',
    level: 'MUST',
    source: [...v2, manual['haproxy/proxy-local-is-accepted']],
    needs,
    script: taken(binary('20', '00', ''), ours),
    deliveries: ['whole'],
    killedBy: ['proxy-local-refused', 'proxy-local-is-nowhere'],
  },
  {
    id: 'proxy-protocol/v2-local-with-addresses',
    title: 'the addresses in a LOCAL header of version 2 do not count',
    level: 'MUST',
    source: [...v2, manual['haproxy/proxy-local-is-accepted'], manual['haproxy/proxy-v2-length-covers-all']],
    needs,
    script: taken(binary('20', '11', TCP4), ours),
    deliveries: ['whole'],
    killedBy: ['proxy-local-address-taken'],
  },
  {
    id: 'proxy-protocol/v2-tlvs',
    title: 'TLVs behind the addresses of version 2 are passed over',
    level: 'MUST',
    source: [...v2, manual['haproxy/proxy-v2-length-covers-all']],
    needs,
    script: taken(binary('21', '11', TCP4 + TLVS), proxied),
    deliveries: ['whole'],
    killedBy: ['proxy-tlvs-refused'],
  },
  {
    id: 'proxy-protocol/v2-then-tls',
    title: 'a login over TLS behind a header of version 2 comes from the address in the header',
    level: 'MUST',
    source: [...v2, ...follows, manual['mysql/ssl-request-starts-tls-at-once'], manual['mariadb/tls-starts-with-ssl-request']],
    needs: [...needs, 'tls'],
    script: [
      sent(binary('21', '11', TCP4)),
      greeting,
      { send: { message: 'SSLRequest' } },
      { do: 'start-tls' },
      { send: { message: 'HandshakeResponse41', account: 'check', capabilities: { add: ['SSL'] } } },
      ok,
      ...user(proxied),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['proxy-address-lost-over-tls', 'proxy-address-ignored'],
  },
  {
    id: 'proxy-protocol/v1-and-login-in-one-segment',
    title: 'a login in the segment of a header of version 1 is not lost',
    level: 'MUST',
    source: [...v1, ...follows],
    needs: [...needs, ...greetsFirst],
    script: [
      greeting,
      {
        send: [
          { wire: line('TCP4 192.0.2.1 192.0.2.2 1111 3306'), answered: false },
          { message: 'HandshakeResponse41', account: 'check' },
        ],
      },
      ok,
      ...user(proxied),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['proxy-header-eats-login'],
  },
  {
    id: 'proxy-protocol/v2-and-login-in-one-segment',
    title: 'a login in the segment of a header of version 2 is not lost',
    level: 'MUST',
    source: [...v2, ...follows],
    needs: [...needs, ...greetsFirst],
    script: [
      greeting,
      {
        send: [
          { wire: binary('21', '11', TCP4), answered: false },
          { message: 'HandshakeResponse41', account: 'check' },
        ],
      },
      ok,
      ...user(proxied),
      ...works,
    ],
    deliveries: ['whole'],
    killedBy: ['proxy-header-eats-login'],
  },
  ...(
    [
      ['v1', line('TCP4 192.0.2.1 192.0.2.2 1111 3306')],
      ['v2', binary('21', '11', TCP4)],
    ] as const
  ).map(
    ([version, wire]) =>
      ({
        id: `proxy-protocol/${version}-in-parts`,
        title: `a header of ${version === 'v1' ? 'version 1' : 'version 2'} that comes byte by byte is taken, or ends the connection`,
        level: 'OBSERVE',
        source: [manual['haproxy/proxy-partial-header-may-be-dropped']],
        needs: [...needs, ...greetsFirst],
        script: [
          greeting,
          sent(wire),
          loginAsCheck,
          { expect: [{ packet: 'OK' }, { ...anyErr, then: [ended] }, closes] },
          ...user(proxied),
          ...works,
        ],
        deliveries: ['bytes'],
        killedBy: ['proxy-header-in-one-segment', 'proxy-address-ignored'],
      }) as const satisfies Case,
  ),
  ...(
    [
      ['v1-of-no-family', 'a header of version 1 whose family is TCP5', line('TCP5 192.0.2.1 192.0.2.2 1111 3306')],
      ['v1-of-no-address', 'a header of version 1 with an address of 192.0.2.999', line('TCP4 192.0.2.999 192.0.2.2 1111 3306')],
      ['v1-without-ports', 'a header of version 1 without ports', line('TCP4 192.0.2.1 192.0.2.2')],
    ] as const
  ).map(
    ([id, what, wire]) =>
      ({
        id: `proxy-protocol/${id}`,
        title: `${what} makes the server end the connection`,
        level: 'MUST',
        source: [...v1, manual['haproxy/proxy-invalid-header-aborts']],
        needs: ['proxy-protocol', ...greetsFirst],
        script: refused(wire),
        deliveries: ['whole'],
        killedBy: ['proxy-bad-header-taken', 'proxy-bad-header-hangs'],
      }) as const satisfies Case,
  ),
  ...(
    [
      ['v2-of-version-1', 'a header of version 2 that says version 1', binary('11', '11', TCP4), 'MUST'],
      ['v2-of-no-command', 'a header of version 2 with command 15', binary('2f', '11', TCP4), 'MUST'],
      // What a receiver does with a length that is too short stands nowhere.
      [
        'v2-shorter-than-its-addresses',
        'a header of version 2 whose length ends inside the addresses',
        binary('21', '11', TCP4.slice(0, 12)),
        'SHOULD',
      ],
    ] as const
  ).map(
    ([id, what, wire, level]) =>
      ({
        id: `proxy-protocol/${id}`,
        title: `${what} makes the server end the connection`,
        level,
        source: [...v2, manual['haproxy/proxy-v2-length-covers-all'], manual['haproxy/proxy-v2-unassigned-is-dropped']],
        needs: ['proxy-protocol', ...greetsFirst],
        script: refused(wire),
        deliveries: ['whole'],
        killedBy: ['proxy-bad-header-taken', 'proxy-bad-header-hangs'],
      }) as const satisfies Case,
  ),
  {
    id: 'proxy-protocol/v1-line-without-end',
    title: 'a line of version 1 without CRLF in 160 bytes is refused or waited on, and the server lives on',
    level: 'SHOULD',
    source: [...v1, manual['haproxy/proxy-v1-longest-line'], manual['haproxy/proxy-invalid-header-aborts']],
    needs: ['proxy-protocol', ...greetsFirst],
    script: [greeting, { send: { wire: ascii(`PROXY TCP4 ${'1'.repeat(149)}`) } }, { expect: [anyErr, closes, waitsThenEnds] }, ended],
    deliveries: ['whole'],
    killedBy: ['garbage-takes-server-down'],
  },
  {
    id: 'proxy-protocol/header-that-breaks-off',
    title: 'a header that is cut off by the FIN of the client ends the connection',
    // As in the framing cases: that a server ends where its client has, no page says.
    level: 'SHOULD',
    source: [
      ...v1,
      manual['haproxy/proxy-receiver-waits-for-header'],
      manual['haproxy/proxy-partial-header-may-be-dropped'],
      manual['tcp/half-closed-may-still-send'],
    ],
    needs: ['proxy-protocol', ...greetsFirst],
    script: [
      greeting,
      { send: { wire: ascii('PROXY TCP4 192.0.2.1 192.0.2.2 1111 3306') } },
      { do: 'half-close' },
      { expect: [anyErr, { closes: true }] },
      ended,
    ],
    deliveries: ['whole', 'bytes'],
    killedBy: ['half-close-keeps-open'],
  },
  {
    id: 'proxy-protocol/v2-of-65535-bytes',
    title:
      'a header of version 2 that announces 65 535 bytes is refused or waited on, and a login behind its first 12, which is among them, is none',
    level: 'SHOULD',
    source: [...v2, manual['haproxy/proxy-v2-length-covers-all']],
    needs: [...needs, ...greetsFirst],
    script: [
      greeting,
      { send: [{ wire: `${SIGNATURE}2111ffff${TCP4}` }, { message: 'HandshakeResponse41', account: 'check' }] },
      { expect: [anyErr, closes, waitsThenEnds] },
      ended,
    ],
    deliveries: ['whole'],
    killedBy: ['proxy-length-past-end-ignored', 'half-close-keeps-open'],
  },
] as const satisfies readonly Case[];
