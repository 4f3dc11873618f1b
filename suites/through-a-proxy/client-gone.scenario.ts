import { type Observed, type Scenario, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import type { Wire } from '../../harness/scenario/wire.ts';
import { carried } from './story/carriers.ts';
import { type Front, fronts, proxy, topologyOf } from './story/fronts.ts';
import { clientGoneMeasured } from './story/measured-client-gone.ts';
import { answersOf, assertionsOf, type Question } from './story/question.ts';

/** How a client goes, and what it was in. */
const ways = {
  quit: { asks: 'COM_QUIT in a transaction', how: 'quit', running: false },
  fin: { asks: 'FIN in a transaction', how: 'fin', running: false },
  rst: { asks: 'RST in a transaction', how: 'rst', running: false },
  'fin-running': { asks: 'FIN while SELECT SLEEP(3) runs', how: 'fin', running: true },
  'rst-running': { asks: 'RST while SELECT SLEEP(3) runs', how: 'rst', running: true },
} as const;
type Way = keyof typeof ways;
const wayNames = Object.keys(ways) as Way[];

interface Gone {
  /** Whether a second later its lock was free, its transaction gone from the servers, and none of its rows there. */
  readonly free: boolean;
  readonly over: boolean;
  readonly rows: number;
  /** Whether its statement ran on for a second; false where there was none. */
  readonly runsOn: boolean;
}
type GoneFacts = Readonly<Record<Way, Gone>>;

const sleepSeconds = 3;
const servers = ['a', 'b'] as const;
const mark = (way: Way) => `/* ${way}, here */`;

/** A number that a statement gives on a and b, added up. */
async function sum(stage: Stage, sql: string, values: readonly unknown[] = []): Promise<number> {
  let total = 0;
  for (const node of servers) total += Number((await stage.node(node).sql?.(sql, values))?.rows[0]?.['n'] ?? 0);
  return total;
}

const running = (stage: Stage, way: Way): Promise<number> =>
  sum(stage, 'SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()', [
    `SELECT SLEEP(%${way}, here%`,
  ]);

async function go(stage: Stage, way: Way): Promise<Gone> {
  const { how, running: runs } = ways[way];
  const client = await stage.client(proxy);
  await client.query('START TRANSACTION');
  await client.query('INSERT INTO gone (who) VALUES (?)', [way]);
  await client.query(`SELECT GET_LOCK('mywire_gone', 0) AS v ${mark(way)}`);
  if (runs) {
    void client.query(`SELECT SLEEP(${sleepSeconds}) AS v ${mark(way)}`);
    await stage.until(`${way}: its statement runs`, 5000, async () => (await running(stage, way)) > 0);
  }
  if (how === 'quit') await client.quit();
  else client.vanish(how);
  await stage.pause(`${way}: the client has gone`, 1000);
  const free = (await sum(stage, "SELECT IS_USED_LOCK('mywire_gone') IS NOT NULL AS n")) === 0;
  const over = (await sum(stage, 'SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_rows_modified > 0')) === 0;
  const runsOn = (await running(stage, way)) > 0;
  stage.tell(`a second later its lock is ${free ? 'free' : 'held'}, its transaction ${over ? 'over' : 'open'}`);
  await stage.until(`${way}: its lock is free and its statement over`, 15_000, async () => {
    const held = await sum(stage, "SELECT IS_USED_LOCK('mywire_gone') IS NOT NULL AS n");
    return held === 0 && (await running(stage, way)) === 0;
  });
  await stage.pause('what the proxy has to say to the server', 200);
  return { free, over, runsOn, rows: await sum(stage, 'SELECT COUNT(*) AS n FROM mywire.gone') };
}

const act =
  (front: Front) =>
  async (stage: Stage): Promise<GoneFacts> => {
    await front.ready?.(stage);
    const a = stage.node('a');
    await a.sql?.('USE mywire');
    await a.sql?.('CREATE TABLE gone (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(20)) ENGINE = InnoDB');
    await stage.untilReplicated('a', ['b']);
    // Each server knows the password from then on, which it may ask for once in clear.
    for (const node of servers) await (await stage.client(node)).quit();
    await front.onlyA?.(stage);
    const facts: Partial<Record<Way, Gone>> = {};
    for (const way of wayNames) facts[way] = await go(stage, way);
    return facts as GoneFacts;
  };

/** What passed on its connection to the server after its last statement: 'COM_QUIT, FIN'. */
function legOf(wire: Wire, way: Way): string {
  const last = carried(wire, mark(way)).at(-1);
  if (!last) return 'not on the wire';
  const later = last.on.exchanges.filter(({ at }) => at > last.at);
  // The next client may have got it: what the proxy says itself comes first.
  const taken = later.find(({ sql }) => /^(START|SELECT|INSERT)/.test(sql ?? ''));
  const itself = later.filter(({ at }) => at < (taken?.at ?? Number.POSITIVE_INFINITY));
  const ending = last.on.endings.find(({ from }) => from === 'client');
  // Who kills a statement has closed its connection already.
  const over = taken?.at ?? (ending?.at ?? Number.POSITIVE_INFINITY) + 1000;
  const kill = new RegExp(`^KILL.* ${last.on.threadId}$`);
  const killed = carried(wire, 'KILL').some(({ sql, at }) => kill.test(sql ?? '') && at > last.at && at < over);
  return [
    ...(killed ? ['KILL by another connection'] : []),
    ...itself.map(({ command, sql }) => (command === 'COM_QUERY' ? (sql?.split(' ')[0] ?? command) : command)),
    taken ? 'then another client has it' : (ending?.kind.toUpperCase() ?? 'kept'),
  ].join(', ');
}

const questions: readonly Question<GoneFacts>[] = wayNames.flatMap((way) => {
  const { asks, running: runs } = ways[way];
  const of = ({ facts }: Observed<GoneFacts>) => facts[way];
  const changed = (observed: Observed<GoneFacts>, change: Partial<Gone>) =>
    withFacts(observed, { [way]: { ...of(observed), ...change } } as Partial<GoneFacts>);
  return [
    {
      name: way,
      asks: `${asks}: a second later`,
      answer: (observed) => {
        const { free, over, runsOn } = of(observed);
        return `${over ? 'rolled back' : 'transaction open'}, lock ${free ? 'free' : 'held'}${runs ? `, statement ${runsOn ? 'runs on' : 'ended'}` : ''}`;
      },
      unless: (observed) => changed(observed, { over: !of(observed).over }),
    },
    {
      name: `${way}-at-the-server`,
      asks: `${asks}: what the server is told`,
      answer: ({ wire }) => legOf(wire, way),
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
    {
      name: `${way}-rows`,
      asks: `${asks}: rows of its transaction in the end`,
      answer: (observed) => String(of(observed).rows),
      unless: (observed) => changed(observed, { rows: 1 }),
    },
  ];
});

/** What becomes of a client's transaction, lock and statement when it goes. */
export const clientGoneThrough: readonly Scenario<GoneFacts>[] = fronts.map((front) => ({
  id: `through-a-proxy/client-gone-${front.name}`,
  title: `a client that vanishes behind ${front.title}: its transaction, its lock, its statement`,
  report: '',
  topology: topologyOf(front),
  limitMs: 60_000,
  act: act(front),
  assertions: assertionsOf(questions, front, clientGoneMeasured),
  answers: answersOf('A client that vanishes', questions, front),
}));
