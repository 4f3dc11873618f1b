/** A ratio of two things measured in one run. */
export interface Figure {
  readonly name: string;
  /** Absent where it was not measured; then `why` says why not. */
  readonly ratio?: number;
  readonly why?: string;
  /** What is promised, where something is. */
  readonly least?: number;
  readonly most?: number;
}

/** One thing that npm run bench measures. A file of its own, imported when it is asked for. */
export interface BenchLine {
  /** What is measured against what; the arguments it takes in brackets. */
  readonly about: string;
  readonly promise: string;
  readonly bench: Bench;
}

/** Says what it finds on the way. `tiny`: with the least input that goes through everything; the ratios then mean nothing. */
export type Bench = (args: readonly string[], say: (line: string) => void, tiny: boolean) => Promise<readonly Figure[]>;

/** Undefined where nothing is promised or measured. */
export function keptOf({ ratio, least, most }: Figure): boolean | undefined {
  if (ratio === undefined || (least === undefined && most === undefined)) return undefined;
  return ratio >= (least ?? Number.NEGATIVE_INFINITY) && ratio <= (most ?? Number.POSITIVE_INFINITY);
}
