import { describe, expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { type DefectName, defects, isDefectName } from '../reference/index.ts';
import type { Limits } from '../run/limits.ts';
import type { CheckResult } from '../run/result.ts';
import { breadthOf } from './breadth.ts';
import { broadDefects } from './broad-defects.ts';
import { onReference, settings } from './on-reference.ts';

/** The clean server gets time, so that a busy machine makes no case red; a broken one is waited for less. */
const patient: Limits = { connectMs: 10_000, answerMs: 15_000, quietMs: 300, afterFinMs: 5 };
const brisk: Limits = { connectMs: 10_000, answerMs: 1500, quietMs: 300, afterFinMs: 5 };
/** Enough for a defect that shows every time; the hundreds are for the races of real servers. */
const TRIES = 4;
/**
 * Registers the kill matrix: the clean reference server passes every case under every delivery in both dialects, as far as
 * the case speaks of them; each case is turned red by each defect it names, at least one of them narrow, and each defect is
 * named by a case.
 */
export function registerKillMatrix(cases: readonly Case[]): void {
  const few = cases.map((one) => ((one.tries ?? 1) > TRIES ? { ...one, tries: TRIES } : one));

  describe('the clean reference server passes', () => {
    test.concurrent.each(few.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
      const wrong: string[] = [];
      let judged = 0;
      for (const setting of settings) {
        const results = await onReference([one], [], setting, { limits: patient });
        const refused = (r: CheckResult): boolean => setting.plugin === 'caching_sha2_password' && r.verdict === 'unsupported';
        const bad = results.filter((r) => r.verdict !== 'pass' && r.verdict !== 'skipped' && !refused(r));
        wrong.push(...bad.map((r) => `${setting.dialect}, ${r.delivery}: ${r.verdict}: ${r.reason} [${r.observation}]`));
        judged += results.filter((r) => r.verdict === 'pass').length;
      }
      expect(wrong).toEqual([]);
      // A case that the reference server skips in both dialects proves nothing.
      expect(judged).toBeGreaterThan(0);
    });
  });

  describe('a defect turns red', () => {
    const pairs = few.flatMap((one) => one.killedBy.map((defect) => [`${one.id} < ${defect}`, one, defect as DefectName] as const));
    test.concurrent.each(pairs)('%s', async (_name, one, defect) => {
      const seen: string[] = [];
      for (const setting of settings) {
        const broken = await onReference([one], [defect], setting, { limits: brisk });
        if (broken.some((r) => r.verdict === 'fail')) return;
        // OBSERVE asks for nothing: such a case catches a defect by showing other behaviour.
        const clean = one.level === 'OBSERVE' ? await onReference([one], [], setting, { limits: patient }) : broken;
        if (broken.some((r, i) => r.observation !== clean[i]?.observation)) return;
        seen.push(...broken.map((r) => `${setting.dialect}, ${r.delivery}: ${r.verdict} [${r.observation}]`));
      }
      expect.fail(`${defect} goes unnoticed: ${seen.join('; ')}`);
    });
  });

  test('each case is killed by a narrow defect', () => {
    const unproved = cases.filter((one) => one.killedBy.every((name) => broadDefects.has(name)));
    expect(unproved.map(({ id, killedBy }) => `${id} < ${killedBy.join(', ')}`)).toEqual([]);
    expect([...broadDefects].filter((name) => !isDefectName(name))).toEqual([]);
  });

  // Minutes long: asked for by name.
  test.runIf(process.env['MYWIRE_BREADTH'])(
    'no other defects are broad than those that are listed as broad',
    async () => {
      const { broad, told } = await breadthOf(few);
      console.log(told);
      expect([...broad].filter((name) => !broadDefects.has(name))).toEqual([]);
    },
    1_500_000,
  );

  test('every defect is named by a case', () => {
    const named = new Set<string>(cases.flatMap((one) => one.killedBy));
    expect(defects.map((d) => d.name).filter((name) => !named.has(name))).toEqual([]);
  });
}
