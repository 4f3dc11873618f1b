import { describe, expect, test } from 'vitest';
import type { Exchange, WireConnection } from '../scenario/wire.ts';
import { isAutocommit } from './outcome.ts';
import { planOf } from './plan.ts';

const packet = (name: string, value = {}) => ({ at: 0, from: 'server' as const, name, size: 4, value });
const ok = packet('OK', { affectedRows: 1, lastInsertId: 7 });
const said = (at: number, command: string, answers: Exchange['answers'], sql?: string): Exchange => ({
  at,
  command,
  payload: Uint8Array.of(3),
  answers,
  ...(sql === undefined ? {} : { sql }),
  ...(answers.length > 0 ? { answeredAt: at + 1 } : {}),
});

const connection = (exchanges: readonly Exchange[]): WireConnection => ({
  link: 'proxy-a',
  number: 1,
  openedAt: 0,
  opening: '',
  sent: { client: { bytes: 0, digest: '' }, server: { bytes: 0, digest: '' } },
  packets: [
    packet('HandshakeV10', { capabilitiesLow: 0, capabilitiesHigh: 0 }),
    packet('HandshakeResponse41', { user: 'u', capabilities: 0, characterSet: 45 }),
  ],
  exchanges: [said(0, 'login', [packet('AuthSwitchRequest'), ok]), ...exchanges],
  endings: [],
});
const stepsOf = (...exchanges: Exchange[]) => planOf({ connections: [connection(exchanges)] });

test('an answer that the capture cuts off is none', () => {
  const { steps } = stepsOf(
    { ...said(5, 'COM_CHANGE_USER', [packet('AuthSwitchRequest')]), payload: Buffer.from('\x11other\0\0\0', 'latin1') },
    said(9, 'COM_QUERY', [packet('ColumnCount'), packet('TextRow')], 'SELECT 1'),
  );
  expect([...steps].map(({ captured, answeredAt }) => [captured?.length, answeredAt])).toEqual([
    [1, 1],
    [undefined, undefined],
    [undefined, undefined],
  ]);
});

test('an INSERT names the AUTO_INCREMENT value that it got, an UPDATE does not', () => {
  const { steps } = stepsOf(said(5, 'COM_QUERY', [ok], 'INSERT INTO t VALUES ()'), said(9, 'COM_QUERY', [ok], 'UPDATE t SET a = 1'));
  expect([...steps].map(({ action }) => (action.do === 'send' ? action.insertId : undefined))).toEqual([undefined, '7', undefined]);
});

test('what names a connection of the captured server, or was prepared before, is left out and said', () => {
  const { steps, leftOut } = stepsOf(said(5, 'COM_QUERY', [ok], 'KILL 7'), {
    ...said(6, 'COM_STMT_EXECUTE', [ok]),
    payload: Uint8Array.of(0x17, 1, 0, 0, 0),
  });
  expect(steps).toHaveLength(1);
  expect(leftOut.map(({ command }) => command)).toEqual(['COM_QUERY', 'COM_STMT_EXECUTE']);
  expect(stepsOf(said(5, 'COM_QUERY', [ok], '/* admin */ KILL 7')).leftOut).toHaveLength(1);
});

