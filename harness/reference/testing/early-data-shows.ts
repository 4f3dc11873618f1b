/** How the defects of defects/early-data.ts and defects/first-packet.ts show. */
import { Buffer } from 'node:buffer';
import type { earlyData } from '../defects/early-data.ts';
import type { firstPacket } from '../defects/first-packet.ts';
import { hex, LOGIN, PING, packet, QUIT, SILENCE_MS } from './bare-client.ts';
import { answerTo, early, gone, hangs, isOk, OK, on, reset, type Shows } from './shows.ts';

export const earlyDataShows: Record<keyof typeof earlyData, Shows> = {
  'no-greeting-before-data': on(async (c) => {
    const before = await c.next(SILENCE_MS);
    c.send(LOGIN);
    return before === undefined && (await c.all()).length === 2;
  }),
  'early-data-resets-without-greeting': early(LOGIN, async (packets, c) => packets.length === 0 && (await reset(c))),
  'early-data-closes-without-greeting': early(LOGIN, async (packets, c) => packets.length === 0 && (await c.ending()) === 'fin'),
  'early-quit-resets-without-greeting': early(QUIT, async (packets, c) => packets.length === 0 && (await reset(c))),
  'drops-early-data': early(LOGIN, (packets) => packets.length === 1),
  'early-data-loses-second-packet': early(Buffer.concat([LOGIN, PING]), (packets) => packets.length === 2),
  'early-data-answered-before-greeting': early(LOGIN, ([first = '', second = '']) => first === `2:${OK}` && second.startsWith('0:0a')),
};

export const firstPacketShows: Record<keyof typeof firstPacket, Shows> = {
  'garbage-hangs': hangs(Buffer.from('GET / HTTP/1.0\r\n\r\n')),
  'garbage-closes-silently': answerTo(packet('ffff', 1), gone),
  'garbage-takes-server-down': async (dial) => {
    const c = dial();
    await c.next();
    c.send(packet('ffff', 1));
    await c.ending();
    return (await dial().ending(SILENCE_MS)) === 'rst';
  },
  'long-proxy-header-stops-server': async (dial) => {
    const c = dial();
    await c.next();
    c.send(hex('0d0a0d0a000d0a515549540a2111ffff'));
    await c.ending();
    return (await dial().ending(SILENCE_MS)) === 'rst';
  },
  'full-first-header-stops-server': async (dial) => {
    const c = dial();
    await c.next();
    c.send(hex('ffffff01'));
    await c.ending();
    return (await dial().ending(SILENCE_MS)) === 'rst';
  },
  'http-gets-answered': on(async (c) => {
    await c.next();
    c.send(Buffer.from('GET / HTTP/1.0\r\n\r\n'));
    await c.ending();
    return c.rest.toString().startsWith('HTTP/1.1 400');
  }),
  'tls-hello-hangs': hangs(hex(`16030100c8 010000c40303 ${'00'.repeat(194)}`)),
  'proxy-header-swallowed': on(async (c) => {
    await c.next();
    c.send(Buffer.from('PROXY TCP4 10.0.0.1 10.0.0.2 1111 3306\r\n'), LOGIN);
    return isOk((await c.next())?.hex);
  }),
  'commands-run-before-the-login': answerTo(PING, (payload) => payload?.startsWith('0000') ?? false),
  'bad-handshake-takes-login': answerTo(packet('0082', 1), isOk),
};
