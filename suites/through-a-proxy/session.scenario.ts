import { type Observed, type Scenario, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { carried, carriers, nameOf, serverOf } from './story/carriers.ts';
import { type Front, fronts, proxy, topologyOf } from './story/fronts.ts';
import { sessionMeasured } from './story/measured-session.ts';
import { answersOf, assertionsOf, type Question } from './story/question.ts';
import { type State, states } from './story/states.ts';
import { told } from './story/told.ts';

interface KillFacts {
  /** What the victim's statement came to, and its next one. */
  readonly victim: string;
  readonly next: string;
  /** What each of two clients got that sent the KILL, in order. */
  readonly killers: readonly string[];
  /** The id that they named. */
  readonly id: number;
}

/** What clients were told. */
interface SessionFacts {
  /** Of one client: the greeting's id, and CONNECTION_ID() in two spellings. */
  readonly ids: { readonly greeting: number; readonly asked: string; readonly spelled: string };
  /** By state: what `read` gave to the client that had set it, to others while it was there, and to those after it. */
  readonly states: Readonly<Record<string, { readonly own: string; readonly others: readonly string[]; readonly next: readonly string[] }>>;
  readonly kills: Readonly<Record<string, KillFacts>>;
}

const beginnings = {
  'start-transaction': 'START TRANSACTION',
  'read-only': 'START TRANSACTION READ ONLY',
  'autocommit-off': 'SET autocommit = 0',
} as const;
type Beginning = keyof typeof beginnings;
const freeStatements = 16;
const kills = { 'kill-query': 'KILL QUERY', kill: 'KILL' } as const;
const beside = 2;
/** ProxySQL knows it in this very spelling. */
const plainId = 'SELECT CONNECTION_ID()';
const sleepSeconds = 3;

async function prepare(stage: Stage): Promise<void> {
  const a = stage.node('a');
  await a.sql?.('USE mywire');
  await a.sql?.('CREATE TABLE counters (id INT PRIMARY KEY, n INT) ENGINE = InnoDB');
  await a.sql?.('INSERT INTO counters VALUES (1, 0), (2, 0)');
  await a.sql?.('CREATE TABLE state_ids (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(9)) AUTO_INCREMENT = 7000');
  await a.sql?.('CREATE TABLE state_more_ids (id INT AUTO_INCREMENT PRIMARY KEY, who VARCHAR(9)) AUTO_INCREMENT = 8000');
  await stage.untilReplicated('a', ['b']);
  // An id of a is none of b, and none of the proxy's own. And each server knows the password from then on, which it may ask for once in clear.
  for (const [node, times] of [
    ['a', 40],
    ['b', 90],
  ] as const) {
    for (let time = 0; time < times; time++) await (await stage.client(node)).quit();
  }
}

async function askForIds(stage: Stage): Promise<SessionFacts['ids']> {
  const client = await stage.client(proxy);
  const asked = told(await client.query(plainId));
  const spelled = told(await client.query("SELECT CONNECTION_ID() AS v, 'spelled' AS mark"));
  await client.quit();
  return { greeting: client.threadId, asked, spelled };
}

async function transactions(stage: Stage): Promise<void> {
  const client = await stage.client(proxy);
  for (let n = 1; n <= freeStatements; n++) await client.query(`SELECT 'alone, statement ${n}' AS mark`);
  await client.quit();
  for (const [name, begin] of Object.entries(beginnings)) {
    const anna = await stage.client(proxy);
    const bert = await stage.client(proxy);
    await anna.query(begin);
    for (const step of [1, 2, 3]) {
      if (name !== 'read-only') await anna.query(`UPDATE counters SET n = n + 1 WHERE id = 1 /* ${name}, ${step} */`);
      await bert.query(`SELECT 'between ${name} ${step}' AS mark`);
      await anna.query(`SELECT n FROM counters WHERE id = 1 /* ${name}, ${step} */`);
    }
    await anna.query(`COMMIT /* ${name}, 4 */`);
    await Promise.all([anna.quit(), bert.quit()]);
  }
  stage.tell('transactions are through');
}

/** anna sets it; others take what connection is free and ask; anna asks; anna goes; those after her ask. */
async function keep(
  stage: Stage,
  { settleMs = 50, after = 2 }: Front,
  { name, set, read, prepared }: State,
): Promise<SessionFacts['states'][string]> {
  const anna = await stage.client(proxy);
  for (const sql of set) await (prepared ? anna.execute(sql) : anna.query(sql));
  const ask = async (who: string) => {
    const client = await stage.client(proxy);
    await client.query(`START TRANSACTION /* ${name}, ${who} */`);
    return { client, saw: prepared ? 'its own' : told(await client.query(read)) };
  };
  const during = [];
  for (let n = 1; n <= beside; n++) during.push(await ask(`during ${n}`));
  const own = told(await (prepared ? anna.execute(read) : anna.query(read)));
  await anna.quit();
  await stage.pause(`${name}: anna had '${own}' and has gone`, settleMs);
  const next = [];
  for (let n = 1; n <= after; n++) next.push(await ask(`next ${n}`));
  for (const { client } of [...during, ...next]) await client.quit();
  await stage.pause(`${name}: all have gone`, settleMs);
  return { own, others: during.map(({ saw }) => saw), next: next.map(({ saw }) => saw) };
}

async function kill(stage: Stage, name: keyof typeof kills): Promise<KillFacts> {
  const victim = await stage.client(proxy);
  const killers = [await stage.client(proxy), await stage.client(proxy)];
  const mark = `${name} victim`;
  const sleeping = victim.query(`SELECT SLEEP(${sleepSeconds}) AS v /* ${mark} */`);
  await stage.until(`the statement runs that ${kills[name]} is for`, 5000, async () => {
    for (const node of ['a', 'b']) {
      const answer = await stage
        .node(node)
        .sql?.('SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()', [`%${mark}%`]);
      if (Number(answer?.rows[0]?.['n']) > 0) return true;
    }
    return false;
  });
  const said: string[] = [];
  for (const killer of killers) {
    said.push(told(await killer.query(`${kills[name]} ${victim.threadId}`)));
    await stage.pause(`${kills[name]}: ${said.at(-1)}`, 100);
  }
  const slept = told(await sleeping);
  const next = told(await victim.query("SELECT 'alive' AS v"));
  stage.tell(`the victim got ${slept}, then ${next}`);
  for (const client of [victim, ...killers]) client.vanish();
  return { victim: slept, next, killers: said, id: victim.threadId };
}

const act =
  (front: Front) =>
  async (stage: Stage): Promise<SessionFacts> => {
    await front.ready?.(stage);
    await prepare(stage);
    const ids = await askForIds(stage);
    await transactions(stage);
    await front.onlyA?.(stage);
    const kept: Record<string, SessionFacts['states'][string]> = {};
    for (const state of states) kept[state.name] = await keep(stage, front, state);
    const killed: Record<string, KillFacts> = {};
    for (const name of Object.keys(kills) as (keyof typeof kills)[]) killed[name] = await kill(stage, name);
    return { ids, states: kept, kills: killed };
  };

type Seen = Observed<SessionFacts>;

const noWire = (observed: Seen): Seen => ({ ...observed, wire: { connections: [] } });

/** A world in which every statement had a connection of its own. */
const scattered = (observed: Seen): Seen => ({
  ...observed,
  wire: {
    connections: observed.wire.connections.flatMap((one) =>
      one.exchanges.map((exchange, index) => ({ ...one, number: one.number * 1000 + index, exchanges: [exchange] })),
    ),
  },
});

function spread(wire: Seen['wire'], text: string): string {
  const used = carriers(wire, text);
  const servers = [...new Set(used.map((one) => serverOf(one.split(' ')[0] as string)))].sort();
  if (used.length === 0) return 'not on the wire';
  return used.length === 1 ? 'one connection' : `several connections, to ${servers.join(' and ')}`;
}

const transactionQuestion = (name: Beginning, asks: string, promised: Question<SessionFacts>['promised']): Question<SessionFacts> => ({
  name: `transaction-${name}`,
  asks,
  answer: ({ wire }) => spread(wire, `/* ${name}, `),
  unless: scattered,
  ...(promised ? { promised } : {}),
});

/** What passed on a connection to a server between a client and the next: 'COM_CHANGE_USER'. */
function between({ wire }: Seen, { name, set }: State): string {
  const setOn = carried(wire, set.at(-1) as string)[0];
  if (!setOn) return 'the proxy sets it itself';
  for (const next of carried(wire, `/* ${name}, next `)) {
    if (nameOf(next.on) !== nameOf(setOn.on)) continue;
    const cleaning = setOn.on.exchanges
      .filter(({ at, command }) => at > setOn.at && at < next.at && (command === 'COM_RESET_CONNECTION' || command === 'COM_CHANGE_USER'))
      .map(({ command }) => command);
    return `same connection${cleaning.length > 0 ? `, ${[...new Set(cleaning)].join(', ')}` : ', nothing between'}`;
  }
  return 'another connection';
}

const sharingPage = 'https://dev.mysql.com/doc/mysql-router/9.7/en/mysql-router-general-features-connection-sharing.html';

const stateQuestions = states.flatMap((state): Question<SessionFacts>[] => {
  const of = ({ facts }: Seen) => facts.states[state.name] ?? { own: '?', others: [], next: [] };
  const changed = (observed: Seen, change: Partial<SessionFacts['states'][string]>): Seen =>
    withFacts(observed, { states: { ...observed.facts.states, [state.name]: { ...of(observed), ...change } } });
  return [
    {
      name: `${state.name}-kept`,
      asks: `${state.asks}: there for the next statement of its client, while others take what connections are free?`,
      answer: (observed) => (of(observed).own === state.there ? 'kept' : `lost: ${of(observed).own}`),
      unless: (observed) => changed(observed, { own: of(observed).own === state.there ? 'nothing' : state.there }),
      ...(state.blocksSharing ? { promised: { 'mysqlrouter-sharing': `${sharingPage} (it blocks sharing)` } } : {}),
    },
    {
      name: `${state.name}-left`,
      asks: `${state.asks}: seen by another client, or by the next one?`,
      answer: (observed) => {
        const { others: during, next } = of(observed);
        const seen = [...(during.includes(state.there) ? ['another'] : []), ...(next.includes(state.there) ? ['the next'] : [])];
        return `${seen.length > 0 ? `LEAKS to ${seen.join(' and ')}` : 'no'} (${between(observed, state)})`;
      },
      unless: (observed) => changed(observed, { next: of(observed).next.includes(state.there) ? [] : [state.there] }),
    },
  ];
});

const killQuestions = (Object.keys(kills) as (keyof typeof kills)[]).map(
  (name): Question<SessionFacts> => ({
    name,
    asks: `${kills[name]} with the id of the client's greeting, sent by two other clients`,
    answer: (observed, front) => {
      const one = observed.facts.kills[name] as KillFacts;
      const victimOn = carried(observed.wire, `/* ${name} victim */`)[0]?.on.link;
      const sent = carried(observed.wire, `${kills[name]} ${one.id}`);
      const where = (index: number) => {
        if (!front.passesBytes) return '';
        return sent[index]?.on.link === victimOn ? ' at its server' : ' at the other server';
      };
      const says = one.killers.map((says, index) => `${says}${where(index)}`);
      return `${[...new Set(says)].join(', ')}; the statement: ${one.victim === '0' ? 'slept on' : one.victim}; then: ${one.next}`;
    },
    unless: (observed) =>
      withFacts(observed, {
        kills: { ...observed.facts.kills, [name]: { ...(observed.facts.kills[name] as KillFacts), victim: 'another' } },
      }),
  }),
);

const persistent = {
  haproxy: 'https://docs.haproxy.org/3.0/configuration.html (mode tcp: a connection has one server)',
  nginx: 'https://nginx.org/en/docs/stream/ngx_stream_proxy_module.html#proxy_pass',
  proxysql: 'https://proxysql.com/documentation/users-management/mysql-users-management (transaction_persistent)',
  'mysqlrouter-sharing': `${sharingPage} (transactions block sharing)`,
  maxscale: 'https://mariadb.com/docs/maxscale/reference/maxscale-routers/maxscale-readwritesplit',
};

const questions: readonly Question<SessionFacts>[] = [
  {
    name: 'statements-alone',
    asks: `${freeStatements} statements of one client, no transaction`,
    answer: ({ wire }) => spread(wire, "'alone, statement"),
    unless: noWire,
  },
  transactionQuestion('start-transaction', 'START TRANSACTION … COMMIT, with another client in between', persistent),
  transactionQuestion('read-only', 'START TRANSACTION READ ONLY … COMMIT', persistent),
  transactionQuestion('autocommit-off', 'SET autocommit = 0 … COMMIT', undefined),
  ...stateQuestions,
  {
    name: 'connection-ids',
    asks: "The greeting's connection id, CONNECTION_ID(), and the server's own",
    answer: ({ facts: { ids }, wire }) => {
      const servers = carried(wire, plainId);
      const idOf = (answer: string, own: (sql: string) => boolean) => {
        const server = servers.find(({ sql }) => own(sql ?? ''))?.on.threadId;
        if (answer === String(ids.greeting)) return server === ids.greeting ? 'the same' : "the greeting's";
        return answer === String(server) ? "the server's" : 'neither';
      };
      const spelled = idOf(ids.spelled, (sql) => sql !== plainId);
      const greeting = spelled === 'the same' ? "the server's" : ids.greeting === 0 ? '0' : 'its own';
      return `greeting: ${greeting}; ${plainId}: ${idOf(ids.asked, (sql) => sql === plainId)}; in another statement: ${spelled}`;
    },
    unless: (observed) => withFacts(observed, { ids: { greeting: -1, asked: '-2', spelled: '-3' } }),
  },
  ...killQuestions,
];

/** Whether a proxy keeps a session together, and gives nothing of it to others. */
export const sessionThrough: readonly Scenario<SessionFacts>[] = fronts.map((front) => ({
  id: `through-a-proxy/session-${front.name}`,
  title: `what is left of a session behind ${front.title}: transactions, session state, connection ids, KILL`,
  report: '',
  topology: topologyOf(front),
  limitMs: 60_000,
  act: act(front),
  assertions: assertionsOf(questions, front, sessionMeasured),
  answers: answersOf('What is left of a session', questions, front),
}));
