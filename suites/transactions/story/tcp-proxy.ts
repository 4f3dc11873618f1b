import { type Assertion, finding, type Observed, type Scenario, withFacts } from '../../../harness/scenario/scenario.ts';
import { endingOf, statementsOn } from '../../../harness/scenario/wire.ts';
import { open } from './death.ts';
import { act, afterwards, marks, onAll, onWriter, type TcpProxy, type TransactionFacts, threeServers } from './three-servers.ts';
import { type Books, carriers, elsewhere, nodes, scattered, serversOf } from './transaction.ts';

type Facts = TransactionFacts;

const report = 'report S2: transactions that stay together';
const lostPage = 'https://dev.mysql.com/doc/mysql-errors/9.4/en/client-error-reference.html';
const acid = 'https://mariadb.com/docs/server/server-usage/storage-engines/innodb/innodb-system-variables';

const has = (books: Books | undefined, mark: string): boolean => books?.transfers.some((one) => one.mark === mark) ?? false;
const committed = [...onAll, ...onWriter, ...afterwards];

/** The same transaction, and the writer's death, through a proxy that passes bytes. */
export function behindTcpProxy(setting: TcpProxy): Scenario<Facts> {
  const { id, title, proxy, by, balancing } = setting;
  const withoutWire = (observed: Observed<Facts>): Observed<Facts> => ({ ...observed, wire: { connections: [] } });
  const moreRows = (observed: Observed<Facts>, node: string, mark: string): Observed<Facts> => ({
    ...observed,
    facts: {
      ...observed.facts,
      booksAtEnd: {
        ...observed.facts.booksAtEnd,
        [node]: { half: ['account 39 has 90'], transfers: [{ mark, server: 1, connection: 1 }] },
      },
    },
  });
  const spread: Assertion<Facts> =
    by === 'galera'
      ? {
          name: 'every-node-has-every-transaction',
          says: 'On Galera it does not matter where a transaction was: every node has all of them.',
          level: 'MUST',
          source: 'https://galeracluster.com/library/documentation/certification-based-replication.html',
          judge: ({ facts }) => {
            const missing = nodes.flatMap((node) =>
              marks([...onAll, ...onWriter])
                .filter((mark) => !has(facts.books[node], mark))
                .map((mark) => `${node} lacks ${mark}`),
            );
            return finding(missing.length === 0, missing.join(', ') || `a, b and c have all ${onAll.length + onWriter.length}`);
          },
          unless: (observed) => withFacts(observed, { books: { ...observed.facts.books, c: { transfers: [], half: [] } } }),
        }
      : {
          name: 'writes-on-a-replica-stay-there',
          says: 'With plain replication, what the port for all writes on a replica never reaches the others: it is for readers only.',
          level: 'OBSERVE',
          source: report,
          judge: ({ facts, wire }) => {
            const onReplicas = marks(onAll).filter((mark) => !serversOf(wire, proxy, [mark]).includes('a'));
            const where = onReplicas.map((mark) => `${mark}: ${nodes.filter((node) => has(facts.books[node], mark)).join('+')}`);
            return finding(
              onReplicas.length > 0 && onReplicas.every((mark) => nodes.filter((node) => has(facts.books[node], mark)).length === 1),
              where.join(', '),
            );
          },
          unless: (observed) => withFacts(observed, { books: { ...observed.facts.books, a: observed.facts.books['b'] as Books } }),
        };
  return {
    id,
    title,
    report: 'S2',
    topology: threeServers(setting),
    limitMs: 90_000,
    act: act(setting),
    assertions: [
      {
        name: 'five-statements-one-connection',
        says: 'All five statements of each transaction reach one connection of one server.',
        level: 'MUST',
        source: report,
        judge: ({ wire, facts }) => {
          const on = committed.map(({ mark }) => ({ mark, on: carriers(wire, proxy, mark) }));
          const good =
            committed.every(({ mark }) => facts.came[mark]?.join() === 'OK,OK,OK,OK,OK') && on.every((one) => one.on.length === 1);
          return finding(good, on.map(({ mark, on: by }) => `${mark}: ${by.join(' + ') || 'nowhere'}`).join(', '));
        },
        unless: scattered,
      },
      {
        name: 'server-says-the-same',
        says: 'The server id and connection id that the transaction wrote itself are those of the connection that carried it on the wire.',
        level: 'MUST',
        source: report,
        judge: ({ wire, facts }) => {
          const rows = marks(committed).map((mark) => {
            const row = Object.values({ ...facts.booksAtEnd, ...facts.books })
              .concat(Object.values(facts.booksAtEnd))
              .flatMap(({ transfers }) => transfers)
              .find((one) => one.mark === mark);
            return {
              mark,
              wrote: row ? `${nodes[row.server - 1]} ${row.connection}` : 'nothing',
              on: carriers(wire, proxy, mark).join(' + '),
            };
          });
          const wrong = rows.filter(({ wrote, on }) => wrote !== on);
          return finding(
            wrong.length === 0,
            wrong.map(({ mark, wrote, on }) => `${mark} wrote ${wrote}, went to ${on}`).join(', ') || `${rows.length} rows agree`,
          );
        },
        unless: scattered,
      },
      {
        name: 'port-for-all-uses-all',
        says: 'Six connections to the port for all, side by side: two on each server.',
        level: 'MUST',
        source: balancing,
        judge: ({ wire }) => {
          const counts = nodes.map((node) => marks(onAll).filter((mark) => serversOf(wire, proxy, [mark]).includes(node)).length);
          return finding(
            counts.every((count) => count === 2),
            nodes.map((node, index) => `${node}: ${counts[index]}`).join(', '),
          );
        },
        unless: (observed) => elsewhere(observed, proxy, 'c', 'a'),
      },
      {
        name: 'port-for-writers-uses-one',
        says: 'The port for writers never uses two servers: a while it lives, then b alone.',
        level: 'MUST',
        source: balancing,
        judge: ({ wire }) => {
          const [first, then] = [serversOf(wire, proxy, [...marks(onWriter), open.mark]), serversOf(wire, proxy, marks(afterwards))];
          return finding(first.join() === 'a' && then.join() === 'b', `before: ${first.join(' and ')}, after: ${then.join(' and ')}`);
        },
        unless: (observed) => elsewhere(observed, proxy, 'b', 'c'),
      },
      {
        name: 'open-transaction-gets-2013',
        says: 'The client whose transaction was open gets no packet for its statement: 2013.',
        level: 'SHOULD',
        source: lostPage,
        judge: ({ facts, wire }) => {
          const [last] = statementsOn(wire, `client-${proxy}.writer`, /SELECT SLEEP.* open /);
          return finding(
            facts.open.before.join() === 'OK,OK,OK,OK' && facts.open.during.startsWith('2013 ') && last?.answers.length === 0,
            `${facts.open.during}; ${last?.answers.length} packets for it, the connection: ${last ? endingOf(last.on) : 'none'}`,
          );
        },
        unless: (observed) => withFacts(observed, { open: { ...observed.facts.open, during: 'OK' } }),
      },
      {
        name: 'nothing-half-written',
        says: `The open transaction is gone as a whole, on every server that lives${by === 'galera' ? '' : ', the one that died and was started again included'}.`,
        level: 'MUST',
        source: acid,
        judge: ({ facts }) => {
          const found = Object.entries(facts.booksAtEnd).flatMap(([node, { half, transfers }]) => [
            ...half.map((one) => `${node}: ${one}`),
            ...transfers.filter(({ mark }) => mark === open.mark).map(() => `${node} has its row`),
          ]);
          return finding(found.length === 0 && Object.keys(facts.booksAtEnd).length > 1, found.join(', ') || 'nothing of it is anywhere');
        },
        unless: (observed) => moreRows(observed, 'b', open.mark),
      },
      {
        name: 'nothing-committed-is-lost',
        says: `What was committed through the port for writers is on every server${by === 'galera' ? ' that lives' : ', the one that died included'}.`,
        level: 'MUST',
        source: acid,
        judge: ({ facts }) => {
          const missing = Object.entries(facts.booksAtEnd).flatMap(([node, books]) =>
            marks(onWriter)
              .filter((mark) => !has(books, mark))
              .map((mark) => `${node} lacks ${mark}`),
          );
          return finding(
            missing.length === 0,
            missing.join(', ') || `${Object.keys(facts.booksAtEnd).join(', ')} have all ${onWriter.length}`,
          );
        },
        unless: (observed) => withFacts(observed, { booksAtEnd: { ...observed.facts.booksAtEnd, b: { transfers: [], half: [] } } }),
      },
      {
        name: 'backup-takes-over',
        says: 'The backup takes what comes next, and commits it.',
        level: 'MUST',
        source: balancing,
        judge: ({ facts, wire }) => {
          const done = afterwards.filter(({ mark }) => facts.came[mark]?.join() === 'OK,OK,OK,OK,OK' && has(facts.booksAtEnd['b'], mark));
          return finding(
            done.length === afterwards.length && serversOf(wire, proxy, marks(afterwards)).join() === 'b',
            `${done.length} of ${afterwards.length} on b, which was reached ${(facts.takeoverMs / 1000).toFixed(1)} s after the death`,
          );
        },
        unless: withoutWire,
      },
      spread,
    ],
  };
}
