/** What the page is given: the types of the data blocks of the file. The page's script (page/) reads these and nothing else. */

/** In the order of every count and column. */
export type Verdict = 'pass' | 'fail' | 'known' | 'unsupported' | 'skipped' | 'inconclusive';

/** The first block: all that the matrix, the filters and the summary need. Long strings stand once, in `strings`. */
export interface PageData {
  readonly mywire: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly command: string;
  /** How long the run took. */
  readonly took: string;
  readonly exit: { readonly code: number; readonly reason: string };
  readonly targets: readonly PageTarget[];
  /** Of the run: its problems, and what it could not test. */
  readonly problems: readonly string[];
  readonly untested: readonly string[];
  readonly strings: readonly string[];
  readonly sources: readonly PageSource[];
  readonly cases: readonly PageCase[];
  readonly results: readonly PageResult[];
  /** Of each block of stories, the index of the first result in it. */
  readonly blocks: readonly number[];
  /** Targets to be compared first, by index: before and after. */
  readonly compare: readonly [number, number] | null;
  /** What the gate says of results of the candidate, by index; null: the page compares what was seen. */
  readonly kinds: readonly (readonly [result: number, kind: PageKind])[] | null;
  /** The results that stop the gate, by index, what to look at first in front; null: the page is no gate's. */
  readonly stops: readonly number[] | null;
}

/** What a check is on one target beside the other. */
export type PageKind = 'worse' | 'lost' | 'unjudged' | 'changed' | 'better' | 'gained';

export interface PageTarget {
  readonly name: string;
  readonly versions: string;
  readonly took: string;
  readonly notes: readonly string[];
  readonly problems: readonly string[];
  /** Why it could not be judged at all. */
  readonly failure: string;
}

/** A sentence of a manual, and where it stands; url is '' unless it can be followed. */
export interface PageSource {
  readonly says: string;
  readonly url: string;
}

export interface PageCase {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly level: string;
  /** Indexes into sources. */
  readonly sources: readonly number[];
  readonly link: string;
}

/** One check: indexes into cases, targets and strings (-1: nothing), and small numbers. A tuple, since there are thousands. */
export type PageResult = readonly [
  caseIndex: number,
  target: number,
  delivery: number,
  verdict: Verdict,
  reason: number,
  observation: number,
  /** Length of the pcapng in bytes; 0: there is none. */
  capture: number,
];

/** The rest of a result, in a block that is read when it is asked for. */
export interface PageStory {
  readonly expected: string;
  readonly got: string;
  readonly known: { readonly reason: string; readonly link: string } | null;
  /** '' for one try. */
  readonly tries: string;
  readonly tally: readonly (readonly [count: number, observation: string])[];
  readonly took: string;
  readonly repeat: string;
  /** A relative address of the folder of evidence; '' without one. */
  readonly evidence: string;
  /** Null where there was no connection. */
  readonly wire: PageWire | null;
}

/** What happened on the client's socket, and on the connections behind it where those were captured. */
export interface PageWire {
  readonly ending: string;
  readonly events: readonly PageEvent[];
  /** Bytes of either side that became no whole packet. */
  readonly left: readonly PagePacket[];
  /** What is not shown, '' where all is. */
  readonly more: string;
  readonly legs: readonly PageLeg[];
}

export interface PageEvent {
  /** ms since the connection was asked for. */
  readonly at: number;
  readonly way: Way;
  readonly says: string;
  readonly packets: readonly PagePacket[];
}

export type Way = '->' | '<-' | '';

export interface PagePacket {
  readonly way: Way;
  readonly name: string;
  /** Sequence id, length. */
  readonly about: string;
  readonly problem: string;
  /** As on the wire, header included, as far as it is kept. */
  readonly hex: string;
  /** Bytes on the wire. */
  readonly size: number;
  /** Offset of the payload in the packet: fields are counted from there. -1: the bytes are not those of the fields. */
  readonly payloadAt: number;
  readonly fields: readonly PageField[];
}

export type PageField = readonly [offset: number, length: number, name: string, value: string, part: 0 | 1];

/** One captured connection: times on its leg, on the clock of the client's events. */
export interface PageLeg {
  /** Whose leg it is, and its two ends. */
  readonly whose: string;
  readonly name: string;
  readonly lines: readonly { readonly at: number; readonly way: Way; readonly says: string }[];
}
