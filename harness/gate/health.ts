import type { HealthState, TargetReport } from '../run/result.ts';

/** What HAProxy believes of a server in one mode of its check, before and after. */
export interface HealthChange {
  readonly mode: string;
  readonly kind: 'regression' | 'improvement' | 'change';
  readonly before: HealthState;
  readonly after: HealthState;
}

/** UP while we looked; or not, or not all the time. */
const isUp = ({ status, transitions }: HealthState): boolean => /^UP\b/.test(status) && transitions === 0;

/** The modes in which HAProxy's belief differs. Empty where it was not asked on both sides. */
export function healthChanges(before: TargetReport, after: TargetReport): HealthChange[] {
  return (before.healthChecks ?? []).flatMap((one): HealthChange[] => {
    const other = after.healthChecks?.find(({ mode }) => mode === one.mode);
    if (!other) return [];
    const kind = isUp(one) === isUp(other) ? (one.check === other.check ? undefined : 'change') : isUp(one) ? 'regression' : 'improvement';
    return kind ? [{ mode: one.mode, kind, before: one, after: other }] : [];
  });
}
