import { Conversation } from '../../codec/conversation.ts';
import type { CapturedFrame } from '../../pcap/captured-frame.ts';
import { reassemble } from '../../pcap/reassemble.ts';
import type { TcpConnection, TcpEvent } from '../../pcap/tcp-connection.ts';
import { headline } from '../field-value.ts';
import { count, oneLine } from '../layout.ts';
import type { PageLeg, Way } from './data.ts';

/** Connections and lines that are told. */
const MOST_LEGS = 8;
const MOST_LINES = 200;

/**
 * What a capture saw of a check, connection by connection: the client's first, then those that the target opened meanwhile. Other checks
 * run at the same time: where one of these said to the proxy what the client was told (the scramble makes that certain), it is the
 * leg behind, and the others are left out. Times are ms since `startedAt` (ms since 1970), on the clock of the transcript.
 */
export function legsOf(frames: readonly CapturedFrame[], startedAt: number): PageLeg[] {
  const [client, ...others] = reassemble(frames).connections;
  if (!client) return [];
  const told = saidByServer(client);
  const behind = others.filter((one) => told.length > 0 && Buffer.compare(saidByServer(one), told) === 0);
  const leg = (one: TcpConnection, whose: string): PageLeg => ({
    whose,
    name: oneLine(`${one.client.text} to ${one.server.text}`),
    lines: linesOf(one, startedAt),
  });
  const rest = behind.length > 0 ? behind.map((one) => leg(one, 'leg behind')) : others.map((one) => leg(one, 'opened meanwhile'));
  return [leg(client, 'client’s leg'), ...rest].slice(0, MOST_LEGS);
}

function saidByServer({ events }: TcpConnection): Uint8Array {
  return Buffer.concat(events.flatMap((event) => (event.kind === 'data' && event.from === 'server' ? [event.bytes] : [])));
}

function linesOf({ events }: TcpConnection, startedAt: number): PageLeg['lines'] {
  const conversation = new Conversation();
  const startedNs = BigInt(Math.round(startedAt * 1000)) * 1000n;
  const lines: PageLeg['lines'][number][] = [];
  // A peer that floods says a hundred thousand packets more than are told: they are not read.
  for (let i = 0; i < events.length && lines.length < MOST_LINES; i++) {
    const event = events[i] as TcpEvent;
    const at = Number((event.timeNs - startedNs) / 1000n) / 1000;
    const way: Way = event.from === 'client' ? '->' : '<-';
    if (event.kind !== 'data') {
      lines.push({ at, way, says: controlInWords(event) });
      continue;
    }
    const packets = event.from === 'client' ? conversation.fromClient(event.bytes) : conversation.fromServer(event.bytes);
    if (packets.length === 0) lines.push({ at, way, says: `${count(event.bytes.length, 'byte')} of a packet that goes on` });
    for (const packet of packets.slice(0, MOST_LINES - lines.length)) lines.push({ at, way, says: oneLine(headline(packet)) });
  }
  return lines;
}

function controlInWords(event: Exclude<TcpEvent, { kind: 'data' }>): string {
  if (event.kind === 'gap') return `${count(event.missing, 'byte')} that the capture does not have`;
  return event.kind === 'rst' && event.provoked ? 'RST, for what came after the end' : event.kind.toUpperCase();
}
