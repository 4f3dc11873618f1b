import type { Level } from '../case/verdict.ts';
import type { NodePlan, Topology } from '../target/topology/topology.ts';
import type { Stage } from './stage.ts';
import type { Wire } from './wire.ts';

export type { NodePlan, Topology };

/** What a story left behind: all that its assertions may look at. JSON can hold the facts, a pcapng the wire. */
export interface Observed<Facts> {
  readonly facts: Facts;
  readonly wire: Wire;
  /** The programs that played, with the versions that they report. */
  readonly nodes: readonly { readonly name: string; readonly product: string; readonly version: string }[];
  /** The sizes of the report, not the small ones. */
  readonly full: boolean;
  /** When the story ended, in ms since 1970: what came later belongs to the tearing down. */
  readonly until: number;
}

export interface Finding {
  readonly holds: boolean;
  /** What was seen, one line, in either case. */
  readonly seen: string;
}

/** Something that must be so at the end of a story. Pure: judged from what was observed, live or recorded. */
export interface Assertion<Facts> {
  /** Words, unique in the scenario: 'client-gets-2013'. */
  readonly name: string;
  /** One sentence saying what must hold. */
  readonly says: string;
  readonly level: Level;
  /** The page that says so, or the report that it comes from. */
  readonly source: string;
  readonly judge: (observed: Observed<Facts>) => Finding;
  /** A world in which it does not hold, made out of one in which it does: the proof that it can fail. */
  readonly unless: (observed: Observed<Facts>) => Observed<Facts>;
}

/** A story on a topology: what is done (act), and what must then be so (assertions). */
export interface Scenario<Facts = unknown> {
  /** Words: 'switchover/careless'. */
  readonly id: string;
  readonly title: string;
  /** The report of suites/scenarios.md that it belongs to: 'S1'; '' for none. */
  readonly report: string;
  readonly topology: Topology;
  /** ms for the whole story, the start not counted. */
  readonly limitMs: number;
  readonly act: (stage: Stage) => Promise<Facts>;
  readonly assertions: readonly Assertion<Facts>[];
  /** Pictures of what was measured, by file name: SVG text. */
  readonly plots?: (observed: Observed<Facts>) => Readonly<Record<string, string>>;
  /** Its column of a table that several scenarios fill: the same questions to every product. */
  readonly answers?: (observed: Observed<Facts>) => TableColumn;
}

/** The answers of one product. */
export interface TableColumn {
  /** The heading of its table. */
  readonly topic: string;
  /** The product with its version. */
  readonly column: string;
  /** Question and answer, in order. */
  readonly rows: readonly (readonly [string, string])[];
}

/** For the list of all scenarios: their facts differ. */
// biome-ignore lint/suspicious/noExplicitAny: each scenario judges only what its own act has returned.
export type AnyScenario = Scenario<any>;

export const finding = (holds: boolean, seen: string): Finding => ({ holds, seen });

/** The version of the first node of a product, as it reports it; '' when there is none. */
export const versionOf = ({ nodes }: Pick<Observed<unknown>, 'nodes'>, product: string): string =>
  nodes.find((node) => node.product === product)?.version ?? '';

/** The same world with other facts. */
export const withFacts = <F>(observed: Observed<F>, facts: Partial<F>): Observed<F> => ({
  ...observed,
  facts: { ...observed.facts, ...facts },
});
