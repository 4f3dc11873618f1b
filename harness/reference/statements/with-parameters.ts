/** What a prepared statement comes to. */
import { columnType } from '../../codec/column-type.ts';
import { status } from '../../codec/status.ts';
import type { Outcome } from '../prepared/executed-answer.ts';
import { columnOf, type Given, literalOf } from '../prepared/parameter.ts';
import { resultsOf } from '../query.ts';
import { Refusal, refuse } from '../refusal.ts';
import { done, type Rows } from '../result.ts';
import { type Column, number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import { statements } from './index.ts';

/** As each server describes a value that has not come (MySQL 9.7.4: VAR_STRING, MariaDB 11.8.9: NULL). */
export const typeOfPlaceholder = ({ server }: Session): number => (server.dialect === 'mysql' ? columnType.VAR_STRING : columnType.NULL);

/** The columns that StmtPrepareOK announces; nothing is carried out. Throws Refusal. */
export async function describe(session: Session, parts: readonly string[]): Promise<readonly Column[]> {
  const type = typeOfPlaceholder(session);
  const unknown = parts.slice(1).map((): Given => ({ type, unsigned: false, text: null, decimals: 0 }));
  const own = ownResults(session, parts, unknown);
  if (own) return columnsOf(own);
  const text = filled(parts, unknown);
  if (session.has('prepare-executes') || /^select\b/i.test(text)) {
    const { status: before } = session;
    const columns = columnsOf(await resultsOf(session, text));
    // Nothing has been read, so no transaction has begun.
    if (!session.has('prepare-executes')) session.status = before;
    return columns;
  }
  if (!statements.some(([pattern]) => pattern.test(text))) throw refuse.syntax(text.slice(0, 80));
  return [];
}

/** Throws Refusal. */
export async function results(session: Session, parts: readonly string[], values: readonly Given[]): Promise<readonly Outcome[]> {
  const mayBeSeveral = session.agreed('MULTI_RESULTS') || session.agreed('PS_MULTI_RESULTS') || session.has('call-without-multi-results');
  const procedure = /^call (?:mywire\.)?(two_results|no_rows_first|fails_after_one)\b/i.exec(parts[0] ?? '')?.[1];
  if (procedure !== undefined && !mayBeSeveral) throw refuse.resultsOfProcedure(procedure);
  return ownResults(session, parts, values) ?? (await resultsOf(session, filled(parts, values)));
}

/** The statement with literals in the place of its placeholders. */
function filled(parts: readonly string[], values: readonly Given[]): string {
  return joined(parts, values.map(literalOf));
}

/** Text between the parts of a statement, in the place of its placeholders. */
export function joined(parts: readonly string[], values: readonly string[]): string {
  return parts.reduce((text, part, i) => text + (values[i - 1] ?? '') + part);
}

function columnsOf([first, ...more]: readonly Outcome[]): readonly Column[] {
  return first && 'columns' in first && more.length === 0 ? first.columns : [];
}

/** What only placeholders can say, or only without a limit to its length. */
function ownResults(session: Session, parts: readonly string[], values: readonly Given[]): readonly Outcome[] | undefined {
  if (parts.length > 1 && /^do $/i.test(parts[0] ?? '') && parts.slice(1, -1).every((part) => /^, ?$/.test(part))) return [done];
  const call = /^call (?:mywire\.)?(two_results|no_rows_first|fails_after_one|one_out)\($/i.exec(parts[0]?.replace(/\)$/, '') ?? '')?.[1];
  if (call) return called(session, call);
  const rows = selectOf(parts, values);
  return rows && [rows];
}

/** The procedures of fixtures/sql. OUT parameters come as a row where the client can take one (mysql/page_protocol_command_phase_sp). */
function called(session: Session, name: string): readonly Outcome[] {
  const { has } = session;
  const select = (...digits: string[]): Rows => ({ columns: digits.map((one) => number(one, 1)), rows: [digits] });
  if (name === 'two_results') return [select('1'), select('2', '3'), ...(has('call-without-final-ok') ? [] : [done])];
  if (name === 'no_rows_first') return [{ ...select('1'), rows: [] }, select('2'), ...(has('call-without-final-ok') ? [] : [done])];
  if (name === 'fails_after_one') return [select('1'), new Refusal(1644, '45000', 'on purpose')];
  const wanted = session.agreed('PS_MULTI_RESULTS') ? !has('out-parameters-missing') : has('out-parameters-unasked');
  if (!wanted) return [done];
  return [{ ...select('42'), statusFlags: has('out-parameters-without-flag') ? 0 : status.PS_OUT_PARAMS }, done];
}

/** What stands in the quotes at the end. */
const aliasOf = (text: string): string => text.slice(text.lastIndexOf(' ') + 2, -1);

type Item = (next: () => Given, name: string, list: string) => { readonly column: Column; readonly value: string | null };
const items: readonly (readonly [RegExp, Item])[] = [
  [
    /^\?$/,
    (next) => {
      const value = next();
      return { column: columnOf('?', value), value: value.text };
    },
  ],
  [/^null$/i, () => ({ column: { ...number('NULL', 0), type: columnType.NULL, flags: 0x80 }, value: null })],
  [/^'([^']*)'$/, (_next, _name, chars) => ({ column: string(chars, chars.length), value: chars })],
  [/^(\d{1,9})$/, (_next, name) => ({ column: number(name, name.length), value: name })],
  [/^(\d{1,9}) as (?:"[^"]*"|`[^`]*`)$/i, (_next, text, digits) => ({ column: number(aliasOf(text), digits.length), value: digits })],
  [
    /^concat\((.*)\)$/i,
    (next, name, list) => {
      const of = list.split(/, ?/).map(() => next().text);
      const value = of.includes(null) ? null : of.join('');
      return { column: string(name, value?.length ?? 0), value };
    },
  ],
  [
    /^length\(\?\)$/i,
    (next, name) => {
      const { text } = next();
      return { column: number(name, 10), value: text === null ? null : String(text.length) };
    },
  ],
];

/** SELECT of a list of placeholders, literals, CONCAT and LENGTH of placeholders; undefined for any other statement. */
function selectOf(parts: readonly string[], values: readonly Given[]): Rows | undefined {
  if (!/^select /i.test(parts[0] ?? '')) return undefined;
  let at = 0;
  const next = (): Given => values[at++] as Given;
  const list = parts
    .join('?')
    .slice('select '.length)
    .split(/, ?(?![^(]*\))/);
  const cells = list.map((text) => {
    for (const [pattern, item] of items) {
      const match = text.match(pattern);
      if (match) return item(next, text, match[1] ?? '');
    }
    return undefined;
  });
  if (cells.includes(undefined)) return undefined;
  const found = cells as readonly NonNullable<(typeof cells)[number]>[];
  return { columns: found.map(({ column }) => column), rows: [found.map(({ value }) => value)] };
}
