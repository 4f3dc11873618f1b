import { expect, test } from 'vitest';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { lastingDifference } from './compare.ts';
import type { Played } from './play.ts';

const answers = { name: 'COM_QUERY' };
const packet = (name: string, value: object, payload: readonly number[]): LabelledPacket =>
  ({ from: 'server', name, value, payload: Uint8Array.from(payload), length: payload.length, answers }) as unknown as LabelledPacket;
const definition = (name: string, type: number, columnLength: number): LabelledPacket =>
  packet('ColumnDefinition41', { name, type, columnLength }, [type, columnLength]);
const count = packet('ColumnCount', { count: 1 }, [1]);
const row = (byte: number): LabelledPacket => packet('TextRow', {}, [1, byte]);
const played = (...packets: readonly LabelledPacket[]): Played =>
  ({ clients: [{ client: { acts: [], delivery: 'whole', leaves: 'quit' }, packets, ending: 'fin', unsent: 0 }] }) as unknown as Played;

async function kindOf(ours: Played, theirs: Played): Promise<string | undefined> {
  return (await lastingDifference(ours, theirs, 'through a proxy', { ours: async () => ours, theirs: async () => theirs }))?.kind;
}

test('of packets in a row the one is told in which they differ, not the first', async () => {
  // What a proxy may change of the first (its length) is no difference; the type of the second is.
  const ours = played(definition('Level', 253, 7), definition('Code', 253, 4));
  const theirs = played(definition('Level', 253, 28), definition('Code', 3, 4));
  expect(await kindOf(ours, theirs)).toBe('COM_QUERY: ColumnDefinition41 differs in type');
});

test('where one has more of them, it is their number', async () => {
  expect(await kindOf(played(row(49)), played(row(49), row(50)))).toBe('COM_QUERY: TextRow differs in number');
});

test('a close behind an unknown command, and rows that an ERR ends, are kinds of their own, with the plainer one beside', async () => {
  const err = (errorCode: number): LabelledPacket => packet('ERR', { errorCode }, [0xff, 0, 0]);
  const kinds = async (ours: Played, theirs: Played) => {
    const found = await lastingDifference(ours, theirs, 'through a proxy', { ours: async () => ours, theirs: async () => theirs });
    return [found?.kind, found?.plainKind];
  };
  const ok = packet('OK', { affectedRows: 0 }, [0]);
  const closed = 'COM_QUERY: closed for OK';
  expect(await kinds(played(err(1047)), played(err(1047), ok))).toEqual(['COM_QUERY: closed behind ERR 1047 for OK', closed]);
  expect(await kinds(played(err(1045)), played(err(1045), ok))).toEqual(['COM_QUERY: closed behind ERR 1045 for OK', closed]);
  expect(await kinds(played(err(1064)), played(err(1064), ok))).toEqual([closed, closed]);
  const option = { ...packet('COM_SET_OPTION', {}, [0x1b]), from: 'client' } as LabelledPacket;
  const refused = 'COM_QUERY: ERR 1064 for OK';
  expect(await kinds(played(option, err(1064)), played(option, ok))).toEqual([
    'COM_QUERY: ERR 1064, behind COM_SET_OPTION for OK',
    refused,
  ]);
  expect(await kinds(played(err(1064)), played(ok))).toEqual([refused, refused]);
  const out = packet('EOF', { statusFlags: 0x100a }, [0xfe]);
  expect(await kinds(played(out), played(out, ok))).toEqual(['COM_QUERY: closed behind OUT parameters for OK', closed]);
  const plain = 'COM_QUERY: closed for ColumnCount';
  expect(await kinds(played(), played(count, row(49), err(1242)))).toEqual([`${plain}, with ERR 1242 at its end`, plain]);
  expect(await kinds(played(), played(count, row(49)))).toEqual([plain, plain]);
});

test('a row in whose place an ERR comes is told with the ERR at the end of its answer', async () => {
  const err = packet('ERR', { errorCode: 1242 }, [0xff, 0, 0]);
  const ended = played(count, row(49), err);
  expect(await kindOf(played(count, err), ended)).toBe('COM_QUERY: ERR 1242 for TextRow, with ERR 1242 at its end');
  expect(await kindOf(played(count, err), played(count, row(49)))).toBe('COM_QUERY: ERR 1242 for TextRow');
});

