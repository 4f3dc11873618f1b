import type { SocketEvent } from '../pcap/synthesize.ts';
import type { Side, TapEvent, TappedConnection } from '../target/tap/tapped-connection.ts';

/** What TCP can carry of what a tap saw of one connection, in order; after its end a side says nothing more. */
export class TappedEvents {
  readonly #ended = { client: '', server: '' };
  readonly #ownEnd: string;

  /** `ownEnd`: why the tap itself ends connections, as a sentence. */
  constructor(ownEnd: string) {
    this.#ownEnd = ownEnd;
  }

  opened({ openedAt }: TappedConnection, comment: string): SocketEvent {
    return { timeNs: nanoseconds(openedAt), from: 'client', kind: 'connect', comment };
  }

  /** `detail`: as it may stand in a comment. */
  add(event: TapEvent, oneLine: (text: string) => string): SocketEvent[] {
    const { at, kind } = event;
    if (kind === 'bytes') {
      const comment = event.lost ? `The last ${event.lost} of these ${event.bytes.length} bytes were not passed on.` : undefined;
      return this.#made(at, event.from, 'data', comment, event.bytes);
    }
    if (kind === 'refused') {
      return this.#made(at, 'server', 'rst', `The relay could not connect to the server: ${oneLine(event.detail)}.`);
    }
    if (event.from !== 'tap') return this.#made(at, event.from, kind, event.lost && 'This end was not passed on.');
    return (['server', 'client'] as const).flatMap((side) =>
      this.#made(at, side, kind, `Made by the relay: ${event.detail === undefined ? this.#ownEnd : oneLine(event.detail)}`),
    );
  }

  #made(at: number, from: Side, kind: SocketEvent['kind'], comment: string | undefined, bytes?: Uint8Array): SocketEvent[] {
    const ended = this.#ended[from];
    if (ended === 'rst' || (ended === 'fin' && kind !== 'rst')) return [];
    if (kind === 'fin' || kind === 'rst') this.#ended[from] = kind;
    return [{ timeNs: nanoseconds(at), from, kind, comment, ...(bytes ? { bytes } : {}) }];
  }
}

/** Of ms since 1970. */
export function nanoseconds(ms: number): bigint {
  return BigInt(Math.floor(ms)) * 1_000_000n + BigInt(Math.round((ms % 1) * 1e6));
}
