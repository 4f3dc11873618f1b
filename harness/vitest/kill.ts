import { describe, expect, test } from 'vitest';
import type { Case } from '../case/case.ts';
import { flags } from '../codec/capability.ts';
import { type DefectName, defects, localhostCertificate, startReference } from '../reference/index.ts';
import type { Limits } from '../run/limits.ts';
import type { CheckResult } from '../run/result.ts';
import { runTarget } from '../run/run-target.ts';
import { accountsWith, databaseName } from '../target/accounts.ts';
import type { RunningTarget } from '../target/target.ts';

/** The clean server gets time, so that a busy machine makes no case red; a broken one is waited for less. */
const patient: Limits = { connectMs: 10_000, answerMs: 15_000, quietMs: 300, afterFinMs: 5 };
const brisk: Limits = { connectMs: 10_000, answerMs: 1500, quietMs: 300, afterFinMs: 5 };
/** Enough for a defect that shows every time; the hundreds are for the races of real servers. */
const TRIES = 4;
/** What the accounts of MariaDB and of MySQL 9 have. */
const plugins = ['mysql_native_password', 'caching_sha2_password'] as const;
type Plugin = (typeof plugins)[number];

/**
 * Registers the kill matrix: the clean reference server passes every case under every delivery and with either plugin,
 * each case is turned red by each defect it names, and each defect is named by a case.
 */
export function registerKillMatrix(cases: readonly Case[]): void {
  const few = cases.map((one) => ((one.tries ?? 1) > TRIES ? { ...one, tries: TRIES } : one));

  describe.each(plugins)('the clean reference server with %s passes', (plugin) => {
    test.concurrent.each(few.map((one) => [one.id, one] as const))('%s', async (_id, one) => {
      const results = await onReference(one, [], plugin, patient);
      const refused = (r: CheckResult): boolean => plugin === 'caching_sha2_password' && r.verdict === 'unsupported';
      const wrong = results.filter((r) => r.verdict !== 'pass' && !refused(r));
      expect(wrong.map((r) => `${r.delivery}: ${r.verdict}: ${r.reason} [${r.observation}]`)).toEqual([]);
    });
  });

  describe('a defect turns red', () => {
    const pairs = few.flatMap((one) => one.killedBy.map((defect) => [`${one.id} < ${defect}`, one, defect as DefectName] as const));
    test.concurrent.each(pairs)('%s', async (_name, one, defect) => {
      const seen: string[] = [];
      for (const plugin of plugins) {
        const broken = await onReference(one, [defect], plugin, brisk);
        if (broken.some((r) => r.verdict === 'fail')) return;
        // OBSERVE asks for nothing: such a case catches a defect by showing other behaviour.
        const clean = one.level === 'OBSERVE' ? await onReference(one, [], plugin, patient) : broken;
        if (broken.some((r, i) => r.observation !== clean[i]?.observation)) return;
        seen.push(...broken.map((r) => `${r.delivery}: ${r.verdict} [${r.observation}]`));
      }
      expect.fail(`${defect} goes unnoticed: ${seen.join('; ')}`);
    });
  });

  test('every defect is named by a case', () => {
    const named = new Set<string>(cases.flatMap((one) => one.killedBy));
    expect(defects.map((d) => d.name).filter((name) => !named.has(name))).toEqual([]);
  });
}

/** Through the runner itself, brackets and all: a defect that takes the server down is seen by nothing else. */
async function onReference(one: Case, broken: readonly DefectName[], plugin: Plugin, limits: Limits): Promise<readonly CheckResult[]> {
  const target = await referenceTarget(one, broken, plugin);
  try {
    const report = await runTarget(target, [one], { limits, concurrency: 4 });
    if (report.failure) throw new Error(`${target.name}: ${report.failure.says}`);
    return report.results;
  } finally {
    await target.stop();
  }
}

/** A reference server that offers what the case needs, and whose accounts have this plugin. */
async function referenceTarget(one: Case, broken: readonly DefectName[], plugin: Plugin): Promise<RunningTarget> {
  const accounts = accountsWith(plugin);
  const options = {
    defects: broken,
    certificate: localhostCertificate,
    authPlugin: plugin,
    accounts: [accounts.check, accounts.login].flatMap((account) => account ?? []),
    alsoOffers: flags(...(one.needs ?? []).flatMap((need) => (typeof need === 'object' ? need.offers : []))),
  };
  let server = await startReference(options);
  const { endpoint } = server;
  return {
    name: ['reference', ...broken].join('?defect='),
    nodes: [
      {
        name: 'reference',
        product: 'reference',
        version: '',
        endpoint,
        state: async () => (server.alive ? 'running' : 'it closed its port'),
        log: () => '',
      },
    ],
    legs: [],
    front: endpoint,
    accounts,
    database: databaseName,
    path: { transparent: true },
    restart: async () => {
      server = await startReference({ ...options, port: endpoint.port });
    },
    stop: () => server.stop(),
  };
}
