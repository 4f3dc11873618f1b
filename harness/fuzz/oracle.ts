import type { Exec } from './exec.ts';
import type { Likeness } from './likeness.ts';
import type { Played, PlayedClient } from './play.ts';

/** Something that must hold and did not. */
export interface Violation {
  readonly oracle: string;
  /** One sentence for a person: what was sent, what came back. */
  readonly says: string;
  /** Index of the client that saw it. */
  readonly client: number;
  /** What is wrong in general, without values: two violations of one cause have the same. */
  readonly kind: string;
  /**
   * Kinds of the same without what it was seen under (several commands at once, behind an ERR 1047): a smaller exec may show one of these in its
   * place, and what was seen under less is not hidden by it.
   */
  readonly plainer?: readonly string[];
  /** The program that did it, where that is known. */
  readonly node?: string;
  /** What the client should have seen, where that is known: a case expects it. */
  readonly expected?: PlayedClient;
  /** What the client saw that should have seen this, where it is not what the exec itself showed. */
  readonly wrong?: PlayedClient;
}

/** A violation's kinds: `names`, of which the later ones say less, each with what it was seen under, and without. */
export function kindsOf(names: readonly string[], under: string): { kind: string; plainer?: readonly string[] } {
  const [kind = '', ...plainer] = [...new Set([...names.map((name) => `${name}${under}`), ...names])];
  return { kind, ...(plainer.length > 0 && { plainer }) };
}

/** What something may be seen under, as kinds and sentences tell it; expectations know them by these words. */
export const AT_ONCE = ', several commands at once';
export const WITHOUT_METADATA = ', under resultset_metadata NONE';

/** What an oracle may ask for beside the exec that it judges. */
export interface Questions {
  /** Plays another exec on the same target. */
  readonly again: (exec: Exec) => Promise<Played>;
  /** The same, and waits for every answer as long as for that of an honest client. */
  readonly patiently: (exec: Exec) => Promise<Played>;
  /** The same on the target that this one is held against (--against); undefined without one. */
  readonly against?: (exec: Exec) => Promise<Played>;
  /** How alike the two must be; default 'same product'. */
  readonly likeness?: Likeness;
  /** A number for this exec, the same in every campaign with its seed: which of many further questions is asked. */
  readonly pick: number;
}

/** One thing that must hold whatever is sent. */
export interface Oracle {
  /** Words, as on the command line: --oracle delivery. */
  readonly name: string;
  readonly says: string;
  /** Defects of the reference server that it catches. */
  readonly killedBy: readonly [string, ...string[]];
  /** The share of execs that it is asked about, where asking costs further connections; default 1. */
  readonly share?: (exec: Exec) => number;
  /** It also speaks of clients that lie: two servers of one kind answer lies alike. Default: only of those that can be read (`reading.ts`). */
  readonly ofLies?: 'same product';
  /** Only where it is named (--oracle): it has raised false alarms. */
  readonly onlyByName?: true;
  judge(played: Played, questions: Questions): Promise<Violation | undefined> | Violation | undefined;
}

/** One thing that must hold of the target as a whole: asked every so many execs, and at the end. */
export interface Watch {
  readonly name: string;
  readonly says: string;
  readonly killedBy: readonly [string, ...string[]];
  /** `client` of its violations is 0: whose fault it is `attribute.ts` finds out. */
  check(): Promise<Violation | undefined>;
}
