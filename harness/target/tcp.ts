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
export function knock(endpoint: Endpoint, limitMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(endpoint);
    const end = (code: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(code);
    };
    const timer = setTimeout(() => end('ETIMEDOUT'), limitMs);
    socket.once('connect', () => end(undefined));
    socket.on('error', (error: NodeJS.ErrnoException) => end(codeOf(error)));
  });
}

/** Where a name has several addresses Node wraps the errors of all: the first one tells. */
function codeOf(error: NodeJS.ErrnoException | AggregateError): string {
  const first = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : error;
  return first?.code ?? (error as NodeJS.ErrnoException).code ?? error.message;
}

/**
 * Waits until something listens. No event tells of another process's listen(2), so this asks again every 15 ms.
 * @param stillWorthIt throws when waiting has become pointless (the program died)
 * @returns false when the limit (ms) passed
 */
export async function untilListening(endpoint: Endpoint, limitMs: number, stillWorthIt: () => void | Promise<void>): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const left = deadline - performance.now();
    if (left <= 0) return false;
    if ((await knock(endpoint, Math.min(left, 1000))) === undefined) return true;
    await stillWorthIt();
    await pause(15);
  }
}
