/** Two tables that a session makes for itself, in the few shapes that cases about keys, RETURNING and ALTER TABLE use. */
import { columnFlag as F } from '../../codec/column-type.ts';
import { progressReport } from '../../codec/messages/progress-report.ts';
import { Refusal, refuse } from '../refusal.ts';
import { type Done, done, type Result, type Rows } from '../result.ts';
import { number } from '../resultset.ts';
import type { Session } from '../session.ts';
import { one } from './select.ts';
import type { Statement } from './statement.ts';

/** mywire_key (a): its rows by their key. mywire_maria (a, b): a counts itself. */
type Table = Map<number, string>;

export const scratchStatements: readonly Statement[] = [
  [/^create temporary table (mywire_key|mywire_maria) \((.+)\)$/i, (s, [, name = '', columns = '']) => create(s, name, columns)],
  [/^insert into mywire_key values (.+)$/i, (s, [, values = '']) => insertKeys(s, valuesIn(values))],
  [
    /^insert into mywire_maria \(b\) values (.+?)( returning a, b)?$/i,
    (s, [, values = '', returning]) => insert(s, numbersIn(values), returning),
  ],
  [/^delete from mywire_maria where a = (\d+) returning b$/i, (s, [, a]) => remove(s, Number(a))],
  [/^select count\(\*\) from mywire_maria$/i, (s) => one(number('COUNT(*)', 21), String(table(s, 'mywire_maria').size))],
  [/^alter table mywire_maria add c int, algorithm = copy$/i, (s) => alter(s)],
  [/^set progress_report_time = 0$/i, (s) => reportNothing(s)],
];

/** NULL is NaN. */
const valuesIn = (values: string): number[] => (values.match(/\d+|null/gi) ?? []).map(Number);
const numbersIn = (values: string): number[] => (values.match(/\d+/g) ?? []).map(Number);

function create(session: Session, name: string, columns: string): Done {
  if (session.database === '') throw refuse.noDatabase();
  const rows: Table = new Map();
  keyNames.set(rows, /unique key (\w+)/i.exec(columns)?.[1] ?? 'PRIMARY');
  session.scratch.set(name, rows);
  return done;
}
const keyNames = new WeakMap<Table, string>();

function table({ scratch, database }: Session, name: string): Table {
  const found = scratch.get(name);
  if (!found) throw refuse.noSuchTable(`${database}.${name}`);
  return found;
}

function records(count: number): string {
  return `Records: ${count}  Duplicates: 0  Warnings: 0`;
}

function insertKeys(session: Session, keys: readonly number[]): Done {
  const rows = table(session, 'mywire_key');
  for (const [at, key] of keys.entries()) {
    if (Number.isNaN(key)) throw valueRefused(session, 1048, '23000', (column) => `Column${column} cannot be null`);
    const row = session.has('value-refused-in-row-1-always') ? 1 : at + 1;
    if (key > MOST) throw valueRefused(session, 1264, '22003', (column) => `Out of range value for column${column} at row ${row}`);
    if (rows.has(key)) throw duplicate(session, key, keyNames.get(rows));
    rows.set(key, '');
  }
  return { ok: { affectedRows: keys.length, info: keys.length > 1 ? records(keys.length) : undefined } };
}

/** Of an INT. */
const MOST = 0x7fffffff;

/** By the strict mode that the case has set. */
function valueRefused({ has }: Session, code: number, sqlState: string, message: (column: string) => string): Refusal {
  return new Refusal(code, has('value-refused-hy000') ? 'HY000' : sqlState, message(has('value-refused-without-column') ? '' : " 'a'"));
}

function duplicate({ has, server }: Session, key: number, of = ''): Refusal {
  const name = server.dialect === 'mysql' ? `mywire_key.${of}` : of;
  const message = `Duplicate entry '${key}'${has('duplicate-key-unnamed') ? '' : ` for key '${name}'`}`;
  return has('duplicate-key-42000') ? new Refusal(1062, '42000', message) : new Refusal(1062, '23000', message);
}

const column = (name: string) => ({
  ...number(name, 11),
  schema: 'mywire',
  table: 'mywire_maria',
  orgTable: 'mywire_maria',
  orgName: name,
  flags: name === 'a' ? F.NOT_NULL | F.PRI_KEY | F.AUTO_INCREMENT : 0,
});

/** MariaDB gives the rows that it has inserted where RETURNING asks for them (mariadb/returning). */
function insert(session: Session, values: readonly number[], returning: string | undefined): Result {
  const rows = table(session, 'mywire_maria');
  if (returning !== undefined && session.server.dialect === 'mysql') throw refuse.syntax('RETURNING a, b');
  const from = rows.size + 1;
  const kept = returning !== undefined && session.has('returning-inserts-nothing') ? [] : values;
  for (const [i, b] of kept.entries()) rows.set(from + i, String(b));
  session.lastInsertId = from;
  const ok = { affectedRows: values.length, lastInsertId: from, ...(values.length > 1 ? { info: records(values.length) } : {}) };
  if (returning === undefined || session.has('returning-answers-ok')) return { ok };
  return { columns: [column('a'), column('b')], rows: values.map((b, i) => [String(from + i), String(b)]) };
}

function remove(session: Session, a: number): Rows {
  const rows = table(session, 'mywire_maria');
  if (session.server.dialect === 'mysql') throw refuse.syntax('RETURNING b');
  const b = rows.get(a);
  if (session.has('returning-delete-takes-all')) rows.clear();
  rows.delete(a);
  return { columns: [column('b')], rows: b === undefined || session.has('returning-after-delete-empty') ? [] : [[b]] };
}

/** ALTER TABLE copies the rows and tells how far it is (mariadb/err_packet): here, once, in the last of two stages. */
function alter(session: Session): Done {
  const { channel, context, has } = session;
  const rows = table(session, 'mywire_maria');
  const asked = session.agreedMariadb('PROGRESS') || (has('progress-unasked') && session.server.dialect === 'mariadb');
  const off = session.reportsNoProgress && !has('progress-in-spite-of-zero');
  if (asked && !off && !has('progress-missing')) {
    const stage = has('progress-stage-past-the-last') ? 3 : 2;
    const report = progressReport.encode({ stage, maxStage: 2, progress: 0, info: 'Enabling keys' }, context);
    channel.send(has('progress-as-the-manual') ? withoutCount(report) : report);
  }
  return { ok: { affectedRows: rows.size, info: records(rows.size) } };
}

/** The manual's table lacks the number of strings, int<1> behind the error code. */
function withoutCount(report: Uint8Array): Uint8Array {
  return Uint8Array.of(...report.subarray(0, 3), ...report.subarray(4));
}

function reportNothing(session: Session): Done {
  session.reportsNoProgress = true;
  return done;
}
