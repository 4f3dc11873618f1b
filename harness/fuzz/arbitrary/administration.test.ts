import { expect, test } from 'vitest';
import type { Stimulus } from '../../case/step.ts';
import type { About } from './about.ts';
import { administration } from './administration.ts';
import { Chance } from './chance.ts';
import type { Talk } from './talk.ts';

const about = (more: Partial<About>): About => ({
  accounts: ['check'],
  database: 'mywire',
  tls: false,
  offered: [],
  compression: false,
  ...more,
});
const said = (more: Partial<About>): Stimulus[] =>
  Array.from({ length: 2000 }, (_, i) => administration({ chance: new Chance(i), about: about(more) } as Talk))
    .flat()
    .flatMap((act) => ('send' in act ? act.send : []));
const messages = (list: readonly Stimulus[]) => new Set(list.map(({ message }) => message));

test('a real server is asked for nothing that would change it, or that has no end', () => {
  const list = said({ direct: true });
  for (const gone of ['COM_SHUTDOWN', 'COM_REFRESH', 'COM_DEBUG', 'COM_RAW', 'COM_BINLOG_DUMP_GTID'] as const)
    expect([...messages(list)]).not.toContain(gone);
  const dumps = list.filter(({ message }) => message === 'COM_BINLOG_DUMP');
  expect(dumps.length).toBeGreaterThan(0);
  for (const { with: fields = {} } of dumps)
    expect(Number(fields['position'] ?? 4) < 4 || fields['filename'] === 'mywire-no-such-log.000001').toBe(true);
});

test('behind a proxy nobody speaks of connection ids', () => {
  const list = said({});
  expect([...messages(list)]).not.toContain('COM_PROCESS_INFO');
  expect(list.filter(({ with: fields = {} }) => typeof fields['connectionId'] === 'object' || typeof fields['query'] === 'object')).toEqual(
    [],
  );
  expect(said({ direct: true }).some(({ with: fields = {} }) => typeof fields['query'] === 'object')).toBe(true);
});

test('the built-in server is asked for all of it', () => {
  expect([...messages(said({ sql: 'reference' }))]).toEqual(
    expect.arrayContaining(['COM_SHUTDOWN', 'COM_REFRESH', 'COM_DEBUG', 'COM_BINLOG_DUMP', 'COM_BINLOG_DUMP_GTID', 'COM_REGISTER_SLAVE']),
  );
});
