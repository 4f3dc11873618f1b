import type { Side } from './tapped-connection.ts';

/** What a link does wrong, until it is cleared or told another. */
export type LinkFault =
  /** All that a side sends, endings too, is passed on so much later (ms), in order. */
  | { readonly kind: 'delay'; readonly ms: number }
  /**
   * Bytes and endings of this side (default: of both) are taken and not passed on. A direction that has lost something
   * stays silent after `clear` too, since TCP never goes on behind a hole; what has lost nothing goes on.
   */
  | { readonly kind: 'silent'; readonly from?: Side }
  /**
   * What this side sends (default: both) arrives as other bytes, inverted from the fifth of each piece that the tap reads on: a packet that is a
   * piece of its own keeps its header. The tap writes down what was sent.
   */
  | { readonly kind: 'garbled'; readonly from?: Side }
  /**
   * The last so many bytes before an ending of this side do not arrive. To know which they are they have to be held back
   * until more come, so an answer whose tail is held keeps a client waiting: `heldMs` is the most that a byte waits
   * (default: no limit). What is held when the fault is cleared is passed on.
   */
  | { readonly kind: 'loses-tail'; readonly from: Side; readonly bytes: number; readonly heldMs?: number }
  /** No new connection: nothing listens, and the same port listens again afterwards. Open connections go on. */
  | { readonly kind: 'refuse' }
  /** RST to both sides of the open connections, and to each new one. */
  | { readonly kind: 'reset' }
  /** FIN to both sides of the open connections, and to each new one; what they say afterwards is lost. */
  | { readonly kind: 'hang-up' }
  /**
   * Of a new connection: when so many bytes of that side have passed, nothing passes any more and both sides get RST, `pauseMs` later
   * (default: at once). With 0 bytes: once both legs stand. Who is slow takes a RST at once for a connection that was refused.
   */
  | { readonly kind: 'cut-after'; readonly from: Side; readonly bytes: number; readonly pauseMs?: number };
