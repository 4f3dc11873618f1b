import type { Exec } from './exec.ts';

/** Plays these alone, one after the other, on a target that is well; does it come to the same? */
export type StillFails = (execs: readonly Exec[]) => Promise<boolean>;

/**
 * Which of the execs since the last check it was: halves, then quarters … are played alone. Undefined where even all of them
 * together do not show it again. `most`: plays.
 */
export async function attribute(execs: readonly Exec[], stillFails: StillFails, most = 64): Promise<readonly Exec[] | undefined> {
  let plays = 0;
  const fails = async (some: readonly Exec[]): Promise<boolean> => some.length > 0 && plays++ < most && (await stillFails(some));
  if (!(await fails(execs))) return undefined;
  let culprits = execs;
  // Zeller's delta debugging: parts, then what is left without one.
  for (let parts = 2; culprits.length > 1 && plays < most; ) {
    const size = Math.ceil(culprits.length / parts);
    const starts = Array.from({ length: Math.ceil(culprits.length / size) }, (_, i) => i * size);
    // What came last is the likeliest.
    let smaller: readonly Exec[] | undefined;
    for (const at of starts.reverse()) {
      const part = culprits.slice(at, at + size);
      if (part.length < culprits.length && (await fails(part))) {
        smaller = part;
        parts = 2;
        break;
      }
    }
    if (!smaller && parts > 2)
      for (const at of starts) {
        const rest = [...culprits.slice(0, at), ...culprits.slice(at + size)];
        if (await fails(rest)) {
          smaller = rest;
          parts = Math.max(parts - 1, 2);
          break;
        }
      }
    if (smaller) culprits = smaller;
    else if (size === 1) break;
    else parts = Math.min(parts * 2, culprits.length);
  }
  return culprits;
}
