import type { Source } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { Level, Verdict } from '../case/verdict.ts';
import type { NodeSetup } from '../target/target.ts';
import type { Transcript } from '../wire/transcript.ts';

export type AxisVerdict = 'pass' | 'fail' | 'unjudged';

/** Where and how the target left the script. */
export interface Deviation {
  readonly axis: 'answer' | 'ending' | 'invariance' | 'liveness';
  /** Index of the step in the script. */
  readonly step: number;
  readonly expected: string;
  readonly got: string;
}

/** The outcome of one case under one delivery on one target. */
export interface CheckResult {
  readonly target: string;
  readonly case: string;
  readonly area: string;
  readonly title: string;
  readonly level: Level;
  readonly delivery: Delivery;
  readonly source: readonly Source[];
  readonly link?: string;
  readonly verdict: Verdict;
  /** For every verdict but pass: why. */
  readonly reason?: string;
  readonly answer: AxisVerdict;
  readonly ending: AxisVerdict;
  readonly deviation?: Deviation;
  /** What the target did, with scrambles, ids and versions masked. */
  readonly observation: string;
  /** Observations of all tries with their counts, where tries > 1. */
  readonly tally?: Readonly<Record<string, number>>;
  readonly tries: number;
  readonly deviatingTries: number;
  /** The transcript of the (first deviating) try. */
  readonly transcript?: Transcript;
  /** The expectation that names this deviation. */
  readonly known?: { readonly reason: string; readonly link: string; readonly target?: string; readonly versions?: string };
  readonly ms: number;
}

/** Counts by verdict; `known` are fails that an expectation names. */
export type Tally = Record<'pass' | 'fail' | 'known' | 'unsupported' | 'skipped' | 'inconclusive', number>;

/** A program of a target: what it was, and how it was started where we did that (without passwords). */
export interface ToldNode {
  readonly name: string;
  readonly product: string;
  readonly version: string;
  readonly setup?: NodeSetup;
}

/** What was run on one target. */
export interface TargetReport {
  readonly target: string;
  /** 'haproxy 2.6.12 + mariadb 10.11.19' */
  readonly versions: string;
  readonly dialect?: 'mysql' | 'mariadb';
  /** Front to back. */
  readonly nodes?: readonly ToldNode[];
  /** What it declared, and what the probes before the first case found. */
  readonly profile?: ToldProfile;
  readonly results: readonly CheckResult[];
  /** What a reader must know to trust the verdicts: a path that is not transparent, a declared account that does not work. */
  readonly notes: readonly string[];
  /** What fails the run beside the results: expectations that no longer hold, a death that no case repeated alone. */
  readonly expectationProblems: readonly string[];
  /** The target could not be judged at all (unreachable, not MySQL, no image); then results is empty. */
  readonly failure?: { readonly code: string; readonly says: string };
  /** What HAProxy itself believes of this server, where it was asked. */
  readonly healthChecks?: readonly HealthState[];
  readonly ms: number;
}

/** A target's profile in words: why a case was skipped or unsupported stands here. */
export interface ToldProfile {
  /** As the greeting says. */
  readonly serverVersion: string;
  readonly capabilities: readonly string[];
  readonly mariadbCapabilities: readonly string[];
  /** Of the accounts that it was said to have: 'works', 'refused', … as far as they were tried. */
  readonly accounts: Readonly<Record<string, string>>;
  /** Those that a case asked for. */
  readonly features: Readonly<Record<string, boolean>>;
  /** The probes that it refused. */
  readonly refuses: readonly string[];
}

/** HAProxy as the judge: one check mode against one server, read from its stats socket. */
export interface HealthState {
  readonly mode: string;
  /** HAProxy's version. */
  readonly by: string;
  readonly status: string;
  /** L7OK, L7STS, L7RSP, L4CON … */
  readonly check: string;
  readonly code: number | undefined;
  readonly description: string;
  /** Times the state went from UP to DOWN or back while we looked. */
  readonly transitions: number;
  /** Every different result while we looked, in order: more than one means that it flaps. */
  readonly seen?: readonly string[];
}

/** A health check found in a recording, judged like a live one. */
export interface RecordedCheck {
  readonly file: string;
  readonly server: string;
  readonly mode: string;
  /** Greeting, OK, ERR 1251, FIN … in the order of the wire, with how often it was seen. */
  readonly outcome: string;
  readonly count: number;
  readonly verdict: 'OK' | 'ERR' | 'FIN' | 'FIN+RST' | 'RST' | 'open';
}

/** One run: everything the reporters print. */
export interface RunReport {
  readonly mywire: string;
  readonly startedAt: string;
  readonly command: string;
  readonly targets: readonly TargetReport[];
  /** What each case asked, by its id, as a fingerprint: equal as long as the question is. */
  readonly cases?: Readonly<Record<string, string>>;
  /** One line each: what this run could not test, and why. */
  readonly untested: readonly string[];
  readonly recorded?: readonly RecordedCheck[];
  /** Fails the whole run: unknown case ids in expectations, no case executed. */
  readonly problems: readonly string[];
  readonly ms: number;
}
