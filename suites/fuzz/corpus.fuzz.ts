/** What campaigns have grown (fixtures/corpus), played again: no clean server shows a fault, and a wrong one does. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { aboutOf } from '../../harness/cli/fuzz-about.ts';
import { isKnown, knownFindings } from '../../harness/cli/fuzz-known.ts';
import { type Entry, parseCorpus } from '../../harness/fuzz/corpus.ts';
import { idOf } from '../../harness/fuzz/finding.ts';
import { type JudgeContext, judge } from '../../harness/fuzz/judge.ts';
import type { Violation } from '../../harness/fuzz/oracle.ts';
import { oraclesWith } from '../../harness/fuzz/oracles/index.ts';
import { dialects, localhostCertificate, startReference } from '../../harness/reference/index.ts';
import { findBinary } from '../../harness/target/find-binary.ts';
import { startTarget } from '../../harness/target/start-target.ts';
import type { RunningTarget } from '../../harness/target/target.ts';
import { lintRules } from '../lint.ts';
import { contextAt } from './peers.ts';

const file = new URL('../../fixtures/corpus/sessions.jsonl', import.meta.url);
const corpus: readonly Entry[] = parseCorpus(readFileSync(file, 'utf8'), file.pathname);
const oracles = oraclesWith(lintRules).filter(({ name, onlyByName }) => name !== 'against' && !onlyByName);
/** Side by side, as in a campaign. */
const CONCURRENCY = 8;
/** A suspicion that does not come again was the fault of the moment. */
const AGAIN = 3;

/** What each session breaks, every time. */
async function broken(target: JudgeContext['target'], some: readonly Entry[] = corpus): Promise<Violation[]> {
  const context: JudgeContext = { seed: 1, target, oracles };
  const violations: Violation[] = [];
  let next = 0;
  const one = async (): Promise<void> => {
    for (let i = next++; i < some.length; i = next++) {
      const { exec } = some[i] as Entry;
      let found = (await judge(exec, String(i), context, 'every')).violations;
      for (let again = 0; again < AGAIN && found.length > 0; again++) {
        const { violations: still } = await judge(exec, String(i), context, 'every');
        found = found.filter(({ kind }) => still.some((other) => other.kind === kind));
      }
      violations.push(...found);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, one));
  return violations;
}
const told = (violations: readonly Violation[]): string[] => violations.map(({ oracle, says }) => `${oracle}: ${says}`);

describe('the corpus', { timeout: 60_000 }, () => {
  test('is there', () => expect(corpus.length).toBeGreaterThan(100));

  test.each(dialects)('shows no fault of the built-in server, %s', async (dialect) => {
    const server = await startReference({ dialect, certificate: localhostCertificate });
    try {
      expect(told(await broken(contextAt(server.endpoint, { limitMs: 5000, hurryMs: 200 })))).toEqual([]);
    } finally {
      await server.stop();
    }
  });

  test('shows faults of one that is wrong', async () => {
    const server = await startReference({ defects: ['answer-sequence-off-by-one'] });
    try {
      const violations = await broken(contextAt(server.endpoint, { limitMs: 300 }), corpus.slice(0, 20));
      expect(new Set(violations.map(({ oracle }) => oracle))).toContain('well-formed');
    } finally {
      await server.stop();
    }
  });
});

const hasMariadb = await findBinary('mariadb', 'local:mariadb', {}).then(
  () => true,
  () => false,
);
describe.skipIf(!hasMariadb)('the corpus on this machine’s MariaDB', { timeout: 90_000 }, () => {
  let target: RunningTarget | undefined;
  afterAll(() => target?.stop());

  test('shows nothing that is not known', async () => {
    target = await startTarget('local:mariadb', {});
    const { front, nodes } = target;
    await aboutOf(target);
    const known = knownFindings(undefined);
    const context = contextAt(front, { accounts: target.accounts, limitMs: 5000, hurryMs: 200 });
    const news = (await broken(context)).filter((one) => {
      const finding = { ...one, id: idOf(one), path: '', exec: { clients: [] as never }, again: { shown: 1, of: 1 }, seen: 1 };
      return isKnown(finding, known, nodes) === undefined;
    });
    expect(told(news)).toEqual([]);
  });
});
