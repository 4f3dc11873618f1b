/** How the defects of defects/tls.ts show. */
import { setTimeout as pause } from 'node:timers/promises';
import { nativePasswordScramble } from '../../auth/native-password.ts';
import type { tls } from '../defects/tls.ts';
import { type BareClient, hex, QUIT, query, response41, SILENCE_MS, z } from './bare-client.ts';
import { type Exchange, exchanging, SSL } from './exchange.ts';
import { stops } from './neighbours-shows.ts';
import { code, on, type Shows } from './shows.ts';

const NATIVE = 'mysql_native_password';
/** PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH, SSL. */
const FLAGS = 0x88a00;
const MULTI_STATEMENTS = 0x10000;
const sslRequest = (flags = FLAGS, filler?: string): Buffer => response41(flags, '', filler ? { filler } : {});
/** The first half of a ClientHello, and the whole of a record that is none. */
const HALF_HELLO = hex(`16030100c8010000c40303${'5a'.repeat(89)}`);
const WRONG_HELLO = hex('16030100050100000103');

const checkTail = `${z('haproxy_check')}00${z(NATIVE)}`;
const hexOf = (words: string): string => Buffer.from(words).toString('hex');
const isOk = (answer: string): boolean => answer.startsWith('00');
const login = (x: Exchange): Promise<string> => x.login('haproxy_check', NATIVE, undefined, SSL);
const secured = (look: (x: Exchange, c: BareClient) => Promise<boolean>): Shows => exchanging(async (x, c) => look(await x.secure(), c));
const refusesTls = (version: 'TLSv1.2' | 'TLSv1.3'): Shows =>
  on(async (c) => {
    await c.next();
    c.send(sslRequest());
    return c.startTls({ minVersion: version, maxVersion: version }).then(
      () => false,
      () => true,
    );
  });
const asked = (look: (c: BareClient) => Promise<boolean>): Shows =>
  on(async (c) => {
    await c.next();
    return look(c);
  });

export const tlsShows: Record<keyof typeof tls, Shows> = {
  'tls-12-refused': refusesTls('TLSv1.2'),
  'tls-13-refused': refusesTls('TLSv1.3'),
  'tls-hello-behind-request-lost': asked(async (c) => {
    c.send(sslRequest(), WRONG_HELLO);
    return (await c.ending(SILENCE_MS)) === 'open';
  }),
  'tls-hello-in-pieces-refused': asked(async (c) => {
    c.send(sslRequest());
    await pause(50);
    c.send(HALF_HELLO);
    return (await c.ending(SILENCE_MS)) === 'fin';
  }),
  'tls-record-header-in-pieces-refused': asked(async (c) => {
    c.send(sslRequest());
    await pause(50);
    c.send(HALF_HELLO.subarray(0, 4));
    return (await c.ending(SILENCE_MS)) === 'fin';
  }),
  'tls-half-hello-keeps-open': asked(async (c) => {
    c.send(sslRequest(), HALF_HELLO);
    c.halfClose();
    return (await c.ending(SILENCE_MS)) === 'open';
  }),
  'tls-failure-stops-server': stops(Buffer.concat([sslRequest(), WRONG_HELLO])),
  'tls-resumption-refused': async (dial) => {
    const first = dial();
    await first.next();
    first.send(sslRequest());
    const session = (await first.startTls({ maxVersion: 'TLSv1.2' })).getSession();
    const second = dial();
    await second.next();
    second.send(sslRequest());
    await second.startTls({ maxVersion: 'TLSv1.2', ...(session && { session }) });
    second.send(response41(FLAGS, checkTail, { sequenceId: 2 }));
    return (await second.next(SILENCE_MS)) === undefined;
  },
  'tls-plaintext-login-taken': asked(async (c) => {
    c.send(sslRequest());
    c.send(response41(FLAGS, checkTail, { sequenceId: 2 }));
    return isOk((await c.next(SILENCE_MS))?.hex ?? '');
  }),
  'tls-second-ssl-request-hangs': secured(async (_x, c) => {
    c.send(response41(FLAGS, '', { sequenceId: 2 }));
    return (await c.next(SILENCE_MS)) === undefined && (await c.ending(1)) === 'open';
  }),
  'tls-greets-again': secured(async (_x, c) => (await c.next(SILENCE_MS))?.hex.startsWith('0a') === true),
  'tls-checks-another-scramble': secured(async (x) => {
    const proof = (nonce: Buffer): Uint8Array => nativePasswordScramble('mywire-secret', nonce);
    return code(await x.login('mywire', NATIVE, proof, SSL)) === 1045;
  }),
  'tls-flags-of-response-count': asked(async (c) => {
    c.send(sslRequest(FLAGS | MULTI_STATEMENTS));
    await c.startTls();
    c.send(response41(FLAGS, checkTail, { sequenceId: 2 }));
    await c.next();
    c.send(query('SELECT 1; SELECT 2'));
    return code((await c.next())?.hex) === 1064;
  }),
  // The name of the plugin stands where that of a database should: there is none of that name.
  'tls-login-loses-database': secured(async (x) => isOk(await x.login('haproxy_check', NATIVE, undefined, SSL | 0x8))),
  'tls-large-answers-cut': secured(async (x, c) => {
    await login(x);
    c.send(query("SELECT REPEAT('x', 200000)"));
    await c.all();
    return c.rest.length > 1000;
  }),
  'tls-quit-keeps-open': secured(async (x, c) => {
    await login(x);
    c.send(QUIT);
    return (await c.ending(SILENCE_MS)) === 'open';
  }),
  'tls-pieces-lost': secured(async (_x, c) => {
    const whole = response41(FLAGS, checkTail, { sequenceId: 2 });
    c.send(whole.subarray(0, 10));
    await pause(50);
    c.send(whole.subarray(10));
    return (await c.next(SILENCE_MS)) === undefined;
  }),
  'ssl-request-filler-must-be-zero': asked(async (c) => {
    c.send(sslRequest(FLAGS, '20'.repeat(23)));
    return code((await c.next(SILENCE_MS))?.hex) === 1043;
  }),
  'tls-collation-of-request-counts': asked(async (c) => {
    c.send(response41(FLAGS, '', { collation: '2d' }));
    await c.startTls();
    c.send(response41(FLAGS, checkTail, { sequenceId: 2, collation: '08' }));
    await c.next();
    c.send(query('SELECT @@character_set_client'));
    return (await c.answer(SILENCE_MS / 4)).some((one) => one.includes(hexOf('utf8mb4')));
  }),
};
