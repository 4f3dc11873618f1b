import type { LabelledPacket } from '../../codec/labelled-packet.ts';
import { stimuliIn } from '../exec.ts';
import { kindsOf, type Oracle, type Violation, WITHOUT_METADATA } from '../oracle.ts';
import type { Played, PlayedClient } from '../play.ts';
import { beginning, isQuestion, plainAhead, readOtherwise, waitsForTls, wantsNoMetadata } from '../reading.ts';

/** A server answers or closes. */
export const answers: Oracle = {
  name: 'answers',
  says: 'What is whole and due is answered, or the connection closed, within the limit; and no answer is without end.',
  killedBy: ['ping-unanswered', 'garbage-hangs', 'quit-keeps-open', 'half-close-keeps-open'],
  async judge(played, { patiently }) {
    const suspected = accuse(played);
    if (!suspected || !played.clients[suspected.client]?.hurried) return suspected;
    return accuse(await patiently(played.exec));
  },
};

function accuse({ clients }: Played): Violation | undefined {
  for (const [client, seen] of clients.entries()) {
    if (seen.flooded) {
      const count = seen.packets.filter(({ from }) => from === 'server').length;
      const says = `client ${client}: the server sends on and on; reading stopped behind ${count} packets`;
      return { oracle: 'answers', client, kind: 'an answer without end', says };
    }
    if (seen.overdue === undefined || mayBeSilent(seen)) continue;
    const [sent, last] = [lastOf(seen, 'client'), lastOf(seen, 'server')];
    const under = `${wantsNoMetadata(seen) ? WITHOUT_METADATA : ''}${isCompressed(seen) ? ', in compressed packets' : ''}`;
    return {
      oracle: 'answers',
      client,
      ...kindsOf([`nothing for ${withoutValues(seen.overdue)}${last ? `, behind ${last.name}` : ''}`], under),
      says: `client ${client}${under}: within the limit the server sends nothing for ${seen.overdue}${sent ? `, behind ${inShort(sent)}` : ''}${last ? `; its last packet is ${last.name}${beginning(last)}` : ''}`,
    };
  }
  return undefined;
}

/** The server waits, rightly, for more of the client. */
function mayBeSilent(seen: PlayedClient): boolean {
  // Behind our FIN nothing more can come.
  if (seen.overdue?.startsWith('its end')) return false;
  const said = lastOf(seen, 'client');
  const heard = lastOf(seen, 'server');
  if (said && said.sequenceId === undefined) return true; // the beginning of a packet, or no packet at all
  if (heard && isQuestion(heard.name) && seen.packets.indexOf(heard) > (said ? seen.packets.indexOf(said) : -1)) return true;
  if (waitsForTls(seen) || Math.min(readOtherwise(seen), plainAhead(seen)) < Number.POSITIVE_INFINITY) return true;
  return stimuliIn(seen.client).some(({ answered, message }) => answered === false || waits.has(message ?? ''));
}

/** A dump waits for more events; a file is answered when it is at its end. */
const waits: ReadonlySet<string> = new Set(['COM_BINLOG_DUMP', 'COM_BINLOG_DUMP_GTID', 'LocalInfileData']);

const isCompressed = ({ packets }: PlayedClient): boolean => packets.some(({ carrier }) => carrier !== undefined);
const lastOf = ({ packets }: PlayedClient, side: LabelledPacket['from']): LabelledPacket | undefined =>
  packets.findLast(({ from }) => from === side);
const inShort = ({ name, length }: LabelledPacket): string => `${name} of ${length} bytes`;
const withoutValues = (text: string): string => text.replaceAll(/\d+/g, 'N');
