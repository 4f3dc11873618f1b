import type { TargetReport } from '../run/result.ts';
import type { Program } from './policy.ts';

/** One of the two that are compared. */
export interface Side {
  readonly name: string;
  /** Front to back. */
  readonly programs: readonly Program[];
  /** The first run of all cases, and those after it of the cases that differed. */
  readonly runs: readonly TargetReport[];
  /** The text of each case that was asked, as a fingerprint; undefined where that is not known. */
  readonly cases?: Readonly<Record<string, string>>;
}
