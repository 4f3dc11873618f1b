import type { Ending } from '../case/verdict.ts';
import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { endingInWords } from '../run/describe.ts';
import type { Played, PlayedClient } from './play.ts';

/** FNV-1a, 32 bits: equal bytes, equal number. */
export function hashOf(bytes: Uint8Array, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193);
  return hash >>> 0;
}

/** Packets that come in numbers: one token tells of all of them that stand in a row. */
const inRows: ReadonlySet<string> = new Set(['ColumnDefinition41', 'TextRow', 'BinaryRow', 'BinlogEvent']);

/**
 * What the server sent to one client, masked: scramble, connection id and authentication data differ from connection to
 * connection and are left out, everything else is in it. Equal text, equal behaviour.
 */
export function observationOf({ packets, ending, overdue }: PlayedClient): string {
  const tokens: string[] = [];
  let run: { name: string; count: number; hash: number } | undefined;
  for (const packet of packets) {
    if (packet.from !== 'server') continue;
    if (inRows.has(packet.name)) {
      if (run?.name !== packet.name) run = { name: packet.name, count: 0, hash: 0x811c9dc5 };
      if (run.count === 0) tokens.push('');
      run.count++;
      run.hash = hashOf(packet.payload, run.hash);
      tokens[tokens.length - 1] = `${packet.name} x${run.count} ${run.hash.toString(16)}`;
      continue;
    }
    run = undefined;
    tokens.push(`${packet.sequenceId ?? '-'}:${tokenOf(packet)}${packet.problem === undefined ? '' : '!'}`);
  }
  tokens.push(overdue === undefined ? closed(ending) : `nothing for ${overdue}`);
  return tokens.join(' | ');
}

/** How a connection closes, FIN or RST, depends on what the server had read by then. */
const closed = (ending: Ending): string =>
  ending === 'fin' || ending === 'rst' || ending === 'fin+rst' ? 'closed' : endingInWords(ending);

function tokenOf(packet: LabelledPacket): string {
  const v = packet.value;
  switch (packet.name) {
    case 'HandshakeV10':
      return `HandshakeV10 ${v?.['serverVersion']} ${v?.['capabilitiesLow']}/${v?.['capabilitiesHigh']}/${v?.['mariadbCapabilities'] ?? 0}/${v?.['characterSet']}/${v?.['statusFlags']} ${v?.['authPluginName']}`;
    case 'AuthSwitchRequest':
      return `AuthSwitchRequest ${v?.['pluginName']} ${(v?.['data'] as Uint8Array | undefined)?.length}`;
    case 'AuthMoreData':
    case 'AuthNextFactor':
      return `${packet.name} ${packet.length}`;
    case 'ERR':
      return `ERR ${v?.['errorCode']}#${v?.['sqlState']} ${String(v?.['errorMessage'] ?? '').replaceAll(/\d+/g, 'N')}`;
    default:
      return `${packet.name} ${Buffer.from(packet.payload.subarray(0, 64)).toString('hex')}${packet.length > 64 ? `+${packet.length}` : ''}`;
  }
}

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
