import { finding, type Observed, type Scenario, versionOf, withFacts } from '../../harness/scenario/scenario.ts';
import type { Stage } from '../../harness/scenario/stage.ts';
import { errorCode } from '../../harness/scenario/wire.ts';
import { carrier, marked, overMany } from './story/carriers.ts';
import { createTables, insertOrder, setVariables } from './story/proxysql.ts';
import { proxysqlAndMariadb } from './story/topology.ts';

interface FullFacts {
  /** Whether the one who waits had its answer, after each further statement of the one who is tied. */
  readonly answered: readonly boolean[];
  /** The error of the one who waited for nothing: its number. */
  readonly refused: number;
}

const report = 'report S3: 600 clients needed 400 backend connections; a hostgroup with fewer lets clients wait';
const patience = 'https://proxysql.com/documentation/global-variables/mysql-variables/#mysql-connect_timeout_server_max';
const queries = 5;

async function act(stage: Stage): Promise<FullFacts> {
  await createTables(stage);
  await setVariables(stage, { auto_increment_delay_multiplex: queries });
  await stage.command('proxysql', 'UPDATE mysql_servers SET max_connections=1');
  await stage.command('proxysql', 'LOAD MYSQL SERVERS TO RUNTIME');
  stage.tell('the hostgroup may have one connection');
  const tied = await stage.client('proxysql');
  const other = await stage.client('proxysql', { limitMs: 30_000 });
  await tied.query(insertOrder('insert'));
  let done = false;
  const waiting = other.query("SELECT 'waits' AS mark").finally(() => {
    done = true;
  });
  await stage.until('another client has asked', 5000, () => marked(stage.wire(), 'waits', 'client-proxysql').length > 0);
  const answered: boolean[] = [];
  for (let query = 1; query <= queries; query++) {
    answered.push(done);
    await tied.query(`SELECT 'query ${query}' AS mark`);
  }
  const answer = await waiting;
  stage.tell(`answered when ${queries} further queries had passed: ${answer.ok}`);
  await setVariables(stage, { connect_timeout_server_max: 500 });
  await tied.query(insertOrder('insert again'));
  const late = await other.query("SELECT 'too late' AS mark");
  const refused = late.ok ? 0 : late.errno;
  stage.tell(late.ok ? 'answered' : `${late.errno} ${late.says}`);
  return { answered, refused };
}

/** What a tie costs when there are fewer backend connections than clients. */
export const fullHostgroup: Scenario<FullFacts> = {
  id: 'multiplexing/full-hostgroup',
  title: 'with max_connections reached, whoever asks waits until the tie of another client is over, or gets 9001',
  report: 'S3',
  topology: proxysqlAndMariadb,
  limitMs: 60_000,
  act,
  assertions: [
    {
      name: 'waits-for-the-tie',
      says: 'The statement of another client waits, and goes over the same backend connection behind the fifth query of the one who was tied.',
      level: 'OBSERVE',
      source: report,
      judge: (observed) => {
        const { wire, facts } = observed;
        const fifth = marked(wire, `query ${queries}`)[0]?.answeredAt ?? Number.POSITIVE_INFINITY;
        const asked = marked(wire, 'waits', 'client-proxysql')[0]?.at ?? Number.POSITIVE_INFINITY;
        const first = marked(wire, 'query 1', 'client-proxysql')[0]?.at ?? 0;
        const served = marked(wire, 'waits')[0]?.at ?? 0;
        const ids = ['insert', `query ${queries}`, 'waits'].map((mark) => carrier(wire, mark));
        return finding(
          new Set(ids).size === 1 && asked < first && served >= fifth && facts.answered.every((one) => !one),
          `${versionOf(observed, 'proxysql')}: insert, query ${queries} and the one who waited on ${ids.join(', ')}; asked ${ms(first - asked)} before query 1, served ${ms(served - fifth)} after the answer to query ${queries}`,
        );
      },
      unless: overMany,
    },
    {
      name: 'one-backend-connection',
      says: 'ProxySQL opens no second connection.',
      level: 'SHOULD',
      source: 'https://proxysql.com/documentation/main-runtime/#mysql_servers',
      judge: ({ wire }) => {
        const opened = wire.connections.filter(({ link }) => link === 'proxysql-server').length;
        return finding(opened === 1, `${opened} opened`);
      },
      unless: overMany,
    },
    {
      name: 'gives-up-with-9001',
      says: 'When the one who is tied is silent, the other gets ERR 9001 after mysql-connect_timeout_server_max, and the backend never sees its statement.',
      level: 'SHOULD',
      source: patience,
      judge: (observed) => {
        const code = marked(observed.wire, 'too late', 'client-proxysql').map(errorCode)[0];
        const seen = marked(observed.wire, 'too late').length;
        return finding(
          code === 9001 && observed.facts.refused === 9001 && seen === 0,
          `${versionOf(observed, 'proxysql')}: error ${code} on the wire, ${observed.facts.refused} for the client; on the backend leg ${seen} times`,
        );
      },
      unless: (observed: Observed<FullFacts>) => withFacts(observed, { refused: 0 }),
    },
  ],
};

const ms = (time: number): string => `${time.toFixed(1)} ms`;
