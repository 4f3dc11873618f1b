import type { Stage } from '../../../harness/scenario/stage.ts';

/** Something that goes wrong with b or its agent, and how it is mended. Resolves when it is so, not when somebody notices. */
interface Trouble {
  readonly begin: (stage: Stage) => Promise<void>;
  readonly mend: (stage: Stage) => Promise<void>;
}

/** Statements on b that its binary log does not take: it stays a replica of a that replicates. */
async function onB(stage: Stage, ...statements: readonly string[]): Promise<void> {
  for (const sql of ['SET SESSION sql_log_bin = 0', ...statements]) await stage.node('b').sql?.(sql);
}

export const makeShop = [
  'CREATE DATABASE shop',
  'CREATE TABLE shop.stock (id INT PRIMARY KEY, pieces INT) ENGINE = InnoDB',
  'INSERT INTO shop.stock VALUES (1, 10)',
] as const;

/** How far b says that it is behind a, in seconds; null while it does not know. */
async function lagOfB(stage: Stage): Promise<number | null> {
  const lag = (await stage.node('b').sql?.('SHOW SLAVE STATUS'))?.rows[0]?.['Seconds_Behind_Master'];
  return lag === null || lag === undefined ? null : Number(lag);
}

/** The most seconds that the agent of b allows. */
export const allowedLag = 1;

/** In this order; the last one is not mended. */
export const troubles = {
  'the schema is dropped': {
    begin: (stage) => onB(stage, 'DROP DATABASE shop'),
    mend: (stage) => onB(stage, ...makeShop),
  },
  'read_only is set': {
    begin: (stage) => onB(stage, 'SET GLOBAL read_only = 1'),
    mend: (stage) => onB(stage, 'SET GLOBAL read_only = 0'),
  },
  'replication stops': {
    begin: (stage) => onB(stage, 'STOP SLAVE'),
    mend: (stage) => onB(stage, 'START SLAVE'),
  },
  'replication lags': {
    // What b has to apply waits for a row lock, as behind any long transaction: both its threads run.
    async begin(stage) {
      await onB(stage, 'START TRANSACTION', 'SELECT * FROM shop.stock WHERE id = 1 FOR UPDATE');
      await stage.node('a').sql?.('UPDATE shop.stock SET pieces = pieces - 1 WHERE id = 1');
      await stage.until(`b is more than ${allowedLag} s behind`, 10_000, async () => ((await lagOfB(stage)) ?? 0) > allowedLag);
    },
    async mend(stage) {
      await stage.node('b').sql?.('ROLLBACK');
      await stage.untilReplicated('a', ['b']);
    },
  },
  'the agent dies and the server lives': {
    begin: (stage) => stage.topology.agent('agent-b').signal('SIGKILL'),
    async mend(stage) {
      await stage.until('the agent is gone', 5000, async () => (await stage.topology.agent('agent-b').state()) !== 'running');
      await stage.topology.agent('agent-b').startAgain();
    },
  },
  'the server is frozen': {
    begin: (stage) => stage.node('b').signal('SIGSTOP'),
    mend: (stage) => stage.node('b').signal('SIGCONT'),
  },
  'the server dies and the agent lives': {
    async begin(stage) {
      await stage.node('b').signal('SIGKILL');
      // The tap in front of it would listen on: its port is closed with the server's.
      stage.tap('haproxy-b').fault({ kind: 'refuse' });
    },
    mend: async () => {},
  },
} as const satisfies Record<string, Trouble>;

export type TroubleName = keyof typeof troubles;
export const troubleNames = Object.keys(troubles) as TroubleName[];
