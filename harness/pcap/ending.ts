import type { Side, TcpConnection, TcpControl, TcpEvent, TcpReset } from './tcp-connection.ts';

type Seen = Pick<TcpEvent, 'from' | 'frame'>;

/** How one side of a connection ended, and which side was first to end it. */
export interface Ending {
  readonly how: 'open' | 'fin' | 'fin+rst' | 'rst';
  /** The side whose FIN or RST came first. */
  readonly first: Side | undefined;
  /** The frame that decided `how`: the RST if one counts, else the FIN. */
  readonly frame: number | undefined;
}

/** Of a FIN or RST what tells how a side ended. */
export type End = Pick<TcpControl, 'kind' | 'from' | 'frame'> | Pick<TcpReset, 'kind' | 'from' | 'frame' | 'provoked'>;

/**
 * How a side ended, from the capture. A RST that only answers what the other side sent after this side's end
 * (`provoked`) does not count: it says nothing about what this side chose.
 */
export function ending(connection: { readonly events: readonly (TcpEvent | End)[] }, side: Side): Ending {
  let first: Seen | undefined;
  let fin: Seen | undefined;
  let rst: Seen | undefined;
  for (const event of connection.events) {
    if (!isEnd(event)) continue;
    first = earlier(first, event);
    if (event.from !== side) continue;
    if (event.kind === 'fin') fin = earlier(fin, event);
    else rst = earlier(rst, event);
  }
  const how = fin && rst ? 'fin+rst' : fin ? 'fin' : rst ? 'rst' : 'open';
  return { how, first: first?.from, frame: (rst ?? fin)?.frame };
}

export function serverEnding(connection: Pick<TcpConnection, 'events'>): Ending {
  return ending(connection, 'server');
}

/** By frame; of those in one frame, the one that was told of first. */
function earlier(one: Seen | undefined, other: Seen): Seen {
  return one === undefined || other.frame < one.frame ? other : one;
}

function isEnd(event: TcpEvent | End): boolean {
  return event.kind === 'fin' || (event.kind === 'rst' && !event.provoked);
}
