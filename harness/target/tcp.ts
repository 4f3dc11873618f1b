import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Endpoint } from './target.ts';

/** host:port, an IPv6 address in brackets. */
export function written({ host, port }: Endpoint): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Connects, sends nothing, and closes again.
 * @param limitMs after it the attempt counts as failed with code ETIMEDOUT
 * @returns undefined when the connection was accepted, else the error's code (ECONNREFUSED, ENOTFOUND …)
 */
export async function knock(endpoint: Endpoint, limitMs: number): Promise<string | undefined> {
  const found = await reach(endpoint, limitMs);
  return typeof found === 'string' ? found : undefined;
}

/** The same; where the connection was accepted, the address that it went to: a name may stand for several servers. */
export function reach(endpoint: Endpoint, limitMs: number): Promise<string | Endpoint> {
  return new Promise((resolve) => {
    const socket = connect(endpoint);
    const end = (found: string | Endpoint) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(found);
    };
    const timer = setTimeout(() => end('ETIMEDOUT'), limitMs);
    socket.once('connect', () => end({ host: socket.remoteAddress ?? endpoint.host, port: endpoint.port }));
    socket.on('error', (error: NodeJS.ErrnoException) => end(codeOf(error)));
  });
}

/** Where a name has several addresses Node wraps the errors of all: the first one tells. */
function codeOf(error: NodeJS.ErrnoException | AggregateError): string {
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : error;
  return first?.code ?? (error as NodeJS.ErrnoException).code ?? error.message;
}

/**
 * Asks again every 15 ms until the answer is yes. For what no event tells: another process's listen(2).
 * @param stillWorthIt throws when waiting has become pointless (the program died)
 * @returns false when the limit (ms) passed
 */
export async function until(
  isSo: (leftMs: number) => Promise<boolean>,
  limitMs: number,
  stillWorthIt: () => void | Promise<void>,
): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const left = deadline - performance.now();
    if (left <= 0) return false;
    if (await isSo(left)) return true;
    await stillWorthIt();
    await pause(15);
  }
}

/** Waits until something listens. Throws and returns as `until`. */
export function untilListening(endpoint: Endpoint, limitMs: number, stillWorthIt: () => void | Promise<void>): Promise<boolean> {
  return until(async (left) => (await knock(endpoint, Math.min(left, 1000))) === undefined, limitMs, stillWorthIt);
}

/** Waits until an act does not fail. Throws and returns as `until`. */
export function untilDone(act: () => Promise<unknown>, limitMs: number, stillWorthIt: () => void | Promise<void>): Promise<boolean> {
  return until(
    () =>
      act().then(
        () => true,
        () => false,
      ),
    limitMs,
    stillWorthIt,
  );
}
