import { expect, test } from 'vitest';
import { definition, eof, err, greeting, join, ok, packet, query, quit, response41 } from '../codec/scripted-conversation.ts';
import { decodeConnection } from './decode.ts';
import { endingOf, errorCode, lastInsertId, statementsOn, textRows } from './wire.ts';

// The packets are literals of the codec's tests, not made by its encoder alone.
const event = (at: number, from: 'client' | 'server', bytes: Uint8Array) => ({ at, from, kind: 'bytes', bytes }) as const;
const connection = decodeConnection({
  link: 'client-a',
  number: 0,
  openedAt: 1,
  events: [
    event(2, 'server', greeting),
    event(3, 'client', response41),
    event(4, 'server', ok(2)),
    event(5, 'client', query('INSERT INTO t VALUES (1)')),
    // affected rows 1, last insert id 7
    event(6, 'server', packet(1, '00010702000000')),
    event(7, 'client', join(query('SELECT 1'), query('SELECT nothing'))),
    event(8, 'server', join(packet(1, '01'), definition(2), eof(3), packet(4, '0131'), eof(5))),
    event(9, 'server', err(1)),
    event(10, 'client', quit),
    { at: 11, from: 'client', kind: 'fin' },
    { at: 12, from: 'server', kind: 'rst' },
  ],
});

test('each command has its own answer, also when two were sent at once', () => {
  expect(connection.exchanges.map(({ command, sql }) => sql ?? command)).toEqual([
    'login',
    'INSERT INTO t VALUES (1)',
    'SELECT 1',
    'SELECT nothing',
    'COM_QUIT',
  ]);
  const [login, insert, rows, refused, left] = connection.exchanges;
  expect(login?.answers.map(({ name }) => name)).toEqual(['OK']);
  expect(insert && lastInsertId(insert)).toBe('7');
  expect(rows && textRows(rows)).toEqual([['1']]);
  expect(rows?.answeredAt).toBe(8);
  expect(refused && errorCode(refused)).toBe(1045);
  expect(left?.answers).toEqual([]);
});

test('who it was, how it ended, and where a statement was', () => {
  expect(connection.user).toBe('haproxy_check');
  expect(connection.threadId).toBeGreaterThan(0);
  expect(endingOf(connection)).toBe('client: FIN, server: RST');
  expect(statementsOn({ connections: [connection] }, 'client-a', /^INSERT/).map(({ at, on }) => [at, on.number])).toEqual([[5, 0]]);
});
