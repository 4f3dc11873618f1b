import type { LintRule } from '../../case/lint-rule.ts';
import type { Oracle } from '../oracle.ts';
import { against } from './against.ts';
import { answers } from './answers.ts';
import { delivery } from './delivery.ts';
import { leaks } from './leaks.ts';
import { separate } from './separate.ts';
import { wellFormed } from './well-formed.ts';

/** What must hold whatever is sent; the cheap ones first. `lint`: the rules of suites/lint. */
export const oraclesWith = (lint: readonly LintRule[]): readonly Oracle[] => [
  answers,
  wellFormed(lint),
  leaks,
  separate,
  delivery,
  against,
];
