/**
 * mywire as a library: write a case, say what a target is, run the one against the other, and look at the report.
 *
 *     import { defineCase, run } from 'mywire';
 *     const report = await run({ targets: ['127.0.0.1:3306'], cases: [defineCase({ … })] });
 */

export type { Case, Dialect, Need, Source } from '../case/case.ts';
export type { Delivery } from '../case/delivery.ts';
export type { Step, Stimulus } from '../case/step.ts';
export type { Ending, Level, Verdict } from '../case/verdict.ts';
export { type ExitCode, exitCodeOf } from '../report/exit-code.ts';
export { githubAnnotations, githubSummary } from '../report/github.ts';
export { type JsonReport, reportAsJson } from '../report/json.ts';
export { reportAsJunit } from '../report/junit.ts';
export { type CaseSource, reportAsSarif } from '../report/sarif.ts';
export { reportAsText, type TextOptions } from '../report/terminal.ts';
export { type Expectation, parseExpectations } from '../run/expectations.ts';
export type { Limits } from '../run/limits.ts';
export type { CheckResult, Deviation, RunReport, Tally, TargetReport } from '../run/result.ts';
export { type Selection, select } from '../run/select.ts';
export type { TargetOptions } from '../target/options.ts';
export { type Account, type Accounts, type Product, TargetError } from '../target/target.ts';
export { cases } from './cases.ts';
export { CaseError, defineCase, type OwnCase } from './define-case.ts';
export { defineTarget, type OwnTarget, type Started } from './define-target.ts';
export { type RunRequest, run } from './run.ts';
