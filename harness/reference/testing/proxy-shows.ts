import { Buffer } from 'node:buffer';
import type { proxyProtocol } from '../defects/proxy-protocol.ts';
import { type BareClient, hex, LOGIN, query, response41, SILENCE_MS, z } from './bare-client.ts';
import { code, isOk, type Shows } from './shows.ts';

/** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, SSL. */
const SSL = 0x88a00;
/** The address that may send headers. */
const PROXY = '127.0.0.2';
const line = (text: string): Buffer => Buffer.from(`PROXY ${text}\r\n`);
const TCP4 = line('TCP4 10.1.2.3 10.0.0.2 1111 3306');
const TCP6 = line('TCP6 2001:db8::1 2001:db8::2 1111 3306');
const UNKNOWN = line('UNKNOWN');
const binary = (command: string, body: string): Buffer =>
  hex(`0d0a0d0a000d0a515549540a ${command} 00${(body.length / 2).toString(16).padStart(2, '0')} ${body}`);
const ADDRESSES = '0a010203 0a000002 0457 0cea'.replaceAll(' ', '');

/** The answer to a login behind these segments, and what USER() is then. */
const behind =
  (
    segments: readonly Uint8Array[],
    shows: (answer: string | undefined, c: BareClient) => boolean | Promise<boolean>,
    from = PROXY,
  ): Shows =>
  async (dial) => {
    const c = dial(from);
    await c.next();
    await c.sendApart(...segments);
    return shows((await c.next(SILENCE_MS * 2))?.hex, c);
  };
const refused = (answer: string | undefined): boolean => code(answer) === 1105;
const userIs = async (c: BareClient, address: string): Promise<boolean> => {
  c.send(query('SELECT USER()'));
  const row = (await c.all())[3] ?? '';
  return Buffer.from(row.slice(2), 'hex').toString('latin1').endsWith(`@${address}`);
};

export const proxyShows: Record<keyof typeof proxyProtocol, Shows> = {
  'proxy-header-of-anyone-counts': behind([TCP4, LOGIN], isOk, '127.0.0.1'),
  'proxy-v1-refused': behind([TCP4, LOGIN], refused),
  'proxy-v2-refused': behind([binary('21 11', ADDRESSES), LOGIN], refused),
  'proxy-header-in-one-segment': behind([TCP4.subarray(0, 9), TCP4.subarray(9), LOGIN], refused),
  'proxy-header-eats-login': behind([Buffer.concat([TCP4, LOGIN])], (answer) => answer === undefined),
  'proxy-address-ignored': behind([TCP4, LOGIN], (_, c) => userIs(c, '127.0.0.2')),
  'proxy-address-lost-over-tls': async (dial) => {
    const c = dial(PROXY);
    await c.next();
    c.send(TCP4, response41(SSL, ''));
    await c.startTls();
    c.send(response41(SSL, `${z('haproxy_check')}00${z('mysql_native_password')}`, { sequenceId: 2 }));
    await c.next();
    return userIs(c, PROXY);
  },
  'proxy-unknown-refused': behind([UNKNOWN, LOGIN], refused),
  'proxy-tcp6-refused': behind([TCP6, LOGIN], refused),
  'proxy-local-is-nowhere': behind([binary('20 00', ''), LOGIN], (_, c) => userIs(c, '0.0.0.0')),
  'proxy-local-refused': behind([binary('20 00', ''), LOGIN], refused),
  'proxy-local-address-taken': behind([binary('20 11', ADDRESSES), LOGIN], (_, c) => userIs(c, '10.1.2.3')),
  'proxy-tlvs-refused': behind([binary('21 11', `${ADDRESSES}0400010a`), LOGIN], refused),
  'proxy-length-past-end-ignored': behind([hex(`0d0a0d0a000d0a515549540a 2111ffff ${ADDRESSES}`), LOGIN], isOk),
  'proxy-bad-header-taken': behind([line('TCP5 1 2 3 4'), LOGIN], isOk),
  'proxy-bad-header-hangs': behind([line('TCP5 1 2 3 4')], async (answer, c) => answer === undefined && (await c.ending(1)) === 'open'),
};
