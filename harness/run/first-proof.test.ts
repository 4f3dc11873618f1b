import { expect, test } from 'vitest';
import { suites } from '../../suites/index.ts';
import { areaOf } from '../case/case.ts';
import { startReference } from '../reference/index.ts';
import { accountsWith, databaseName, namedByPlugin } from '../target/accounts.ts';
import type { Account } from '../target/target.ts';
import type { CheckResult } from './result.ts';
import { runTarget } from './run-target.ts';

const limits = { connectMs: 5000, answerMs: 2000, quietMs: 300, afterFinMs: 5 } as const;
const areas = ['login', 'auth', 'sequence', 'pipelining', 'quit'];
/** What the accounts of an old MySQL bring into a new one, whose greeting names caching_sha2_password, and the other way round. */
const plugins = ['mysql_native_password', 'caching_sha2_password'] as const;

type Plugin = Account['plugin'];

/** The cases whose logins matter, on a server that greets with one plugin and whose accounts have another, or the same. */
async function judge(authPlugin: Plugin, plugin: Plugin): Promise<readonly CheckResult[]> {
  const declared = accountsWith(plugin);
  const server = await startReference({
    authPlugin,
    dialect: 'mysql',
    accounts: Object.values(declared).map((one) => ({ user: one.user, password: one.password, plugin })),
  });
  try {
    const { endpoint } = server;
    const node = {
      name: 'reference',
      product: 'reference' as const,
      version: '',
      endpoint,
      state: async () => 'running' as const,
      log: () => '',
    };
    const target = {
      name: 'reference',
      nodes: [node],
      legs: [],
      front: endpoint,
      path: { transparent: true },
      stop: async () => {},
    } as const;
    const { results } = await runTarget(
      { ...target, accounts: namedByPlugin(declared), database: databaseName },
      suites.filter((one) => areas.includes(areaOf(one)) && !one.tries),
      { limits, deliveries: ['whole'] },
    );
    return results;
  } finally {
    await server.stop();
  }
}

const failed = (results: readonly CheckResult[]): readonly string[] =>
  results.filter(({ verdict }) => verdict === 'fail').map((one) => `${one.case}: ${one.deviation?.got}`);

test.each(plugins)('accounts with %s on a server that greets with the other plugin are asked again, and that is right', async (plugin) => {
  const authPlugin = plugins.find((one) => one !== plugin) as (typeof plugins)[number];
  const results = await judge(authPlugin, plugin);
  expect(failed(results)).toEqual([]);
  expect(results.find((one) => one.case === 'sequence/login-answer')).toMatchObject({
    verdict: 'skipped',
    reason: `the account "check" has ${plugin}, and the greeting names ${authPlugin}: an AuthSwitchRequest comes before the answer`,
  });
  expect(results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(30);
});

test('a server that greets with the plugin of its accounts may go on without an AuthSwitchRequest', async () => {
  const results = await judge('sha256_password', 'sha256_password');
  expect(failed(results)).toEqual([]);
  expect(results.find((one) => one.case === 'auth/sha256-wrong-password')).toMatchObject({
    verdict: 'skipped',
    reason: 'the greeting names the plugin of the account "sha256": the server may go on without an AuthSwitchRequest',
  });
});
