import type { CapturedFrame } from '../pcap/captured-frame.ts';
import { serverEnding } from '../pcap/ending.ts';
import type { TcpConnection } from '../pcap/tcp-connection.ts';
import { guardByMark } from '../target/leftovers.ts';
import type { RunningTarget } from '../target/target.ts';
import { LiveCapture } from '../wire/capture.ts';
import { WireError } from '../wire/error.ts';
import { endingInWords } from './describe.ts';
import type { CheckResult } from './result.ts';

/** A live capture on every leg of a target while its cases run. */
export class Tap {
  readonly #capture: LiveCapture;
  readonly #front: number;
  /** Waiting for tcpdump's last words takes more than a second: once is enough. */
  #found: Promise<(r: CheckResult) => TcpConnection | undefined> | undefined;

  private constructor(capture: LiveCapture, front: number) {
    this.#capture = capture;
    this.#front = front;
  }

  /** Undefined, with a note, where capturing is not permitted: the run goes on without. */
  static async on(target: RunningTarget, onNote: (line: string) => void): Promise<Tap | undefined> {
    const ports = [...new Set([target.front.port, ...target.legs.map((leg) => leg.to.port)])];
    try {
      return new Tap(await LiveCapture.start(ports, { keepsData: false, guard: guardByMark() }), target.front.port);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      onNote(`${error.message}. Evidence is made from the socket's transcript instead.`);
      return undefined;
    }
  }

  /**
   * Holds what the socket said about the endings against the capture. Where they disagree the capture is right: the
   * result takes its ending, and a verdict that hung on the socket's becomes inconclusive. The socket cannot tell a RST
   * that answers bytes of ours which crossed the server's FIN; the capture can.
   */
  async confirm(results: readonly CheckResult[]): Promise<{ results: CheckResult[]; notes: string[] }> {
    this.#found ??= this.#finder();
    const find = await this.#found;
    let compared = 0;
    const notes: string[] = [];
    const confirmed = results.map((r) => {
      const socket = r.transcript?.ending;
      const connection = find(r);
      if (!r.transcript || !connection || socket === undefined || socket === 'open' || socket === 'timeout') return r;
      if (connection.events.some((e) => e.kind === 'gap')) return r; // the capture itself missed packets
      compared++;
      const wire = serverEnding(connection).how;
      if (wire === socket) return r;
      notes.push(`${r.case} (${r.delivery}): the socket saw ${endingInWords(socket)}, the capture ${endingInWords(wire)}`);
      const corrected = { ...r, transcript: { ...r.transcript, ending: wire } };
      return r.deviation?.axis === 'ending' ? ({ ...corrected, verdict: 'inconclusive', reason: notes.at(-1) ?? '' } as const) : corrected;
    });
    const { lost, broken } = this.#capture;
    if (lost > 0 || broken !== undefined)
      return { results: [...results], notes: [`the endings were not compared with the capture: ${broken ?? `it lost ${lost} packets`}`] };
    if (compared > 0) notes.unshift(`${compared - notes.length} of ${compared} endings seen by the socket are the same in the capture`);
    return { results: confirmed, notes };
  }

  /** The frames of a result's own connection, and of what the target opened behind it meanwhile. */
  async framesOf(results: readonly CheckResult[]): Promise<Map<CheckResult, readonly CapturedFrame[]>> {
    this.#found ??= this.#finder();
    const find = await this.#found;
    const all = this.#capture.connections;
    const found = new Map<CheckResult, readonly CapturedFrame[]>();
    for (const r of results) {
      const mine = find(r);
      if (!mine) continue;
      const [first, last] = [mine.events[0]?.timeNs ?? 0n, mine.events.at(-1)?.timeNs ?? 0n];
      const behind = all.filter(
        (c) => c.server.port !== this.#front && (c.events[0]?.timeNs ?? 0n) >= first && (c.events[0]?.timeNs ?? 0n) <= last,
      );
      const own = this.#capture.framesOf(mine);
      if (own.length === 0) continue; // there was no room for them: the transcript has what evidence needs
      const frames = [own, ...behind.map((c) => this.#capture.framesOf(c))].flat();
      found.set(
        r,
        frames.sort((a, b) => a.number - b.number),
      );
    }
    return found;
  }

  async stop(): Promise<void> {
    await this.#capture.stop();
  }

  /** Finds a result's connection by its local port; ports are used again, so the one opened at the same time counts. */
  async #finder(): Promise<(r: CheckResult) => TcpConnection | undefined> {
    await this.#capture.settled();
    await this.#capture.stop();
    const byPort = new Map<number, TcpConnection[]>();
    for (const c of this.#capture.connections)
      if (c.server.port === this.#front) byPort.set(c.client.port, [...(byPort.get(c.client.port) ?? []), c]);
    return (r) => openedAt(byPort.get(localPort(r)) ?? [], r.transcript?.startedAt ?? 0);
  }
}

/** A connection whose first packet is further from what our clock says, in ms, is another one from the same port: the capture lost ours. */
const MOST_AWAY_MS = 2000;

/** Of connections from one port the one that was opened then, in ms since 1970. */
export function openedAt(connections: readonly TcpConnection[], startedAt: number): TcpConnection | undefined {
  const away = (c: TcpConnection): number => Math.abs(Number(c.events[0]?.timeNs ?? 0n) / 1e6 - startedAt);
  return connections.filter((c) => away(c) <= MOST_AWAY_MS).sort((a, b) => away(a) - away(b))[0];
}

/** The client port of the connection whose transcript a result holds; -1 where there was none. */
function localPort(r: CheckResult): number {
  const event = r.transcript?.events.find((e) => e.kind === 'connected');
  return event?.kind === 'connected' ? Number(event.local.slice(event.local.lastIndexOf(':') + 1)) : -1;
}
