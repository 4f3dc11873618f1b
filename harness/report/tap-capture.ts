import { LinkType } from '../pcap/link-type.ts';
import { type SocketTranscript, synthesizePcapng } from '../pcap/synthesize.ts';
import { TappedEvents } from '../record/tapped-events.ts';
import type { Tap } from '../target/tap/tap.ts';
import type { TappedConnection } from '../target/tap/tapped-connection.ts';
import { written } from '../target/tcp.ts';
import { addressBytes, hostAndPort } from './address-and-port.ts';
import { oneLine } from './layout.ts';

/** What a capture needs of a tap. */
export type TappedLink = Pick<Tap, 'link' | 'endpoint' | 'connections'>;

/** Links of one file: each has a server address of its own in the blocks for documentation. */
const MOST_LINKS = 254;

const RELAYED =
  'Seen by a relay on each link, not on the wire: an interface is a link, a connection is one from the client of the link to the relay ' +
  'and on to its server, and its bytes and endings are those that arrived at the relay, which may not have passed all of them on ' +
  '(comments tell).';

/**
 * All that passed through the taps as one pcapng file, with an interface per link. Frames are made, as for a transcript.
 * Two links may well have clients with the same address and port, so each link's server has an address of its own and
 * port 3306, for Wireshark; the file's comment tells the true ones. `comment` says what the file is of. Throws RangeError for more than 254 links.
 */
export function tapsAsPcapng(taps: readonly TappedLink[], comment: string): Uint8Array {
  if (taps.length > MOST_LINKS) throw new RangeError(`a capture has room for ${MOST_LINKS} links, and there are ${taps.length}`);
  const links = taps.map(
    ({ link, endpoint }, i) =>
      `${serverOf(i, 4)}:3306 (or [${serverOf(i, 16)}]:3306) stands for the server of link ${oneLine(link)}, tapped at ${written(endpoint)}.`,
  );
  const interfaces = taps.map(({ link }) => ({ linkType: LinkType.raw, snapLength: 0, name: oneLine(link) }));
  return synthesizePcapng(
    { application: 'mywire', comment: [oneLine(comment), RELAYED, ...links].join('\n'), interfaces },
    taps.flatMap(({ connections }, i) => connections.map((one) => transcriptOf(one, i))),
  );
}

function transcriptOf(one: TappedConnection, link: number): SocketTranscript {
  const { host, port } = hostAndPort(one.client);
  const own = addressBytes(host);
  const told = new TappedEvents('a fault of the link.');
  const leg = one.server === undefined ? 'The server was never reached.' : `The server knows it as ${one.server}.`;
  const kept = one.cut ? '\nMore passed than was kept: bytes are missing, and sequence numbers do not show it.' : '';
  return {
    client: { address: own ? host : '192.0.2.255', port },
    server: { address: serverOf(link, own?.length ?? 4) },
    events: [told.opened(one, `Connection ${one.number}. ${leg}${kept}`), ...one.events.flatMap((event) => told.add(event, oneLine))],
    interfaceId: link,
  };
}

/** In an address block for documentation (RFC 5737, RFC 3849), of the client's IP version. */
function serverOf(link: number, length: number): string {
  return length === 16 ? `2001:db8::${(link + 1).toString(16)}` : `192.0.2.${link + 1}`;
}
