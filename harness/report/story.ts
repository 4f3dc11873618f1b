import type { AssertionResult, Played, PlayedNode, StoryLine } from '../scenario/play.ts';
import type { AnyScenario } from '../scenario/scenario.ts';
import type { Colors } from './color.ts';
import { oneLine } from './layout.ts';

/** A line of a story while it is told. */
export const storyLine = ({ at, says }: StoryLine): string => `  ${(at / 1000).toFixed(3).padStart(8)} s  ${oneLine(says)}`;

/** What a scenario came to, for a person. */
export function playedAsText({ on, verdict, reason, results, observed, ms }: Played, c: Colors, folder?: string): string {
  const versions = observed?.nodes.map(({ name, version }) => `${name} ${version}`).join(', ');
  const lines = results.map((one) => assertionLine(one, c));
  return [
    ...(versions ? [`  on ${oneLine(on)}: ${oneLine(versions)}`] : []),
    ...lines.flat(),
    ...(reason ? [`  ${verdict}: ${oneLine(reason)}`] : []),
    ...(folder ? [`  evidence ${folder}`] : []),
    `  ${tone(verdict, c)(verdict.toUpperCase())} in ${(ms / 1000).toFixed(1)} s`,
    '',
  ].join('\n');
}

function assertionLine({ name, says, level, source, verdict, seen }: AssertionResult, c: Colors): string[] {
  const head = `  ${tone(verdict, c)(verdict.toUpperCase().padEnd(5))} ${level.padEnd(7)} ${name}: ${oneLine(seen)}`;
  return verdict === 'pass' ? [head] : [head, `        must hold: ${says}`, `        source: ${source}`];
}

function tone(verdict: Played['verdict'], c: Colors): (text: string) => string {
  if (verdict === 'pass') return c.green;
  return verdict === 'fail' ? c.red : c.yellow;
}

/** mywire scenario --list. */
export function scenarioList(scenarios: readonly AnyScenario[]): string {
  return scenarios
    .flatMap(({ id, title, report, topology, assertions }) => [
      `${id.padEnd(36)} ${report.padEnd(3)} ${title}`,
      `${' '.repeat(41)}on ${topology.id}: ${topology.says}`,
      ...assertions.map(({ name, level, says }) => `${' '.repeat(41)}${level.padEnd(7)} ${name}: ${says}`),
    ])
    .join('\n');
}

/** A scenario in `mywire scenario --json`, which has a list of them in `results`, without bytes. */
export interface JsonPlayed {
  readonly scenario: string;
  /** The report that it retells. */
  readonly report: Played['scenario']['report'];
  readonly on: string;
  readonly verdict: Played['verdict'];
  readonly reason?: string;
  readonly nodes: readonly PlayedNode[];
  readonly assertions: Played['results'];
  /** What the story collected; another shape in each scenario. */
  readonly facts: unknown;
  readonly story: Played['story'];
  readonly ms: number;
}

export function playedAsJson(all: readonly Played[]): string {
  const results = all.map(
    ({ scenario, on, verdict, reason, results, observed, story, ms }): JsonPlayed => ({
      scenario: scenario.id,
      report: scenario.report,
      on,
      verdict,
      ...(reason ? { reason } : {}),
      nodes: observed?.nodes ?? [],
      assertions: results,
      facts: observed?.facts,
      story,
      ms: Math.round(ms),
    }),
  );
  return JSON.stringify({ format: 'mywire.scenarios/1', results }, null, 2);
}
