import type { CapturedFrame } from '../pcap/captured-frame.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import type { RunningTarget } from '../target/target.ts';
import { LiveCapture } from '../wire/capture.ts';
import { WireError } from '../wire/error.ts';
import type { CheckResult } from './result.ts';

/** A live capture on every leg of a target while its cases run. */
export class Tap {
  readonly #capture: LiveCapture;
  readonly #front: number;

  private constructor(capture: LiveCapture, front: number) {
    this.#capture = capture;
    this.#front = front;
  }

  /** Undefined, with a note, where capturing is not permitted: the run goes on without. */
  static async on(target: RunningTarget, onNote: (line: string) => void): Promise<Tap | undefined> {
    const ports = [...new Set([target.front.port, ...target.legs.map((leg) => leg.to.port)])];
    try {
      return new Tap(await LiveCapture.start(ports), target.front.port);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      onNote(`${error.message}. Evidence is made from the socket's transcript instead.`);
      return undefined;
    }
  }

  /**
   * Holds what the socket said about the endings against the capture. Where they disagree the capture is right, so a
   * verdict that hangs on the ending cannot stand: it becomes inconclusive.
   */
  async confirm(results: readonly CheckResult[]): Promise<{ results: CheckResult[]; notes: string[] }> {
    const connections = await this.#byLocalPort();
    let compared = 0;
    const notes: string[] = [];
    const confirmed = results.map((r) => {
      const socket = r.transcript?.ending;
      const connection = connections.get(localPort(r));
      if (!connection || socket === undefined || socket === 'open' || socket === 'timeout') return r;
      compared++;
      const wire = LiveCapture.ending({ connection, frames: [], linkType: 0 });
      if (wire === socket) return r;
      notes.push(`${r.case} (${r.delivery}): the socket saw ${socket}, the capture ${wire}`);
      if (r.deviation?.axis !== 'ending') return r;
      return { ...r, verdict: 'inconclusive', reason: `the socket saw ${socket}, the capture ${wire}` } as const;
    });
    if (compared > 0) notes.unshift(`${compared - notes.length} of ${compared} endings seen by the socket are the same in the capture`);
    return { results: confirmed, notes };
  }

  /** The frames of a result's own connection, and of what the target opened behind it meanwhile. */
  async framesOf(results: readonly CheckResult[]): Promise<Map<CheckResult, readonly CapturedFrame[]>> {
    const connections = await this.#byLocalPort();
    const all = this.#capture.connections;
    const found = new Map<CheckResult, readonly CapturedFrame[]>();
    for (const r of results) {
      const mine = connections.get(localPort(r));
      if (!mine) continue;
      const [first, last] = [mine.events[0]?.timeNs ?? 0n, mine.events.at(-1)?.timeNs ?? 0n];
      const behind = all.filter((c) => c.server.port !== this.#front && (c.events[0]?.timeNs ?? 0n) >= first && (c.events[0]?.timeNs ?? 0n) <= last);
      const frames = [mine, ...behind].flatMap((c) => this.#capture.framesOf(c));
      found.set(r, frames.sort((a, b) => a.number - b.number));
    }
    return found;
  }

  async stop(): Promise<void> {
    await this.#capture.stop();
  }

  async #byLocalPort(): Promise<Map<number, TcpConnection>> {
    await this.#capture.settled();
    return new Map(this.#capture.connections.filter((c) => c.server.port === this.#front).map((c) => [c.client.port, c]));
  }
}

/** The client port of the connection whose transcript a result holds. */
function localPort(r: CheckResult): number {
  const event = r.transcript?.events.find((e) => e.kind === 'connected');
  return event?.kind === 'connected' ? Number(event.local.slice(event.local.lastIndexOf(':') + 1)) : -1;
}
