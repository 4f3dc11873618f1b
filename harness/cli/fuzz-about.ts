import { suites } from '../../suites/index.ts';
import { declaredAccounts } from '../case/step.ts';
import { type CapabilityName, capability, type MariadbCapabilityName, mariadbNames, names } from '../codec/capability.ts';
import type { About } from '../fuzz/arbitrary/index.ts';
import { usualLimits } from '../run/limits.ts';
import { probe } from '../run/profile.ts';
import type { RunningTarget } from '../target/target.ts';

/** What can be asked of a target: as it declares, and as the probes before any case find. `limitMs`: that an answer may take. Throws RunError RUN_NOT_MYSQL. */
export async function aboutOf(target: RunningTarget, limitMs = usualLimits.answerMs): Promise<About> {
  const { name, front, accounts, database, nodes } = target;
  const context = {
    endpoint: front,
    accounts,
    limits: { ...usualLimits, answerMs: Math.min(limitMs, usualLimits.answerMs) },
    ...(database === undefined ? {} : { database }),
  };
  const chain = nodes.map(({ product }) => product);
  const profile = await probe(name, context, suites, chain);
  const { capabilities } = profile;
  return {
    accounts: declaredAccounts.filter((one) => accounts[one] !== undefined && worksAs(profile, one)),
    ...(profile.database.is === 'works' && database !== undefined ? { database } : {}),
    dialect: profile.dialect,
    tls: (capabilities & capability.SSL) !== 0,
    offered: names(capabilities) as CapabilityName[],
    offeredMariadb: mariadbNames(profile.mariadbCapabilities) as MariadbCapabilityName[],
    compression: (capabilities & capability.COMPRESS) !== 0,
    features: [...profile.features].flatMap(([feature, there]) => (there ? [feature] : [])),
    sql: chain.at(-1) === 'reference' ? 'reference' : 'any',
    takesProxyHeaders: target.proxiesFrom !== undefined,
    direct: chain.length === 1 && chain[0] !== 'unknown',
  };
}

/** The two that were tried must have got in; the others are taken at their word. */
const worksAs = (profile: Awaited<ReturnType<typeof probe>>, account: string): boolean =>
  account === 'check' || account === 'login' ? profile[account].is === 'works' : true;