describe('what lost a lock to others', () => {
  const lost = (code: number) => packet('ERR', { errorCode: code, sqlState: '40001' });
  const sent = (code: number, sql: string, command = 'COM_QUERY') => {
    const { steps, leftOut } = stepsOf(said(5, command, [lost(code)], sql));
    const texts = [...steps].flatMap(({ action }) => (action.do === 'send' ? [Buffer.from(action.payload).toString('latin1')] : []));
    return { texts, left: leftOut.length, captured: [...steps].at(-1)?.captured };
  };

  test.each([1213, 1020])('ERR %i has ended its transaction: ROLLBACK does the same, and nothing is compared', (code) => {
    expect(sent(code, 'UPDATE t SET a = 1')).toEqual({ texts: ['\x03ROLLBACK'], left: 1, captured: undefined });
  });

  test('where clients lay out COM_QUERY with attributes, ROLLBACK is laid out so too', () => {
    const attributes = 1 << 27;
    const { packets, ...rest } = connection([said(5, 'COM_QUERY', [lost(1213)], 'UPDATE t SET a = 1')]);
    const [greeting, response] = [
      packet('HandshakeV10', { capabilitiesLow: 0, capabilitiesHigh: attributes >>> 16 }),
      packet('HandshakeResponse41', { user: 'u', capabilities: attributes, characterSet: 45 }),
    ];
    const { steps } = planOf({ connections: [{ ...rest, packets: [greeting, response, ...packets.slice(2)] }] });
    expect([...steps].at(-1)?.sql).toBe('ROLLBACK');
  });

  test('what it is named by its client, and rows that came before, make no difference', () => {
    expect(sent(1213, '/* app:7 */ -- who\n UPDATE t SET a = 1')).toMatchObject({ texts: ['\x03ROLLBACK'] });
    expect(sent(1205, '# page 3\nSELECT a FROM t FOR UPDATE')).toMatchObject({ texts: [], left: 1 });
    const cut = said(5, 'COM_QUERY', [packet('ColumnCount'), packet('ColumnDefinition41'), lost(1213)], 'SELECT a FROM t FOR UPDATE');
    expect(stepsOf(cut).leftOut).toHaveLength(1);
  });

  test('a lock that was waited for in vain changed nothing: nothing is played', () => {
    expect(sent(1205, 'UPDATE t SET a = 1')).toMatchObject({ texts: [], left: 1 });
  });

  test('any other error is, and so is what may have left something behind', () => {
    for (const [code, sql] of [
      [1062, 'INSERT INTO t VALUES (1)'],
      [1213, 'CALL p()'],
      [1213, 'INSERT INTO t VALUES (1); UPDATE t SET a = 1'],
    ] as const)
      expect(sent(code, sql)).toMatchObject({ left: 0, captured: [{ kind: 'err', code }] });
  });
});

test.each([
  ['SELECT 1', 'read', undefined],
  ['select * from t for update', undefined, true],
  ['SELECT * FROM t LOCK IN SHARE MODE', undefined, true],
  ['SHOW TABLES', 'read', undefined],
  ['INSERT INTO t VALUES (1)', undefined, 'insert'],
  ['INSERT INTO t SELECT * FROM u', undefined, true],
  ['INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2', undefined, true],
  ['INSERT INTO t VALUES (1); DELETE FROM t', undefined, true],
  ['UPDATE t SET a = 1', undefined, true],
  ['CREATE TABLE t (a INT)', undefined, true],
  ['COMMIT', undefined, undefined],
  ["XA COMMIT 'x'", undefined, undefined],
  ['UNLOCK TABLES', undefined, undefined],
  ["SELECT RELEASE_LOCK('a') AS released", undefined, undefined],
  ['DO RELEASE_ALL_LOCKS()', undefined, undefined],
  ["SELECT RELEASE_LOCK('a') FROM t", undefined, true],
  ["SELECT GET_LOCK('a', 1)", undefined, true],
  ['/* app */ SELECT 1', 'read', undefined],
  ['-- who\nSTART TRANSACTION', 'neutral', undefined],
  ['/*!80000 UPDATE t SET a = 1 */', undefined, true],
  ['rollback', undefined, undefined],
  ['START TRANSACTION', 'neutral', undefined],
  ['START TRANSACTION WITH CONSISTENT SNAPSHOT', undefined, true],
  ['SET NAMES utf8mb4', 'neutral', undefined],
  ['SET GLOBAL max_connections = 5', undefined, true],
  ["SET PASSWORD = 'x'", undefined, true],
  ['USE other', 'neutral', undefined],
])('%s is a %s to others, and takes locks: %s', (sql, kind, locks) => {
  const [, step] = [...stepsOf(said(5, 'COM_QUERY', [ok], sql)).steps];
  expect([step?.kind, step?.locks]).toEqual([kind, locks]);
});

