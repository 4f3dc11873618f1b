import { setTimeout as pause } from 'node:timers/promises';
import type { TargetOptions } from '../target/options.ts';
import { type NodeSetup, TargetError } from '../target/target.ts';
import { type Place, placeName } from '../target/topology/choice.ts';
import type { RunningTopology } from '../target/topology/running.ts';
import { startTopology } from '../target/topology/start.ts';
import type { AnyScenario, Assertion, Observed } from './scenario.ts';
import { clock, openStage, wireOfTaps } from './stage.ts';

export type AssertionVerdict = 'pass' | 'fail' | 'inconclusive';

/** What one assertion came to. */
export interface AssertionResult {
  readonly name: string;
  readonly says: string;
  readonly level: Assertion<unknown>['level'];
  readonly source: string;
  readonly verdict: AssertionVerdict;
  readonly seen: string;
}

export interface StoryLine {
  /** ms since the story began. */
  readonly at: number;
  readonly says: string;
}

/** One scenario that was played, or why it was not. */
export interface Played {
  readonly scenario: AnyScenario;
  /** 'local', or the versions in Docker. */
  readonly on: string;
  readonly verdict: AssertionVerdict | 'skipped';
  /** Why it was skipped or is inconclusive. */
  readonly reason?: string;
  readonly story: readonly StoryLine[];
  readonly results: readonly AssertionResult[];
  readonly observed?: Observed<unknown>;
  /** The programs, and how each was started (without passwords). */
  readonly nodes?: readonly PlayedNode[];
  /** Of the taps, for the evidence; empty when nothing ran. */
  readonly taps: RunningTopology['taps'];
  /** ms from start to stop. */
  readonly ms: number;
}

export interface PlayedNode {
  readonly name: string;
  readonly product: string;
  readonly version: string;
  readonly setup?: NodeSetup;
}

export interface PlayOptions {
  readonly full?: boolean;
  readonly targetOptions?: TargetOptions;
  readonly onLine?: (line: StoryLine) => void;
  /** Ends the story where it is: it is inconclusive then. */
  readonly signal?: AbortSignal | undefined;
}

/** The reason of a scenario that was stopped by its user. */
export const INTERRUPTED = 'it was interrupted';

/** What is not on this machine: a scenario that needs it is skipped, and says so. */
const missing: readonly string[] = ['TARGET_NO_BINARY', 'TARGET_NO_DOCKER', 'TARGET_NO_IMAGE'];

/** Plays a scenario on a topology of its own and judges it. Never throws: what went wrong on our side is the reason. */
export async function play(
  scenario: AnyScenario,
  place: Place,
  { full = false, targetOptions = {}, onLine, signal }: PlayOptions = {},
): Promise<Played> {
  const began = performance.now();
  const story: StoryLine[] = [];
  const base = { scenario, on: placeName(place, scenario.topology) };
  const tell = (at: number, says: string): void => {
    story.push({ at, says });
    onLine?.({ at, says });
  };
  const ended = (rest: Omit<Played, 'scenario' | 'on' | 'story' | 'ms'>): Played => ({
    ...base,
    story,
    ms: performance.now() - began,
    ...rest,
  });
  let topology: RunningTopology;
  try {
    topology = await startTopology(scenario.topology, place, targetOptions);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const verdict = missing.includes(error.code) ? 'skipped' : 'inconclusive';
    return ended({ verdict, reason: error.message, results: [], taps: [] });
  }
  const stage = openStage({ topology, full, onLine: tell });
  try {
    const facts: unknown = await within(scenario.act(stage), scenario.limitMs, signal);
    const until = clock();
    const observed = { facts, wire: wireOfTaps(topology.taps), nodes: nodesOf(topology), full, until };
    const results = judge(scenario, observed);
    return ended({ verdict: worst(results), results, observed, nodes: setupsOf(topology), taps: topology.taps });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const results = scenario.assertions.map((one) => ({
      ...told(one),
      verdict: 'inconclusive' as const,
      seen: `the story did not end: ${reason}`,
    }));
    return ended({ verdict: 'inconclusive', reason, results, nodes: setupsOf(topology), taps: topology.taps });
  } finally {
    await stage.close();
    await topology.stop();
  }
}

/** Judges what was observed. */
export function judge(scenario: AnyScenario, observed: Observed<unknown>): AssertionResult[] {
  return scenario.assertions.map((one) => {
    const { holds, seen } = one.judge(observed);
    return { ...told(one), verdict: holds ? 'pass' : 'fail', seen };
  });
}

const told = ({ name, says, level, source }: Assertion<unknown>) => ({ name, says, level, source });

const nodesOf = (topology: RunningTopology) => topology.nodes().map(({ name, product, version }) => ({ name, product, version }));

const setupsOf = (topology: RunningTopology): PlayedNode[] =>
  topology.nodes().map(({ name, product, version, setup }) => ({ name, product, version, ...(setup && { setup: setup() }) }));

function worst(results: readonly AssertionResult[]): AssertionVerdict {
  if (results.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return results.length === 0 || results.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass';
}

async function within<T>(act: Promise<T>, limitMs: number, signal?: AbortSignal): Promise<T> {
  const stop = new AbortController();
  const late = pause(limitMs, undefined, { signal: stop.signal, ref: true }).then(() => {
    throw new Error(`it took longer than ${limitMs} ms`);
  });
  let interrupt = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = () => reject(new Error(INTERRUPTED));
  });
  interrupted.catch(() => {});
  signal?.addEventListener('abort', interrupt, { once: true });
  if (signal?.aborted) interrupt();
  try {
    return await Promise.race([act, late, interrupted]);
  } finally {
    signal?.removeEventListener('abort', interrupt);
    stop.abort();
    late.catch(() => {});
    act.catch(() => {});
  }
}
