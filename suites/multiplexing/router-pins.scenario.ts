import { type Assertion, finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { marked, overMany, overOne } from './story/carriers.ts';
import { pins as allPins, type Pin } from './story/pins.ts';
import { askTheRouter, isTaken, prepareServer, routerAndMysql, routerLeg, sharingPage } from './story/router.ts';

const ways = ['made', 'reset', 'change user', 'undone'] as const;
type Way = (typeof ways)[number];

interface RouterPinFacts {
  /** Number of the error that the client got, by pin and way; nothing where all was well. */
  readonly errors: Readonly<Record<string, number>>;
}

/** What keeps a connection from being shared, once made and once undone. Measured on 9.7.4, 2026-11-26. */
const blocks: Readonly<Record<string, { readonly made: boolean; readonly undone: boolean }>> = {
  transaction: { made: true, undone: false },
  'autocommit off': { made: true, undone: false },
  'autocommit off, a read': { made: true, undone: false },
  'user variable': { made: true, undone: true },
  GET_LOCK: { made: true, undone: true },
  'temporary table': { made: true, undone: true },
  PREPARE: { made: true, undone: true },
  COM_STMT_PREPARE: { made: true, undone: true },
  'LOCK TABLES': { made: true, undone: false },
  SQL_CALC_FOUND_ROWS: { made: true, undone: true },
};
const unblocked = { made: false, undone: false } as const;

/** Without what only ProxySQL makes something of. */
const pins = allPins.filter(({ name }) => name !== 'system variable read' && name !== 'warnings');
/** Nothing needs to be cleaned where nothing blocks. */
const waysOf = ({ name }: Pin): readonly Way[] => (blocks[name] ? ways : ['made', 'undone']);

const markOf = (pin: Pin, way: Way): string => `${pin.name}, ${way}`;

async function act(stage: Stage): Promise<RouterPinFacts> {
  await prepareServer(stage);
  const errors: Record<string, number> = {};
  for (const pin of pins) {
    for (const way of waysOf(pin)) {
      const mark = markOf(pin, way);
      const client = await stage.client('mysqlrouter');
      const answers = [];
      for (const sql of pin.make(mark)) answers.push(await (pin.prepared ? client.execute(sql) : client.query(sql)));
      if (way === 'undone') for (const sql of pin.undo(mark)) answers.push(await client.query(sql));
      if (way === 'reset') answers.push(await client.reset());
      if (way === 'change user') answers.push(await client.changeUser());
      // The Router answers the client, and then sets its own variables: until that is done the connection is not in its pool.
      if (way === 'reset' || way === 'change user') await stage.until(`${mark}: set up again`, 5000, () => isSetUp(stage, mark));
      const error = answers.find(({ ok }) => !ok);
      if (error && !error.ok) errors[mark] = error.errno;
      await askTheRouter(stage, mark);
    }
    stage.tell(pin.name);
  }
  return { errors };
}

/** Whether the last thing that passed on the connection with that mark was a statement of the Router's own, answered. */
function isSetUp(stage: Stage, mark: string): boolean {
  const last = marked(stage.wire(), mark, routerLeg)[0]?.on.exchanges.at(-1);
  return last?.answeredAt !== undefined && /^\s*(SET @@SESSION|SELECT 'collation_connection')/.test(last.sql ?? '');
}

const isKept = ({ wire }: Observed<RouterPinFacts>, pin: Pin, way: Way): boolean => !isTaken(wire, markOf(pin, way));

const word = (kept: boolean): string => (kept ? 'kept' : 'shared');
const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]+/g, '-');

const pinAssertions: readonly Assertion<RouterPinFacts>[] = pins.map((pin) => {
  const expected = blocks[pin.name] ?? unblocked;
  return {
    name: slug(pin.name),
    says: `${pin.name}: ${word(expected.made)} once made, ${word(expected.undone)} once undone.`,
    level: expected.made ? 'SHOULD' : 'OBSERVE',
    source: sharingPage,
    judge: (observed) => {
      const [made, undone] = [isKept(observed, pin, 'made'), isKept(observed, pin, 'undone')];
      return finding(
        made === expected.made && undone === expected.undone,
        `${versionOf(observed, 'mysqlrouter')}: made: ${word(made)}, undone: ${word(undone)}`,
      );
    },
    unless: (observed) => (expected.made ? overOne(observed, routerLeg) : overMany(observed, routerLeg)),
  };
});

function unblocks(way: 'reset' | 'change user', command: string): Assertion<RouterPinFacts> {
  return {
    name: `${slug(way)}-unblocks-all`,
    says: `${command} makes the connection shareable again, whatever was on it.`,
    level: 'SHOULD',
    source: sharingPage,
    judge: (observed) => {
      const kept = pins.filter((pin) => blocks[pin.name] && isKept(observed, pin, way)).map(({ name }) => name);
      return finding(kept.length === 0, `${versionOf(observed, 'mysqlrouter')}: kept after ${command}: ${kept.join(', ') || 'none'}`);
    },
    unless: (observed) => overMany(observed, routerLeg),
  };
}

/** Connections of the leg that were given to somebody else. */
const handedOn = ({ wire }: Observed<RouterPinFacts>) =>
  wire.connections.filter(
    ({ link, exchanges }) =>
      link === routerLeg &&
      exchanges.filter(({ sql }) => /'who has it: /.test(sql ?? '')).length > 0 &&
      exchanges.some(({ sql }) => /'[^']*, (made|undone)'/.test(sql ?? '') && !/who has it/.test(sql ?? '')),
  );

/** The questions about multiplexing, asked to MySQL Router. */
export const routerPins: Scenario<RouterPinFacts> = {
  id: 'multiplexing/router-pins',
  title: 'MySQL Router with connection sharing: what keeps a connection from being shared, and what makes it shareable again',
  report: 'S3',
  topology: routerAndMysql,
  limitMs: 60_000,
  act,
  assertions: [
    ...pinAssertions,
    unblocks('reset', 'COM_RESET_CONNECTION'),
    unblocks('change user', 'COM_CHANGE_USER'),
    {
      name: 'cleaned-for-the-next',
      says: 'The Router logs the connection in anew (COM_CHANGE_USER) before another client gets it.',
      level: 'OBSERVE',
      source: sharingPage,
      judge: (observed) => {
        const all = handedOn(observed);
        const cleaned = all.filter(({ exchanges }) => exchanges.some(({ command }) => command === 'COM_CHANGE_USER'));
        return finding(all.length > 0 && cleaned.length === all.length, `${cleaned.length} of ${all.length} connections`);
      },
      unless: (observed) => ({
        ...observed,
        wire: {
          connections: observed.wire.connections.map((one) => ({
            ...one,
            exchanges: one.exchanges.filter(({ command }) => command !== 'COM_CHANGE_USER'),
          })),
        },
      }),
    },
    {
      name: 'no-errors',
      says: 'Every statement and command of the story was answered with OK.',
      level: 'OBSERVE',
      source: sharingPage,
      judge: ({ facts: { errors } }) =>
        finding(
          Object.keys(errors).length === 0,
          Object.entries(errors)
            .map(([mark, errno]) => `${mark}: ${errno}`)
            .join(', ') || 'no error',
        ),
      unless: (observed) => withFacts(observed, { errors: { 'transaction, made': 1064 } }),
    },
  ],
};
