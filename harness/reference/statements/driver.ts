import { collation } from '../../codec/charset.ts';
import { bytesOfUnaskedFiles } from '../broken-answer.ts';
import { MAX_COMMAND_BYTES } from '../channel.ts';
import { done } from '../result.ts';
import { number, string } from '../resultset.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';

/** What drivers ask first, and what only this server is asked. */
export const driverStatements: readonly Statement[] = [
  // MariaDB Connector/J.
  [/^set (?:autocommit=1, )?(?:session )?sql_mode ?= ?concat\(@@sql_mode, ?',STRICT_TRANS_TABLES'\)$/i, () => done],
  [
    /^select @@max_allowed_packet, ?@@system_time_zone, ?@@time_zone, ?@@sql_mode, ?@@auto_increment_increment$/i,
    () => ({
      columns: [
        number('@@max_allowed_packet', 10),
        string('@@system_time_zone', 64),
        string('@@time_zone', 64),
        string('@@sql_mode', 1024),
        number('@@auto_increment_increment', 10),
      ],
      rows: [[String(MAX_COMMAND_BYTES), 'UTC', 'SYSTEM', '', '1']],
    }),
  ],
  [
    /^select version\(\), database\(\)$/i,
    ({ server: { version }, database }) => ({
      columns: [string('VERSION()', 78), string('DATABASE()', 192)],
      rows: [[version, database === '' ? null : database]],
    }),
  ],
  // With something behind it; alone it is an expression like others.
  [
    /^select (?:last_insert_id\(\)(?= )|@@identity)(?: as (\w+))?(?: from dual)?(?: limit 1)?$/i,
    ({ has, lastInsertId }, [, name = 'LAST_INSERT_ID()']) =>
      one(number(name, 21), String(has('last-insert-id-known-by-one-name') ? 0 : lastInsertId)),
  ],
  [
    /^select count\(\*\) from information_schema\.collations where collation_name = '(\w+)'$/i,
    (_s, [, name]) => one(number('COUNT(*)', 21), Object.values(collation).includes(name ?? '') ? '1' : '0'),
  ],
  // Has it been sent a file that it had no business to ask for?
  [/^select (mywire_unasked_file_bytes\(\))$/i, ({ server }, [, name = '']) => one(number(name, 10), String(bytesOfUnaskedFiles(server)))],
];
