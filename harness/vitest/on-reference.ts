import type { Case } from '../case/case.ts';
import { type DefectName, localhostCertificate, type ReferenceOptions, specialAccounts, startReference } from '../reference/index.ts';
import type { CheckResult } from '../run/result.ts';
import type { RunOptions } from '../run/run-options.ts';
import { runTarget } from '../run/run-target.ts';
import { databaseName, proxyAddress, referenceAccountsWith } from '../target/accounts.ts';
import type { RunningTarget } from '../target/target.ts';

/** The reference server as each product: its dialect, and the plugin of its accounts. */
export const settings = [
  { dialect: 'mysql', plugin: 'caching_sha2_password' },
  { dialect: 'mariadb', plugin: 'mysql_native_password' },
] as const;
export type Setting = (typeof settings)[number];

/** Through the runner itself, brackets and all: a defect that takes the server down is seen by nothing else. */
export async function onReference(
  cases: readonly Case[],
  broken: readonly DefectName[],
  setting: Setting,
  { onAsked, ...options }: RunOptions & Pick<ReferenceOptions, 'onAsked'>,
): Promise<readonly CheckResult[]> {
  const target = await referenceTarget(broken, setting, onAsked);
  try {
    const report = await runTarget(target, cases, { concurrency: 4, ...options });
    if (report.failure) throw new Error(`${target.name}: ${report.failure.says}`);
    return report.results;
  } finally {
    await target.stop();
  }
}

/** A reference server of this dialect, whose accounts have this plugin. */
async function referenceTarget(
  broken: readonly DefectName[],
  { dialect, plugin }: Setting,
  onAsked: ReferenceOptions['onAsked'],
): Promise<RunningTarget> {
  const accounts = referenceAccountsWith(plugin);
  const options = {
    defects: broken,
    dialect,
    certificate: localhostCertificate,
    authPlugin: plugin,
    ...(proxyAddress === undefined ? {} : { proxiesFrom: proxyAddress }),
    accounts: [...[accounts.check, accounts.login].flatMap((account) => account ?? []), ...specialAccounts(plugin)],
    ...(onAsked && { onAsked }),
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
    ...(proxyAddress === undefined ? {} : { proxiesFrom: proxyAddress }),
    path: { transparent: true },
    restart: async () => {
      server = await startReference({ ...options, port: endpoint.port });
    },
    stop: () => server.stop(),
  };
}
