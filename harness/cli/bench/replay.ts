import type { BenchLine } from './line.ts';

const STATEMENTS = 16_000;
const CLIENTS = [1, 16, 40];
/** Of each, in turn with mysql2. */
const ROUNDS = 5;

/** Statements a second of a replay, as a ratio to mysql2 doing the same work on as many connections. */
export const line: BenchLine = {
  about: 'statements a second of a replay, as a ratio to mysql2 doing the same work on the same connections [target]',
  promise: 'a ratio of at least 1',
  async bench([target = 'local:mariadb'], say, tiny) {
    const { benchReplay } = await import('./replay-beside-mysql2.ts');
    const figures = [];
    for (const clients of CLIENTS) {
      const ratio = await benchReplay(clients, Math.round((tiny ? 400 : STATEMENTS) / clients), say, target, tiny ? 1 : ROUNDS);
      figures.push({ name: `${clients} ${clients === 1 ? 'connection' : 'connections'}, against mysql2`, ratio, least: 1 });
    }
    return figures;
  },
};
