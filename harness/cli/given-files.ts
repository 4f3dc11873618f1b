import type { Case } from '../case/case.ts';
import { parseCases } from '../run/case-file.ts';
import { type Expectation, parseExpectations } from '../run/expectations.ts';
import { givenText } from './given-text.ts';

/** The cases of these files. Throws CliError CLI_NO_FILE, RunError RUN_BAD_CASES. */
export const casesIn = (files: readonly string[]): Case[] => files.flatMap((name) => parseCases(givenText(name, 'the cases'), name));

/** The known deviations of these files. Throws CliError CLI_NO_FILE, RunError RUN_BAD_EXPECTATIONS. */
export const expectationsIn = (files: readonly string[]): Expectation[] =>
  files.flatMap((name) => parseExpectations(givenText(name, 'the expectations'), name));
