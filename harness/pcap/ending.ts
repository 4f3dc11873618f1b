import type { Side, TcpConnection, TcpControl, TcpEvent, TcpReset } from './tcp-connection.ts';

type Seen = Pick<TcpEvent, 'from' | 'frame'>;

/** Capturing on several processors reorders by microseconds: what a side sends so long after its RST, it sent after it. */
const GOES_ON_NS = 1_000_000n;

/** How one side of a connection ended, and which side was first to end it. */
export interface Ending {
  readonly how: 'open' | 'fin' | 'fin+rst' | 'rst';
  /** The side whose FIN or RST came first. */
  readonly first: Side | undefined;
  /** The frame that decided `how`: the RST if one counts, else the FIN. */
  readonly frame: number | undefined;
}

/** Of a FIN or RST what tells how a side ended. */
export type End = Pick<TcpControl, 'kind' | 'from' | 'frame'> | Pick<TcpReset, 'kind' | 'from' | 'frame' | 'provoked' | 'timeNs'>;

/**
 * How a side ended, from the capture. A RST that only answers what the other side sent after this side's end
 * (`provoked`) does not count: it says nothing about what this side chose.
 */
export function ending(connection: { readonly events: readonly (TcpEvent | End)[] }, side: Side): Ending {
  let first: Seen | undefined;
  let fin: Seen | undefined;
  let rst: Seen | undefined;
  for (const event of counting(connection.events)) {
    first = earlier(first, event);
    if (event.from !== side) continue;
    if (event.kind === 'fin') fin = earlier(fin, event);
    else rst = earlier(rst, event);
  }
  const how = fin && rst ? 'fin+rst' : fin ? 'fin' : rst ? 'rst' : 'open';
  return { how, first: first?.from, frame: (rst ?? fin)?.frame };
}

/** FINs and RSTs that count. */
function counting(events: readonly (TcpEvent | End)[]): readonly End[] {
  return withoutIgnoredResets(events).filter(isEnd);
}

/**
 * The ends that stand when this event has come behind them. A side that goes on behind its RST has not reset: somebody on the way made
 * the RST up, or it has a number outside of the window, which the other side takes for none (RFC 5961 section 3.2).
 */
export function stillStanding<E extends End>(ends: readonly E[], later: TcpEvent | End): readonly E[] {
  const isGoneOn = (end: E) => end.kind === 'rst' && isBehind(end, later);
  return ends.some(isGoneOn) ? ends.filter((end) => !isGoneOn(end)) : ends;
}

/** Events without the RSTs that ended nothing. */
export function withoutIgnoredResets<E extends TcpEvent | End>(events: readonly E[]): readonly E[] {
  let resets: readonly (E & End)[] = [];
  const ignored = new Set<E>();
  for (const event of events) {
    const still = stillStanding(resets, event);
    for (const one of resets) if (!still.includes(one)) ignored.add(one);
    resets = isReset(event) ? [...still, event] : still;
  }
  return ignored.size === 0 ? events : events.filter((event) => !ignored.has(event));
}

const isReset = <E extends TcpEvent | End>(event: E): event is E & End => event.kind === 'rst';

function isBehind(rst: Pick<TcpReset, 'from' | 'timeNs'>, later: TcpEvent | End): boolean {
  if (later.from !== rst.from || !('timeNs' in later)) return false;
  const goesOn = later.kind === 'data' || later.kind === 'fin' || later.kind === 'syn-ack';
  return goesOn && isSentBehind(rst, later);
}

/** What the side of this RST sent later, and not only stands later in the capture. */
export function isSentBehind(rst: Pick<TcpReset, 'timeNs'>, later: { readonly timeNs: bigint }): boolean {
  return later.timeNs - rst.timeNs >= GOES_ON_NS;
}

export function serverEnding(connection: Pick<TcpConnection, 'events'>): Ending {
  return ending(connection, 'server');
}

/** By frame; of those in one frame, the one that was told of first. */
function earlier(one: Seen | undefined, other: Seen): Seen {
  return one === undefined || other.frame < one.frame ? other : one;
}

function isEnd(event: TcpEvent | End): event is End {
  return event.kind === 'fin' || (event.kind === 'rst' && !event.provoked);
}
