const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * The first Ctrl-C or SIGTERM aborts the signal, and `stopping` says so; the second kills. Call `end` when the work is done.
 *
 * The listener stays while the first is dealt with: testcontainers brings one of its own (signal-exit), which kills the process where it finds itself alone.
 */
export function stopOnSignals(stopping: () => void): { readonly signal: AbortSignal; readonly end: () => void } {
  const controller = new AbortController();
  const end = (): void => {
    for (const name of signals) process.removeListener(name, stop);
  };
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      end();
      process.kill(process.pid, name);
      return;
    }
    stopping();
    controller.abort();
  };
  for (const name of signals) process.on(name, stop);
  return { signal: controller.signal, end };
}
