import { MAX_COMMAND_BYTES } from '../channel.ts';
import { number, string } from '../resultset.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';

const compared: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  '=': (one, other) => one === other,
  '>=': (one, other) => one >= other,
  '<=': (one, other) => one <= other,
};

/** What clients look up about the server. */
export const variables: readonly Statement[] = [
  [/^select (@@local_infile)$/i, (_s, [, name = '']) => one(number(name, 1), '1')],
  [/^select (@@global\.binlog_checksum)$/i, (_s, [, name = '']) => one(string(name, 20), 'CRC32')],
  [/^select (@@global\.gtid_mode = 'ON' AND @@log_bin = 1)$/i, (_s, [, name = '']) => one(number(name, 1), '1')],
  [/^select (@@max_sort_length >= 64)$/i, (_s, [, name = '']) => one(number(name, 1), '1')],
  [/^select (@@max_allowed_packet)$/i, (_s, [, name = '']) => one(number(name, 10), String(MAX_COMMAND_BYTES))],
  [
    /^select (@@max_allowed_packet in \((.+)\))$/i,
    (_s, [, name = '', list = '']) => one(number(name, 1), list.split(', ').includes(String(MAX_COMMAND_BYTES)) ? '1' : '0'),
  ],
  [
    /^select (@@max_allowed_packet (=|>=|<=) (\d+))$/i,
    (_s, [, name = '', sign = '', bytes]) => one(number(name, 1), compared[sign]?.(MAX_COMMAND_BYTES, Number(bytes)) ? '1' : '0'),
  ],
];
