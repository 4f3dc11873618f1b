/** The statements that the server knows. No SQL parser: what no line below matches is a syntax error. */
import { status } from '../codec/status.ts';
import { errPacket, okPacket, schemaChanged } from './answer.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import { type Column, number, resultset, string } from './resultset.ts';
import type { Session } from './session.ts';

type Answer = (session: Session, match: RegExpMatchArray) => readonly Uint8Array[];

/** Bytes of the longest value that REPEAT makes. */
const LONGEST_VALUE = 0x2000000;
/** No pattern may walk megabytes. */
const LONGEST_STATEMENT = 1000;

const statements: readonly (readonly [pattern: RegExp, answer: Answer])[] = [
  [/^select (\d{1,9})$/i, (s, [, digits = '']) => one(s, number(digits, digits.length), digits)],
  [/^select null$/i, (s) => one(s, { ...number('NULL', 0), type: 6, flags: 0x80 }, null)],
  [/^select (\d{1,9}) limit 0$/i, (s, [, digits = '']) => resultset(s, [number(digits, digits.length)], [])],
  [/^select (@@version_comment)( limit 1)?$/i, (s, [, name = '']) => one(s, string(name, 36), 'mywire reference server')],
  [/^select (version\(\)|@@version)$/i, (s, [, name = '']) => one(s, string(name, 78), s.server.version)],
  [/^select (database\(\))$/i, (s, [, name = '']) => one(s, string(name, 192), s.database === '' ? null : s.database)],
  [/^select (connection_id\(\))$/i, (s, [, name = '']) => one(s, number(name, 10), connectionId(s))],
  [/^select (repeat\('([^'\\])', ?(\d{1,9})\))$/i, repeat],
  [/^set autocommit ?= ?([01])$/i, (s, [, on]) => setStatus(s, status.AUTOCOMMIT, on === '1')],
  [/^set .+$/i, (s) => [okPacket(s)]],
  [/^(start transaction|begin)$/i, (s) => setStatus(s, status.IN_TRANS, true)],
  [/^(commit|rollback)$/i, (s) => setStatus(s, status.IN_TRANS, false)],
  [/^use `?([^`]+)`?$/i, use],
  [/^do .+$/i, (s) => [okPacket(s)]],
];

/**
 * Answers COM_QUERY: with MULTI_STATEMENTS one result per statement, up to the first ERR
 * (mysql/page_protocol_command_phase_sp). Throws Departure, and Refusal for a first statement.
 */
export function queries(session: Session, text: string): readonly Uint8Array[] {
  const whole = withoutComments(text).trim().replace(/;$/, '').trimEnd();
  if (whole === '') return nothingAsked(session);
  const each = session.agreed('MULTI_STATEMENTS') && whole.length <= LONGEST_STATEMENT ? split(whole) : [whole];
  const packets: Uint8Array[] = [];
  for (const [at, statement] of each.entries()) {
    session.moreResults = at < each.length - 1;
    try {
      packets.push(...query(session, statement));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return [...packets, errPacket(session, error)];
    } finally {
      session.moreResults = false;
    }
  }
  return packets;
}

function nothingAsked({ has }: Session): readonly Uint8Array[] {
  if (has('empty-query-closes')) throw new Departure('fin');
  if (has('empty-query-hangs')) return [];
  throw refuse.emptyQuery();
}

/** At the semicolons outside of quotes. */
function split(text: string): string[] {
  return (text.match(/('[^']*'|[^;'])+/g) ?? []).map((one) => one.trim());
}

/** Answers one statement. Throws Refusal. */
function query(session: Session, statement: string): readonly Uint8Array[] {
  if (statement === '') throw refuse.emptyQuery();
  if (statement.length <= LONGEST_STATEMENT)
    for (const [pattern, answer] of statements) {
      const match = statement.match(pattern);
      if (match) return answer(session, match);
    }
  throw refuse.syntax(statement.slice(0, 80));
}

/** Comments count as nothing, so that a statement of any length can be sent. Linear, however they nest. */
function withoutComments(text: string): string {
  let out = '';
  let at = 0;
  for (;;) {
    const open = text.indexOf('/*', at);
    const close = open < 0 ? -1 : text.indexOf('*/', open + 2);
    if (close < 0) return out + text.slice(at);
    out += text.slice(at, open);
    at = close + 2;
  }
}

function one(session: Session, column: Column, value: string | null): readonly Uint8Array[] {
  return resultset(session, [column], [[value]]);
}

function connectionId({ has, threadId }: Session): string {
  return String(has('connection-id-differs') ? threadId + 1 : threadId);
}

function repeat(session: Session, [, name = '', unit = '', count = '0']: RegExpMatchArray): readonly Uint8Array[] {
  const length = Number(count);
  return one(session, string(name, length), length > LONGEST_VALUE ? null : unit.repeat(length));
}

function setStatus(session: Session, flag: number, on: boolean): readonly Uint8Array[] {
  session.status = on ? session.status | flag : session.status & ~flag;
  return [okPacket(session)];
}

function use(session: Session, [, schema = '']: RegExpMatchArray): readonly Uint8Array[] {
  if (!session.server.databases.has(schema)) throw refuse.unknownDatabase(schema);
  session.database = schema;
  return [schemaChanged(session, schema)];
}
