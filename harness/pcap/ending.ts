import type { Side, TcpConnection, TcpEvent } from './tcp-connection.ts';

/** How one side of a connection ended, and which side was first to end it. */
export interface Ending {
  readonly how: 'open' | 'fin' | 'fin+rst' | 'rst';
  /** The side whose FIN or RST came first. */
  readonly first: Side | undefined;
  /** The frame that decided `how`: the RST if one counts, else the FIN. */
  readonly frame: number | undefined;
}

/**
 * How a side ended, from the capture. A RST that only answers what the other side sent after this side's end
 * (`provoked`) does not count: it says nothing about what this side chose.
 */
export function ending(connection: Pick<TcpConnection, 'events'>, side: Side): Ending {
  const ends = connection.events.filter(isEnd).sort((a, b) => a.frame - b.frame);
  const mine = ends.filter((event) => event.from === side);
  const fin = mine.find((event) => event.kind === 'fin');
  const rst = mine.find((event) => event.kind === 'rst');
  const how = fin && rst ? 'fin+rst' : fin ? 'fin' : rst ? 'rst' : 'open';
  return { how, first: ends[0]?.from, frame: (rst ?? fin)?.frame };
}

export function serverEnding(connection: Pick<TcpConnection, 'events'>): Ending {
  return ending(connection, 'server');
}

function isEnd(event: TcpEvent): boolean {
  return event.kind === 'fin' || (event.kind === 'rst' && !event.provoked);
}
