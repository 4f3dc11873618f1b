import { type Finding, idOf } from '../fuzz/finding.ts';
import { type Expectation, expectationsFor } from '../run/expectations.ts';
import { fits } from '../run/select.ts';
import { shippedExpectations } from '../run/shipped-expectations.ts';
import type { RunningNode } from '../target/target.ts';
import { expectationsIn } from './given-files.ts';

/** Findings that are known: the shipped ones and those of the files given. Throws RunError, CliError CLI_NO_FILE. */
export function knownFindings(files: readonly string[] | false | undefined): Expectation[] {
  if (files === false) return [];
  return [...shippedExpectations('fuzz/'), ...expectationsIn(files ?? [])];
}

/** The reason of the entry that names this finding; a death of the target is never known. */
export function isKnown(
  finding: Pick<Finding, 'oracle' | 'kind' | 'says'>,
  known: readonly Expectation[],
  nodes: readonly RunningNode[],
): string | undefined {
  if (finding.oracle === 'alive') return undefined;
  return expectationsFor(known, nodes).find(
    ({ case: id, shows }) => fits(idOf(finding), id) && (shows === undefined || new RegExp(shows).test(finding.says)),
  )?.reason;
}
