import { HOLD_BACK } from '../pcap/hold-back.ts';
import { TcpReassembler } from '../pcap/reassemble.ts';
import type { TcpConnection, TcpSink } from '../pcap/tcp-connection.ts';
import type { TcpSegment } from '../pcap/tcp-segment.ts';

/**
 * Connections are divided by their addresses and ports, and each shard is reassembled by itself, with limits of its own: so what is
 * told does not depend on how many threads share the work. As many as threads can be of use.
 */
export const SHARDS = 2;
/** Connections followed at once, of all shards. */
const MOST = 50_000;

/** All shards of a capture, or those that this thread takes. */
export class Shards {
  readonly #reassemblers: readonly (TcpReassembler | undefined)[];
  #opened = 0;

  constructor(sink: TcpSink, mine?: number) {
    const nextId = (): number => this.#opened++;
    const limits = { ...HOLD_BACK, totalBytes: HOLD_BACK.totalBytes / SHARDS };
    this.#reassemblers = Array.from({ length: SHARDS }, (_, shard) =>
      mine === undefined || shard === mine ? new TcpReassembler({ sink, limits, nextId, maxConnections: MOST / SHARDS }) : undefined,
    );
  }

  push(segment: TcpSegment): void {
    this.#reassemblers[shardOf(segment.ends ?? 0)]?.push(segment);
  }

  /** Does this thread take the segments between these ends? */
  wants(ends: number): boolean {
    return this.#reassemblers[shardOf(ends)] !== undefined;
  }

  /** Ends those that are open in the order in which they were opened. */
  end(): void {
    const open = this.#reassemblers.flatMap((of) =>
      (of?.connections ?? []).map((connection): [TcpReassembler, TcpConnection] => [of as TcpReassembler, connection]),
    );
    for (const [of, connection] of open.sort(([, a], [, b]) => a.id - b.id)) of.endOf(connection);
  }
}

/** Neighbours in one network differ in the last bits of their addresses and ports: all bits must count. */
function shardOf(ends: number): number {
  return (Math.imul(ends ^ (ends >>> 15), 0x9e3779b1) >>> 24) % SHARDS;
}
