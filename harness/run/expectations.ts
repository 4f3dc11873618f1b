import satisfies from 'semver/functions/satisfies.js';
import { z } from 'zod';
import { readYaml } from '../case/yaml.ts';
import type { RunningNode } from '../target/target.ts';
import { RunError } from './error.ts';
import type { CheckResult } from './result.ts';
import { fits } from './select.ts';

/** A known deviation of a product: it must go on deviating, or the entry is stale and fails the run. */
export interface Expectation {
  /** A case id; `*` stands for any text, for a fault that shows in many cases. */
  readonly case: string;
  /** Only under this delivery; else under every one that the case has. */
  readonly delivery?: string | undefined;
  /** The target's products, front to back: 'mariadb', 'haproxy+proxysql'; `*` stands for any text: 'proxysql*'. */
  readonly target: string;
  /** Range of the front product's version, as npm writes ranges; default any. */
  readonly versions?: string | undefined;
  /** Only where the case was left at this step of its script, counted from 0 (`step` in result.json). */
  readonly step?: number | undefined;
  /** Regular expression on what the report says the target did: any other deviation stays red. */
  readonly shows?: string | undefined;
  /** The entry need not deviate in every run (a race). A pass is then no stale entry. */
  readonly sometimes?: boolean | undefined;
  readonly reason: string;
  readonly link: string;
  /** Where the entry stands, for messages. */
  readonly at: string;
}

const delivery = z.enum(['whole', 'bytes', 'fields', 'coalesced', 'early']);
const oneOrMore = <T extends z.ZodType>(one: T) => z.union([one.transform((it) => [it]), z.array(one).min(1)]);

/** As it is written: a list of cases or deliveries is an entry for each of them. */
const entry = z.strictObject({
  case: oneOrMore(z.string()),
  delivery: oneOrMore(delivery).optional(),
  target: z.string(),
  versions: z.string().optional(),
  step: z.int().min(0).optional(),
  shows: z.string().refine(isPattern, 'is no regular expression').optional(),
  sometimes: z.boolean().optional(),
  reason: z.string().min(10),
  link: z.url(),
});

/** Parses one expectation file; each case (and delivery) of a list is an expectation of its own. Throws RunError RUN_BAD_EXPECTATIONS with file and line. */
export function parseExpectations(text: string, file: string): Expectation[] {
  const { value, lineOf } = readYaml(text, (line, why) => new RunError('RUN_BAD_EXPECTATIONS', `${file}:${line}: ${why}`));
  const items = value ?? [];
  if (!Array.isArray(items))
    throw new RunError('RUN_BAD_EXPECTATIONS', `${file}:1: must be a list of entries, each with case, target, reason and link`);
  return items.flatMap((item, i) => {
    const at = `${file}:${lineOf([i])}`;
    const parsed = entry.safeParse(item);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new RunError('RUN_BAD_EXPECTATIONS', `${at}: ${issue?.path.join('.') || 'entry'}: ${issue?.message}`);
    }
    const { case: cases, delivery: deliveries = [undefined], ...shared } = parsed.data;
    return cases.flatMap((id) => deliveries.map((of) => ({ ...shared, case: id, ...(of && { delivery: of }), at })));
  });
}

/** Entries that name no case of the suites: a renamed case must not silence anything. */
export function unknownIds(expectations: readonly Expectation[], ids: ReadonlySet<string>): string[] {
  return expectations
    .filter((e) => ![...ids].some((id) => fits(id, e.case)))
    .map((e) => `${e.at}: no case has the id ${e.case}; correct the entry or remove it`);
}

/** The entries that speak of a target made of these nodes. */
export function expectationsFor(
  expectations: readonly Expectation[],
  nodes: readonly Pick<RunningNode, 'product' | 'version'>[],
): Expectation[] {
  return expectations.filter((e) => isFor(e, nodes));
}

/** The result, with the entry that names its deviation if there is one. A death of the target is never known. */
export function withKnown(r: CheckResult, mine: readonly Expectation[]): CheckResult {
  const known = r.verdict === 'fail' && r.deviation?.axis !== 'liveness' ? mine.find((e) => covers(e, r) && isAsTold(e, r)) : undefined;
  return known ? { ...r, known: toldOf(known) } : r;
}

function toldOf({ reason, link, target, versions }: Expectation): CheckResult['known'] & object {
  return { reason, link, target, ...(versions === undefined ? {} : { versions }) };
}

/**
 * Marks known deviations, and names the entries of this target that no longer hold.
 * @param ids of all cases that there are, run or not: an entry of many says nothing of one of them
 */
export function applyExpectations(
  results: readonly CheckResult[],
  expectations: readonly Expectation[],
  nodes: readonly RunningNode[],
  ids: ReadonlySet<string>,
): { results: CheckResult[]; problems: string[] } {
  const mine = expectationsFor(expectations, nodes);
  const marked = results.map((r) => withKnown(r, mine));
  const selected = new Set(results.map((r) => r.case));
  const isWhole = (e: Expectation): boolean => !e.case.includes('*') || [...ids].every((id) => selected.has(id) || !fits(id, e.case));
  const problems = mine.filter(isWhole).flatMap((e) => {
    const covered = marked.filter((r) => covers(e, r) && (r.verdict === 'pass' || r.verdict === 'fail'));
    if (covered.length === 0 || e.sometimes || covered.some((r) => r.verdict === 'fail')) return [];
    return [`${e.at}: ${e.case} is expected to deviate on ${e.target}, but it passes; remove the entry or narrow its versions`];
  });
  return { results: marked, problems };
}

const covers = (e: Expectation, r: CheckResult): boolean => fits(r.case, e.case) && (e.delivery === undefined || e.delivery === r.delivery);

const isAsTold = (e: Expectation, r: CheckResult): boolean =>
  (e.step === undefined || e.step === r.deviation?.step) && (e.shows === undefined || new RegExp(e.shows).test(r.deviation?.got ?? ''));

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}

function isFor(e: Expectation, nodes: readonly Pick<RunningNode, 'product' | 'version'>[]): boolean {
  if (!fits(nodes.map((n) => n.product).join('+'), e.target)) return false;
  if (e.versions === undefined) return true;
  const parts = /(\d+)\.(\d+)(?:\.(\d+))?/.exec((nodes[0]?.version ?? '').replace(/^5\.5\.5-/, ''))?.slice(1);
  // As numbers: npm's ranges know no 24.02.4.
  return parts !== undefined && satisfies(parts.map((part) => Number(part ?? 0)).join('.'), e.versions);
}
