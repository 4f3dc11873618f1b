import { readFileSync } from 'node:fs';
import type { Case } from '../case/case.ts';
import { parseCases } from '../run/case-file.ts';
import { type Expectation, parseExpectations } from '../run/expectations.ts';
import { CliError } from './error.ts';

/** The cases of these files. Throws CliError CLI_NO_FILE, RunError RUN_BAD_CASES. */
export const casesIn = (files: readonly string[]): Case[] => files.flatMap((name) => parseCases(textIn(name, 'the cases'), name));

/** The known deviations of these files. Throws CliError CLI_NO_FILE, RunError RUN_BAD_EXPECTATIONS. */
export const expectationsIn = (files: readonly string[]): Expectation[] =>
  files.flatMap((name) => parseExpectations(textIn(name, 'the expectations'), name));

function textIn(name: string, what: string): string {
  try {
    return readFileSync(name, 'utf8');
  } catch (error) {
    throw new CliError('CLI_NO_FILE', `cannot read ${what} in ${name}: ${(error as Error).message}`);
  }
}