test('a database where none is chosen, autocommit that is off, and character sets behind COM_CHANGE_USER are not any values', async () => {
  const kindsBehind = async (names: readonly string[], ours: readonly string[], theirs: readonly string[], ...before: LabelledPacket[]) => {
    const definitions = names.map((name) => definition(name, 253, 7));
    const cells = (values: readonly string[]) => packet('TextRow', { values }, [...Buffer.from(values.join())]);
    const [mine, other] = [ours, theirs].map((values) => played(...before, query, ...definitions, cells(values))) as [Played, Played];
    const found = await lastingDifference(mine, other, 'through a proxy', { ours: async () => mine, theirs: async () => other });
    return [found?.kind, found?.plainKind];
  };
  const query = answers as unknown as LabelledPacket;
  const plain = 'COM_QUERY: TextRow differs in values';
  const none = `${plain}, of DATABASE() where none is chosen`;
  const sent = (name: string, value: object): LabelledPacket => ({ ...packet(name, value, [1]), from: 'client' }) as LabelledPacket;
  const changed = sent('COM_CHANGE_USER', { database: '' });
  const login = (database: string): LabelledPacket => sent('HandshakeResponse41', { database });
  expect(await kindsBehind(['DATABASE()'], ['a'], ['b'], login(''))).toEqual([none, plain]);
  expect(await kindsBehind(['DATABASE() IS NULL'], ['0'], ['1'])).toEqual([none, plain]);
  expect(await kindsBehind(['VERSION()', 'DATABASE()'], ['8', 'a'], ['8', 'b'])).toEqual([none, plain]);
  expect(await kindsBehind(['VERSION()', 'DATABASE()'], ['8', 'a'], ['9', 'b'])).toEqual([plain, plain]);
  expect(await kindsBehind(['@@port'], ['a'], ['b'])).toEqual([plain, plain]);
  for (const chosen of [login('mywire'), sent('COM_INIT_DB', {}), sent('COM_QUERY', { query: 'USE mywire' })])
    expect(await kindsBehind(['DATABASE()'], ['a'], ['b'], chosen)).toEqual([plain, plain]);
  const off = sent('COM_QUERY', { query: 'SET autocommit = 0' });
  expect(await kindsBehind(['@@autocommit'], ['1'], ['0'], off)).toEqual([`${plain}, of @@autocommit behind SET autocommit = 0`, plain]);
  for (const other of [sent('COM_QUERY', { query: 'SET autocommit = 1' }), changed])
    expect(await kindsBehind(['@@autocommit'], ['1'], ['0'], other)).toEqual([plain, plain]);
  const sets = ["CONCAT_WS('/', @@character_set_client, @@collation_connection)"];
  expect(await kindsBehind(sets, ['a'], ['b'], changed)).toEqual([`${plain}, of character sets behind COM_CHANGE_USER`, plain]);
  expect(await kindsBehind(sets, ['a'], ['b'], login(''))).toEqual([plain, plain]);
  expect(await kindsBehind(['@@port'], ['a'], ['b'], changed)).toEqual([plain, plain]);
});

test('a close that comes before any byte is told with how it came', async () => {
  const greeting = played(packet('HandshakeV10', {}, [10]));
  const none = { clients: [{ ...played().clients[0], ending: 'rst' }] } as unknown as Played;
  const found = await lastingDifference(none, greeting, 'through a proxy', { ours: async () => none, theirs: async () => greeting });
  expect(found?.ours).toBe('closed without a byte, by RST');
});

test('of a row that is the id of the greeting on one side only it is told that, not that its bytes differ', async () => {
  const greeting = (threadId: number): LabelledPacket =>
    ({ ...packet('HandshakeV10', { threadId }, [10]), answers: undefined }) as unknown as LabelledPacket;
  const id = packet('TextRow', {}, [...Buffer.from('\x0237')]);
  expect(await kindOf(played(greeting(0), id), played(greeting(37), id))).toBe(
    'COM_QUERY: TextRow is not the connection id of the greeting',
  );
  expect(await kindOf(played(greeting(37), id), played(greeting(37), id))).toBeUndefined();
});

test('a play that ended early, on a side that does not end in one place each time, is told with how it ended', async () => {
  const [one, two] = [packet('OK', { affectedRows: 1 }, [0, 1]), packet('OK', { affectedRows: 2 }, [0, 2])];
  const theirs = played(one, one, two);
  const all = [played(one), played(one, one), theirs];
  let i = 1;
  const found = await lastingDifference(all[0] as Played, theirs, 'through a proxy', {
    ours: async () => all[i++] as Played,
    theirs: async () => theirs,
  });
  expect(found?.kind).toBe('COM_QUERY: closed for OK');
});

test('where the plays of one side differ among themselves, one is told that differs from the other side', async () => {
  const [one, two] = [packet('OK', { affectedRows: 1 }, [0, 1]), packet('OK', { affectedRows: 2 }, [0, 2])];
  const ours = played(one, one);
  const theirs = [played(one, two), played(two, two), played(two, two)];
  let i = 1;
  const found = await lastingDifference(ours, theirs[0] as Played, 'through a proxy', {
    ours: async () => ours,
    theirs: async () => theirs[i++] as Played,
  });
  expect(found?.kind).toBe('COM_QUERY: OK differs in affectedRows');
  expect(found?.expected).toBe(theirs[1]?.clients[0]);
});

/** A statement that is given this id, and the answer to an execution of the statement 1. */
function executed(given: number, answer: LabelledPacket): Played {
  const prepared = packet('StmtPrepareOK', { statementId: given, columns: 1, parameters: 0 }, [0, given]);
  const asked = { name: 'COM_STMT_EXECUTE', value: { statementId: 1 } };
  return played(prepared, { ...answer, answers: asked } as unknown as LabelledPacket);
}
const unknown = packet('ERR', { errorCode: 1243 }, [0xff, 0xdb, 0x04]);

test('an id that a client makes up is that of its statement or not, by chance: no difference', async () => {
  expect(await kindOf(executed(98, unknown), executed(1, count))).toBeUndefined();
  expect(await kindOf(executed(1, unknown), executed(1, count))).toBe('COM_STMT_EXECUTE: ERR 1243 for ColumnCount');
  expect(await kindOf(executed(98, unknown), executed(98, count))).toBe('COM_STMT_EXECUTE: ERR 1243 for ColumnCount');
});
