import type { LintRule } from '../../case/lint-rule.ts';
import type { Oracle } from '../oracle.ts';
import { against } from './against.ts';
import { answers } from './answers.ts';
import { delivery } from './delivery.ts';
import { leaks } from './leaks.ts';
import { model } from './model.ts';
import { separate } from './separate.ts';
import { wellFormed } from './well-formed.ts';

/**
 * What must hold whatever is sent; the cheap ones first. `lint`: the rules of suites/lint. `modelled`: for a server without a proxy
 * in front of it, the database that it was given.
 */
export const oraclesWith = (lint: readonly LintRule[], modelled?: { readonly database?: string | undefined }): readonly Oracle[] => [
  answers,
  wellFormed(lint),
  ...(modelled ? [model(modelled.database)] : []),
  leaks,
  separate,
  delivery,
  against,
];
