/** Statements that end with an ERR of their own, or with warnings. */
import { characterSetOf } from '../collation.ts';
import { showConditions } from '../last-statement.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { Result } from '../result.ts';
import type { Session } from '../session.ts';
import type { Statement } from './statement.ts';

/** Characters of the longest identifier, both servers. */
const LONGEST_NAME = 64;

/** They stand behind all others: what one of those knows is answered there. */
export const failingStatements: readonly Statement[] = [
  // An alias has come, so the word behind it is one too many.
  [
    /^(select 1 (?!(?:as|from|limit|union) )\w+\s+)(\w+(?: from dual)?)$/i,
    (s, [statement, before = '', behind = '']) => fail(tooMany(s, statement, before, behind)),
  ],
  [/^select (no_such_\w+) from mywire\.numbers$/i, (_s, [, name = '']) => fail(refuse.noSuchColumn(name))],
  [/^select `([^`]+)`$/i, (s, [, name = '']) => fail(refuse.noSuchColumn(inCharacterSet(s, name)))],
  [
    /^select mywire\.(no_such_\w+)\(\)$/i,
    (_s, [, name = '']) => fail(new Refusal(1305, '42000', `FUNCTION mywire.${name} does not exist`)),
  ],
  [/^select \* from (\w+)\.(\w+)$/i, (s, [, schema = '', table = '']) => fail(unknownTable(s, schema, table))],
  [/^create database (\w+)$/i, (s, [, name = '']) => fail(denied(s, 1044, `Access denied for user '${s.user}'@'%' to database '${name}'`))],
  [
    /^drop table mywire\.(\w+)$/i,
    (s, [, name = '']) => fail(denied(s, 1142, `DROP command denied to user '${s.user}'@'localhost' for table '${name}'`)),
  ],
  [
    /^signal sqlstate '(\w{5})'(?: set message_text ?= ?'([^']*)'(?:, mysql_errno ?= ?(\d+))?)?$/i,
    (s, [, state = '', text, code]) => signal(s, state, text, code),
  ],
  [
    /^get diagnostics condition 1 @(\w+) = mysql_errno, @(\w+) = returned_sqlstate, @(\w+) = message_text$/i,
    (s, [, code = '', state = '', text = '']) => getDiagnostics(s, [code, state, text]),
  ],
  [/^show (warnings|errors)$/i, (s, [, what]) => showConditions(s, what?.toLowerCase() === 'errors')],
];

/** The first condition of the statement before (mysql/get-diagnostics). */
function getDiagnostics({ has, last, state }: Session, into: readonly string[]): Result {
  const [first] = last.told;
  const values = first && !has('get-diagnostics-of-nothing') ? [String(first[1]), first[3] ?? 'HY000', first[2]] : [];
  for (const [at, variable] of into.entries()) state.userVariables.set(variable, values[at] ?? null);
  return { ok: {} };
}

function fail(refusal: Refusal): never {
  throw refusal;
}

/** The statement is shown from the word on that is one too many, and its line. */
function tooMany({ has }: Session, statement: string, before: string, behind: string): Refusal {
  const line = has('syntax-error-on-line-1-always') ? 1 : before.split('\n').length;
  if (has('syntax-error-shows-everything')) return refuse.syntax(statement, line);
  return refuse.syntax(has('syntax-error-shows-one-word') ? (behind.split(' ')[0] ?? '') : behind, line);
}

function unknownTable({ server, has }: Session, schema: string, table: string): Refusal {
  if (has('unknown-table-without-database')) return refuse.noSuchTable(table);
  if (table.length <= LONGEST_NAME) return refuse.noSuchTable(`${schema}.${table}`);
  if (has('long-identifier-unknown-table')) return refuse.noSuchTable(`${schema}.${table}`);
  if (server.dialect === 'mariadb') return refuse.wrongTableName(table);
  return new Refusal(1059, '42000', `Identifier name '${table}' is too long`);
}

function denied({ has }: Session, code: number, message: string): Refusal {
  return has('privilege-denied-as-login') ? new Refusal(1045, '28000', message) : new Refusal(code, '42000', message);
}

/** A message speaks the client's character set; what the client wrote in it stays as it is. */
function inCharacterSet({ has, state }: Session, name: string): string {
  if (has('message-in-latin1-always') && characterSetOf(state.collation).startsWith('utf8'))
    return Buffer.from(name, 'latin1').toString('utf8');
  return has('message-in-utf8-always') ? Buffer.from(name, 'utf8').toString('latin1') : name;
}

/** Class 01 warns, every other one fails (mysql/signal). */
function signal(session: Session, state: string, text = 'Unhandled user-defined exception condition', code = '1644'): Result {
  const { has } = session;
  if (state.startsWith('01') && !has('signal-warning-fails')) {
    session.warning = text;
    return { ok: { warnings: has('warning-count-zero') ? 0 : 1 } };
  }
  throw new Refusal(
    has('signal-without-own-code') ? 1644 : Number(code),
    has('signal-without-own-sqlstate') ? '45000' : state,
    has('signal-message-cut') ? text.slice(0, 64) : text,
  );
}
