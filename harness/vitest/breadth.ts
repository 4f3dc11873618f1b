import type { Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import { type DefectName, defects } from '../reference/index.ts';
import type { Limits } from '../run/limits.ts';
import { onReference, type Setting, settings } from './on-reference.ts';

/** A defect that turns more than this part of the cases red proves nothing about one of them. */
const NARROW = 0.1;
/** One case in so many stands for all: the share of a broad defect is far above the limit, that of a narrow one far below. */
const SAMPLE = 8;
const AT_ONCE = 24;
/** A broken server is mostly waited for. */
const DEFECTS_AT_ONCE = 8;
const hasty: Limits = { connectMs: 10_000, answerMs: 400, quietMs: 150, afterFinMs: 2 };
const patient: Limits = { ...hasty, answerMs: 10_000 };
/** For those that have failed in haste: red is what fails again with time, whatever else the machine does. */
const unhurried: Limits = { ...hasty, answerMs: 3000 };

/**
 * Which defects turn more than a tenth of the cases red. A defect can change only the cases in which the server comes to
 * its place in the code, so those alone are tried; each is tried sent whole, on one case in eight.
 */
export async function breadthOf(
  cases: readonly Case[],
  among = defects,
): Promise<{ readonly broad: ReadonlySet<DefectName>; readonly told: string }> {
  const sample = cases
    .filter(({ id }) => hash(id) % SAMPLE === 0)
    .map((one) => ({ ...one, deliveries: [firstOf(one)] as const, tries: 1 }));
  const most = Math.max(1, Math.floor(sample.length * NARROW));
  const passes = await placesPassed(sample);
  const broad = new Set<DefectName>();
  await sideBySide(among, DEFECTS_AT_ONCE, async ({ name }) => {
    const touched = passes.filter(({ asked }) => asked.has(name));
    if (touched.length > most && (await turnsRed(name, touched, most))) broad.add(name);
  });
  const told = `${broad.size} of ${among.length} defects turn more than ${most} of ${sample.length} cases red: ${[...broad].join(', ')}`;
  return { broad, told };
}

interface Passed {
  readonly one: Case;
  readonly setting: Setting;
  /** The defects whose places in the code were passed. */
  readonly asked: ReadonlySet<DefectName>;
}

/** Each case on the clean server, in the first dialect that it speaks of. */
async function placesPassed(cases: readonly Case[]): Promise<Passed[]> {
  const out: Passed[] = [];
  await sideBySide(cases, AT_ONCE, async (one) => {
    for (const setting of settings) {
      const asked = new Set<DefectName>();
      const results = await onReference([one], [], setting, { limits: patient, onAsked: (name) => asked.add(name) });
      if (results.every(({ verdict }) => verdict !== 'pass')) continue;
      out.push({ one, setting, asked });
      return;
    }
  });
  return out;
}

/**
 * Does a defect turn more than so many of the cases red? Those charged with another's death are left out: the runner tries
 * them again alone. It stops as soon as it knows: nothing takes as long as a server that answers nobody.
 */
async function turnsRed(defect: DefectName, touched: readonly Passed[], most: number): Promise<boolean> {
  let red = 0;
  for (const setting of settings) {
    const mine = touched.filter((passed) => passed.setting === setting).map(({ one }) => one);
    let failed: readonly Case[] = [];
    for (let at = 0; at < mine.length; at += 2 * AT_ONCE) {
      failed = [...failed, ...(await redOf(mine.slice(at, at + 2 * AT_ONCE), defect, setting, hasty))];
      if (red + failed.length <= most) continue;
      red += (await redOf(failed, defect, setting, unhurried)).length;
      failed = [];
      if (red > most) return true;
    }
    red += failed.length;
  }
  return false;
}

async function redOf(cases: readonly Case[], defect: DefectName, setting: Setting, limits: Limits): Promise<readonly Case[]> {
  const results = await onReference(cases, [defect], setting, { limits, concurrency: AT_ONCE });
  return cases.filter((_, at) => results[at]?.verdict === 'fail');
}

async function sideBySide<T>(items: readonly T[], atOnce: number, act: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const firstOf = ({ deliveries = ['whole'] }: Case): Delivery => deliveries[0] ?? 'whole';

/** FNV-1a, 32 bits: stable over runs and machines. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (const byte of Buffer.from(text)) h = Math.imul(h ^ byte, 0x01000193) >>> 0;
  return h;
}
