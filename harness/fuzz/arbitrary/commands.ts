import type { Stimulus } from '../../case/step.ts';
import type { Act } from '../exec.ts';
import { act } from './acts.ts';
import { administration } from './administration.ts';
import { changeUser } from './change-user.ts';
import { textHex } from './parameters.ts';
import { executedBehind, prepared } from './prepared.ts';
import { files } from './table-statements.ts';
import { canSay, ofFlags, sayable, shownBehind, statementActs, type Talk } from './talk.ts';

type Command = (talk: Talk) => readonly Act[];
const shared = (stimulus: Stimulus): Command => {
  const acts = [act(stimulus)];
  return () => acts;
};

export const ping: Stimulus = { message: 'COM_PING' };
/** COM_INIT_DB and COM_FIELD_LIST: MariaDB and MySQL up to 8; 9.7 has taken COM_FIELD_LIST away, and says so. */
const initDb: Command = (talk) => {
  const { chance, about, agreed } = talk;
  const schema = chance.weighted([
    [agreed.poor ? 0 : 4, about.database ?? 'information_schema'],
    [1, 'information_schema'],
    [1, 'mywire_no_such_database'],
    [1, (about.database ?? 'information_schema').toUpperCase()],
    [1, ''],
    [1, 'd'.repeat(300)],
  ]);
  if (schema !== about.database) talk.makesTables = false;
  return [act({ message: 'COM_INIT_DB', with: { schema } })];
};
const fieldList: Command = ({ chance, agreed, about }) => [
  agreed.poor
    ? act(ping)
    : act({
        message: 'COM_FIELD_LIST',
        with: {
          table: chance.of([
            ...['numbers', 'mywire_no_such_table', '../mysql/user', 't'.repeat(300), ''],
            ...(about.sql === 'reference' ? ['numbers'] : ['types']),
          ]),
          wildcard: chance.of(['', '', '%', 'i%']),
        },
      }),
];
const option: Command = ({ chance }) => [
  act({
    message: 'COM_SET_OPTION',
    with: {
      option: chance.weighted([
        [3, 0],
        [3, 1],
        [1, 7],
      ]),
    },
  }),
];

const resetConnection: Command = (talk) => {
  talk.tables.clear();
  return [act({ message: 'COM_RESET_CONNECTION' }), ...shownBehind(talk), ...executedBehind(talk)];
};

/** Bytes that no command has, or none that a client sends: ERR 1047, or whatever the product says. */
const unknownCommand: Command = ({ chance }) => [
  act({
    message: 'COM_RAW',
    with: { command: chance.of([0x00, 0x0b, 0x0f, 0x10, 0x14, 0x22, 0x40, 0xa0, 0xf0]), rest: chance.hex(chance.below(4)) },
  }),
];

const query: Command = (talk) => {
  const { chance, about, agreed } = talk;
  if (agreed.poor) return statementActs(talk, chance.of(sayable(about).poor));
  const { groups } = sayable(about);
  let known = chance.of(chance.weighted(groups));
  // Without a database tables can only be refused: once is enough.
  if (known.needs?.includes('database') && !agreed.inDatabase) known = chance.of(chance.weighted(groups));
  return statementActs(talk, known);
};

/** Packets of a file; the sequence ids of 300 wrap. */
const lengths: readonly (readonly [number, number])[] = [
  [4, 0],
  [8, 1],
  [8, 3],
  [4, 40],
  [1, 300],
];
/** A file, where the server is sure to ask for it: else the player answers as a client without files does. */
const infile: Command = (talk) => {
  const { chance, agreed, about } = talk;
  const known = chance.of(files);
  if (agreed.poor || !canSay(about, known.needs)) return query(talk);
  if (talk.ahead) return [];
  const asks = statementActs(talk, known);
  const sure = agreed.flags.has('LOCAL_FILES') && talk.makesTables && talk.tables.has('mywire_file') && !known.sql.includes('no_such');
  if (!sure || chance.oneIn(3)) return asks;
  // Keys that are there already, lines with a field too few or too many, a packet that begins as COM_QUIT does.
  const line = (i: number): string =>
    chance.weighted([
      [9, `${i + 1},${talk.canary}\n`],
      [2, `${chance.between(1, 4)},x\n`],
      [1, `${i + 1}\n`],
      [1, 'no number,y,z\n'],
      [1, '\x01'],
    ]);
  const lines = Array.from({ length: chance.weighted(lengths) }, (_, i) => line(i));
  const parts = lines.map((line): Stimulus => ({ message: 'LocalInfileData', with: { data: textHex(line) } }));
  return [...asks, { send: [...parts, { message: 'LocalInfileData', with: { data: '' } }] as unknown as readonly [Stimulus] }];
};

/** Several commands in one segment, or one after the other without waiting for answers between. */
const pipelined: Command = ({ chance, canary }) => {
  const all = Array.from({ length: chance.weighted(lengthsOfLines) }, (_, i) => chance.weighted(quick)(i, canary)) as [
    Stimulus,
    ...Stimulus[],
  ];
  return chance.oneIn(2)
    ? [{ send: all }]
    : all.map((one, i) => ({ send: [one], ...(i < all.length - 1 ? { ahead: true as const } : {}) }));
};
/** Commands that wait in a line; the longest are more than one byte counts. */
const lengthsOfLines: readonly (readonly [number, number])[] = [
  [6, 2],
  [6, 3],
  [4, 4],
  [4, 5],
  [1, 60],
];
const quick: readonly (readonly [number, (i: number, canary: string) => Stimulus])[] = [
  [2, () => ping],
  [3, (i) => ({ message: 'COM_QUERY', with: { query: `SELECT ${i + 1}` } })],
  [2, (_i, canary) => ({ message: 'COM_QUERY', with: { query: `SELECT '${canary}'` } })],
  [1, () => ({ message: 'COM_QUERY', with: { query: 'SELEC 1' } })],
  [1, () => ({ message: 'COM_QUERY', with: { query: 'DO SLEEP(0.02)' } })],
  [1, () => ({ message: 'COM_QUERY', with: { query: "SELECT REPEAT('x', 4096)" } })],
  [1, (i) => ({ message: 'COM_STMT_CLOSE', with: { statementId: 1000 + i } })],
];

const commands: readonly (readonly [number, Command])[] = [
  [44, query],
  [20, (talk) => (talk.ahead ? query(talk) : prepared(talk))],
  [5, shared(ping)],
  [4, initDb],
  [2, shared({ message: 'COM_STATISTICS' })],
  [3, fieldList],
  [3, option],
  [4, resetConnection],
  [5, (talk) => (talk.ahead ? query(talk) : changeUser(talk))],
  [5, (talk) => (talk.ahead ? query(talk) : administration(talk))],
  [5, infile],
  [6, pipelined],
  [1, unknownCommand],
];

/** The next thing that a client wants of the server; now and then what it has asked to be able to. */
export const command: Command = (talk) => {
  const { chance, agreed, ahead } = talk;
  if (agreed.poor || !chance.oneIn(5)) return chance.weighted(commands)(talk);
  if (agreed.flags.has('LOCAL_FILES') && !ahead && chance.oneIn(2)) return infile(talk);
  const known = ofFlags(talk);
  return known.length > 0 ? statementActs(talk, chance.of(known)) : chance.weighted(commands)(talk);
};
