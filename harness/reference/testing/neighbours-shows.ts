/** How the defects of defects/neighbours.ts show. */
import { setTimeout as pause } from 'node:timers/promises';
import type { neighbours } from '../defects/neighbours.ts';
import { type BareClient, QUIT, response41, SILENCE_MS, z } from './bare-client.ts';
import { code, F, type Shows } from './shows.ts';

/** Behind twelve connections that went like this the next one gets ERR 1129 in place of a greeting. */
export const blocks =
  (go: (c: BareClient) => Promise<void>): Shows =>
  async (dial) => {
    for (let n = 0; n < 12; n++) await go(dial());
    await pause(50);
    return code((await dial().next())?.hex) === 1129;
  };

/** Bytes behind the greeting make the server end every other connection as well. */
export const stops =
  (bytes: Uint8Array): Shows =>
  async (dial) => {
    const other = dial();
    await other.next();
    const c = dial();
    await c.next();
    c.send(bytes);
    await c.ending(500);
    return (await other.ending(500)) !== 'open';
  };

export const neighboursShows: Record<keyof typeof neighbours, Shows> = {
  'silent-clients-block-host': async (dial) => {
    const slow = dial();
    await slow.next();
    return blocks(async (c) => {
      await c.next();
      c.halfClose();
      await c.ending(500);
    })(dial);
  },
  'denied-logins-block-host': blocks(async (c) => {
    await c.next();
    c.send(response41(F, `${z('nobody')}00`));
    await c.ending(500);
  }),
  'quits-of-others-end-session': async (dial) => {
    const idle = dial();
    await idle.login();
    for (let n = 0; n < 10; n++) {
      const c = dial();
      await c.login();
      c.send(QUIT);
      await c.ending(500);
    }
    return (await idle.ending(SILENCE_MS)) === 'fin';
  },
};
