import type { BenchLine } from './line.ts';

const STATEMENTS = 16_000;

/** Statements a second of a replay, as a ratio to mysql2 doing the same work on as many connections. */
export const line: BenchLine = {
  about: 'statements a second of a replay, as a ratio to mysql2 doing the same work on the same connections [target]',
  promise: 'a ratio of at least 1',
  async bench([target = 'local:mariadb'], say) {
    const { benchReplay } = await import('./replay-beside-mysql2.ts');
    const ratios: number[] = [];
    for (const clients of [1, 16, 40]) ratios.push(await benchReplay(clients, Math.round(STATEMENTS / clients), say, target));
    return Math.min(...ratios) >= 1;
  },
};
