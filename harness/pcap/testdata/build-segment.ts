import { endpoint } from '../endpoint.ts';
import { type ReassemblerOptions, TcpReassembler } from '../reassemble.ts';
import type { Side, TcpConnection, TcpEvent } from '../tcp-connection.ts';
import { flagsOf, type TcpSegment } from '../tcp-segment.ts';

const BITS: Record<string, number> = { F: 1, S: 2, R: 4, P: 8, '.': 16 };

const ends = { client: endpoint('10.0.0.1', 40_000), server: endpoint('10.0.0.2', 3306) };

/** Writes segments as tcpdump prints them: `from('client', 'P.', 101, 501, 'hello')`. Frames count from 1, 1 µs apart. */
export function segmentWriter(between = ends) {
  let frame = 0;
  return (side: Side, flags: string, seq: number, ack: number, text = '', more: Partial<TcpSegment> = {}): TcpSegment => {
    frame += 1;
    const payload = new TextEncoder().encode(text);
    return {
      frame,
      timeNs: BigInt(frame) * 1000n,
      src: between[side],
      dst: between[side === 'client' ? 'server' : 'client'],
      seq: seq >>> 0,
      ack: ack >>> 0,
      flags: flagsOf([...flags].reduce((bits, flag) => bits | (BITS[flag] ?? 0), 0)),
      window: 65_535,
      length: payload.length,
      payload,
      ...more,
    };
  };
}

/** One word per event: `>syn`, `<syn-ack`, `>"hello"`, `<gap(12)`, `<rst`, `<rst(provoked)`, `>fin`. */
export function told(connection: Pick<TcpConnection, 'events'> | undefined): string[] {
  return (connection?.events ?? []).map((event) => `${event.from === 'client' ? '>' : '<'}${what(event)}`);
}

function what(event: TcpEvent): string {
  if (event.kind === 'data') return JSON.stringify(new TextDecoder('latin1').decode(event.bytes));
  if (event.kind === 'gap') return `gap(${event.missing})`;
  if (event.kind === 'rst' && event.provoked) return 'rst(provoked)';
  return event.kind;
}

/** All bytes that one side sent, without gaps. */
export function bytesFrom(connection: Pick<TcpConnection, 'events'>, side: Side): Uint8Array {
  return Uint8Array.from(connection.events.flatMap((event) => (event.kind === 'data' && event.from === side ? [...event.bytes] : [])));
}

/** The connections of `segments`, after the last. */
export function run(segments: readonly TcpSegment[], options?: ReassemblerOptions): readonly TcpConnection[] {
  const reassembler = new TcpReassembler(options);
  for (const segment of segments) reassembler.push(segment);
  return reassembler.end();
}
