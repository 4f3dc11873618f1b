import { status } from '../harness/codec/status.ts';
import { manual } from './manual.ts';
import { done, inAutocommit } from './query-steps.ts';

/** What the status flags tell of a transaction. */
export const transactionFlags = [
  manual['mysql/status-flags'],
  manual['mysql/in-trans-is-raised-by-begin'],
  manual['mysql/status-in-trans-readonly'],
  manual['mariadb/status-flags'],
] as const;
export const transactionNeeds = ['check-account', inAutocommit] as const;
export const insideReadOnly = done({ statusFlags: { bits: status.IN_TRANS | status.IN_TRANS_READONLY } });
