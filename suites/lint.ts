/** The passive part of the conformance rules: what both directions of a recorded connection show kept or broken. */
import type { LintRule } from '../harness/case/lint-rule.ts';

export const lintRules: readonly LintRule[] = [];
