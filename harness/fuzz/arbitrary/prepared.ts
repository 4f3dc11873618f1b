import type { ListedValue, Stimulus } from '../../case/step.ts';
import type { CapabilityName, MariadbCapabilityName } from '../../codec/capability.ts';
import { columnType as T } from '../../codec/column-type.ts';
import { bulkFlag } from '../../codec/messages/com-stmt-bulk-execute.ts';
import { executeFlag } from '../../codec/messages/com-stmt-execute.ts';
import type { Act } from '../exec.ts';
import type { About } from './about.ts';
import { act, prepare, query } from './acts.ts';
import { parameter, textHex, UNSIGNED } from './parameters.ts';
import { type KnownPrepared, preparedStatements } from './prepared-statements.ts';
import { CANARY } from './statement.ts';
import { canSay, created, needsRights, type Talk } from './talk.ts';

/** The id that the server gave last. */
export const id = { from: 'StmtPrepareOK.statementId' } as const;

const sayable = new WeakMap<About, readonly KnownPrepared[]>();
const poor = preparedStatements.filter(({ needs }) => !needsRights(needs));

function vocabulary(about: About): readonly KnownPrepared[] {
  let list = sayable.get(about);
  if (!list) {
    list = preparedStatements.filter(({ needs }) => canSay(about, needs));
    sayable.set(about, list);
  }
  return list;
}

/** A statement prepared, executed some times in some ways, and closed or not. */
export function prepared(talk: Talk): readonly Act[] {
  const { chance, canary } = talk;
  if (chance.oneIn(14)) return [act(wrongId(talk))];
  const known = forFlag(talk) ?? chance.of(talk.agreed.poor ? poor : vocabulary(talk.about));
  const acts: Act[] = [];
  const table = known.does && 'touches' in known.does ? known.does.touches : '';
  if (table !== '' && !talk.tables.has(table)) acts.push(...created(talk, table));
  acts.push(prepare(known.sql.replaceAll(CANARY, canary)));
  if (known.refused !== undefined) return acts;
  let typed = false;
  for (
    let n = chance.weighted([
      [1, 0],
      [6, 1],
      [4, 2],
      [2, 3],
    ]);
    n > 0;
    n--
  ) {
    const special = known.sql === ATTRIBUTE ? oddly : isBulk(talk, known) ? bulk : undefined;
    const use = special && chance.oneIn(2) ? special : chance.weighted(uses);
    acts.push(...use(talk, known, typed));
    typed = typed || use === execute;
  }
  if (chance.oneIn(3)) acts.push(...changedBetween(talk, known));
  if (!chance.oneIn(2)) return acts;
  acts.push(act({ message: 'COM_STMT_CLOSE', with: { statementId: id } }));
  if (chance.oneIn(6)) acts.push(act({ message: 'COM_STMT_EXECUTE', with: { statementId: id } }));
  return acts;
}

/** The table that it reads has another column before it is executed again. */
function changedBetween(talk: Talk, known: KnownPrepared): readonly Act[] {
  const again = act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, ...parameters(talk, known) } });
  if (known.sql !== 'SELECT * FROM mywire_prepared') return [again];
  return [query(talk.chance.of(changes)), again, ...(talk.chance.oneIn(2) ? [again] : [])];
}
/** Another column, another type, another character set of what is shown. */
const changes = [
  'ALTER TABLE mywire_prepared ADD COLUMN extra INT DEFAULT 7',
  'ALTER TABLE mywire_prepared CHANGE COLUMN word numbers BIGINT',
  'SET NAMES latin1',
  'SET NAMES utf8mb4 COLLATE utf8mb4_bin',
  'SET NAMES cp1251',
] as const;

/** Is a statement still there behind what ends all of them? */
export const executedBehind = ({ chance, ahead }: Talk): readonly Act[] =>
  ahead || !chance.oneIn(3) ? [] : [act({ message: 'COM_STMT_EXECUTE', with: { statementId: chance.oneIn(3) ? 1 : id } })];

const ATTRIBUTE = "SELECT mysql_query_attribute_string('trace')";
/** Statements that show what a capability is for. */
const flagged = (
  [
    ['STMT_BULK_OPERATIONS', 'INSERT INTO mywire_bulk (word) VALUES (?)'],
    ['CACHE_METADATA', 'SELECT * FROM mywire_prepared'],
    ['PS_MULTI_RESULTS', 'CALL mywire.one_out(?)'],
    ['QUERY_ATTRIBUTES', ATTRIBUTE],
  ] as const
).map(([flag, text]) => [flag, preparedStatements.find(({ sql }) => sql === text) as KnownPrepared] as const);
/** Where the client has asked for it, it mostly does what that is for. */
function forFlag({ chance, about, agreed: { extended, flags, poor } }: Talk): KnownPrepared | undefined {
  if (poor || !chance.oneIn(2)) return undefined;
  const there = flagged.filter(
    ([flag, known]) =>
      (extended.has(flag as MariadbCapabilityName) || flags.has(flag as CapabilityName)) && vocabulary(about).includes(known),
  );
  return there.length === 0 ? undefined : chance.of(there)[1];
}

