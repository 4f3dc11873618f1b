import { features } from '../case/feature.ts';
import type { TargetReport, ToldProfile } from '../run/result.ts';

/** Something that a target declares, or that a probe found, on one side only. */
export interface CapabilityChange {
  readonly kind: 'lost' | 'gained';
  /** 'the greeting no longer offers SSL' */
  readonly says: string;
}

/** What one of the two offers and the other does not, as greeting, accounts and probes say. Empty where a profile is missing. */
export function capabilityChanges({ profile: before }: TargetReport, { profile: after }: TargetReport): CapabilityChange[] {
  if (!before || !after) return [];
  return [...oneWay('lost', before, after), ...oneWay('gained', after, before)];
}

/** What `one` has and `other` has not. */
function oneWay(kind: CapabilityChange['kind'], one: ToldProfile, other: ToldProfile): CapabilityChange[] {
  const lost = kind === 'lost';
  const verb = lost ? 'no longer' : 'now';
  const only = (of: (profile: ToldProfile) => readonly string[]): string[] => of(one).filter((name) => !of(other).includes(name));
  const working = (table: Readonly<Record<string, unknown>>, is: unknown): string[] =>
    Object.keys(table).filter((name) => table[name] === is);
  return [
    ...only(({ capabilities }) => capabilities).map((name) => `the greeting ${verb} offers ${name}`),
    ...only(({ mariadbCapabilities }) => mariadbCapabilities).map((name) => `the greeting ${verb} offers MARIADB_CLIENT_${name}`),
    ...only(({ accounts }) => working(accounts, 'works')).map((name) => `the account "${name}" ${verb} gets in`),
    ...only(({ features: found }) => working(found, true)).map((name) => `${lost ? '' : 'no longer: '}${withoutIt(name)}`),
    // A refusal is what the other side has.
    ...other.refuses.filter((text) => !one.refuses.includes(text)).map((text) => `it ${lost ? 'now' : 'no longer'} ${text}`),
  ].map((says) => ({ kind, says }));
}

const withoutIt = (name: string): string => (features as Readonly<Record<string, { readonly without: string }>>)[name]?.without ?? name;
