export type Side = 'client' | 'server';

/** What arrived at the tap, in order, on one clock: ms since 1970, with fractions. */
export type TapEvent =
  | {
      readonly at: number;
      readonly from: Side;
      readonly kind: 'bytes';
      readonly bytes: Uint8Array;
      /** So many of its last bytes were not passed on; undefined: none. */
      readonly lost?: number;
    }
  /** A side ended. RST alone, FIN alone, or a RST behind the FIN as an event of its own. */
  | { readonly at: number; readonly from: Side; readonly kind: 'fin' | 'rst' /** It was not passed on. */; readonly lost?: true }
  /** There was no connection to the server; the client got RST. `detail` is the error's code. */
  | { readonly at: number; readonly from: 'server'; readonly kind: 'refused'; readonly detail: string }
  /** The tap ended both sides: a fault of the link, or `detail`. */
  | { readonly at: number; readonly from: 'tap'; readonly kind: 'fin' | 'rst'; readonly detail?: string };

/** One connection that went through a tap. */
export interface TappedConnection {
  /** From 1, in the order of arrival. */
  readonly number: number;
  /** When it was accepted, in ms since 1970, with fractions. */
  readonly openedAt: number;
  /** Address and port that the client connected from. */
  readonly client: string;
  /** The address and port that it connected to: ours, on the client's leg. */
  readonly at?: string;
  /** Our own address and port on the server's leg, which the server shows in its processlist; undefined while there is none. */
  readonly server: string | undefined;
  readonly events: readonly TapEvent[];
  /** Nothing more will be passed on. */
  readonly over: boolean;
  /** More bytes passed than the tap keeps: later ones were passed on and not written down. */
  readonly cut: boolean;
}

/** Takes what passes a tap as it comes; the tap itself then keeps nothing of it. */
export interface TapWitness {
  /** A connection was accepted. */
  opened(connection: TappedConnection): void;
  /** Called before the event is passed on. */
  event(connection: TappedConnection, event: TapEvent): void;
  /** What a side said inside TLS that the tap ends. */
  plain?(connection: TappedConnection, from: Side, bytes: Uint8Array): void;
  /** A secret of that TLS, as a line of an SSLKEYLOGFILE. Called before what it decrypts is passed on. */
  secret?(connection: TappedConnection, line: string): void;
  /** Nothing more will be passed on; the tap forgets it. Called once. */
  over(connection: TappedConnection): void;
}

/** Ms since 1970 on a monotonic clock. */
export function clock(): number {
  return performance.timeOrigin + performance.now();
}
