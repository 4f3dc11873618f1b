/** Conditions that compare a field with one that was read before. */
import { expect, test } from 'vitest';
import type { Alternative, Condition } from '../case/step.ts';
import { misfits, nearestMisfit } from './alternative.ts';
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
  return misfits(wanted, greeting, 0, new Map(Object.entries(earlier))).next().done === true;
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

test('of several alternatives, what is told is where the packet comes nearest', () => {
  const near: Alternative = { packet: 'HandshakeV10', where: { threadId: 8 } };
  const far: Alternative = { packet: 'HandshakeV10', where: { characterSet: 45, threadId: 9 } };
  const asFar: Alternative = { packet: 'HandshakeV10', where: { characterSet: 8 } };
  const told = (...alternatives: Alternative[]) => nearestMisfit(alternatives, greeting, 0, new Map());
  expect(told(near, far)).toBe('threadId is 7, not 8');
  expect(told(far, near)).toBe('threadId is 7, not 8');
  expect(told(near, asFar)).toBe('characterSet is missing, not 8');
  expect(told({ packet: 'HandshakeV10' }, far)).toBeUndefined();
  expect(nearestMisfit([{ packet: 'HandshakeV10', where: { threadId: 7 } }], greeting, 1, new Map())).toBe('its sequence id must be 1');
});

test('a payload is shown as text where it is, else as bytes, and never whole', () => {
  const told = (payload: string) => nearestMisfit([{ where: { payload: 'x' } }], { ...greeting, value: { payload } }, 0, new Map());
  expect(told('Uptime: 1')).toBe('payload is "Uptime: 1", not "x"');
  expect(told('\0\xde\x17')).toBe('payload is 00de17, not "x"');
  expect(told('\0'.repeat(99))).toBe(`payload is ${'00'.repeat(40)}…, not "x"`);
});

test('flags are shown as the bits that are asked for', () => {
  const told = (condition: Condition) =>
    nearestMisfit([{ where: { statusFlags: condition } }], { ...greeting, value: { statusFlags: 514 } }, 0, new Map());
  expect(told({ bits: 0x4000 })).toBe('statusFlags is 0x202, not with the bits 0x4000');
  expect(told({ noBits: 0x200 })).toBe('statusFlags is 0x202, not without the bits 0x200');
  expect(told({ all: [{ bits: 1 }, { noBits: 2 }] })).toBe('statusFlags is 0x202, not with the bits 0x1 and without the bits 0x2');
  expect(told(2)).toBe('statusFlags is 514, not 2');
});
