import { type Observed, versionOf } from '../../../harness/scenario/scenario.ts';

/** What was measured, from which version on: the latest entry that is not newer than the version that played. */
export type ByVersion<T> = readonly [{ readonly since: string; readonly is: T }, ...{ readonly since: string; readonly is: T }[]];

/** The entry for the ProxySQL that played. */
export function measured<T>(table: ByVersion<T>, observed: Pick<Observed<unknown>, 'nodes'>): T {
  const version = numbers(versionOf(observed, 'proxysql'));
  return (table.findLast(({ since }) => !isNewer(numbers(since), version)) ?? table[0]).is;
}

const numbers = (version: string): number[] => version.split('.').map((part) => Number.parseInt(part, 10) || 0);

function isNewer(one: readonly number[], other: readonly number[]): boolean {
  const place = one.findIndex((part, index) => part !== (other[index] ?? 0));
  return place >= 0 && (one[place] as number) > (other[place] ?? 0);
}
