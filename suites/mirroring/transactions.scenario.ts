import { status } from '../../harness/codec/status.ts';
import { finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import { oksOf, statementsOn } from '../../harness/scenario/wire.ts';
import { untilMirrored } from './story/proxysql.ts';
import { legs, proxysqlWithMirror, report, sides } from './story/topology.ts';

interface TransactionsFacts {
  /** Rows when the transaction had been rolled back, and at the end: 'id balance'. */
  readonly afterRollback: Readonly<Record<string, readonly string[]>>;
  readonly atEnd: Readonly<Record<string, readonly string[]>>;
}

const insert = 'INSERT INTO accounts VALUES (11, 100)';
const takeAll = 'UPDATE accounts SET balance = 0 WHERE id <= 5';
const remove = 'DELETE FROM accounts WHERE id = 10';
const interest = 'UPDATE accounts SET balance = balance + 1 WHERE balance > 0';
const sweep = 'DELETE FROM accounts WHERE balance = 0';

const before = Array.from({ length: 10 }, (_, index) => `${index + 1} 100`);
/** As if there had been no transaction around them. */
const applied = ['1 0', '2 0', '3 0', '4 0', '5 0', '6 100', '7 100', '8 100', '9 100', '11 100'];

/** Affected rows of a statement on a leg; -1 when it is not there once, with an OK. */
function affected({ wire }: Observed<TransactionsFacts>, link: string, statement: string): number {
  const found = statementsOn(wire, link, /./).filter(({ sql }) => sql === statement);
  const [ok] = found.length === 1 && found[0] ? oksOf(found[0]) : [];
  return Number(ok?.value?.['affectedRows'] ?? -1);
}

/** Whether the OK of a statement says that its connection is in a transaction. */
function inTransaction({ wire }: Observed<TransactionsFacts>, link: string, statement: string): boolean | undefined {
  const [found] = statementsOn(wire, link, /./).filter(({ sql }) => sql === statement);
  const flags = found && oksOf(found)[0]?.value?.['statusFlags'];
  return flags === undefined ? undefined : (Number(flags) & status.IN_TRANS) !== 0;
}

/** A world in which the mirror answered as the primary did. */
const likePrimary = (observed: Observed<TransactionsFacts>): Observed<TransactionsFacts> => ({
  ...observed,
  wire: {
    connections: observed.wire.connections
      .filter(({ link }) => link !== legs.mirror)
      .flatMap((one) => (one.link === legs.primary ? [one, { ...one, link: legs.mirror }] : [one])),
  },
});

/** Transactions do not exist on the mirror. */
export const transactions: Scenario<TransactionsFacts> = {
  id: 'mirroring/transactions',
  title: 'the statements of a transaction that is rolled back stay on the mirror, and what follows changes other rows there',
  report: 'S4',
  topology: proxysqlWithMirror,
  limitMs: 60_000,
  async act(stage) {
    for (const side of sides) {
      await stage.node(side).sql?.('USE mywire');
      await stage.node(side).sql?.('CREATE TABLE accounts (id INT PRIMARY KEY, balance INT)');
      await stage.node(side).sql?.(`INSERT INTO accounts VALUES ${before.map((row) => `(${row.replace(' ', ', ')})`).join(', ')}`);
    }
    const client = await stage.client('proxysql');
    // The mirror has time for each of them: that its statements overtake each other is another story.
    const say = async (sql: string) => {
      const answer = await client.query(sql);
      stage.tell(`${sql}: ${answer.ok ? 'OK' : answer.says}`);
      await untilMirrored(stage);
    };
    const rowsOf = async () => {
      const rows: Record<string, string[]> = {};
      for (const side of sides) {
        const answer = await stage.node(side).sql?.('SELECT * FROM mywire.accounts ORDER BY id');
        rows[side] = (answer?.rows ?? []).map(({ id, balance }) => `${id} ${balance}`);
        stage.tell(`${side}: ${rows[side].join(', ')}`);
      }
      return rows;
    };
    for (const sql of ['START TRANSACTION', insert, takeAll, remove, 'ROLLBACK']) await say(sql);
    const afterRollback = await rowsOf();
    for (const sql of [interest, sweep]) await say(sql);
    return { afterRollback, atEnd: await rowsOf() };
  },
  assertions: [
    {
      name: 'primary-rolls-back',
      says: 'The primary has the rows from before.',
      level: 'MUST',
      source: 'https://mariadb.com/docs/server/reference/sql-statements/transactions/rollback',
      judge: ({ facts: { afterRollback } }) =>
        finding(afterRollback['primary']?.join() === before.join(), String(afterRollback['primary']?.join(', '))),
      unless: (observed) => withFacts(observed, { afterRollback: { ...observed.facts.afterRollback, primary: applied } }),
    },
    {
      name: 'mirror-keeps-it',
      says: 'The mirror has inserted, updated and deleted what was rolled back.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const rows = observed.facts.afterRollback['mirror'];
        return finding(rows?.join() === applied.join(), `ProxySQL ${versionOf(observed, 'proxysql')}: ${rows?.join(', ')}`);
      },
      unless: (observed) => withFacts(observed, { afterRollback: { ...observed.facts.afterRollback, mirror: before } }),
    },
    {
      name: 'no-transaction-on-mirror',
      says: 'On the primary the OK of the INSERT says SERVER_STATUS_IN_TRANS, on the mirror it does not.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const [primary, mirror] = [inTransaction(observed, legs.primary, insert), inTransaction(observed, legs.mirror, insert)];
        return finding(primary === true && mirror === false, `in a transaction: on the primary ${primary}, on the mirror ${mirror}`);
      },
      unless: likePrimary,
    },
    {
      name: 'mirror-gets-no-rollback',
      says: 'ROLLBACK does not reach the mirror: to ProxySQL a copied statement is a session of its own, in which nothing was begun.',
      level: 'OBSERVE',
      source: report,
      judge: ({ wire }) => {
        const [primary, mirror] = [legs.primary, legs.mirror].map((link) => statementsOn(wire, link, /^ROLLBACK$/).length);
        return finding(primary === 1 && mirror === 0, `ROLLBACK: ${primary} on the leg to the primary, ${mirror} on that to the mirror`);
      },
      unless: likePrimary,
    },
    {
      name: 'update-counts-diverge',
      says: 'The next UPDATE affects other rows on the mirror.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const [primary, mirror] = [affected(observed, legs.primary, interest), affected(observed, legs.mirror, interest)];
        return finding(primary === 10 && mirror === 5, `${interest}: primary ${primary} rows, mirror ${mirror}`);
      },
      unless: likePrimary,
    },
    {
      name: 'delete-counts-diverge',
      says: 'And so does the next DELETE.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const [primary, mirror] = [affected(observed, legs.primary, sweep), affected(observed, legs.mirror, sweep)];
        return finding(primary === 0 && mirror === 5, `${sweep}: primary ${primary} rows, mirror ${mirror}`);
      },
      unless: likePrimary,
    },
  ],
};
