import type { Endpoint, Leg, RunningNode } from './target.ts';

/** Names of a chain's nodes, front to back, each only once: haproxy, proxysql, proxysql2, mariadb. */
export function nodeNames(parts: readonly { readonly product: string }[]): string[] {
  return parts.map(({ product }, index) => {
    const before = parts.slice(0, index).filter((part) => part.product === product).length;
    return before === 0 ? product : `${product}${before + 1}`;
  });
}

/** One leg per node: client-haproxy, haproxy-mariadb. */
export function legsOf(nodes: readonly { readonly name: string; readonly endpoint: Endpoint }[]): Leg[] {
  return nodes.map(({ name, endpoint }, index) => ({ name: `${nodes[index - 1]?.name ?? 'client'}-${name}`, to: endpoint }));
}

/** The first of at least one node: what the client talks to. */
export function frontOf(nodes: readonly RunningNode[]): Endpoint {
  const front = nodes[0];
  if (!front) throw new Error('a target without a node');
  return front.endpoint;
}

/**
 * Waits for all, also when one fails, so that whatever did start can be stopped.
 * @throws the first failure, after `undo` has been given all that succeeded
 */
export async function allOrNone<T>(starts: readonly Promise<T>[], undo: (started: readonly T[]) => Promise<void>): Promise<T[]> {
  const results = await Promise.allSettled(starts);
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (!failed) return started;
  await undo(started);
  throw failed.reason;
}
