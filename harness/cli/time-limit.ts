import { duration } from '../report/layout.ts';
import { RunStopped } from '../run/not-reached.ts';

/** A signal that ends a run after so many ms, and says so. It keeps no process alive. */
export function timeLimit(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(new RunStopped(`the time limit of ${duration(ms)} was over`)), ms).unref();
  return controller.signal;
}
