/** The passive part of the conformance rules: what both directions of a recorded connection show kept or broken. */
import type { LintRule } from '../harness/case/lint-rule.ts';
import { commandRules } from './lint/command.rules.ts';
import { framingRules } from './lint/framing.rules.ts';
import { greetingRules } from './lint/greeting.rules.ts';
import { loginRules } from './lint/login.rules.ts';
import { okErrRules } from './lint/ok-err.rules.ts';
import { packetRules } from './lint/packet.rules.ts';

/** Of rules that name a problem of the codec the first one that fits is meant: the special ones stand in front. */
export const lintRules: readonly LintRule[] = [
  ...greetingRules,
  ...loginRules,
  ...framingRules,
  ...packetRules,
  ...okErrRules,
  ...commandRules,
];
