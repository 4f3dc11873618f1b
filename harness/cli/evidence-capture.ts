import { setTimeout as pause } from 'node:timers/promises';
import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { guardByMark } from '../target/leftovers.ts';
import type { RunningTarget } from '../target/target.ts';
import { LiveCapture, TOLD_WITHIN_MS } from '../wire/capture.ts';
import { WireError } from '../wire/error.ts';

/** ms by which its clock and ours may differ. */
const APART_MS = 2;

/** One capture for all findings of a campaign: to begin and to end one for each takes longer than to play most of them. */
export class EvidenceCapture {
  readonly #capture: LiveCapture;

  private constructor(capture: LiveCapture) {
    this.#capture = capture;
  }

  /** Of all legs of a target; undefined where it is not permitted: the socket's transcript stands in. */
  static async start({ front, legs }: Pick<RunningTarget, 'front' | 'legs'>): Promise<EvidenceCapture | undefined> {
    const ports = [...new Set([front.port, ...legs.map((leg) => leg.to.port)])];
    try {
      return new EvidenceCapture(await LiveCapture.start(ports, { keepsData: false, guard: guardByMark() }));
    } catch (error) {
      if (error instanceof WireError) return undefined;
      throw error;
    }
  }

  /** The frames of the connections that began in between (as Date.now() tells), once they have been told of. */
  async framesBetween(from: number, to: number): Promise<CapturedFrame[]> {
    await pause(TOLD_WITHIN_MS);
    const began = ({ events: [first] }: TcpConnection): number => Number((first?.timeNs ?? 0n) / 1000n) / 1000;
    // Frames lie on disk: only those that are wanted are read.
    return this.#capture.connections
      .filter((one) => began(one) >= from - APART_MS && began(one) <= to + APART_MS)
      .flatMap((one) => this.#capture.framesOf(one))
      .sort((a, b) => a.number - b.number);
  }

  async stop(): Promise<void> {
    await this.#capture.stop();
  }
}
