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
      if (packet.from === 'client') asked = kind;
      // A row behind a row is nothing new.
      if (kind !== before) shown.add(`${before} > ${kind}`);
      if (packet.from === 'server') shown.add(`${asked} ? ${kind}`);
      before = kind;
    }
    shown.add(`${before} . ${overdue === undefined ? ending : 'overdue'}/${client.leaves}`);
  }
  return [...shown];
}

function kindOf({ name, value, problem, message }: LabelledPacket): string {
  const odd = problem === undefined ? '' : '!';
  if (name === 'ERR') return `ERR ${value?.['errorCode']}${odd}`;
  if (name === 'OK' || name === 'EOF') return `${name} ${Number(value?.['statusFlags'] ?? 0).toString(16)}${odd}`;
  if (name === 'ColumnDefinition41') return `column ${value?.['type']}${odd}`;
  return `${message ? name : 'bytes'}${odd}`;
}
