/** Binary rows as values in text, from captured answers and from broken ones. */
import { describe, expect, test } from 'vitest';
import { PacketReader } from '../codec/frame.ts';
import { readAnswer } from './server-packet.ts';
import { Session } from './session.ts';

/** EXECUTE of `SELECT ?, ?` with LONG 1 and VAR_STRING ab: count, definitions and EOF of MySQL 9.7.4 without DEPRECATE_EOF. */
const definitions =
  '01000001021700000203646566000000013f000c3f00150000000880000000001700000303646566000000013f000c2d00fcff0000fd00001f000005000004fe00000200';
/** The row that followed, and the EOF behind it. */
const ROW = '0d0000050000010000000000000002616205000006fe00000200';

/** EXECUTE of `SELECT ?` with TIME -60:34:56: count, definition and EOF of MariaDB 11.8.9, then its row and EOF. */
const time = '01000001011700000203646566000000013f000c3f00170000000b810000000005000003fe00000200';
const TIME_ROW = '0b00000400000801020000000c223805000005fe00000200';

function execute(bytes: string) {
  const session = new Session({});
  session.phase = 'command';
  session.client = 0x8200;
  const packets = [...new PacketReader().push(Buffer.from(bytes, 'hex'))];
  return readAnswer(packets, session, 0x17);
}

describe('binary rows', () => {
  test('become the text that the text protocol has', () => {
    const answer = execute(definitions + ROW);
    expect(answer?.problem).toBeUndefined();
    expect(answer?.name).toBe('BinaryResultset');
    expect(answer?.value).toMatchObject({ columns: 2, rows: 1, row: [['1', 'ab']], first: '1', statusFlags: 2 });
  });

  test('hold a time of more than a day, and negative', () => {
    const answer = execute(time + TIME_ROW);
    expect(answer?.problem).toBeUndefined();
    expect(answer?.value).toMatchObject({ row: [['-60:34:56']] });
  });

  test('hold NULL where the bitmap says so', () => {
    const second = execute(`${definitions}0a0000050008010000000000000005000006fe00000200`);
    expect(second?.problem).toBeUndefined();
    expect(second?.value).toMatchObject({ row: [['1', null]] });
    expect(execute(`${definitions}02000005000c05000006fe00000200`)?.value).toMatchObject({ row: [[null, null]] });
  });

  test.each([
    ['a header that is not 0x00', '0d0000050100010000000000000002616205000006fe00000200', 'row 1 begins with 0x01, not 0x00'],
    [
      'bits in front of the first column',
      '0d0000050001010000000000000002616205000006fe00000200',
      'the NULL bitmap of row 1 has bits of no column',
    ],
    [
      'bits behind the last column',
      '0d0000050010010000000000000002616205000006fe00000200',
      'the NULL bitmap of row 1 has bits of no column',
    ],
    [
      'bytes behind the last value',
      '0e000005000001000000000000000261620005000006fe00000200',
      '1 bytes stand behind the last value of row 1',
    ],
    ['a value that is not all there', '0c00000500000100000000000000026105000006fe00000200', 'packet 5 of the answer'],
  ])('%s is a problem', (_what, rows, problem) => {
    expect(execute(definitions + rows)?.problem).toContain(problem);
  });

  test('a temporal value of no legal length is a problem', () => {
    const answer = execute(`${time}0a00000400000701020000000c2205000005fe00000200`);
    expect(answer?.problem).toBe('value 1 of row 1 has 7 bytes, not 0 or 8 or 12');
  });
});