test('under SERIALIZABLE a SELECT in a transaction takes locks, and outside of one it takes none', () => {
  const query = (at: number, sql: string, status: number) =>
    said(at, 'COM_QUERY', [packet('OK', { affectedRows: 0, lastInsertId: 0, statusFlags: status })], sql);
  const locks = (...said: Exchange[]) => [...stepsOf(...said).steps].at(-1)?.locks;
  const serializable = query(5, 'SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE', 2);
  expect(locks(serializable, query(7, 'BEGIN', 3), query(9, 'SELECT 1', 3))).toBe(true);
  expect(locks(serializable, query(9, 'SELECT 1', 2))).toBeUndefined();
  const back = query(6, 'SET transaction_isolation = "READ-COMMITTED"', 2);
  expect(locks(serializable, back, query(7, 'BEGIN', 3), query(9, 'SELECT 1', 3))).toBeUndefined();
});

test('who reads a table that others lock by name waits for them, also where they lock it later', () => {
  const query = (at: number, sql: string) => ({ ...said(at, 'COM_QUERY', [ok], sql), payload: Buffer.from(`\x03${sql}`) });
  const { steps } = stepsOf(query(5, 'SELECT a FROM T'), query(7, 'SELECT a FROM tt'), query(9, 'LOCK TABLES `d`.`t` WRITE, u READ'));
  expect([...steps].map(({ sql, locks }) => [sql, locks]).slice(1, 3)).toEqual([
    ['SELECT a FROM T', true],
    ['SELECT a FROM tt', undefined],
  ]);
});

test('an INSERT that failed is no row that can come in any order', () => {
  const [, step] = [...stepsOf(said(5, 'COM_QUERY', [packet('ERR', { errorCode: 1062 })], 'INSERT INTO t VALUES (1)')).steps];
  expect(step?.locks).toBe(true);
});

test.each([
  ['sent nothing has nothing to be played', 0, []],
  [
    'sent bytes that are no login is left out and said',
    5,
    [{ connection: 'proxy-a 1', command: 'login', why: 'no login in the clear', whole: true }],
  ],
])('a connection whose client %s', (_, bytes, leftOut) => {
  const { sent, packets, ...rest } = connection([]);
  const plan = planOf({
    connections: [{ ...rest, sent: { ...sent, client: { bytes, digest: '' } }, packets: packets.slice(0, 1), exchanges: [] }],
  });
  expect([[...plan.steps], plan.leftOut]).toEqual([[], leftOut]);
});

describe('which order makes no difference', () => {
  const status = (statusFlags: number) => packet('OK', { affectedRows: 0, lastInsertId: 0, statusFlags });
  const [autocommit, inTransaction] = [status(2), status(3)];
  const update = (id: number) => `UPDATE t SET a = 1 WHERE id = ${id}`;
  const apartAfter = (before: Exchange['answers'][number], first: string, second: string) => {
    const query = (at: number, sql: string) => ({ ...said(at, 'COM_QUERY', [before], sql), payload: Buffer.from(`\x03${sql}`) });
    const { steps } = stepsOf(query(5, 'SET @a = 1'), query(7, first), query(9, second));
    return steps.apart(2, 3);
  };

  test.each([
    ['different rows, each by itself', autocommit, update(1), update(2), true],
    ['the same row', autocommit, update(1), update(1), false],
    ['in a transaction, which keeps its locks', inTransaction, update(1), update(2), false],
    ['without autocommit', status(0), update(1), update(2), false],
    ['the end of a transaction, and an INSERT', inTransaction, 'COMMIT', 'INSERT INTO t VALUES (1)', true],
    ['the end of a transaction, and who may see what it did', inTransaction, 'COMMIT', update(2), false],
    ['what comes to the end of a transaction', inTransaction, update(2), 'COMMIT', false],
  ])('%s', (_what, before, first, second, expected) => {
    expect(apartAfter(before, first, second)).toBe(expected);
  });

  test.each([
    ['OK with short numbers', 'OK', [0, 1, 0, 2, 0, 0, 0], true],
    ['OK in a transaction', 'OK', [0, 1, 0, 3, 0, 0, 0], false],
    ['EOF', 'EOF', [0xfe, 0, 0, 2, 0], true],
    ['EOF in a transaction', 'EOF', [0xfe, 0, 0, 0x23, 0], false],
    ['ERR', 'ERR', [0xff, 0x28, 4, 2, 0], undefined],
  ])('an %s tells of the session', (_what, name, bytes, expected) => {
    expect(isAutocommit({ name, payload: Uint8Array.from(bytes) })).toBe(expected);
  });
});
