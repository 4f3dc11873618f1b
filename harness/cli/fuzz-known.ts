import { readFileSync } from 'node:fs';
import type { Finding } from '../fuzz/finding.ts';
import { type Expectation, expectationsFor, parseExpectations } from '../run/expectations.ts';
import { fits } from '../run/select.ts';
import { shippedExpectations } from '../run/shipped-expectations.ts';
import type { RunningNode } from '../target/target.ts';
import { CliError } from './error.ts';

/** Findings that are known: the shipped ones and those of the files given. Throws RunError, CliError CLI_NO_FILE. */
export function knownFindings(files: readonly string[] | false | undefined): Expectation[] {
  if (files === false) return [];
  const given = (files ?? []).flatMap((file) => {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      throw new CliError('CLI_NO_FILE', `there is no file ${file}`);
    }
    return parseExpectations(text, file);
  });
  return [...shippedExpectations('fuzz/'), ...given];
}

/** The reason of the entry that names this finding; a death of the target is never known. */
export function isKnown(finding: Finding, known: readonly Expectation[], nodes: readonly RunningNode[]): string | undefined {
  if (finding.oracle === 'alive') return undefined;
  return expectationsFor(known, nodes).find(
    ({ case: id, shows }) => fits(finding.id, id) && (shows === undefined || new RegExp(shows).test(finding.says)),
  )?.reason;
}
