import type { LabelledPacket } from '../codec/labelled-packet.ts';
import type { Played, PlayedClient } from './play.ts';
import { tokensOf } from './tokens.ts';

/** What the server sent to one client, masked, as one text. Equal text, equal behaviour. */
export const observationOf = (client: PlayedClient): string =>
  tokensOf(client, 'same product')
    .map(({ text }) => text)
    .join(' | ');

/** The observation of an exec, a client after the other. */
export const observe = (played: Played): string => played.clients.map(observationOf).join(' || ');

/**
 * What kind of behaviour it was, for guidance: which packet follows which, error codes, status flags, how it ended.
 * Each is one text; an exec that shows one nobody has shown before is worth going on from.
 */
export function behavioursOf(played: Played): string[] {
  const shown = new Set<string>();
  for (const { packets, ending, overdue, client } of played.clients) {
    let before = 'start';
    let asked = '';
    for (const packet of packets) {
      const kind = packet.from === 'client' ? packet.name : kindOf(packet);
      // A row behind a row is nothing new.
      if (kind === before) continue;
      shown.add(`${before} > ${kind}`);
      if (packet.from === 'client') asked = kind;
      else shown.add(`${asked} ? ${kind}`);
      before = kind;
    }
    shown.add(`${before} . ${overdue === undefined ? ending : 'overdue'}/${client.leaves}`);
  }
  return [...shown];
}

function kindOf(packet: LabelledPacket): string {
  const { name, problem } = packet;
  const odd = problem === undefined ? '' : '!';
  if (name === 'ERR') return `ERR ${errorCode(packet)}${odd}`;
  if (name === 'OK' || name === 'EOF') return `${name} ${statusFlags(packet).toString(16)}${odd}`;
  // The type stands in front of flags, decimals and the filler, at the end of every definition.
  if (name === 'ColumnDefinition41') return `column ${packet.payload[packet.length - 6]}${odd}`;
  return `${packet.sequenceId === undefined ? 'bytes' : name}${odd}`;
}

/** Read where it stands: a packet of each answer is looked at, and decoding costs more than playing it. */
const errorCode = ({ payload }: LabelledPacket): number => (payload[1] ?? 0) | ((payload[2] ?? 0) << 8);

function statusFlags({ name, payload }: LabelledPacket): number {
  let at = 1;
  if (name === 'EOF') at = 3;
  else for (let field = 0; field < 2; field++) at += lenencBytesAt(payload[at] ?? 0);
  return (payload[at] ?? 0) | ((payload[at + 1] ?? 0) << 8);
}

const lenencBytesAt = (first: number): number => (first < 0xfb ? 1 : first === 0xfc ? 3 : first === 0xfd ? 4 : 9);
