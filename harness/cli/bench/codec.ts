import { answersOf, mariadb, mariadbWrites, mysql2, mysql2Writes, ours, oursWrites } from './codec-peers.ts';
import type { Form } from './codec-stream.ts';
import type { BenchLine, Figure } from './line.ts';
import { inTurn } from './measure.ts';

/** CPU time to read a resultset and to write statements, as a ratio to client libraries that do it with the same bytes. */
export const line: BenchLine = {
  about: "how many times as fast as mysql2's and MariaDB Connector/Node.js's parsers the codec is, on the same bytes",
  promise: 'nothing: they make rows, the codec says where each value lies, too',
  bench,
};

const ROWS = 20_000;
const STATEMENTS = 50_000;
const ROUNDS = 9;

async function bench(_args: readonly string[], say: (line: string) => void, tiny: boolean): Promise<readonly Figure[]> {
  const rows = tiny ? 10 : ROWS;
  const rounds = tiny ? 1 : ROUNDS;
  const answers = answersOf(rows);
  const readers = { ours: ours(answers), mysql2: await mysql2(answers), mariadb: await mariadb(answers) };
  const figures: Figure[] = [];
  for (const form of ['text', 'binary'] as const) {
    const once = (read: (form: Form) => Promise<number>) => async (): Promise<void> => {
      const got = await read(form);
      if (got !== rows) throw new Error(`${got} rows were read of ${rows}`);
    };
    const ms = await inTurn(rounds, { ours: once(readers.ours), mysql2: once(readers.mysql2), mariadb: once(readers.mariadb) });
    say(`reads ${rows} ${form} rows: ${told(ms)}`);
    figures.push(...against(`reads ${form} rows`, ms));
  }
  const statements = Array.from(
    { length: tiny ? 10 : STATEMENTS },
    (_, n) => `INSERT INTO t (id, name) VALUES (${n}, 'customer number ${n}')`,
  );
  const writers = { ours: oursWrites, mysql2: mysql2Writes(), mariadb: await mariadbWrites() };
  const lengths = Object.values(writers).map((write) => write(statements[0] as string));
  if (new Set(lengths).size !== 1) throw new Error(`one statement became packets of ${lengths.join(', ')} bytes`);
  const all = (write: (sql: string) => number) => (): void => statements.forEach(write);
  const ms = await inTurn(rounds, { ours: all(writers.ours), mysql2: all(writers.mysql2), mariadb: all(writers.mariadb) });
  say(`writes ${statements.length} statements: ${told(ms)}`);
  return [...figures, ...against('writes statements', ms)];
}

type Taken = Readonly<Record<'ours' | 'mysql2' | 'mariadb', number>>;

const told = (ms: Taken): string =>
  Object.entries(ms)
    .map(([name, one]) => `${name} ${one.toFixed(1)} ms of CPU`)
    .join(', ');

const against = (what: string, ms: Taken): Figure[] =>
  (['mysql2', 'mariadb'] as const).map((name) => ({ name: `${what}, against ${name}`, ratio: ms[name] / ms.ours }));
