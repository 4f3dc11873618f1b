/** Conditions that compare a field with one that was read before. */
import { expect, test } from 'vitest';
import type { Alternative, Condition } from '../case/step.ts';
import { misfit } from './alternative.ts';
import type { ServerPacket } from './server-packet.ts';

const scramble = Buffer.from('0102030405060708', 'hex');
const greeting: ServerPacket = {
  name: 'HandshakeV10',
  value: { scramble1: scramble, threadId: 7 },
  sequenceId: 0,
  lastSequenceId: 0,
  packets: 1,
};
const fits = (field: string, condition: Condition, earlier: Readonly<Record<string, string | number>>): boolean => {
  const wanted: Alternative = { packet: 'HandshakeV10', where: { [field]: condition } };
  return misfit(wanted, greeting, 0, new Map(Object.entries(earlier))) === undefined;
};

test('bytes are compared as hex', () => {
  expect(fits('scramble1', { differsFrom: 'before' }, { before: '0102030405060708' })).toBe(false);
  expect(fits('scramble1', { differsFrom: 'before' }, { before: '0102030405060709' })).toBe(true);
  expect(fits('scramble1', { sameAs: 'before' }, { before: '0102030405060708' })).toBe(true);
});

test('nothing differs from what was not read, and nothing is the same', () => {
  expect(fits('threadId', { differsFrom: 'nowhere' }, { before: 7 })).toBe(false);
  expect(fits('threadId', { sameAs: 'nowhere' }, { before: 7 })).toBe(false);
  expect(fits('threadId', { differsFrom: 'before' }, { before: 8 })).toBe(true);
});
