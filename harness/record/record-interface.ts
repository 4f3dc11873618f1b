import { setTimeout as pause } from 'node:timers/promises';
import { CaptureReader } from '../pcap/capture-reader.ts';
import { PcapError } from '../pcap/pcap-error.ts';
import type { AboutCapture } from '../pcap/pcapng-writer.ts';
import { TcpReassembler } from '../pcap/reassemble.ts';
import type { TcpConnection, TcpEvent } from '../pcap/tcp-connection.ts';
import { tcpSegment } from '../pcap/tcp-segment.ts';
import { guardByMark } from '../target/leftovers.ts';
import { CaptureProgram } from '../wire/capture-program.ts';
import type { CaptureSink } from './capture-file.ts';
import type { Recording, Totals } from './record-link.ts';
import { RecordedConnection } from './recorded-connection.ts';

export interface InterfaceToRecord {
  /** 'lo', 'eth0', 'any'. */
  readonly name: string;
  /** Of servers. */
  readonly ports: readonly number[];
}

/** A RST may follow the end of a connection: so long is it waited for before the line is told (ms). */
const AFTER_END_MS = 200;

/** The kernel hands packets on in blocks, up to a second late (ms); a block that has not come when tcpdump ends is lost. */
const BLOCK_MS = 1100;

/** What a file of an interface says of itself. */
export function aboutInterface({ name, ports }: InterfaceToRecord, mywire: string): AboutCapture {
  const others = ports.filter((port) => port !== 3306).map((port) => `-d tcp.port==${port},mysql`);
  const hint = others.length > 0 ? `\nOpen with: tshark ${others.join(' ')} (or Wireshark, Decode As, MySQL).` : '';
  const comment = `Captured by tcpdump on ${name}, TCP port ${ports.join(', ')}.${hint}`;
  return { application: `mywire ${mywire}`, comment, interfaceName: name };
}

/** A recording that may end by itself. */
export interface InterfaceRecording extends Recording {
  /** Resolves with tcpdump's last line when it has ended. */
  readonly ended: Promise<string>;
  /** Packets that the kernel dropped; known once it has stopped. */
  lost(): number;
}

/** Captures with tcpdump into the file, frame by frame. Needs root or CAP_NET_RAW. Throws WireError WIRE_NO_CAPTURE with the reason. */
export async function recordInterface(
  { name, ports }: InterfaceToRecord,
  file: CaptureSink,
  onOver: (one: RecordedConnection) => void,
): Promise<InterfaceRecording> {
  const connections = new Connections(onOver);
  const reader = new CaptureReader();
  const reassembler = new TcpReassembler({ sink: connections, serverPorts: ports });
  let broken = false;
  const program = await CaptureProgram.start({
    args: ['-i', name, '-B', '65536'],
    ports,
    guard: guardByMark(),
    onChunk(chunk) {
      if (broken) return;
      try {
        for (const frame of reader.push(chunk)) {
          file.frame(frame);
          const segment = tcpSegment(frame);
          if (typeof segment !== 'string') reassembler.push(segment);
        }
      } catch (error) {
        if (!(error instanceof PcapError)) throw error;
        broken = true;
        void program.stop();
      }
    },
  });
  return {
    totals: connections.totals,
    ended: program.ended,
    lost: () => program.lost,
    async stop() {
      await Promise.race([pause(BLOCK_MS), program.ended]);
      await program.stop();
      reassembler.end();
      connections.tellAll();
      file.flush();
    },
  };
}

/** Counts, and tells of each connection that is over. */
class Connections {
  readonly totals: Totals = { connections: 0, open: 0, refused: 0, bytes: { client: 0, server: 0 } };
  readonly #onOver: (one: RecordedConnection) => void;
  readonly #open = new Map<TcpConnection, RecordedConnection>();

  constructor(onOver: (one: RecordedConnection) => void) {
    this.#onOver = onOver;
  }

  event(connection: TcpConnection, event: TcpEvent): void {
    const at = Number(event.timeNs / 1000n) / 1000;
    const one = this.#open.get(connection) ?? this.#opened(connection, at);
    if (!one) return;
    const { from, kind } = event;
    if (kind === 'data') {
      this.totals.bytes[from] += event.bytes.length;
      one.data(from, event.bytes, at);
    } else if (kind === 'gap') one.end(`${event.missing} bytes of the ${from} are missing`, at);
    else if (kind === 'fin' || (kind === 'rst' && !event.provoked)) one.end(`${from} ${kind.toUpperCase()}`, at);
    if (connection.closed) setTimeout(() => this.over(connection), AFTER_END_MS);
  }

  over(connection: TcpConnection): void {
    const one = this.#open.get(connection);
    if (!one) return;
    this.#open.delete(connection);
    this.totals.open--;
    this.#onOver(one);
  }

  tellAll(): void {
    for (const connection of [...this.#open.keys()]) this.over(connection);
  }

  #opened(connection: TcpConnection, at: number): RecordedConnection | undefined {
    if (connection.closed) return undefined; // late words of one that has been told of
    this.totals.connections++;
    this.totals.open++;
    const one = new RecordedConnection(connection.id + 1, connection.client.text, at);
    this.#open.set(connection, one);
    return one;
  }
}
