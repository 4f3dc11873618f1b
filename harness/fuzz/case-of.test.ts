import { expect, test } from 'vitest';
import { names } from '../codec/capability.ts';
import { offeredBy } from '../reference/dialect.ts';
import { parseCases } from '../run/case-file.ts';
import { type About, execsOf } from './arbitrary/index.ts';
import { caseOf } from './case-of.ts';
import type { Exec } from './exec.ts';
import type { Finding } from './finding.ts';

const about = {
  accounts: ['check', 'login', 'native', 'requires-tls'],
  database: 'mywire',
  dialect: 'mysql',
  tls: true,
  compression: true,
  offered: names(offeredBy('mysql')),
  offeredMariadb: ['PROGRESS', 'STMT_BULK_OPERATIONS'],
  recorded: ['0373656c6563742031', '0e', '1673656c656374203f', '11637573746f6d6572000000'],
} as const satisfies About;

const found = (exec: Exec): Finding => ({
  ...{ id: 'fuzz/answers-00000000', oracle: 'answers', kind: 'x', says: 'it says nothing', path: '0' as Finding['path'] },
  ...{ exec, again: { shown: 1, of: 1 }, seen: 1 },
});

const written = Array.from({ length: 30 }, (_, block) => execsOf(about, 20261127, block))
  .flat()
  .flatMap((exec) => caseOf(found(exec)) ?? []);
/** So many tests share them: YAML takes its time. */
const PARTS = 6;

test('cases are written of sessions of every kind', () => {
  expect(written.length).toBeGreaterThan(300);
  const steps = written.flatMap(({ script }) => script);
  for (const key of ['version', 'behind', 'pieces'] as const)
    expect(steps.filter((one) => 'do' in one && one.tls?.[key] !== undefined).length).toBeGreaterThan(0);
});

test.each([...Array(PARTS).keys()])('whatever a session says, the case that is written of it can be read (part %i)', (part) => {
  for (const one of written.filter((_, i) => i % PARTS === part)) {
    const [read] = parseCases(JSON.stringify([one]), 'case.yaml');
    expect(read?.script.length).toBe(one.script.length);
  }
});
