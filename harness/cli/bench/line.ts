/** One thing that npm run bench measures. A file of its own, imported when it is asked for. */
export interface BenchLine {
  /** What is measured against what; the arguments it takes in brackets. */
  readonly about: string;
  readonly promise: string;
  /** Says the figures; is the promise kept? 'untold' where this machine lacks what it is measured against. */
  readonly bench: (args: readonly string[], say: (line: string) => void) => Promise<boolean | 'untold'>;
}
