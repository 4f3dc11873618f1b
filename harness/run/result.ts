import type { Source } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import type { Level, Verdict } from '../case/verdict.ts';
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
  readonly known?: { readonly reason: string; readonly link: string };
  readonly ms: number;
}

/** Counts by verdict; `known` are fails that an expectation names. */
export type Tally = Record<'pass' | 'fail' | 'known' | 'unsupported' | 'skipped' | 'inconclusive', number>;
