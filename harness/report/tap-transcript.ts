import { Conversation, type LabelledPacket } from '../codec/conversation.ts';
import type { TappedConnection } from '../target/tap/tapped-connection.ts';
import { fieldsInWords, headline } from './field-value.ts';
import { cut, oneLine } from './layout.ts';
import type { TappedLink } from './tap-capture.ts';

/** Packets that are told, of all links together; wire.pcapng has all of them. */
const MOST_PACKETS = 20_000;
const WIDTH = 400;

/** What passed on the taps, for a person: per link and connection a line per packet and ending, with ms since the first connection. */
export function tapsAsText(taps: readonly TappedLink[]): string {
  const from = Math.min(...taps.flatMap(({ connections }) => connections.map(({ openedAt }) => openedAt)));
  const lines: string[] = ['Times are ms since the first connection; -> is from the client of the link, <- from its server.'];
  let left = MOST_PACKETS;
  for (const { link, connections } of taps)
    for (const one of connections) {
      const told = connectionLines(one, from);
      if (left > 0) lines.push('', `${oneLine(link)}, connection ${one.number} from ${oneLine(one.client)}`, ...told.slice(0, left));
      left -= told.length;
    }
  return [...lines, ...(left < 0 ? ['', `(${-left} more lines are not told)`] : []), ''].join('\n');
}

function connectionLines(one: TappedConnection, from: number): string[] {
  const conversation = new Conversation();
  const at = (ms: number) => `${(ms - from).toFixed(3).padStart(12)}  `;
  const lines = one.events.flatMap((event) => {
    if (event.kind !== 'bytes') {
      const who = event.from === 'tap' ? 'the tap' : event.from;
      return [
        `${at(event.at)}    ${event.kind === 'refused' ? `the server could not be reached: ${oneLine(event.detail)}` : `${event.kind.toUpperCase()} of ${who}`}`,
      ];
    }
    const packets = event.from === 'client' ? conversation.fromClient(event.bytes) : conversation.fromServer(event.bytes);
    return packets.map((packet) => `${at(event.at)}${packetLine(packet)}`);
  });
  return [...lines, ...conversation.finish().map((packet) => `${' '.repeat(14)}${packetLine(packet)}`)];
}

function packetLine(packet: LabelledPacket): string {
  const problem = packet.problem ? `  PROBLEM: ${oneLine(packet.problem)}` : '';
  const fields = fieldsInWords(packet).join(', ');
  return cut(`${packet.from === 'client' ? '->' : '<-'}  ${headline(packet)}${fields ? `: ${fields}` : ''}${problem}`, WIDTH);
}