type Use = (talk: Talk, known: KnownPrepared, typed: boolean) => readonly Act[];

function parameters({ chance, canary }: Talk, known: KnownPrepared): { readonly parameters?: readonly ListedValue[] } {
  if (known.parameters === 0) return {};
  return { parameters: Array.from({ length: known.parameters }, () => parameter(chance, known.takes, canary)) };
}

const execute: Use = (talk, known) => [act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, ...parameters(talk, known) } })];

/** With what no client library sends: another iteration count, an id that the connection gave first, parameters too few or too many. */
const oddly: Use = (talk, known) => {
  const { chance, canary, agreed, about } = talk;
  const given = parameters(talk, known);
  const list = given.parameters ?? [];
  const named: ListedValue = { type: T.STRING, value: textHex(canary), name: 'trace' };
  const unnamed = (one: ListedValue): ListedValue => ({ ...one, name: '' });
  const attributes = agreed.flags.has('QUERY_ATTRIBUTES');
  const fields = chance.weighted<NonNullable<Stimulus['with']>>([
    [2, { ...given, iterationCount: chance.of([0, 2, 255]) }],
    [3, { ...given, statementId: 1 }],
    // The statement that was prepared last, to MariaDB.
    [about.dialect === 'mariadb' ? 3 : 0, { ...given, statementId: 0xffffffff }],
    [2, { ...given, flags: chance.of([2, 4]) }],
    [attributes ? 6 : 0, { flags: executeFlag.PARAMETER_COUNT_AVAILABLE, parameters: [...list.map(unnamed), named] }],
    [attributes ? 2 : 0, { flags: executeFlag.PARAMETER_COUNT_AVAILABLE, parameters: list.slice(1).map(unnamed) }],
    [1, list.length > 0 ? { parameters: list.map(() => ({ type: T.DATE, value: 'ea070b' })) } : {}],
  ]);
  return [act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, ...fields } })];
};

/** A cursor, and its rows by COM_STMT_FETCH up to their end and past it. */
const withCursor: Use = (talk, known) => {
  const { chance } = talk;
  const flags = executeFlag.CURSOR_READ_ONLY;
  const open = act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, flags, ...parameters(talk, known) } });
  const fetch = (): Act => act({ message: 'COM_STMT_FETCH', with: { statementId: id, rows: chance.of([1, 1, 2, 100]) } });
  return [open, ...Array.from({ length: chance.between(0, 3) }, fetch)];
};

/** The first parameter in pieces ahead of the execution. */
const longData: Use = (talk, known) => {
  const { chance, canary } = talk;
  if (known.parameters === 0 || known.takes === 'integer' || known.sql.startsWith('DO')) return execute(talk, known, false);
  if (known.takes === 'key') return keysAhead(talk, known);
  if (chance.oneIn(5)) return [oddLongData(talk, known), ...execute(talk, known, false)];
  const pieces = [
    chance.weighted([
      [1, ''],
      [5, textHex(canary)],
      [1, textHex('a\0b\xc3\xa4')],
    ]),
    textHex('x').repeat(chance.of(known.sql.startsWith('INSERT') ? [1, 300] : [1, 300, 4000])),
  ].slice(0, chance.between(1, 2));
  const sent = pieces.map((data) => act({ message: 'COM_STMT_SEND_LONG_DATA', with: { statementId: id, parameter: 0, data } }));
  const rest = parameters(talk, known).parameters?.slice(1) ?? [];
  if (rest.length > 0 && chance.oneIn(3)) {
    sent.push(act({ message: 'COM_STMT_SEND_LONG_DATA', with: { statementId: id, parameter: 1, data: textHex('second') } }));
    rest[0] = { type: T.BLOB };
  }
  // What came ahead is no NULL, whatever its bit says.
  const ahead: ListedValue = { type: chance.of([T.BLOB, T.BLOB, T.VAR_STRING]), ...(chance.oneIn(8) && { value: null }) };
  const run = act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: [ahead, ...rest] } });
  return chance.oneIn(6) ? [...sent, act(resetOf(id)), ...execute(talk, known, false)] : [...sent, run];
};
/** A key in pieces, which is there already or not, and others as they are. */
function keysAhead(talk: Talk, known: KnownPrepared): readonly Act[] {
  const { chance } = talk;
  const ahead = act({
    message: 'COM_STMT_SEND_LONG_DATA',
    with: { statementId: id, parameter: 0, data: textHex(chance.of(['7', '8', '6'])) },
  });
  const rest = parameters(talk, known).parameters?.slice(1) ?? [];
  const run = act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: [{ type: T.VAR_STRING }, ...rest] } });
  const plain = execute(talk, known, false);
  return [...(chance.oneIn(2) ? plain : []), ahead, run, ...execute(talk, known, false), ...(chance.oneIn(2) ? [run] : [])];
}
/** Of a parameter that there is not, or an empty piece. */
const oddLongData = ({ chance }: Talk, { parameters: count }: KnownPrepared): Act =>
  act({
    message: 'COM_STMT_SEND_LONG_DATA',
    with: { statementId: id, parameter: chance.of([count, 0xffff, 0x100, 0]), data: chance.of(['', '78']) },
  });
