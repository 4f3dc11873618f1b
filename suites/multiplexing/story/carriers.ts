import type { Observed } from '../../../harness/scenario/scenario.ts';
import { type Exchange, onLink, type Wire, type WireConnection } from '../../../harness/scenario/wire.ts';
import { backendLeg } from './topology.ts';

export type Carried = Exchange & { readonly on: WireConnection };

/** Every exchange of a leg whose statement holds that mark as a string: 'delay 5, query 3'. */
export function marked(wire: Wire, mark: string, link: string = backendLeg): Carried[] {
  return onLink(wire, link).flatMap((on) =>
    on.exchanges.filter(({ sql }) => sql?.includes(`'${mark}'`)).map((exchange) => ({ ...exchange, on })),
  );
}

/** The server's own id of the connection that carried the statement with that mark; undefined when none did. */
export const carrier = (wire: Wire, mark: string, link: string = backendLeg): number | undefined =>
  marked(wire, mark, link)[0]?.on.threadId;

/** A world in which every statement of the backend leg went over one connection. */
export const overOne = <F>(observed: Observed<F>, leg: string = backendLeg): Observed<F> => withThreadIds(observed, leg, () => 1);

/** A world in which each statement of the backend leg had a connection of its own. */
export function overMany<F>(observed: Observed<F>, leg: string = backendLeg): Observed<F> {
  const connections = observed.wire.connections.flatMap((one) =>
    one.link === leg ? one.exchanges.map((exchange) => ({ ...one, exchanges: [exchange] })) : [one],
  );
  let id = 0;
  return withThreadIds({ ...observed, wire: { connections } }, leg, () => ++id);
}

function withThreadIds<F>(observed: Observed<F>, leg: string, next: () => number): Observed<F> {
  const connections = observed.wire.connections.map((one) => (one.link === leg ? { ...one, threadId: next() } : one));
  return { ...observed, wire: { connections } };
}

/** What passed on the backend leg between the answer to one marked statement and another, by time. */
export function window(wire: Wire, from: string, to: string): Carried[] {
  const begin = marked(wire, from)[0]?.answeredAt ?? Number.POSITIVE_INFINITY;
  const end = marked(wire, to)[0]?.at ?? Number.NEGATIVE_INFINITY;
  return onLink(wire, backendLeg)
    .flatMap((on) => on.exchanges.filter(({ at }) => at > begin && at < end).map((exchange) => ({ ...exchange, on })))
    .sort((a, b) => a.at - b.at);
}
