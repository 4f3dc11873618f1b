/** How the defects of defects/regression-other.ts show. */
import { Buffer } from 'node:buffer';
import { nativePasswordScramble } from '../../auth/native-password.ts';
import type { regressionOther } from '../defects/regression-other.ts';
import { PING, packet, QUIT, query, response41, z } from './bare-client.ts';
import { exchanging } from './exchange.ts';
import { blocks, stops } from './neighbours-shows.ts';
import { ATTRS, afterLogin, check, code, F, native, PLUGIN, type Shows } from './shows.ts';

const MULTI = 0x18200;

export const regressionOtherShows: Record<Exclude<keyof typeof regressionOther, keyof typeof regressionOtherMariadbShows>, Shows> = {
  'quits-block-host': blocks(async (c) => {
    await c.login();
    c.send(QUIT);
    await c.ending(500);
  }),
  'unfinished-logins-block-host': blocks(async (c) => {
    await c.next();
    c.send(packet('ffff', 1));
    await c.ending(500);
  }),
  'tls-required-answered-with-1156': exchanging(async (x) => {
    const proof = (nonce: Buffer): Uint8Array => nativePasswordScramble('mywire-secret', nonce);
    return code(await x.login('mywire_tls', 'mysql_native_password', proof)) === 1156;
  }),
  'short-first-packet-stops-server': stops(packet('00820800', 1)),
  'long-login-stops-server': stops(response41(F, `${z('u'.repeat(5000))}00`)),
  'missing-attributes-stop-server': stops(response41(ATTRS, `${check}00${native}`)),
  'empty-first-packet-stops-server': stops(packet('', 1)),
  'disorderly-first-packet-keeps-open': async (dial) => {
    const c = dial();
    await c.next();
    c.send(packet('00', 10));
    c.halfClose();
    return (await c.ending(500)) === 'open';
  },
  'disorderly-first-packet-stops-server': stops(packet('00', 10)),
  'malformed-response-stops-server': stops(packet('0082080000', 1)),
  'unterminated-user-stops-server': stops(response41(F, '7573')),
  'ssl-flag-needed-twice': exchanging(async (x) => code(await (await x.secure()).login('haproxy_check', 'mysql_native_password')) === 1043),
  'statistics-unanswered': afterLogin(packet('09'), (packets) => packets.length === 0),
  'kill-err-counts-on': afterLogin(query('KILL 4294967290'), ([answer = '']) => answer.startsWith('2:ff4604')),
  'kill-with-comment-hangs': afterLogin(query('KILL /*QUERY*/ 4294967290'), (packets) => packets.length === 0),
  'kill-of-nobody-loses-next-command': afterLogin(Buffer.concat([query('KILL 4294967290'), PING]), (packets) => packets.length === 1),
  'second-statement-unanswered': afterLogin(query('SELECT 1;SELECT 2'), (packets) => packets.length === 0, MULTI),
  'session-state-unasked': afterLogin(packet('02696e666f'), ([answer = '']) => answer.startsWith('1:0000000240')),
  'unknown-thread-code-of-the-client': afterLogin(query('KILL 4294967290'), ([answer = '']) => answer.startsWith('1:ffd307')),
  'err-behind-err-sequence-zero': afterLogin(Buffer.concat([query('SELEC'), query('SELEC')]), ([, second = '']) =>
    second.startsWith('0:ff'),
  ),
  'quit-behind-login-ignored': async (dial) => {
    const c = dial();
    await c.login();
    c.send(QUIT);
    return (await c.ending(500)) === 'open';
  },
  'quit-for-a-proof-hangs': async (dial) => {
    const c = dial();
    await c.next();
    c.send(response41(PLUGIN, `${check}00${z('nobody_knows_this')}`), QUIT);
    await c.next();
    return (await c.ending(500)) === 'open';
  },
};

/** Shown by the server that speaks like MariaDB alone. */
export const regressionOtherMariadbShows = {
  'cache-metadata-of-another-client': async (dial) => {
    const first = dial();
    await first.next();
    // CACHE_METADATA in the last four bytes of the filler.
    first.send(packet(`00820000 00000001 21 ${'00'.repeat(19)} 10000000 ${check}00`.replaceAll(' ', ''), 1));
    await first.next();
    first.send(query('SELECT 1'));
    await first.all(300);
    const other = dial();
    await other.login();
    other.send(query('SELECT 1'));
    return (await other.next())?.hex === '0101';
  },
} as const satisfies Partial<Record<keyof typeof regressionOther, Shows>>;
