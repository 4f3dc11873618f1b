import type { Endpoint } from './endpoint.ts';

export type Side = 'client' | 'server';

export function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

interface Seen {
  readonly from: Side;
  readonly timeNs: bigint;
  /** The frame that carried it. Held-back bytes keep the number of their own frame. */
  readonly frame: number;
  /** Real sequence number (not relative) of the flag or of the first byte. */
  readonly seq: number;
  /** What its sender had received by then; undefined without the ACK flag. */
  readonly ack: number | undefined;
}

/** SYN, SYN-ACK or FIN, once each: repetitions are left out. */
export interface TcpControl extends Seen {
  readonly kind: 'syn' | 'syn-ack' | 'fin';
}

/** New bytes, in order. Retransmitted and overlapping bytes are left out. */
export interface TcpData extends Seen {
  readonly kind: 'data';
  /** A view of the frame where that was possible. */
  readonly bytes: Uint8Array;
}

export interface TcpReset extends Seen {
  readonly kind: 'rst';
  /**
   * True when the RST is only an answer to what the other side sent after this side had ended: a closed socket
   * answers so by itself (RFC 9293 section 3.5.2), and its owner chose nothing.
   */
  readonly provoked: boolean;
}

/** Bytes that the capture does not have; the stream goes on behind them. `frame` is the one that shows the loss. */
export interface TcpGap extends Seen {
  readonly kind: 'gap';
  /** Bytes missing. */
  readonly missing: number;
  /** Nothing of this side stands behind them: the last may be no byte but a FIN, which has a number of its own. */
  readonly mayEnd?: true | undefined;
}

export type TcpEvent = TcpControl | TcpData | TcpReset | TcpGap;

/** One connection. Events stand in the order in which the receiver could read them. */
export interface TcpConnection {
  /** Position in the capture, from 0: Wireshark's tcp.stream. */
  readonly id: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  /** The capture began after the SYN. Without a SYN-ACK too, who is the client is a guess by port. */
  readonly midStream: boolean;
  /** Empty when the reassembler hands events to a sink. */
  readonly events: readonly TcpEvent[];
  /** Numbers of all frames of the connection, bare ACKs and repetitions too; empty with a sink. */
  readonly frames: readonly number[];
  /** A RST was seen, or a FIN from both sides. */
  readonly closed: boolean;
}

/** Takes events as they come, so that a capture of any size needs constant memory. */
export interface TcpSink {
  event(connection: TcpConnection, event: TcpEvent): void;
  /** A new connection, told of before its first event; `frame` shows it first. */
  opened?(connection: TcpConnection, frame: number): void;
  /** No more events will come for this connection, as the frame shows; infinite: the capture has ended. */
  over?(connection: TcpConnection, frame: number): void;
}
