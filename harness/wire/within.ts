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

/**
 * Calls `late` when so many ms have passed, and the loop has turned once more: where it was late itself, what came in time still lies in
 * the kernel, and is read first.
 * @returns what ends the waiting
 */
export function afterLimit(limitMs: number, late: () => void): () => void {
  let turn: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    turn = setImmediate(late);
  }, limitMs);
  return () => {
    clearTimeout(timer);
    clearImmediate(turn);
  };
}
