/** How the defects of defects/greeting.ts show. */
import { Buffer } from 'node:buffer';
import type { greeting as greetingDefects } from '../defects/greeting.ts';
import { response41, SILENCE_MS, z } from './bare-client.ts';
import { behindVersion, F, field, greeting, on, type Shows } from './shows.ts';

export const greetingShows: Record<keyof typeof greetingDefects, Shows> = {
  'greeting-sequence-one': on(async (c) => (await c.next())?.sequenceId === 1),
  'greeting-twice': greeting(async (_, c) => (await c.next(SILENCE_MS)) !== undefined),
  'greeting-header-too-long': greeting((payload, c) => payload.length === 0 && c.rest.length > 70),
  'greeting-header-too-short': greeting((payload, c) => payload.at(-1) !== 0 && c.rest.length === 1),
  'greeting-trailing-bytes': greeting((payload) => payload.toString('hex').endsWith('002a2a')),
  'greeting-trailing-name': greeting((payload) => payload.toString('latin1').endsWith('_password\0mywire\0')),
  'greeting-protocol-11': greeting((payload) => payload[0] === 11),
  'greeting-protocol-9': greeting((payload) => payload[0] === 9 && payload.length === 1 + 14 + 4 + 9),
  'version-without-nul': greeting((payload) => payload.toString('latin1', 1, 14) === '8.4.99-mywire' && payload[14] !== 0),
  'version-empty': greeting((payload) => payload[1] === 0),
  'stale-thread-id': async (dial) => {
    const ids = await Promise.all([dial(), dial()].map(async (c) => field((await c.next())?.payload ?? Buffer.alloc(0), 0, 4)));
    return ids[0] === ids[1];
  },
  'short-scramble': greeting((payload) => payload.length === behindVersion(payload) + 31 + 22),
  'scramble-part-2-of-12-letters': greeting((payload) => payload.length === behindVersion(payload) + 31 + 12 + 22),
  'scramble-with-nul': greeting((payload) => `${field(payload, 4, 8)}${field(payload, 31, 12)}`.match(/../g)?.includes('00') === true),
  'scramble-with-high-bit': greeting((payload) => /^(..)*[89a-f]/.test(`${field(payload, 4, 8)}${field(payload, 31, 12)}`)),
  'scramble-repeats': async (dial) => {
    const both = await Promise.all([dial(), dial()].map(async (c) => field((await c.next())?.payload ?? Buffer.alloc(0), 4, 8)));
    return both[0] === both[1];
  },
  'scramble-stays-behind-refusal': async (dial) => {
    const refused = dial();
    const first = field((await refused.next())?.payload ?? Buffer.alloc(0), 4, 8);
    refused.send(response41(F, `${z('nobody')}00`));
    await refused.next();
    return field((await dial().next())?.payload ?? Buffer.alloc(0), 4, 8) === first;
  },
  'scramble-without-final-nul': greeting((payload) => field(payload, 43, 1) !== '00'),
  'auth-data-length-wrong': greeting((payload) => field(payload, 20, 1) === '09'),
  'auth-data-length-zero': greeting((payload) => field(payload, 20, 1) === '00'),
  'plugin-name-without-nul': greeting((payload) => payload.at(-1) !== 0),
  'plugin-name-empty': greeting((payload) => payload.length === behindVersion(payload) + 44 + 1),
  'plugin-name-unknown': greeting((payload) => payload.toString('latin1').endsWith('\0mywire_no_such_password\0')),
  'greeting-filler-nonzero': greeting((payload) => field(payload, 12, 1) === '20'),
  'greeting-reserved-nonzero': greeting((payload) => field(payload, 21, 6) === '202020202020'),
  'mariadb-capabilities-with-long-password': greeting((payload) => field(payload, 27, 4) === '1d000000'),
  'greeting-without-protocol-41': greeting((payload) => (Number(`0x${field(payload, 14, 1)}`) & 0x02) === 0),
  'greeting-without-secure-connection': greeting((payload) => (Number(`0x${field(payload, 14, 1)}`) & 0x80) === 0),
  'greeting-without-plugin-auth': greeting((payload) => (Number(`0x${field(payload, 18, 1)}`) & 0x08) === 0),
  'greeting-charset-zero': greeting((payload) => field(payload, 15, 1) === '00'),
  'greeting-charset-latin1': greeting((payload) => field(payload, 15, 1) === '08'),
  'greeting-status-zero': greeting((payload) => field(payload, 16, 2) === '0000'),
  'greeting-in-transaction': greeting((payload) => field(payload, 16, 2) === '0300'),
};
