import { describe, expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { type DefectName, defects } from '../reference/index.ts';
import type { Limits } from '../run/limits.ts';
import type { CheckResult } from '../run/result.ts';
import { runTarget } from '../run/run-target.ts';
import { startTarget } from '../target/start-target.ts';

/** The clean server gets time, so that a busy machine makes no case red; a broken one is waited for less. */
const patient: Limits = { connectMs: 5000, answerMs: 8000, quietMs: 300, afterFinMs: 5 };
const brisk: Limits = { connectMs: 5000, answerMs: 1500, quietMs: 300, afterFinMs: 5 };
/** Enough for a defect that shows every time; the hundreds are for the races of real servers. */
const TRIES = 4;

/**
 * Registers the kill matrix: the clean reference server passes every case under every delivery, each case is turned red
 * by each defect it names, and each defect is named by a case.
 */
export function registerKillMatrix(cases: readonly Case[]): void {
  const few = cases.map((one) => ((one.tries ?? 1) > TRIES ? { ...one, tries: TRIES } : one));

  describe('the clean reference server passes', () => {
    test.concurrent.each(few.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
      const results = await onReference(one, [], patient);
      expect(results.filter((r) => r.verdict !== 'pass').map((r) => `${r.delivery}: ${r.verdict}: ${r.reason} [${r.observation}]`)).toEqual([]);
    });
  });

  describe('a defect turns red', () => {
    const pairs = few.flatMap((one) => one.killedBy.map((defect) => [`${one.id} < ${defect}`, one, defect as DefectName] as const));
    test.concurrent.each(pairs)('%s', async (_name, one, defect) => {
      const broken = await onReference(one, [defect], brisk);
      if (broken.some((r) => r.verdict === 'fail')) return;
      // OBSERVE asks for nothing: such a case catches a defect by showing other behaviour.
      const clean = await onReference(one, [], patient);
      const changed = one.level === 'OBSERVE' && broken.some((r, i) => r.observation !== clean[i]?.observation);
      expect(changed, `${defect} goes unnoticed: ${broken.map((r) => `${r.delivery}: ${r.verdict} [${r.observation}]`).join('; ')}`).toBe(true);
    });
  });

  test('every defect is named by a case', () => {
    const named = new Set<string>(cases.flatMap((one) => one.killedBy));
    expect(defects.map((d) => d.name).filter((name) => !named.has(name))).toEqual([]);
  });
}

/** Through the runner itself, brackets and all: a defect that takes the server down is seen by nothing else. */
async function onReference(one: Case, broken: readonly DefectName[], limits: Limits): Promise<readonly CheckResult[]> {
  const name = ['reference', ...broken].join('?defect=');
  const target = await startTarget(name, {});
  try {
    const report = await runTarget(target, [one], { limits, concurrency: 4 });
    if (report.failure) throw new Error(`${name}: ${report.failure.says}`);
    return report.results;
  } finally {
    await target.stop();
  }
}