const resetOf = (statementId: typeof id | number): Stimulus => ({ message: 'COM_STMT_RESET', with: { statementId } });

/** With the types of the execution before, where there was one with types. */
const sameTypes: Use = (talk, known, typed) => {
  if (!typed || known.parameters === 0) return execute(talk, known, typed);
  const { chance } = talk;
  const once = parameters(talk, known);
  const list = once.parameters ?? [];
  const maybeNull = (one: ListedValue): ListedValue => (chance.oneIn(3) ? { ...one, value: null } : one);
  // Which of them are NULL is said each time, of what type they are is not.
  const [first, second] = chance.oneIn(2) ? [list, list] : [list.map(maybeNull), list.map(maybeNull)];
  return [
    act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: first } }),
    act({ message: 'COM_STMT_EXECUTE', with: { statementId: id, parameters: second, newParamsBindFlag: 0 } }),
  ];
};

const isBulk = ({ agreed }: Talk, { sql }: KnownPrepared): boolean =>
  agreed.extended.has('STMT_BULK_OPERATIONS') && sql.startsWith('INSERT INTO mywire_bulk');
/** MariaDB: many rows of parameters in one packet. */
const bulk: Use = (talk, known) => {
  const { chance, agreed, canary } = talk;
  const mayBe = known.sql.startsWith('INSERT') || (known.parameters === 1 && chance.oneIn(4));
  if (!agreed.extended.has('STMT_BULK_OPERATIONS') || !mayBe) return execute(talk, known, false);
  const [type, value] = chance.of<readonly [number, string]>([
    [T.VAR_STRING, textHex(canary)],
    [T.VAR_STRING, textHex(canary)],
    [T.LONG | UNSIGNED, 'feffffff'],
    [T.LONGLONG, 'ffffffffffffffff'],
    [T.TINY | UNSIGNED, 'ff'],
  ]);
  // NULL, DEFAULT, IGNORE.
  const cell = (): ListedValue =>
    chance.weighted([
      [4, { indicator: 0, value }],
      [1, { indicator: 1 }],
      [1, { indicator: 2 }],
      [1, { indicator: 3 }],
    ]);
  const rows = Array.from({ length: chance.oneIn(8) ? 0 : chance.between(1, 5) }, () => [cell()]);
  const flags =
    bulkFlag.SEND_TYPES_TO_SERVER | (agreed.extended.has('BULK_UNIT_RESULTS') && chance.oneIn(2) ? bulkFlag.SEND_UNIT_RESULTS : 0);
  return [act({ message: 'COM_STMT_BULK_EXECUTE', with: { statementId: id, flags, types: [type], rows } })];
};

const uses: readonly (readonly [number, Use])[] = [
  [10, execute],
  [3, oddly],
  [4, withCursor],
  [3, longData],
  [2, sameTypes],
  [2, () => [act(resetOf(id))]],
  [3, bulk],
];

/** An id that nobody gave. */
const wrongId = ({ chance }: Talk): Stimulus => {
  // The last is that of the statement prepared last, to MariaDB.
  const statementId = chance.of([0, 999_999, 0xdeadbeef, 0xffffffff]);
  return chance.of<Stimulus>([
    { message: 'COM_STMT_EXECUTE', with: { statementId } },
    { message: 'COM_STMT_RESET', with: { statementId } },
    { message: 'COM_STMT_FETCH', with: { statementId, rows: 1 } },
    { message: 'COM_STMT_CLOSE', with: { statementId } },
    { message: 'COM_STMT_SEND_LONG_DATA', with: { statementId, parameter: 0, data: '78' } },
  ]);
};
