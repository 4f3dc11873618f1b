import type { InspectionEnd } from '../inspect/inspection.ts';
import type { FragmentsSeen } from '../pcap/fragments.ts';
import { count, wrap } from './layout.ts';
import { wireText } from './wire-text.ts';

/** What a capture holds all in all, and what of it could not be read. */
export function totalLines({ totals, skipped, fragments, frames }: InspectionEnd, columns: number): string[] {
  const table = (name: string, of: Readonly<Record<string, number>>): string[] => {
    // By name where the numbers are the same.
    const entries = Object.entries(of).sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
    const shown = entries.slice(0, 12).map(([key, n]) => `${n} ${wireText(key, 60)}`);
    return entries.length === 0 ? [] : [`${name}: ${shown.join(', ')}${entries.length > shown.length ? `, … (${entries.length})` : ''}`];
  };
  const { tunnel = 0, 'unknown-link': unread = 0, ...others } = skipped;
  const silent = Object.values(totals.silent).reduce((a, b) => a + b, 0);
  return [
    `${count(frames, 'frame')}, ${count(totals.connections, 'MySQL connection')}, ${count(totals.packets, 'packet')}, ${count(totals.rows, 'row')}, ${totals.bytes} bytes`,
    ...table('commands', totals.commands),
    ...table('errors', totals.errors),
    ...table('endings', totals.endings),
    ...(silent > 0 ? table('connections without a byte', totals.silent) : []),
    ...table('in TLS since before the capture began, so what they speak is not known, connections to', totals.hidden),
    ...(totals.otherConnections > 0 ? [`${count(totals.otherConnections, 'connection')} of other protocols`] : []),
    ...(fragments ? fragmentLines(fragments) : []),
    ...table('frames that are no whole TCP segment', others as Record<string, number>),
    ...(tunnel > 0
      ? [
          `${count(tunnel, 'frame')} in tunnels (GRE, IP in IP, VXLAN, GENEVE, PPPoE, MPLS), which are not opened: capture behind the tunnel`,
        ]
      : []),
    ...(unread > 0
      ? [
          `${count(unread, 'frame')} of a link type that is not read (Ethernet, Linux cooked, loopback and raw IP are): capinfos names it, capture on another interface`,
        ]
      : []),
  ].flatMap((line) => wrap(line, columns));
}

function fragmentLines({ frames, joined, unfinished, overlaps, overlapFrames }: FragmentsSeen): string[] {
  const more = overlaps > overlapFrames.length ? ', …' : '';
  return [
    `IP fragments: ${count(frames, 'frame')}, put together to ${count(joined, 'packet')}`,
    ...(unfinished > 0 ? [`of ${count(unfinished, 'packet')} more, fragments are missing in the capture, and the bytes in them`] : []),
    ...(overlaps > 0
      ? [
          `${count(overlaps, 'fragment')} with other bytes where some had come before: the first were taken (frame ${overlapFrames.join(', ')}${more})`,
        ]
      : []),
  ];
}
