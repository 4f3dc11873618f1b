/** The first Ctrl-C or SIGTERM aborts the signal, and `stopping` says so; the second kills. Call `end` when the work is done. */
export function stopOnSignals(stopping: () => void): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const stop = (): void => {
    stopping();
    controller.abort();
    end();
  };
  const end = (): void => {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  return { signal: controller.signal, end };
}
