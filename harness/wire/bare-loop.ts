import { connect } from 'node:net';

/** What one connection sends: the segments, in order. */
export type BareConnection = readonly Uint8Array[];

/**
 * The baseline that the runner's CPU time is held against: opens the same connections and sends the same bytes in the
 * same segments, reads and forgets what comes back. No transcript, no decoding, no verdict.
 */
export async function bareLoop(host: string, port: number, connections: readonly BareConnection[], concurrency: number): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let own = connections[next++]; own; own = connections[next++]) await one(host, port, own);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

/** Some scripts end in silence: this long after the last byte, in ms, the loop hangs up. */
const HANG_UP_MS = 20;

function one(host: string, port: number, segments: BareConnection): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    let timer: NodeJS.Timeout | undefined;
    let i = 0;
    const step = (): void => {
      const segment = segments[i++];
      if (segment) socket.write(segment, () => setImmediate(step));
      else timer = setTimeout(() => socket.destroy(), HANG_UP_MS);
    };
    socket.on('connect', step);
    socket.on('data', () => undefined);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** One turn of a talk: what is written, and how many bytes come before the next turn. */
export interface BareTurn {
  readonly bytes: Uint8Array;
  readonly answered: number;
}

/** The same where the client waits for each answer: it knows how long it is, and looks at nothing. Bytes that come before the first turn stand in `greeting`. */
export async function bareTalks(
  host: string,
  port: number,
  talks: readonly { readonly greeting: number; readonly turns: readonly BareTurn[] }[],
  concurrency: number,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let own = talks[next++]; own; own = talks[next++]) await talk(host, port, own.greeting, own.turns);
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

function talk(host: string, port: number, greeting: number, turns: readonly BareTurn[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    let due = greeting;
    let i = 0;
    // An answer that was longer once (an id of more digits) never comes to its end.
    socket.setTimeout(HANG_UP_MS * 10, () => socket.destroy());
    socket.on('data', (chunk) => {
      due -= chunk.length;
      while (due <= 0) {
        const turn = turns[i++];
        if (!turn) return void socket.end();
        socket.write(turn.bytes);
        due += turn.answered;
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
  });
}
