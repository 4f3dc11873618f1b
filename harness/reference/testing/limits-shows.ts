import { Buffer } from 'node:buffer';
import { setTimeout as pause } from 'node:timers/promises';
import type { limits } from '../defects/limits.ts';
import { LOGIN, PING, packet, query, response41, SILENCE_MS, z } from './bare-client.ts';
import { afterLogin, check, code, DB, DEPRECATE_EOF, gone, isOk, type Look, OK, on, type Shows } from './shows.ts';

const MAX = 0xffffff;
/** COM_QUERY of this length, in as many packets as it takes. */
function long(length: number): Buffer {
  const text = Buffer.alloc(length, 'a');
  text.write("\x03SELECT LENGTH('", 'latin1');
  text.write("')", length - 2, 'latin1');
  const parts: Buffer[] = [];
  for (let at = 0, sequenceId = 0; at <= length; at += MAX, sequenceId++) parts.push(packet(text.subarray(at, at + MAX), sequenceId));
  return Buffer.concat(parts);
}
const repeat = (length: number): Buffer => query(`SELECT REPEAT('x', ${length})`);
/** A row of 0xFFFFFF bytes: 4 of them are the length of the value. */
const fullRow = repeat(MAX - 4);

/** Megabytes one after the other: they hold up the event loop, and others listen to silence meanwhile. */
let before: Promise<unknown> = Promise.resolve();
const alone =
  (look: Look): Shows =>
  (dial) => {
    const shown = before.then(() => look(dial()));
    before = shown.catch(() => undefined);
    return shown;
  };

/** A full packet in place of a login, and the header of another: of a login 16 MiB are too much already. */
const tooLarge = [packet(Buffer.alloc(MAX), 1), Buffer.from([0xff, 0xff, 0xff, 2])] as const;

