/** COM_FIELD_LIST (mysql/page_protocol_com_field_list). */

import { columnDefinition41 } from '../codec/messages/column-definition-41.ts';
import { columnDefinition320 } from '../codec/messages/column-definition-320.ts';
import type { ComFieldList } from '../codec/messages/com-field-list.ts';
import { ENDS_ROWS, eofPacket, okPacket } from './answer.ts';
import { Departure, refuse } from './refusal.ts';
import { number, string } from './resultset.ts';
import type { Session } from './session.ts';

/** mywire.numbers of fixtures/sql, the only table: its columns, each with its default. */
const numbers = [
  { ...number('id', 11), flags: 0x5003, defaultValue: '0' },
  { ...string('name', 80), decimals: 0, defaultValue: null },
];
/** Characters of the longest name of a table, both servers. */
const LONGEST_NAME = 64;

/** The definitions of a table's columns, with their defaults. Throws Refusal 1046, 1103, 1146. */
export function fieldList(session: Session, { table, wildcard }: ComFieldList): readonly Uint8Array[] {
  const { context, database, has, server } = session;
  if (has('field-list-long-name-closes') && table.length > LONGEST_NAME) throw new Departure('fin');
  if (has('field-list-long-name-stops-server') && table.length > 255) server.die();
  if (database === '' && session.behindWith && has('field-list-behind-with-ok')) return [okPacket(session)];
  if (database === '' && !has('field-list-without-database')) throw refuse.noDatabase();
  if (table.length > LONGEST_NAME) throw refuse.wrongTableName(table.slice(0, 200));
  const elsewhere = has('field-list-follows-paths') && /[./\\]/.test(table);
  const known = elsewhere || (database === 'mywire' && table === 'numbers');
  if (!known && !has('field-list-of-unknown-table')) throw refuse.noSuchTable(`${database}.${table}`);
  const like = has('field-list-ignores-wildcard') || wildcard === '' ? /^/ : new RegExp(`^${likeToRegExp(wildcard)}$`, 'i');
  const shown = known ? numbers.filter(({ name }) => like.test(name)) : [];
  const definitions = shown.map(({ defaultValue, ...column }) => {
    const where = { schema: database, table, orgTable: table, orgName: column.name };
    const shown = { ...column, ...where, ...(has('field-list-without-defaults') ? {} : { defaultValue }) };
    return session.agreed('PROTOCOL_41') ? columnDefinition41.encode(shown, context) : columnDefinition320.encode(shown, context);
  });
  const deprecated = session.agreed('DEPRECATE_EOF') && !has('field-list-eof-for-ok');
  return [...definitions, deprecated ? okPacket(session, { header: ENDS_ROWS }) : eofPacket(session)];
}

/** % and _ as in LIKE. */
function likeToRegExp(pattern: string): string {
  return pattern
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
}
