/** Does it come within the limit (ms)? What it rejects with is thrown. */
export async function within(event: Promise<unknown>, limitMs: number): Promise<boolean> {
  let forget: (() => void) | undefined;
  const late = new Promise<false>((resolve) => {
    forget = afterLimit(limitMs, () => resolve(false));
  });
  try {
    return await Promise.race([event.then(() => true), late]);
  } finally {
    forget?.();
  }
}

/** A limit is counted in pieces of so many ms. */
const PIECE_MS = 250;

/**
 * Calls `late` when so many ms have passed, and the loop has turned once more: where it was late itself, what came in time still lies in
 * the kernel, and is read first. A piece in which this process stood still (a starved machine) counts as one piece, however long it was:
 * the peer may live in this process, and what it owes is not late.
 * @returns what ends the waiting
 */
export function afterLimit(limitMs: number, late: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout;
  const wait = (leftMs: number): void => {
    const ms = Math.min(leftMs, PIECE_MS);
    timer = setTimeout(() => {
      if (leftMs > ms) wait(leftMs - ms);
      else turn = setImmediate(late);
    }, ms);
  };
  wait(limitMs);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}

/** Parts of a limit in which next to nothing moves, in a row. */
const STILL = 4;
/** ms of the first part before `moved` is asked for the first time: the kernel's table is long on a busy machine, and most answers are there by then. */
const FIRST_LOOK_MS = 50;

/**
 * The same, of a limit that begins again while `moved` grows by `enough` within it, for `mostMs` at most.
 * @param late is told whether it still grew
 */
export function afterStillness(
  { limitMs, mostMs, enough }: { readonly limitMs: number; readonly mostMs: number; readonly enough: number },
  moved: () => number,
  late: (grew: boolean) => void,
): () => void {
  const from = performance.now();
  const part = limitMs / STILL;
  const firstLook = Math.min(FIRST_LOOK_MS, part / 2);
  let before = 0;
  let still = 0;
  const wait = (ms: number): (() => void) =>
    afterLimit(ms, () => {
      const now = moved();
      still = now - before < enough / STILL ? still + 1 : 0;
      before = now;
      if (still === STILL) late(false);
      else if (performance.now() - from >= mostMs) late(true);
      else forget = wait(part);
    });
  let forget = afterLimit(firstLook, () => {
    before = moved();
    forget = wait(part - firstLook);
  });
  return () => forget();
}
