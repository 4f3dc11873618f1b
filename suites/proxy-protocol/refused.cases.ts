import type { Case } from '../../harness/case/case.ts';
import { ascii } from '../bytes.ts';
import { manual } from '../manual.ts';
import { closes, ended, greeting, waitsUntilHalfClose } from '../steps.ts';

const source = [
  manual['haproxy/proxy-receiver-does-not-guess'],
  manual['mariadb/proxy-networks-may-send'],
  manual['mariadb/error-1130-host-not-privileged'],
  manual['mysql/packet-has-length-sequence-payload'],
  manual['mysql/auth-err-closes-connection'],
] as const;
/** MariaDB knows the headers, and says 1130; to the others they are no packets, and no manual says which ERR those get. */
const refused = [{ expect: [{ packet: 'ERR', sequenceId: 'any' }, closes, waitsUntilHalfClose] }, ended] as const;
const needs = ['check-account', { feature: 'no-proxy-headers' }] as const;
const SIGNATURE = '0d0a0d0a000d0a515549540a';
const ADDRESSES = `0a010203${'0a000002'}04570cea`;

/** A PROXY header from a client that may not send one; first-packet has those of TCP4. */
export const cases = [
  {
    id: 'proxy-protocol/tcp6-of-anyone',
    title: 'a PROXY header of version 1 with IPv6 addresses and a login in one segment, from a client that may not send one, are no login',
    level: 'MUST',
    source,
    needs,
    script: [
      greeting,
      {
        send: [{ wire: ascii('PROXY TCP6 2001:db8::1 2001:db8::2 1111 3306\r\n') }, { message: 'HandshakeResponse41', account: 'check' }],
      },
      ...refused,
    ],
    deliveries: ['whole'],
    killedBy: ['proxy-header-of-anyone-counts', 'proxy-header-swallowed', 'garbage-takes-server-down'],
  },
  {
    id: 'proxy-protocol/header-and-login-of-anyone',
    title: 'a PROXY header of version 2 and a login in one segment, from a client that may not send one, are no login',
    level: 'MUST',
    source,
    needs,
    script: [
      greeting,
      { send: [{ wire: `${SIGNATURE}2111000c${ADDRESSES}` }, { message: 'HandshakeResponse41', account: 'check' }] },
      ...refused,
    ],
    deliveries: ['whole'],
    killedBy: ['proxy-header-of-anyone-counts'],
  },
  {
    id: 'proxy-protocol/local-header-and-login-of-anyone',
    title: 'a LOCAL header of version 2 and a login in one segment, from a client that may not send one, are no login',
    level: 'MUST',
    source,
    needs,
    script: [greeting, { send: [{ wire: `${SIGNATURE}20000000` }, { message: 'HandshakeResponse41', account: 'check' }] }, ...refused],
    deliveries: ['whole'],
    killedBy: ['proxy-header-of-anyone-counts'],
  },
  {
    id: 'proxy-protocol/unknown-header-and-login-of-anyone',
    title: 'an UNKNOWN header of version 1 and a login in one segment, from a client that may not send one, are no login',
    level: 'MUST',
    source,
    needs,
    script: [greeting, { send: [{ wire: ascii('PROXY UNKNOWN\r\n') }, { message: 'HandshakeResponse41', account: 'check' }] }, ...refused],
    deliveries: ['whole'],
    killedBy: ['proxy-header-of-anyone-counts'],
  },
  {
    id: 'proxy-protocol/endless-line-of-anyone',
    title: 'a line that begins as a PROXY header and has no end in 200 bytes is refused or waited on, and the server lives on',
    level: 'MUST',
    source: [...source, manual['haproxy/proxy-v1-longest-line']],
    script: [greeting, { send: { wire: ascii(`PROXY TCP4 ${'1'.repeat(189)}`) } }, ...refused],
    deliveries: ['whole'],
    link: 'https://github.com/sysown/proxysql/issues/4600',
    killedBy: ['garbage-takes-server-down'],
  },
  {
    id: 'proxy-protocol/huge-length-of-anyone',
    title: 'a PROXY header of version 2 that announces 65 535 bytes is refused or waited on, and the server lives on',
    level: 'MUST',
    source: [...source, manual['haproxy/proxy-v2-layout']],
    script: [greeting, { send: { wire: `${SIGNATURE}2111ffff${ADDRESSES}` } }, ...refused],
    deliveries: ['whole'],
    killedBy: ['long-proxy-header-stops-server'],
  },
] as const satisfies readonly Case[];
