/** How the defects of defects/sequence.ts and defects/framing.ts show. */
import { Buffer } from 'node:buffer';
import type { framing } from '../defects/framing.ts';
import type { sequence } from '../defects/sequence.ts';
import { LOGIN, PING, packet, query, response41, SILENCE_MS } from './bare-client.ts';
import { afterLogin, answerTo, check, F, hangs, isOk, OK, on, reset, type Shows } from './shows.ts';

export const sequenceShows: Record<keyof typeof sequence, Shows> = {
  'answer-sequence-off-by-one': afterLogin(PING, ([a]) => a === `2:${OK}`),
  'answer-sequence-zero': afterLogin(PING, ([a]) => a === `0:${OK}`),
  'err-sequence-zero': afterLogin(packet('ff'), ([a]) => a?.startsWith('0:ff1704') === true),
  'resultset-sequence-stuck': afterLogin(query('SELECT 1'), (all) => all.length === 5 && all.every((a) => a.startsWith('1:'))),
  'sequence-not-reset-by-commands': afterLogin(PING, ([a]) => a === `3:${OK}`),
  'accepts-wrong-sequence-id': answerTo(response41(F, `${check}00`, { sequenceId: 5 }), isOk),
  'accepts-wrong-command-sequence-id': afterLogin(packet('0e', 5), ([a]) => a === `6:${OK}`),
  'wrong-sequence-id-closes-silently': afterLogin(packet('0e', 5), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
};

export const framingShows: Record<keyof typeof framing, Shows> = {
  'loses-second-half-of-split-header': on(async (c) => {
    await c.login();
    await c.sendApart('0100', '00000e', PING);
    return (await c.all()).filter((a) => a === `1:${OK}`).length < 2;
  }),
  'segment-is-packet': on(async (c) => {
    await c.login();
    c.send(PING, PING);
    return (await c.all()).length === 1;
  }),
  'needs-whole-packet-in-one-segment': on(async (c) => {
    await c.login();
    await c.sendApart(PING.subarray(0, 4), PING.subarray(4));
    return (await c.ending(SILENCE_MS)) !== 'open';
  }),
  'payload-apart-out-of-order': on(async (c) => {
    await c.login();
    await c.sendApart(PING.subarray(0, 4), PING.subarray(4));
    return (await c.all()).some((a) => a.includes(':ff8404'));
  }),
  'byte-by-byte-resets': on(async (c) => {
    await c.login();
    await c.sendApart(...[...PING].map((byte) => Uint8Array.of(byte)));
    return reset(c, SILENCE_MS);
  }),
  'coalesced-packets-lost': on(async (c) => {
    await c.login();
    c.send(PING, PING);
    return (await c.all()).length === 1;
  }),
  'ignores-continued-payload': on(async (c) => {
    await c.login();
    const padded = Buffer.alloc(0xffffff, ' ');
    padded.write('\x03SELECT 1', 'latin1');
    c.send(packet(padded), packet('20', 1), PING);
    const all = await c.all();
    return all.at(-1) !== `1:${OK}`;
  }),
  'large-packet-closes': on(async (c) => {
    await c.login();
    c.send(query(`SELECT 1 /*${'x'.repeat(0x100000)}*/`));
    return (await c.next()) === undefined;
  }),
  'fin-ends-packet': on(async (c) => {
    await c.next();
    const short = Buffer.from(LOGIN);
    short.writeUIntLE(1000, 0, 3);
    c.send(short);
    c.halfClose();
    return isOk((await c.next())?.hex);
  }),
  'answer-header-too-long': on(async (c) => {
    await c.next();
    c.send(LOGIN);
    return (await c.next(SILENCE_MS)) === undefined && c.rest.toString('hex') === `08000002${OK}`;
  }),
  'empty-packet-hangs': hangs(packet('', 1)),
  'empty-command-closes': afterLogin(packet(''), async (all, c) => all.length === 0 && (await c.ending()) === 'fin'),
};
