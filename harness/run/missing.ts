import { authPlugins } from '../auth/plugin.ts';
import {
  asksForNobody,
  logsInOverTls,
  overTlsAlone,
  saysPasswords,
  sparedBy,
  withoutDoor,
  withoutSql,
  withWideText,
} from '../case/asks.ts';
import { areaOf, type Case, type Need } from '../case/case.ts';
import { features } from '../case/feature.ts';
import { sqlOf } from '../case/sql-word.ts';
import { has, mariadbCapability } from '../codec/capability.ts';
import { passesBytesOn } from '../target/products.ts';
import type { Profile } from './profile.ts';

/** Why a case is not run on this target; undefined when it is. */
export interface Missing {
  readonly verdict: 'skipped' | 'inconclusive';
  readonly reason: string;
}

/** @param ours mywire made the accounts itself: then a refusal is the target's doing, and the cases run. */
export function missing(one: Case, profile: Profile, ours: boolean): Missing | undefined {
  for (const need of one.needs ?? []) {
    const why = unmet(need, one, profile, ours);
    if (why) return why;
  }
  if (profile.ownAccounts && saysPasswords(one))
    return { verdict: 'skipped', reason: 'it sends the password as it is, outside TLS, and that is yours' };
  const skipped = (reason: string): Missing | undefined => (profile.without.includes(reason) ? { verdict: 'skipped', reason } : undefined);
  return (
    sparedBy(one)
      .map(skipped)
      .find((why) => why !== undefined) ??
    (asksForNobody(one) && !aboutLogins.has(areaOf(one)) ? skipped(withoutDoor) : undefined) ??
    otherSql(one, profile)
  );
}

/** The areas that ask who may get in, or what a login must look like. */
const aboutLogins: ReadonlySet<string> = new Set(['login', 'auth', 'handshake-response-41', 'handshake-response-320', 'regression']);

/** What it says in SQL is not what it asks about. */
function otherSql(one: Case, { refusedSql }: Profile): Missing | undefined {
  const statement = refusedSql.size === 0 ? undefined : sqlOf(one).find((asked) => refusedSql.has(asked));
  if (statement === undefined) return undefined;
  return {
    verdict: 'skipped',
    reason: `the server has another SQL: it answers ${statement.replace('COM_QUERY ', '')} with ${refusedSql.get(statement)}`,
  };
}

const asked = {
  'check-account': { of: 'check', what: 'an account with an empty password' },
  'login-account': { of: 'login', what: 'an account with a password' },
  database: { of: 'database', what: 'a database' },
} as const;

/** The server asks the account for another plugin than the one that was named. */
function otherPlugin(account: string, { otherPlugins }: Profile): Missing | undefined {
  const plugin = otherPlugins.get(account);
  if (plugin === undefined) return undefined;
  return {
    verdict: 'skipped',
    reason: `the server asks the account "${account}" for ${plugin}, which is not the plugin that was named (--plugin)`,
  };
}

/** Of what the user has declared. */
function unusable(
  of: 'check' | 'login' | 'database',
  what: string,
  { script }: Case,
  profile: Profile,
  ours: boolean,
): Missing | undefined {
  const { is, says, overTls } = profile[of];
  if (overTls && logsInOverTls(script)) return undefined;
  if (overTls && profile.without.includes(overTlsAlone)) return { verdict: 'skipped', reason: overTlsAlone };
  const reason = `needs ${what}: ${says}`;
  if (is === 'missing') return { verdict: 'skipped', reason };
  return is === 'refused' && !ours ? { verdict: 'inconclusive', reason } : undefined;
}

function unmet(need: Need, one: Case, profile: Profile, ours: boolean): Missing | undefined {
  const skipped = (reason: string): Missing => ({ verdict: 'skipped', reason });
  if (need === 'proxy-protocol') return profile.takesProxyHeaders ? undefined : skipped('takes no PROXY headers from this machine');
  if (typeof need === 'string' && need !== 'tls') return unusable(asked[need].of, asked[need].what, one, profile, ours);
  if (need === 'tls') return has(profile.capabilities, 'SSL') ? undefined : skipped('the greeting does not offer SSL');
  if ('offers' in need) return has(profile.capabilities, need.offers) ? undefined : skipped(`the greeting does not offer ${need.offers}`);
  if ('offersMariadb' in need) {
    const offered = (profile.mariadbCapabilities & mariadbCapability[need.offersMariadb]) !== 0;
    return offered ? undefined : skipped(`the greeting does not offer MARIADB_CLIENT_${need.offersMariadb}`);
  }
  if ('lacks' in need) return has(profile.capabilities, need.lacks) ? skipped(`the greeting offers ${need.lacks}`) : undefined;
  if ('lacksMariadb' in need) {
    const offered = (profile.mariadbCapabilities & mariadbCapability[need.lacksMariadb]) !== 0;
    return offered ? skipped(`the greeting offers MARIADB_CLIENT_${need.lacksMariadb}`) : undefined;
  }
  if ('account' in need) {
    if (!profile.declared.has(need.account)) return skipped(`needs the account "${need.account}", which the target does not declare`);
    const same = profile.sameUser.get(need.account);
    const why = same && unusable(same, `the account "${need.account}"`, one, profile, ours);
    return why ?? otherPlugin(need.account, profile);
  }
  if ('firstProof' in need) {
    const other = otherPlugin(need.firstProof, profile);
    if (other) return other;
    const plugin = profile.plugins.get(need.firstProof) ?? profile.greeted;
    const about = `the account "${need.firstProof}" has ${plugin}, and`;
    if (plugin !== profile.greeted)
      return skipped(`${about} the greeting names ${profile.greeted}: an AuthSwitchRequest comes before the answer`);
    return authPlugins[plugin]?.answersGreeting === false ? skipped(`${about} its client proves nothing before it is asked`) : undefined;
  }
  if ('switched' in need)
    return profile.plugins.get(need.switched) !== profile.greeted
      ? undefined
      : skipped(`the greeting names the plugin of the account "${need.switched}": the server may go on without an AuthSwitchRequest`);
  if ('dialect' in need) return profile.dialect === need.dialect ? undefined : skipped(`speaks of ${need.dialect} only`);
  if ('backend' in need) return unmetBackend(need.backend, profile.chain);
  // Then nothing could be asked.
  const mute = [withoutSql, withWideText].find((why) => profile.without.includes(why));
  if (mute !== undefined) return skipped(mute);
  if (profile.features.get(need.feature)) return undefined;
  const { without, asks } = features[need.feature];
  const limit = profile.limited.get(need.feature);
  if (limit !== undefined) return { verdict: 'inconclusive', reason: `what it needs cannot be asked: ${limit}` };
  const said = profile.refusedSql.get(`COM_QUERY ${asks}`);
  return skipped(said === undefined ? without : `${without}; or it cannot be asked: ${said}`);
}

function unmetBackend(where: 'behind any proxy' | 'seen by the proxy', chain: readonly string[]): Missing | undefined {
  const skipped = (reason: string): Missing => ({ verdict: 'skipped', reason });
  if (chain.at(-1) !== 'reference') return skipped('needs the reference server behind a proxy (local:proxysql+reference)');
  // Alone the reference server stands for a proxy, too.
  const proxies = chain.slice(0, -1);
  if (where === 'behind any proxy' || proxies.length === 0 || !proxies.every(passesBytesOn)) return undefined;
  return skipped(`${proxies.join(' and ')} passes bytes on and has no say in what they are`);
}
