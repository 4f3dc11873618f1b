import type { TcpControl, TcpEvent, TcpGap } from '../pcap/tcp-connection.ts';

/**
 * Is it a FIN that the capture has lost? One number is missing behind all that its sender said, and a FIN has one. (A byte has one
 * too: then the packet before it is not whole.)
 */
export const isLostFin = (event: TcpEvent): event is TcpGap => event.kind === 'gap' && event.mayEnd === true && event.missing === 1;

/** The FIN that was lost, in place of its gap; of other events they themselves. */
export function withLostFin(event: TcpEvent): TcpEvent {
  if (!isLostFin(event)) return event;
  const { from, timeNs, frame, seq, ack } = event;
  return { kind: 'fin', from, timeNs, frame, seq, ack } satisfies TcpControl;
}
