import { expect, test } from 'vitest';
import { flags } from '../codec/capability.ts';
import { frame } from '../codec/frame.ts';
import { comQuery } from '../codec/messages/com-query.ts';
import { comStmtExecute } from '../codec/messages/com-stmt-execute.ts';
import { withoutAttributes } from './without-attributes.ts';

const attributed = { capabilities: flags('PROTOCOL_41', 'QUERY_ATTRIBUTES') };
const bare = { capabilities: flags('PROTOCOL_41') };
const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

// What mysql2 3.24.5 sent to MySQL 9.7.4 and, of the same program, to MariaDB 10.11.19, which offers no query attributes.
test.each([
  ['COM_QUERY', '09000000 030001 434f4d4d4954', '07000000 03 434f4d4d4954', 0],
  [
    'COM_STMT_EXECUTE',
    '20000000 17 02000000 08 01000000 01 00 01 fd0000 0f706c61696e2d6c65616b506172616d',
    '1e000000 17 02000000 00 01000000 00 01 fd00 0f706c61696e2d6c65616b506172616d',
    1,
  ],
  ['COM_STMT_PREPARE', '05000000 16 53454c31', '05000000 16 53454c31', 0],
])('%s is laid out as the same client does it for a server without them', (_command, to, without, parameters) => {
  expect(withoutAttributes(bytes(to), attributed, parameters)).toEqual({ packet: bytes(without), lost: false });
});

const value = Buffer.from('abc');
const attribute = { type: 0xfd, name: 'traceparent', value };

test('attributes are left out, and it is told', () => {
  const query = comQuery.encode({ query: 'SELECT 1', parameters: [attribute] }, attributed);
  expect(withoutAttributes(frame(query), attributed, 0)).toEqual({
    packet: Buffer.from(frame(comQuery.encode({ query: 'SELECT 1' }, bare))),
    lost: true,
  });
});

test.each([
  [0, 1],
  [1, 1],
  [7, 2],
  [8, 9],
  [9, 1],
])('of a statement with %i parameters and %i attributes the parameters stay', (parameters, attributes) => {
  const given = Array.from({ length: parameters }, (_, i) => ({ type: 0xfd, name: '', value: i % 3 === 1 ? null : Buffer.from(`v${i}`) }));
  const added = Array.from({ length: attributes }, () => ({ ...attribute, value: null }));
  const execute = comStmtExecute.encode({ statementId: 7, parameters: [...given, ...added] }, { ...attributed, statement: { parameters } });
  const { packet, lost } = withoutAttributes(frame(execute), attributed, parameters);
  expect(lost).toBe(true);
  const read = comStmtExecute.decode(packet.subarray(4), { ...bare, statement: { parameters } }).value;
  expect(read).toMatchObject({ statementId: 7, flags: 0, iterationCount: 1 });
  expect((read.parameters ?? []).map((one) => (one.value ? Buffer.from(one.value).toString() : one.value))).toEqual(
    given.map((one) => one.value?.toString() ?? null),
  );
});
