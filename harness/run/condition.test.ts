import { describe, expect, test } from 'vitest';
import type { Condition } from '../case/step.ts';
import { inWords, meets } from './condition.ts';

const bytes = (...of: number[]): Uint8Array => Uint8Array.from(of);

describe('meets', () => {
  test.each<[unknown, Condition, boolean]>([
    ['08S01', '08S01', true],
    ['08S01', '08s01', false],
    [1156, 1156, true],
    ['1156', 1156, false],
    [1156, '1156', false],
    [undefined, '', false],
    [2n, 2, true],
    [3n, 2, false],
    [bytes(0xde, 0xad), 'DE AD', true],
    [bytes(0xde, 0xad), 'dead00', false],
    [1043, { oneOf: [1043, 1045] }, true],
    [1044, { oneOf: [1043, 1045] }, false],
    [0, { not: 0 }, false],
    [1, { not: 0 }, true],
    ['5.5.5-10.11.19-MariaDB', { pattern: '^\\d+\\.\\d+' }, true],
    ['MariaDB', { pattern: '^\\d+\\.\\d+' }, false],
    ['a\nb', { pattern: '^a.b$' }, true],
    [bytes(0x31), { pattern: '1' }, false],
    [bytes(1, 2, 3), { length: 3 }, true],
    ['ab', { length: 3 }, false],
    [3, { length: 3 }, false],
    [31, { min: 31 }, true],
    [30, { min: 31 }, false],
    ['40', { min: 31 }, false],
    // mysql/group__group__cs__capabilities__flags: PROTOCOL_41 is 0x200, SSL 0x800, PLUGIN_AUTH 0x80000.
    [0x80200, { set: ['PROTOCOL_41', 'PLUGIN_AUTH'] }, true],
    [0x00200, { set: ['PROTOCOL_41', 'PLUGIN_AUTH'] }, false],
    [0x80200, { clear: ['SSL'] }, true],
    [0x80a00, { clear: ['SSL'] }, false],
    [undefined, { clear: ['SSL'] }, false],
    [bytes(0, 0), { bytes: 'zero' }, true],
    [bytes(0, 1), { bytes: 'zero' }, false],
    [bytes(1, 0xff), { bytes: 'nonzero' }, true],
    [bytes(1, 0), { bytes: 'nonzero' }, false],
    [bytes(1, 0x7f), { bytes: 'nonzero-7bit' }, true],
    [bytes(1, 0x80), { bytes: 'nonzero-7bit' }, false],
    [bytes(1, 0), { bytes: 'nonzero-7bit' }, false],
    ['\0\0', { bytes: 'zero' }, false],
  ])('%o against %o: %s', (value, condition, wanted) => {
    expect(meets(value, condition)).toBe(wanted);
  });

  test('leaves sameAs to the matcher', () => {
    expect(() => meets('7', { sameAs: 'HandshakeV10.threadId' })).toThrow(TypeError);
  });
});

describe('inWords', () => {
  test.each<[Condition, string]>([
    ['08S01', '"08S01"'],
    [1156, '1156'],
    [{ oneOf: [1043, 1045] }, '1043 or 1045'],
    [{ not: 0 }, 'not 0'],
    [{ pattern: '^8' }, 'like ^8'],
    [{ length: 20 }, '20 long'],
    [{ min: 31 }, 'at least 31'],
    [{ sameAs: 'HandshakeV10.threadId' }, 'the same as HandshakeV10.threadId'],
    [{ set: ['SSL', 'PROTOCOL_41'] }, 'with SSL, PROTOCOL_41'],
    [{ clear: ['SSL'] }, 'without SSL'],
    [{ bytes: 'zero' }, 'all zero bytes'],
    [{ bytes: 'nonzero' }, 'no zero byte'],
    [{ bytes: 'nonzero-7bit' }, 'bytes 0x01 to 0x7f only'],
  ])('%j is "%s"', (condition, words) => {
    expect(inWords(condition)).toBe(words);
  });
});
