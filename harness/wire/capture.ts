import { CaptureReader } from '../pcap/capture-reader.ts';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { PcapError } from '../pcap/pcap-error.ts';
import { TcpReassembler } from '../pcap/reassemble.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { tcpSegment } from '../pcap/tcp-segment.ts';
import { CaptureProgram, type Guard } from './capture-program.ts';
import { Spill } from './spill.ts';

/** The packets of one of our connections, as tcpdump saw them. */
export interface CapturedConnection {
  readonly connection: TcpConnection;
  readonly frames: readonly CapturedFrame[];
}

export interface LiveCaptureOptions {
  /** Hand on each packet at once; see `start`. */
  readonly prompt?: boolean;
  /** ms until tcpdump must be ready; default 5000. */
  readonly limitMs?: number;
  /** Bytes of frames that are kept, on disk; default 2 GiB. */
  readonly mostBytes?: number;
  /** Connections have all their events, with all bytes, in memory; false: the endings, and the last bytes before each. Default true. */
  readonly keepsData?: boolean;
  /** Ends tcpdump if this process is killed. */
  readonly guard?: Guard;
}

/** ms until tcpdump has told of a packet: its blocks come up to a second late. */
export const TOLD_WITHIN_MS = 1300;

/**
 * A live capture of the ports under test, through tcpdump: the truth about FIN and RST, where it is permitted (root or
 * CAP_NET_RAW). Frames are on disk for as long as somebody holds them.
 */
export class LiveCapture {
  #program: CaptureProgram | undefined;
  readonly #reader = new CaptureReader();
  readonly #reassembler: TcpReassembler;
  readonly #spill: Spill;
  #changed: (() => void) | undefined;
  /** Why the capture cannot be read on, if it cannot. */
  broken: string | undefined;

  private constructor(mostBytes: number, keepsData: boolean) {
    this.#reassembler = new TcpReassembler({ keepsData });
    this.#spill = new Spill(mostBytes);
  }

  /**
   * Starts tcpdump on all interfaces for these TCP ports. Throws WIRE_NO_CAPTURE with the reason.
   *
   * `prompt` hands on each packet at once, but then every packet takes a slot of the snapshot length in the kernel's
   * ring and a burst is lost (64 MiB hold 512). Without it packets come in blocks, up to a second late, and a whole run
   * fits.
   */
  static async start(
    ports: readonly number[],
    { prompt = false, limitMs = 5000, mostBytes = 2 ** 31, keepsData = true, guard }: LiveCaptureOptions = {},
  ): Promise<LiveCapture> {
    const capture = new LiveCapture(mostBytes, keepsData);
    const args = ['-i', 'any', ...(prompt ? ['--immediate-mode'] : []), '-s', '65600', '-B', '65536'];
    capture.#program = await CaptureProgram.start({ args, ports, limitMs, guard, onChunk: (chunk) => capture.#read(chunk) });
    return capture;
  }

  /**
   * The newest connection from this local port, once its end was seen or the limit (ms) has passed; undefined when the
   * capture never saw it.
   */
  async connection(localPort: number, limitMs = 1000): Promise<CapturedConnection | undefined> {
    const find = (): TcpConnection | undefined => this.#reassembler.connections.findLast((c) => c.client.port === localPort);
    if (!find()?.closed)
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#changed = undefined;
          resolve();
        };
        const timer = setTimeout(done, limitMs);
        this.#changed = () => {
          if (find()?.closed) done();
        };
      });
    const connection = find();
    if (!connection) return undefined;
    return { connection, frames: this.framesOf(connection) };
  }

  /** Packets that the kernel dropped, by tcpdump's own count; known once the capture has stopped. */
  get lost(): number {
    return this.#program?.lost ?? 0;
  }

  /** All connections so far, in order of their first frame. */
  get connections(): readonly TcpConnection[] {
    return this.#reassembler.connections;
  }

  /** All frames of a connection; none where one of them could not be kept. */
  framesOf(connection: TcpConnection): CapturedFrame[] {
    return this.#spill.frames(connection.frames) ?? [];
  }

  /** Waits until tcpdump has told all that it saw: no packet for `quietMs` (blocks come a second late), at most `limitMs`. */
  async settled(quietMs = TOLD_WITHIN_MS, limitMs = 5000): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(quiet);
        clearTimeout(limit);
        this.#changed = undefined;
        resolve();
      };
      let quiet = setTimeout(done, quietMs);
      const limit = setTimeout(done, limitMs);
      this.#changed = () => {
        clearTimeout(quiet);
        quiet = setTimeout(done, quietMs);
      };
    });
  }

  /** Ends tcpdump, which then tells how many packets it lost. Safe to call twice. */
  async stop(limitMs = 2000): Promise<void> {
    await this.#program?.stop(limitMs);
  }

  #read(chunk: Uint8Array): void {
    try {
      for (const frame of this.#reader.push(chunk)) this.#take(frame);
    } catch (error) {
      if (!(error instanceof PcapError)) throw error;
      this.broken ??= error.message; // what was read before still counts; nothing after it does
    }
    this.#changed?.();
  }

  #take(frame: CapturedFrame): void {
    const segment = tcpSegment(frame);
    if (typeof segment === 'string') return;
    this.#spill.add(frame);
    this.#reassembler.push(segment);
  }
}
