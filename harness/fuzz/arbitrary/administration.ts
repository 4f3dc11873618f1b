import type { Stimulus } from '../../case/step.ts';
import type { Act } from '../exec.ts';
import { act, query } from './acts.ts';
import type { Chance } from './chance.ts';
import type { Talk } from './talk.ts';

/**
 * Commands for those who look after a server, and for its replicas, in forms that change nothing and end nobody's
 * connection but their own: of what is not there, or already there, or without the position where a log begins.
 */
const own = { from: 'HandshakeV10.threadId' } as const;
const NOBODY = 0xfffffff0;
/** BINLOG_DUMP_NON_BLOCK. */
const NON_BLOCK = 1;

/** Of a thread that is not there. */
const killNobody = (chance: Chance): Act =>
  chance.oneIn(2)
    ? act({ message: 'COM_PROCESS_KILL', with: { connectionId: NOBODY } })
    : query(chance.of([`KILL ${NOBODY}`, `KILL QUERY ${NOBODY}`, `KILL /* mywire */ ${NOBODY}`, `KILL CONNECTION ${NOBODY}`]));

/** Where the id of the greeting is that of the connection: its own statement, or itself. */
const killItself = (chance: Chance): readonly Act[] => {
  const behind = chance.oneIn(2) ? [query('SELECT 1')] : [];
  if (chance.oneIn(3)) return [act({ message: 'COM_PROCESS_KILL', with: { connectionId: own } }), ...behind];
  const before = chance.of(['KILL ', 'KILL QUERY ', 'KILL QUERY ', 'KILL CONNECTION ']);
  return [act({ message: 'COM_QUERY', with: { query: { ...own, before } } }), ...behind];
};

/** What is there cannot be made, what is not cannot be dropped. */
const databases = (chance: Chance, database: string | undefined): Act =>
  database === undefined || chance.oneIn(2)
    ? act({ message: 'COM_DROP_DB', with: { schema: 'mywire_no_such_database' } })
    : act({ message: 'COM_CREATE_DB', with: { schema: database } });

const registered = (chance: Chance, cut?: 'cut'): Act =>
  act({
    message: 'COM_REGISTER_SLAVE',
    ...(cut && chance.oneIn(4) ? { raw: { sourceId: chance.of(['', '00', '000000000000']) } } : {}),
    with: { serverId: 4711, hostname: chance.of(['', 'mywire']), user: chance.of(['', 'mywire']), port: 3306 },
  });

/** Only what is refused: a log may be of any length. */
const refusedDump = (chance: Chance): Act =>
  act({
    message: 'COM_BINLOG_DUMP',
    with: { serverId: 4711, flags: NON_BLOCK, ...chance.of([{ position: 0 }, { position: 3 }, { filename: 'mywire-no-such-log.000001' }]) },
  });

/** The log of the built-in server: a few events, the same each time. */
function dumped(chance: Chance): readonly Act[] {
  const place = {
    position: chance.of([4, 4, 4, 0, 3, 120, 100_000]),
    filename: chance.of(['', '', 'binlog.000001', 'no-such-log.000001']),
  };
  const before: Act[] = [];
  if (!chance.oneIn(3))
    before.push(query(`SET @${chance.of(['master', 'source'])}_binlog_checksum = '${chance.of(['CRC32', 'CRC32', 'NONE'])}'`));
  if (chance.oneIn(3)) before.push(registered(chance, 'cut'));
  const flags = chance.oneIn(5) ? 0 : NON_BLOCK;
  if (chance.oneIn(6)) return [...before, act({ message: 'COM_BINLOG_DUMP', raw: { flags: '', serverId: '', filename: '' } })];
  if (!chance.oneIn(3)) return [...before, act({ message: 'COM_BINLOG_DUMP', with: { serverId: 4711, flags, ...place } })];
  const set = chance.of([
    { dataSize: 8, data: '00'.repeat(8) },
    { dataSize: 8, data: '0100000000000000' },
    { dataSize: 4, data: '00000000' },
    {},
  ]);
  return [...before, act({ message: 'COM_BINLOG_DUMP_GTID', with: { serverId: 4711, flags: flags | 4, ...place, ...set } })];
}

/** Those that only privileges open; the accounts of the built-in server have none, and nobody else is there. */
const privileged = (chance: Chance): Act =>
  act(
    chance.of<Stimulus>([
      { message: 'COM_REFRESH', with: { subCommand: chance.of([1, 4, 0x10]) } },
      { message: 'COM_REFRESH', raw: { subCommand: '' } },
      { message: 'COM_SHUTDOWN' },
      { message: 'COM_DEBUG' },
      { message: 'COM_RAW', with: { command: 0x20 } },
      { message: 'COM_RAW', with: { command: 0x21 } },
      { message: 'COM_RAW', with: { command: 0x06 }, raw: { rest: '6e6f' } },
    ]),
  );

export function administration({ chance, about: { database, direct, sql } }: Talk): readonly Act[] {
  const isBuiltIn = sql === 'reference';
  return chance.weighted<() => readonly Act[]>([
    [4, () => [killNobody(chance), ...(chance.oneIn(2) ? [query('SELECT 1')] : [])]],
    [direct === true ? 5 : 0, () => killItself(chance)],
    [3, () => [databases(chance, database)]],
    [direct === true ? 3 : 0, () => [act({ message: 'COM_PROCESS_INFO' })]],
    [isBuiltIn ? 2 : 3, () => [registered(chance)]],
    [isBuiltIn ? 0 : 3, () => [refusedDump(chance)]],
    [isBuiltIn ? 12 : 0, () => dumped(chance)],
    [isBuiltIn ? 8 : 0, () => [privileged(chance)]],
  ])();
}
