import { type Assertion, finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { lastInsertId, onLink, statementsOn } from '../../harness/scenario/wire.ts';
import { carrier, marked, overMany, overOne } from './story/carriers.ts';
import { askWhoHasIt, createTables, insertOrder, insertPlain, setVariables } from './story/proxysql.ts';
import { proxysqlAndMariadb } from './story/topology.ts';

type Kind = 'insert' | 'prepared insert' | 'uuid only' | 'select';

/** One round: a client's statements, each followed by a question of another client: who has the connection? */
interface Round {
  readonly name: string;
  /** mysql-auto_increment_delay_multiplex */
  readonly delay: number;
  /** What is sent, in order. */
  readonly statements: readonly Kind[];
  /** After which of them the connection is still tied: what must come out. */
  readonly tied: readonly boolean[];
}

/** Whether the connection is tied after n further statements, for a tie of `length`. */
const tieOf = (length: number, further: number) => Array.from({ length: further + 1 }, (_, done) => done < length);
const selects = (count: number) => Array.from({ length: count }, () => 'select' as const);

const rounds: readonly Round[] = [
  { name: 'delay 5', delay: 5, statements: ['insert', ...selects(6)], tied: tieOf(5, 6) },
  { name: 'delay 1', delay: 1, statements: ['insert', ...selects(2)], tied: tieOf(1, 2) },
  { name: 'delay 0', delay: 0, statements: ['insert', ...selects(1)], tied: tieOf(0, 1) },
  {
    name: 'renewed',
    delay: 5,
    statements: ['insert', 'select', 'select', 'insert', ...selects(5)],
    tied: [true, true, true, ...tieOf(5, 5)],
  },
  { name: 'prepared', delay: 5, statements: ['prepared insert', ...selects(6)], tied: tieOf(5, 6) },
  { name: 'uuid', delay: 5, statements: ['uuid only', 'select'], tied: [false, false] },
];
const roundNames = rounds.map(({ name }) => name);

/** The rest is on the wire. */
interface TieFacts {
  /** What a client was told for SELECT CONNECTION_ID(). */
  readonly connectionId: number;
  /** And for SELECT CONNECTION_ID() AS id. */
  readonly connectionIdNamed: number;
}

const mark = (round: string, index: number): string => `${round}, statement ${index}`;
const question = (round: string, index: number): string => `${round}, who has it after ${index}`;
const variablePage = 'https://proxysql.com/documentation/global-variables/mysql-variables/#mysql-auto_increment_delay_multiplex';
const report = 'report S3: after an OK with a last insert id, client and backend stay tied';

async function act(stage: Stage): Promise<TieFacts> {
  await createTables(stage);
  const first = await stage.client('proxysql');
  const plain = await first.query('SELECT CONNECTION_ID()');
  const named = await first.query('SELECT CONNECTION_ID() AS id');
  for (const { name, delay, statements } of rounds) {
    await setVariables(stage, { auto_increment_delay_multiplex: delay });
    const client = await stage.client('proxysql');
    for (const [index, kind] of statements.entries()) {
      const own = mark(name, index);
      await send(client, kind, own);
      await askWhoHasIt(stage, question(name, index));
    }
    stage.tell(`${name}: ${statements.join(', ')}`);
  }
  return {
    connectionId: Number(plain.ok ? plain.rows[0]?.['CONNECTION_ID()'] : -1),
    connectionIdNamed: Number(named.ok ? named.rows[0]?.['id'] : -1),
  };
}

function send(client: Awaited<ReturnType<Stage['client']>>, kind: Kind, own: string) {
  if (kind === 'prepared insert') return client.execute(insertOrder(own));
  return client.query(kind === 'select' ? `SELECT '${own}' AS mark` : kind === 'insert' ? insertOrder(own) : insertPlain(own));
}

/** After which statements of a round another client did not get the connection that had carried it. */
const tiedIn = ({ wire }: Observed<TieFacts>, { name, statements }: Round): boolean[] =>
  statements.map((_, index) => {
    const had = carrier(wire, mark(name, index));
    const got = carrier(wire, question(name, index));
    if (had === undefined || got === undefined) throw new Error(`${mark(name, index)}: not on the wire`);
    return had !== got;
  });

/** The round's story on the wire: '7 insert, 7 select (another got 8)'. */
const told = ({ wire }: Observed<TieFacts>, { name, statements }: Round): string =>
  statements
    .map((kind, index) => `${kind} on ${carrier(wire, mark(name, index))}, next asker on ${carrier(wire, question(name, index))}`)
    .join('; ');

function roundAssertion(
  name: string,
  says: string,
  assertion: Pick<Assertion<TieFacts>, 'name' | 'source' | 'level' | 'unless'>,
): Assertion<TieFacts> {
  const round = rounds.find((one) => one.name === name) as Round;
  return {
    ...assertion,
    says,
    judge: (observed) =>
      finding(
        tiedIn(observed, round).join() === round.tied.join(),
        `${versionOf(observed, 'proxysql')}, backend connection ids: ${told(observed, round)}`,
      ),
  };
}

const insertsOf = ({ wire }: Observed<TieFacts>, round: string) => {
  const { statements = [] } = rounds.find(({ name }) => name === round) ?? {};
  return statements.flatMap((kind, index) => (kind === 'select' ? [] : marked(wire, mark(round, index))));
};

/** The tie that an AUTO_INCREMENT value makes. */
export const tie: Scenario<TieFacts> = {
  id: 'multiplexing/tie',
  title: 'after an OK with a last insert id ProxySQL ties client and backend for mysql-auto_increment_delay_multiplex further queries',
  report: 'S3',
  topology: proxysqlAndMariadb,
  limitMs: 60_000,
  act,
  assertions: [
    {
      name: 'ok-tells-the-id',
      says: 'The OK of an insert that takes an AUTO_INCREMENT value carries it as last insert id; that of an insert with a UUID key alone carries 0.',
      level: 'MUST',
      source: 'https://mariadb.com/docs/server/reference/clientserver-protocol/4-server-response-packets/ok_packet',
      judge: (observed) => {
        const ids = insertsOf(observed, 'delay 5').map(lastInsertId);
        const plain = insertsOf(observed, 'uuid').map(lastInsertId);
        return finding(
          ids.length === 1 && ids.every((id) => id !== '0') && plain.join() === '0',
          `AUTO_INCREMENT: ${ids.join()}; UUID alone: ${plain.join()}`,
        );
      },
      unless: (observed) => ({ ...observed, wire: { connections: [] } }),
    },
    {
      name: 'id-passes-unchanged',
      says: 'The client gets the last insert id that the server sent.',
      level: 'OBSERVE',
      source: report,
      judge: ({ wire }) => {
        const pairs = roundNames.flatMap((round) =>
          (rounds.find(({ name }) => name === round)?.statements ?? []).flatMap((kind, index) =>
            kind === 'select' || kind === 'prepared insert'
              ? []
              : [
                  [
                    marked(wire, mark(round, index)).map(lastInsertId).join(),
                    marked(wire, mark(round, index), 'client-proxysql').map(lastInsertId).join(),
                  ],
                ],
          ),
        );
        return finding(
          pairs.length === 6 && pairs.every(([server, client]) => server !== '' && server === client),
          pairs.map(([server, client]) => `${server} -> ${client}`).join(', '),
        );
      },
      unless: (observed) => ({ ...observed, wire: { connections: onLink(observed.wire, 'proxysql-server') } }),
    },
    roundAssertion('delay 5', 'With 5 the tie lasts exactly 5 further queries: the sixth may go anywhere.', {
      name: 'delay-5-ties-5-queries',
      level: 'SHOULD',
      source: variablePage,
      unless: overOne,
    }),
    roundAssertion('delay 1', 'With 1 it lasts one further query.', {
      name: 'delay-1-ties-1-query',
      level: 'SHOULD',
      source: variablePage,
      unless: overOne,
    }),
    roundAssertion('delay 0', 'With 0 there is no tie: the connection is free when the OK has passed.', {
      name: 'delay-0-ties-none',
      level: 'SHOULD',
      source: variablePage,
      unless: overMany,
    }),
    roundAssertion('renewed', 'The next insert with an id renews the tie: it lasts 5 queries from there.', {
      name: 'next-insert-renews',
      level: 'OBSERVE',
      source: report,
      unless: overOne,
    }),
    roundAssertion('prepared', 'An insert by COM_STMT_EXECUTE makes the same tie.', {
      name: 'prepared-insert-ties',
      level: 'OBSERVE',
      source: report,
      unless: overOne,
    }),
    roundAssertion('uuid', 'An insert into a table with a UUID key alone ties nothing.', {
      name: 'uuid-key-does-not-tie',
      level: 'OBSERVE',
      source: report,
      unless: overMany,
    }),
    {
      name: 'connection-id-is-proxysqls',
      says: "ProxySQL answers a plain SELECT CONNECTION_ID() itself, with the client's id in its own greeting; with an alias it goes to a backend, and the answer is the id of that connection.",
      level: 'OBSERVE',
      source: report,
      judge: ({ facts, wire }) => {
        const [asked] = statementsOn(wire, 'client-proxysql', /^SELECT CONNECTION_ID\(\)$/);
        const passed = statementsOn(wire, 'proxysql-server', /CONNECTION_ID/);
        return finding(
          asked?.on.threadId === facts.connectionId && passed.length === 1 && passed[0]?.on.threadId === facts.connectionIdNamed,
          `plain: greeting ${asked?.on.threadId}, answer ${facts.connectionId}; with an alias: backend connection ${passed[0]?.on.threadId}, answer ${facts.connectionIdNamed}`,
        );
      },
      unless: (observed) => withFacts(observed, { connectionId: 0 }),
    },
  ],
};