export const limitsShows: Record<keyof typeof limits, Shows> = {
  'continues-four-bytes-early': alone(async (c) => {
    await c.login();
    c.send(long(MAX - 4));
    return gone((await c.next(SILENCE_MS * 2))?.hex);
  }),
  'joins-only-two-packets': alone(async (c) => {
    await c.login();
    c.send(long(2 * MAX));
    return (await c.next())?.sequenceId === 2;
  }),
  'no-limit-for-packets': alone(async (c) => {
    await c.next();
    c.send(...tooLarge);
    return gone((await c.next(SILENCE_MS * 2))?.hex);
  }),
  'too-large-closes-silently': alone(async (c) => {
    await c.next();
    c.send(...tooLarge);
    return (await c.ending()) === 'fin' && (await c.all()).length === 0;
  }),
  'row-of-16-mib-taken-for-the-end': alone(async (c) => {
    await c.next();
    c.send(response41(DEPRECATE_EOF, `${check}00`));
    await c.next();
    c.send(query(`SELECT REPEAT('x', ${MAX + 1})`));
    const packets = [];
    for (let n = 0; n < 3; n++) packets.push(await c.next(SILENCE_MS * 2));
    return packets[2]?.payload.length === 7;
  }),
  'rows-behind-16-mib-lost': alone(async (c) => {
    await c.login();
    c.send(query(`SELECT REPEAT('x', ${MAX}) UNION ALL SELECT 'y'`));
    const packets = [];
    for (let n = 0; n < 6; n++) packets.push(await c.next(SILENCE_MS * 2));
    return packets[5]?.payload.length === 5 && packets[5].sequenceId === 6;
  }),
  'full-binary-row-without-empty-packet': alone(async (c) => {
    await c.login();
    c.send(packet(Buffer.from(`\x16SELECT REPEAT('x', ${MAX - 6})`)));
    for (let n = 0; n < 3; n++) await c.next();
    c.send(packet('17 01000000 00 01000000'));
    const packets = [];
    for (let n = 0; n < 5; n++) packets.push(await c.next(SILENCE_MS * 2));
    return packets[3]?.payload.length === MAX && packets[4]?.payload.length === 5;
  }),
  'continued-prepare-cut': alone(async (c) => {
    await c.login();
    const text = long(MAX + 1);
    text[4] = 0x16;
    c.send(text);
    return code((await c.next(SILENCE_MS * 2))?.hex) === 1064;
  }),
  'continued-long-data-cut': alone(async (c) => {
    await c.login();
    c.send(packet(Buffer.from('\x16SELECT LENGTH(?)')));
    for (let n = 0; n < 5; n++) await c.next();
    const piece = Buffer.alloc(MAX, 'a');
    piece.set(Buffer.from('18010000000000', 'hex'));
    c.send(packet(piece), packet('61', 1), packet('17 01000000 00 01000000 00 01 fc00'));
    const packets = [];
    for (let n = 0; n < 5; n++) packets.push(await c.next(SILENCE_MS * 2));
    return packets[3]?.payload.readUInt32LE(2) === MAX - 7;
  }),
  'full-answer-without-empty-packet': alone(async (c) => {
    await c.login();
    c.send(fullRow);
    const packets = [];
    for (let n = 0; n < 6; n++) packets.push(await c.next(SILENCE_MS * 2));
    return packets[3]?.payload.length === MAX && packets[4]?.payload.length === 5;
  }),
  'continued-answer-keeps-sequence-id': alone(async (c) => {
    await c.login();
    c.send(fullRow);
    const packets = [];
    for (let n = 0; n < 5; n++) packets.push(await c.next(SILENCE_MS * 2));
    return packets[3]?.sequenceId === 4 && packets[4]?.sequenceId === 4;
  }),
  'continued-answer-counts-once': alone(async (c) => {
    await c.login();
    c.send(fullRow);
    const ids = [];
    for (let n = 0; n < 6; n++) ids.push((await c.next(SILENCE_MS * 2))?.sequenceId);
    return ids.join(' ') === '1 2 3 4 4 5';
  }),
  'large-answer-breaks-off': alone(async (c) => {
    await c.login();
    c.send(repeat(0x200000));
    for (let n = 0; n < 3; n++) await c.next();
    return gone((await c.next(SILENCE_MS * 2))?.hex) && (await c.ending()) === 'fin';
  }),
  'late-reader-given-up': alone(async (c) => {
    await c.login();
    c.send(repeat(0xc00000));
    await c.readNothing(SILENCE_MS);
    for (let n = 0; n < 3; n++) await c.next();
    return gone((await c.next(SILENCE_MS * 2))?.hex) && (await c.ending()) !== 'open';
  }),
  'affected-rows-modulo-256': on(async (c) => {
    await c.next();
    c.send(response41(DB | 0x80, `${check}00${z('mywire')}`));
    await c.next();
    c.send(query('CREATE TEMPORARY TABLE mywire_file (a INT)'));
    await c.next();
    c.send(query("LOAD DATA LOCAL INFILE 'f' INTO TABLE mywire_file"));
    await c.next();
    c.send(packet(Buffer.from('1\n'.repeat(257)), 2), packet('', 3));
    return (await c.next())?.hex.startsWith('0001') === true;
  }),
  'long-database-name-closes': afterLogin(
    packet(`02${'64'.repeat(65)}`),
    async (all, c) => all.length === 0 && (await c.ending()) === 'fin',
  ),
  'longest-database-name-refused': afterLogin(
    packet(`02${'64'.repeat(64)}`),
    ([a]) => a?.startsWith('1:ff') === true && code(a.slice(2)) !== 1049,
  ),
  'wait-timeout-ignored': on(async (c) => {
    await c.login();
    c.send(query('SET wait_timeout = 1'));
    await c.next();
    return (await c.ending(1500)) === 'open';
  }),
  'wait-timeout-at-once': on(async (c) => {
    await c.login();
    // Long enough that the clean server does not end it while a busy process comes late to look.
    c.send(query('SET wait_timeout = 20'));
    await c.next();
    return (await c.ending(500)) !== 'open';
  }),
  'wait-timeout-of-a-tenth': on(async (c) => {
    await c.login();
    c.send(query('SET wait_timeout = 20'));
    await c.next();
    return (await c.ending(4000)) !== 'open';
  }),
  'wait-timeout-silent': on(async (c) => {
    await c.login();
    c.send(query('SET wait_timeout = 1'));
    await c.next();
    return (await c.ending(2500)) === 'fin' && (await c.all()).length === 0;
  }),
  'wait-timeout-err-counts-on': on(async (c) => {
    await c.login();
    c.send(query('SET wait_timeout = 1'));
    await c.next();
    const told = await c.next(2500);
    return told?.sequenceId === 2 && told.hex.startsWith('ffbf0f');
  }),
  'slow-login-refused': on(async (c) => {
    await c.next();
    c.send(LOGIN.subarray(0, 10));
    await pause(1500);
    c.send(LOGIN.subarray(10));
    return !isOk((await c.next())?.hex);
  }),
  'backlog-of-commands-closes': afterLogin(
    Buffer.concat(Array.from({ length: 200 }, () => PING)),
    (all) => all.length < 200 && all.every((a) => a === `1:${OK}`),
  ),
};
