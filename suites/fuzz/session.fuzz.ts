/** The model of a session as fast-check's commands: whatever a client says in whatever order, the built-in server answers as the model has it. */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Stimulus } from '../../harness/case/step.ts';
import { preparedStatements } from '../../harness/fuzz/arbitrary/prepared-statements.ts';
import { statements } from '../../harness/fuzz/arbitrary/statements.ts';
import type { Act } from '../../harness/fuzz/exec.ts';
import { predict, type Server, surpriseIn } from '../../harness/fuzz/model.ts';
import { type PlayContext, play } from '../../harness/fuzz/play.ts';
import type { DefectName, ReferenceServer } from '../../harness/reference/index.ts';
import { about, contextAt, reference } from './peers.ts';

const servers: ReferenceServer[] = [];
afterAll(() => Promise.all(servers.map((one) => one.stop())));

/** What the client has said so far: all that the model needs to know. */
interface Model {
  readonly acts: Act[];
}
/** Where it is said. */
interface Real {
  readonly context: PlayContext;
}

const server: Server = { dialect: 'mysql', offered: new Set(about.offered), offeredMariadb: new Set(), database: 'mywire' };
const clientOf = (acts: readonly Act[]) => ({ acts, delivery: 'whole', leaves: 'quit' }) as const;
const login: Act = {
  send: [
    {
      message: 'HandshakeResponse41',
      account: 'check',
      capabilities: {
        only: [
          'LONG_PASSWORD',
          'PROTOCOL_41',
          'SECURE_CONNECTION',
          'PLUGIN_AUTH',
          'CONNECT_WITH_DB',
          'MULTI_RESULTS',
          'MULTI_STATEMENTS',
          'TRANSACTIONS',
        ],
      },
      with: { database: 'mywire' },
    },
  ],
};

/** One thing more. A session is played from its beginning each time: what it is follows from what was said, and from nothing else. */
class Say implements fc.AsyncCommand<Model, Real> {
  readonly #stimulus: Stimulus;
  constructor(stimulus: Stimulus) {
    this.#stimulus = stimulus;
  }
  /** What the model can say nothing about is not worth asking. */
  check({ acts }: Readonly<Model>): boolean {
    return predict(clientOf([...acts, { send: [this.#stimulus] }]), server).at(-1)?.allowed !== 'anything';
  }
  async run(model: Model, { context }: Real): Promise<void> {
    model.acts.push({ send: [this.#stimulus] });
    const { clients } = await play({ clients: [clientOf(model.acts)] }, context);
    for (const one of clients) expect(surpriseIn(one, 'mywire')).toBeUndefined();
  }
  toString(): string {
    const { message, with: fields } = this.#stimulus;
    return `${message} ${JSON.stringify(fields ?? {})}`;
  }
}

const say = (stimulus: Stimulus): fc.AsyncCommand<Model, Real> => new Say(stimulus);
const id = { from: 'StmtPrepareOK.statementId' } as const;
const isPlain = ({ needs = [], sql }: { readonly needs?: readonly string[]; readonly sql: string }): boolean =>
  sql.length < 200 && !sql.includes('SLEEP') && !needs.some((need) => need === 'any sql' || need === 'mariadb');
const query = fc
  .constantFrom(...statements.filter(isPlain))
  .map(({ sql }) => say({ message: 'COM_QUERY', with: { query: sql.replaceAll('{c}', 'mywire-canary-1') } }));
const prepare = fc
  .constantFrom(...preparedStatements.filter(isPlain))
  .map(({ sql }) => say({ message: 'COM_STMT_PREPARE', with: { query: sql.replaceAll('{c}', 'mywire-canary-1') } }));
const others = fc.constantFrom<readonly Stimulus[]>(
  [{ message: 'COM_PING' }],
  [{ message: 'COM_RESET_CONNECTION' }],
  [{ message: 'COM_CHANGE_USER', account: 'check', with: { database: 'mywire' } }],
  [{ message: 'COM_INIT_DB', with: { schema: 'information_schema' } }],
  [{ message: 'COM_INIT_DB', with: { schema: 'mywire' } }],
  [{ message: 'COM_SET_OPTION', with: { option: 1 } }],
  [{ message: 'COM_SET_OPTION', with: { option: 0 } }],
  [{ message: 'COM_STMT_EXECUTE', with: { statementId: 999_999 } }],
  [{ message: 'COM_STMT_EXECUTE', with: { statementId: id } }],
  [{ message: 'COM_STMT_EXECUTE', with: { statementId: id, flags: 1 } }],
  [{ message: 'COM_STMT_FETCH', with: { statementId: id, rows: 1 } }],
  [{ message: 'COM_STMT_RESET', with: { statementId: id } }],
  [{ message: 'COM_STMT_CLOSE', with: { statementId: id } }],
);

const holdsAt = (context: PlayContext) =>
  fc.asyncProperty(
    fc.commands([query, query, prepare, others.map(([one]) => say(one as Stimulus))], { maxCommands: 6 }),
    async (commands) => {
      await fc.asyncModelRun(() => ({ model: { acts: [login] }, real: { context } }), commands);
    },
  );

async function contextOf(...defects: readonly DefectName[]): Promise<PlayContext> {
  const one = await reference(...defects);
  servers.push(one);
  // A clean server answers as soon as the machine lets it.
  return contextAt(one.endpoint, { limitMs: defects.length === 0 ? 5000 : 300 });
}

describe('sessions by commands', () => {
  test('the built-in server keeps to the model', async () => {
    await fc.assert(holdsAt(await contextOf()), { numRuns: 25, seed: 6 });
  });

  test.each<DefectName>(['autocommit-flag-stays', 'unknown-statement-closes'])(
    '%s is found, with the words that show it',
    async (defect) => {
      const { failed, counterexample } = await fc.check(holdsAt(await contextOf(defect)), {
        numRuns: 600,
        seed: 1,
        endOnFailure: defect === 'unknown-statement-closes',
      });
      expect(failed).toBe(true);
      expect(String(counterexample?.[0]).length).toBeGreaterThan(0);
    },
  );
});
