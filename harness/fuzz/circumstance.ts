import type { LabelledPacket } from '../codec/labelled-packet.ts';
import { status } from '../codec/status.ts';
import type { PlayedClient } from './play.ts';
import { CLOSED, type Token } from './tokens.ts';

/** ER_UNKNOWN_COM_ERROR, ER_ACCESS_DENIED_ERROR. */
const CLOSED_BEHIND: readonly (number | undefined)[] = [1047, 1045];
const PARSE_ERROR = 1064;
const rows: ReadonlySet<string> = new Set(['TextRow', 'BinaryRow']);

/**
 * What makes it a fault of its own: a close behind a command that the server does not know, or a user that it refuses, is not any close; rows that
 * an ERR ends are not any rows; and what cannot be parsed behind COM_SET_OPTION may be several statements.
 */
export function circumstance(token: Token | undefined, { packets }: PlayedClient, other: Token | undefined): string {
  if (token?.packet && token.packet.name === other?.packet?.name && token.ownId !== other.ownId)
    return `, which is ${token.ownId ? '' : 'not '}the connection id of its greeting`;
  const last = packets.findLast(({ from }) => from === 'server');
  if (token && !token.packet && last && endsOutParameters(last, packets)) return ' behind OUT parameters';
  if (token?.text === CLOSED) return CLOSED_BEHIND.includes(errorCode(last)) ? ` behind ERR ${errorCode(last)}` : '';
  if (errorCode(token?.packet) === PARSE_ERROR && packets.some(({ name }) => name === 'COM_SET_OPTION')) return ', behind COM_SET_OPTION';
  const asked = token?.packet && (token.packet.name === 'ColumnCount' || rows.has(token.packet.name)) ? token.packet.answers : undefined;
  const code = asked && errorCode(packets.findLast(({ from, answers }) => from === 'server' && answers === asked));
  return code === undefined ? '' : `, with ERR ${code} at its end`;
}

const errorCode = (packet: LabelledPacket | undefined): number | undefined =>
  packet?.name === 'ERR' ? Number(packet.value?.['errorCode']) : undefined;

/** The last that the server said belongs to an answer with OUT parameters: MySQL sends an OK behind their resultset, of which its last EOF says nothing. */
const endsOutParameters = (last: LabelledPacket, packets: readonly LabelledPacket[]): boolean =>
  packets.some(
    ({ from, answers, value }) =>
      from === 'server' && answers === last.answers && (Number(value?.['statusFlags'] ?? 0) & status.PS_OUT_PARAMS) !== 0,
  );

const USES = /\bUSE\s/i;
const TURNS_AUTOCOMMIT_OFF = /\bautocommit\s*=\s*(0|OFF|FALSE)\b/i;
/** It names a database, whether or not the server takes it. */
const choosesDatabase = ({ name, value }: LabelledPacket): boolean =>
  name === 'COM_INIT_DB' || String(value?.['database'] ?? '') !== '' || USES.test(String(value?.['query'] ?? ''));

/** What rows may tell in which a proxy has its own way: the columns, and what the client has said before. */
const subjects: readonly (readonly [columns: RegExp, said: (before: readonly LabelledPacket[]) => boolean, words: string])[] = [
  [/^(DATABASE|SCHEMA)\(\)/i, (before) => !before.some(choosesDatabase), ', of DATABASE() where none is chosen'],
  [
    /^@@autocommit$/i,
    (before) => before.some(({ value }) => TURNS_AUTOCOMMIT_OFF.test(String(value?.['query'] ?? ''))),
    ', of @@autocommit behind SET autocommit = 0',
  ],
  [
    /@@(character_set|collation)_/,
    (before) => before.some(({ name }) => name === 'COM_CHANGE_USER'),
    ', of character sets behind COM_CHANGE_USER',
  ],
];

/** What two rows that differ tell, where that makes it a fault of its own. */
export function subject(token: Token | undefined, { packets }: PlayedClient, other: Token | undefined): string {
  const [ours, theirs] = [token?.packet, other?.packet];
  if (!ours?.answers || ours.name !== theirs?.name || !rows.has(ours.name)) return '';
  const [a, b] = [valuesOf(ours), valuesOf(theirs)];
  const differing = columnsOf(ours, packets).filter((_, i) => String(a[i]) !== String(b[i]));
  if (differing.length === 0) return '';
  const before = packets.slice(0, packets.indexOf(ours.answers)).filter(({ from }) => from === 'client');
  return subjects.find(([columns, said]) => differing.every((name) => columns.test(name)) && said(before))?.[2] ?? '';
}

const valuesOf = ({ value }: LabelledPacket): readonly unknown[] => (value?.['values'] ?? []) as readonly unknown[];

/** The names of the columns of a row. */
const columnsOf = (row: LabelledPacket, packets: readonly LabelledPacket[]): string[] =>
  packets
    .slice(0, packets.indexOf(row))
    .filter(({ name, answers }) => name === 'ColumnDefinition41' && answers === row.answers)
    .slice(-valuesOf(row).length)
    .map(({ value }) => String(value?.['name']));
