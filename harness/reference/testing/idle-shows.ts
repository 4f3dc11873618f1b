/** How the defects of defects/idle.ts show. */
import { setTimeout as pause } from 'node:timers/promises';
import type { idle } from '../defects/idle.ts';
import { PING, response41, SILENCE_MS } from './bare-client.ts';
import { check, code, F, gone, greeting, isOk, on, type Shows } from './shows.ts';

/** The client wants TLS. */
const SSL = 0x800;

export const idleShows: Record<keyof typeof idle, Shows> = {
  'silent-client-greeted-again': greeting(async (_, c) => (await c.next(SILENCE_MS))?.payload[0] === 10),
  'unfinished-first-packet-refused': on(async (c) => {
    await c.next();
    c.send(response41(F, `${check}00`).subarray(0, -1));
    return code((await c.next(SILENCE_MS))?.hex) === 1043;
  }),
  'unfinished-first-packet-unheard': on(async (c) => {
    await c.next();
    const login = response41(F, `${check}00`);
    c.send(login.subarray(0, -1));
    const silent = (await c.next(SILENCE_MS)) === undefined;
    c.send(login.subarray(-1));
    return silent && (await c.next(SILENCE_MS)) === undefined && (await c.ending(1)) === 'open';
  }),
  'late-tls-hello-unheard': on(async (c) => {
    await c.next();
    c.send(response41(F | SSL, ''));
    await pause(SILENCE_MS);
    // Whatever is no ClientHello ends the handshake of a server that still listens.
    c.send(Buffer.from('16030100050100000103', 'hex'));
    return (await c.ending(SILENCE_MS)) === 'open';
  }),
  'idle-behind-login-closes': on(async (c) => {
    await c.login();
    return gone((await c.next(SILENCE_MS))?.hex) && (await c.ending(1)) === 'fin';
  }),
  'idle-client-closed': on(async (c) => {
    await c.login();
    c.send(PING);
    await c.next();
    return gone((await c.next(SILENCE_MS))?.hex) && (await c.ending(1)) === 'fin';
  }),
  'idle-client-gets-ok': on(async (c) => {
    await c.login();
    c.send(PING);
    await c.next();
    return isOk((await c.next(SILENCE_MS))?.hex);
  }),
};
