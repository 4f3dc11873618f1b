/** LOAD DATA LOCAL INFILE (mysql/page_protocol_com_query_response_local_infile_request): the client is asked for the file. */
import { latin1 } from '../../codec/field.ts';
import { localInfileRequest } from '../../codec/messages/local-infile-request.ts';
import { status } from '../../codec/status.ts';
import { ENDS_ROWS, statusFlags } from '../answer.ts';
import { Departure, refuse } from '../refusal.ts';
import type { Done } from '../result.ts';
import type { Session } from '../session.ts';
import type { TemporaryTable } from '../temporary-table.ts';
import type { Statement } from './statement.ts';
import { find, placeOf } from './temporary-table.ts';

const QUIT = 0x01;
/** COM_QUERY, COM_PING, COM_CHANGE_USER */
const COMMANDS: readonly (number | undefined)[] = [0x03, 0x0e, 0x11];
/** Packets of a file up to sequence id 255; the next has 0. */
const WRAPS_AFTER = 254;

export const loadData: readonly Statement[] = [
  [
    /^load data local infile '([^']*)'( replace)? into table (\w+)(?: fields terminated by '([^'])')?(?: \((\w+(?:, ?\w+)*)\))?( set .+)?$/i,
    (session, [, file = '', replace, name = '', separator = '\t', columns, set]) =>
      load(session, { file, replace: replace !== undefined, name, separator, columns: columns?.split(/, ?/) ?? [], set }),
  ],
];

interface Load {
  readonly file: string;
  readonly replace: boolean;
  readonly name: string;
  readonly separator: string;
  readonly columns: readonly string[];
  readonly set: string | undefined;
}

/** Throws Refusal: 3948 or 4166, 1146 and 1054 before the client is asked; 1242 behind the file. */
async function load(session: Session, { file, replace, name, separator, columns, set }: Load): Promise<Done> {
  const { channel, has } = session;
  if (!session.agreed('LOCAL_FILES') && !has('infile-asks-client-without-local-files')) {
    if (has('infile-refusal-closes')) throw new Departure('fin');
    throw refuse.localInfileDisabled(session.server.dialect);
  }
  if (session.isExecuting && has('prepared-load-data-asks-for-no-file')) return { ok: {} };
  if (has('infile-asks-before-checking')) await receiveFile(session, file);
  const table = find(session, name);
  for (const column of columns) placeOf(table, column);
  const failsLater = set !== undefined && / union /i.test(set);
  if (failsLater && has('infile-error-leaves-file-unread')) {
    ask(session, file);
    throw refuse.subqueryOfManyRows();
  }
  const content = await receiveFile(session, file);
  if (failsLater && !has('infile-error-swallowed')) throw refuse.subqueryOfManyRows();
  const told = store(table, content, separator, replace, session);
  if (has('infile-ok-sequence-restarts')) channel.numberFrom(2);
  const hidden = has('infile-ok-hides-transaction') ? { statusFlags: statusFlags(session) & ~status.IN_TRANS } : {};
  return { ok: { ...okOf(session, told), ...hidden } };
}

function ask(session: Session, file: string): void {
  const { channel, context, has } = session;
  let filename = file;
  if (has('infile-name-of-the-first-file')) filename = firstFiles.get(session) ?? file;
  firstFiles.set(session, filename);
  if (has('infile-name-without-path')) filename = file.slice(file.lastIndexOf('/') + 1);
  if (has('infile-name-ends-with-nul')) filename += '\0';
  if (has('infile-name-in-lower-case')) filename = filename.replace(/[A-Z]/g, (capital) => capital.toLowerCase());
  if (has('infile-name-in-ascii')) filename = filename.replace(/[^\0-\x7f]/g, '?');
  const before = session.unsent.splice(0);
  if (has('infile-sequence-restarts-at-request') && before.length > 0) {
    channel.send(...before.splice(0));
    channel.numberFrom(1);
  }
  channel.send(...before, localInfileRequest.encode({ filename }, context));
}

/** What a connection has asked for first. */
const firstFiles = new WeakMap<Session, string>();

/** Asks for the file and reads it, up to the empty packet. Throws Refusal 1156 and Departure. */
async function receiveFile(session: Session, file: string): Promise<string> {
  const { channel, has } = session;
  ask(session, file);
  const parts: string[] = [];
  let received = 0;
  for (;;) {
    const data = await channel.receive(has('infile-takes-data-out-of-order') || undefined);
    if (data.length === 0) {
      if (has('infile-end-loses-next-command')) channel.discard();
      break;
    }
    if (++received === WRAPS_AFTER && has('infile-refuses-wrapped-sequence-id')) throw refuse.outOfOrder();
    if (data[0] === QUIT && has('infile-data-may-quit')) throw new Departure('fin');
    if (COMMANDS.includes(data[0]) && has('infile-data-may-be-a-command')) continue;
    if (parts.length === 0 || !has('infile-keeps-first-packet')) parts.push(latin1(data));
    if (has('infile-ends-before-empty-packet')) break;
  }
  if (parts.length === 0 && has('infile-empty-file-hangs')) throw new Departure('stay');
  return parts.join(has('infile-packet-ends-line') ? '\n' : '');
}

interface Told {
  readonly records: number;
  readonly stored: number;
  readonly deleted: number;
  readonly skipped: number;
  readonly warnings: number;
}

/** Line by line, as LOAD DATA LOCAL does: what does not fit is a warning, and a row whose key is there is left out. */
function store(table: TemporaryTable, content: string, separator: string, replace: boolean, { has }: Session): Told {
  let [stored, deleted, skipped, warnings] = [0, 0, 0, 0];
  const lines = content.split('\n');
  if (lines.at(-1) === '' || has('infile-last-line-needs-newline')) lines.pop();
  for (const line of lines) {
    const given = line.split(separator);
    if (given.length !== table.columns.length) warnings++;
    const row = table.columns.map(({ numeric }, at) => {
      const value = given[at] ?? null;
      if (!numeric || value === null || /^-?\d+$/.test(value)) return value;
      warnings++;
      return '0';
    });
    const same = table.unique ? table.rows.findIndex(([key]) => key === row[0]) : -1;
    if (same >= 0 && !replace) {
      skipped++;
      warnings++;
      if (has('infile-row-replaces-key')) table.rows.splice(same, 1, row);
      continue;
    }
    stored++;
    if (same >= 0) {
      deleted++;
      if (has('infile-replace-keeps-old-row')) continue;
      table.rows.splice(same, 1);
    }
    table.rows.push(row);
  }
  return { records: lines.length, stored, deleted, skipped, warnings };
}

/** Rows of the files before. */
const recordsBefore = new WeakMap<Session, number>();

function okOf(session: Session, { records: own, stored, deleted, skipped, warnings }: Told): Done['ok'] {
  const { has } = session;
  const records = own + (has('infile-counts-stay') ? (recordsBefore.get(session) ?? 0) : 0);
  recordsBefore.set(session, records);
  const told = {
    deleted: has('infile-deleted-not-counted') ? 0 : deleted,
    skipped: has('infile-skipped-not-counted') ? 0 : skipped,
  };
  return {
    ...(has('infile-ok-starts-with-fe') ? { header: ENDS_ROWS } : {}),
    affectedRows: has('infile-affected-rows-zero') ? 0 : stored + deleted,
    warnings: has('infile-warnings-not-counted') ? 0 : warnings,
    info: has('infile-without-info')
      ? undefined
      : `Records: ${records}  Deleted: ${told.deleted}  Skipped: ${told.skipped}  Warnings: ${warnings}`,
  };
}
