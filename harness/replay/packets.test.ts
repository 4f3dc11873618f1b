import { describe, expect, test } from 'vitest';
import type { AnswerPacket } from './outcome.ts';
import { firstDeciding, lineOf } from './packets.ts';
import { SHOWN } from './plan.ts';

const row = (text: string): AnswerPacket => ({ name: 'TextRow', payload: Buffer.from(text) });
const ok = (affectedRows: number, lastInsertId = 0): AnswerPacket => ({ name: 'OK', value: { affectedRows, lastInsertId } });
const err = (errorCode: number): AnswerPacket => ({ name: 'ERR', value: { errorCode, sqlState: '42000' } });
const definition = (columnLength: number): AnswerPacket => ({
  name: 'ColumnDefinition41',
  value: { columnLength },
  payload: Uint8Array.of(columnLength),
});
const EOF: AnswerPacket = { name: 'EOF', value: {} };
/** Of MariaDB where its clients keep metadata: the count tells whether definitions follow. */
const count = (bytes: readonly number[]): AnswerPacket => ({
  name: 'ColumnCount',
  value: { count: bytes[0] },
  payload: Uint8Array.from(bytes),
});

test('what COM_STATISTICS tells is of the moment', () => {
  const said = (text: string): AnswerPacket => ({ name: 'Statistics', payload: Buffer.from(text), sequenceId: 1 });
  const [then, now] = [said('Uptime: 47  Threads: 1'), said('Uptime: 447  Threads: 2')];
  expect(lineOf(now)).toBe(lineOf(then));
  expect(lineOf({ ...now, sequenceId: 2 })).not.toBe(lineOf(then));
});

describe('the packet by which two answers came to something else', () => {
  test.each<[string, AnswerPacket[], AnswerPacket[], [AnswerPacket | undefined, AnswerPacket | undefined]]>([
    [
      'is the row, and not a count that is told in another form',
      [count([1, 1]), definition(5), row('a'), EOF],
      [count([1]), definition(5), row('b'), EOF],
      [row('a'), row('b')],
    ],
    [
      'is the row, and not a definition',
      [count([1]), definition(5), row('a'), EOF],
      [count([1]), definition(9), row('b'), EOF],
      [row('a'), row('b')],
    ],
    [
      'is the row, and not an EOF that one server leaves out',
      [count([1]), definition(5), EOF, row('a'), EOF],
      [count([1]), definition(5), row('b'), ok(0)],
      [row('a'), row('b')],
    ],
    [
      'is a row that one has and the other has not',
      [count([1]), definition(5), row('a'), row('b'), EOF],
      [count([1]), definition(5), row('a'), EOF],
      [row('b'), undefined],
    ],
    ['is the count', [count([2]), definition(5), definition(5), EOF], [count([1]), definition(5), EOF], [count([2]), count([1])]],
    [
      'is the second result',
      [count([1]), definition(5), EOF, row('a'), EOF, ok(1)],
      [count([1]), definition(5), EOF, row('a'), EOF, ok(2)],
      [ok(1), ok(2)],
    ],
    [
      'is the OK behind rows that EOFs frame in one of them',
      [count([1]), definition(5), EOF, EOF, ok(1)],
      [count([1]), definition(5), ok(0), ok(2)],
      [ok(1), ok(2)],
    ],
    ['is an ERR in place of rows', [count([1]), definition(5), row('a'), EOF], [err(1064)], [count([1]), err(1064)]],
    ['is another ERR', [err(1054)], [err(1064)], [err(1054), err(1064)]],
    ['is an EOF where there are no rows', [ok(0)], [EOF], [ok(0), EOF]],
    ['is an OK of another id', [ok(1, 7)], [ok(1, 8)], [ok(1, 7), ok(1, 8)]],
  ])('%s', (_what, captured, replayed, [one, other]) => {
    expect(firstDeciding(captured, replayed, true)).toEqual({ ...(one ? { captured: one } : {}), ...(other ? { replayed: other } : {}) });
  });

  test('is no OK of another id where ids are not compared', () => {
    expect(firstDeciding([ok(1, 7)], [ok(1, 8)], false)).toEqual({});
  });

  test('is not told where it may stand behind what was kept', () => {
    const rows = Array.from({ length: SHOWN }, () => row('a'));
    const captured = [count([1]), definition(5), EOF, ...rows].slice(0, SHOWN);
    const replayed = [count([1]), definition(5), ...rows].slice(0, SHOWN);
    expect(firstDeciding(captured, replayed, true)).toEqual({});
  });
});
