import type { Order } from './gate.ts';
import type { OtherOutcome } from './replayed.ts';

export interface ReplayOptions {
  /** Default 'answers'. */
  readonly order?: Order;
  /** Gives the target the AUTO_INCREMENT values of the capture; default true. Else they are the target's own and are not compared. */
  readonly insertIds?: boolean;
  /** No step starts before its time in the capture. Default: as fast as the order allows. */
  readonly timing?: 'captured' | 'fast';
  /** ms without any answer after which a step goes out of turn, and longer while an answer is owed that was slow in the capture; default 1000. */
  readonly stallMs?: number;
  /** ms that an answer may take; then its connection is given up. Default 60000. */
  readonly limitMs?: number;
  /** ms that the server may take to end a connection; default 2000. */
  readonly endMs?: number;
  /** Stops: what was reached is told. */
  readonly signal?: AbortSignal;
  /** Asked once for each connection of the plan that is not played by its statements, at its time; `play` waits for it, and aborts the signal when it is stopped. */
  readonly other?: (connection: number, signal: AbortSignal) => Promise<OtherOutcome>;
}
