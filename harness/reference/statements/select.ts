import { refuse } from '../refusal.ts';
import type { Rows } from '../result.ts';
import { type Column, number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';

/** Bytes of the longest value that REPEAT makes. */
const LONGEST_VALUE = 0x2000000;

/** Expressions without a table. */
export const selects: readonly Statement[] = [
  [/^select (\d{1,9})$/i, (_s, [, digits = '']) => one(number(digits, digits.length), digits)],
  [/^select '([^'\\]*)'$/i, (_s, [, text = '']) => one(string(text, text.length * 4), text)],
  [/^select null$/i, () => one({ ...number('NULL', 0), type: 6, flags: 0x80 }, null)],
  [/^select (\d{1,9}) limit 0$/i, (_s, [, digits = '']) => ({ columns: [number(digits, digits.length)], rows: [] })],
  [/^select (@@version_comment)( limit 1)?$/i, (_s, [, name = '']) => one(string(name, 36), 'mywire reference server')],
  [/^select (version\(\)|@@version)$/i, (s, [, name = '']) => one(string(name, 78), versionOf(s))],
  [/^select (concat\('5\.5\.5-', @@version\))$/i, (s, [, name = '']) => one(string(name, 96), `5.5.5-${versionOf(s)}`)],
  [/^select (user\(\))$/i, (s, [, name = '']) => one(string(name, 384), `${s.user}@${s.address}`)],
  [/^select (database\(\) is null)$/i, (s, [, name = '']) => one(number(name, 1), s.database === '' ? '1' : '0')],
  [/^select (database\(\))$/i, (s, [, name = '']) => one(string(name, 192), s.database === '' ? null : s.database)],
  [/^select (connection_id\(\))$/i, (s, [, name = '']) => one(number(name, 10), connectionId(s))],
  [
    /^with recursive n \(i\) as \(.* where i < (\d{1,3})\) select (repeat\('([^'\\])', ?(\d{1,6})\)) from n$/i,
    (_s, [, rows = '0', name = '', unit = '', count = '0']) => repeatedRows(Number(rows), name, unit, Number(count)),
  ],
  [
    /^with recursive n as \(select 1 as i union all select i \+ 1 from n where i < (\d{1,3})\) select (cast\(concat\('x', i\) as signed\)) from n$/i,
    (_s, [, rows = '0', name = '']) => warnedRows(Number(rows), name),
  ],
  [
    /^select (repeat\('([^'\\])', ?(\d{1,9})\)) union all select '(\w+)'$/i,
    (_s, [, name = '', unit = '', count = '0', behind = '']) => ({
      columns: [string(name, Number(count))],
      rows: [[unit.repeat(Number(count))], [behind]],
    }),
  ],
  [/^select (repeat\('([^'\\])', ?(\d{1,9})\))$/i, (s, [, name = '', unit = '', count = '0']) => repeat(s, name, unit, Number(count))],
];

/** @@version. */
function versionOf({ has, server }: Session): string {
  if (has('version-behind-its-prefix-differs') || has('version-10-without-its-prefix')) return '10.11.9-MariaDB';
  return has('version-differs') ? `${server.version}-other` : server.version;
}

/** A resultset of one row and one column. */
export function one(column: Column, value: string | null): Rows {
  return { columns: [column], rows: [[value]] };
}

function connectionId({ has, connectionId }: Session): string {
  return String(has('connection-id-differs') ? connectionId + 1 : connectionId);
}

function repeat({ has, maxPacketSize }: Session, name: string, unit: string, length: number): Rows {
  if (has('max-packet-size-refuses-answers') && maxPacketSize > 0 && length > maxPacketSize) throw refuse.packetTooLarge();
  return one(string(name, length), length > LONGEST_VALUE ? null : unit.repeat(length));
}

/** The same value in many rows. */
function repeatedRows(rows: number, name: string, unit: string, length: number): Rows {
  return { columns: [string(name, length)], rows: Array.from({ length: rows }, () => [unit.repeat(length)]) };
}

/** No row has a number in it: each comes to 0, with a warning. */
function warnedRows(rows: number, name: string): Rows {
  return { columns: [{ ...number(name, 21), type: 0x08 }], rows: Array.from({ length: rows }, () => ['0']), warnings: rows };
}

/** SELECT LENGTH('…'), of megabytes: no pattern walks them. */
export function lengthOfLiteral(statement: string): Rows | undefined {
  const [before, behind] = ["SELECT LENGTH('", "')"];
  if (statement.slice(0, before.length).toUpperCase() !== before || !statement.endsWith(behind)) return undefined;
  return one(number('LENGTH', 10), String(statement.length - before.length - behind.length));
}
