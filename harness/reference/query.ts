/** COM_QUERY (mysql/page_protocol_com_query). */
import type { Lenenc } from '../codec/lenenc.ts';
import { status } from '../codec/status.ts';
import { errPacket, okPacket } from './answer.ts';
import { fromClient } from './column-text.ts';
import { keepRefusal, keepResults } from './last-statement.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import { type Done, type Form, packetsOfAll, type Result } from './result.ts';
import type { Session } from './session.ts';
import { statements } from './statements/index.ts';
import { insistOnLocked } from './statements/named.ts';
import { lengthOfLiteral } from './statements/select.ts';

/** No pattern may walk megabytes. */
const LONGEST_STATEMENT = 1000;

/**
 * Answers a text: with MULTI_STATEMENTS one result per statement, up to the first ERR
 * (mysql/page_protocol_command_phase_sp). Throws Departure, and Refusal for a first statement.
 */
export async function queries(session: Session, sent: string): Promise<readonly Uint8Array[]> {
  const { channel, has, interruption } = session;
  const asked = has('number-answered-as-the-one-before') ? asBefore(session, sent) : sent;
  const said = has('kill-reads-comments') ? asked.replace('/*QUERY*/', 'QUERY') : asked;
  const read = has('client-character-set-ignored') ? said : fromClient(session, said);
  const text = has('statement-cut-at-nul') ? (read.split('\0')[0] ?? '') : read;
  if (has('invalid-characters-close') && text.includes('\xff\xfe')) throw new Departure('fin');
  if (interruption.pending) {
    interruption.pending = false;
    throw refuse.interrupted();
  }
  if (has('query-closes-cursors')) session.prepared.closeCursors();
  const whole = bareStatement(text);
  if (whole === '') return text.includes('/*') ? onlyComment(session) : nothingAsked(session);
  const each = whole.length <= LONGEST_STATEMENT && takesSeveral(session) ? split(session, whole) : [whole];
  if (has('multi-statements-refused') && each.length > 1) throw refuse.syntax(each[1] ?? '');
  const packets = session.unsent;
  packets.length = 0;
  const sums: Sums = { affectedRows: 0, lastInsertId: 0, warnings: 0 };
  const form: Form = has('query-answers-binary-rows-behind-execute') && session.prepared.executed ? 'binary' : 'text';
  const { database } = session;
  for (const [at, statement] of each.entries()) {
    if (at > 0 && has('use-unseen-by-next-statement')) session.database = database;
    if (at > 0 && has('query-attributes-of-first-statement-only')) session.queryAttributes = new Map();
    session.moreResults = at < each.length - 1 || (has('more-results-on-last') && each.length > 1);
    try {
      const found = await resultsOf(session, statement);
      if (!isDiagnostic(statement)) keepResults(session, found);
      const results = tracked(session, carriedOver(session, found, sums), at);
      if (has('multi-only-last-result') && session.moreResults) continue;
      packets.push(...packetsOfAll(session, results, form));
      if (results.some((result) => 'refused' in result)) return packets.splice(0);
      if (has('multi-statements-need-multi-results') && !session.agreed('MULTI_RESULTS')) return packets.splice(0);
      if (has('multi-sequence-restarts') && session.moreResults) {
        channel.send(...packets.splice(0));
        channel.numberFrom(1);
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      session.resultsOwed = session.moreResults;
      keepRefusal(session, error);
      if (!has('multi-err-lost') || at === 0) packets.push(errPacket(session, told(session, error)));
      if (has('multi-goes-on-in-silence')) for (const one of each.slice(at + 1)) await resultsOf(session, one).catch(() => []);
      if (!has('multi-goes-on-after-err')) return packets.splice(0);
    } finally {
      session.moreResults = false;
    }
  }
  return packets.splice(0);
}

/** Two defects mix up what the statements of one text have changed. */
function tracked(session: Session, results: readonly Result[], at: number): readonly Result[] {
  const { has } = session;
  const before = at === 0 ? undefined : changes.get(session);
  return results.map((result) => {
    if (!('ok' in result)) return result;
    changes.set(session, result.changed);
    if (at > 0 && has('track-of-first-statement-only')) return { ok: result.ok };
    return before && !result.changed?.length && has('track-told-again-by-next-statement') ? { ...result, changed: before } : result;
  });
}
/** What the last statement has changed. */
const changes = new WeakMap<Session, Done['changed']>();

const numbers = new WeakMap<Session, string>();

/** SELECT of a number, as it was asked first. */
function asBefore(session: Session, text: string): string {
  if (text.length > LONGEST_STATEMENT || !/^select \d+$/i.test(text)) return text;
  const first = numbers.get(session) ?? text;
  numbers.set(session, first);
  return first;
}

interface Sums {
  affectedRows: number;
  warnings: number;
  lastInsertId: Lenenc;
}

/** Three defects carry over what the statements before came to. */
function carriedOver({ has }: Session, results: readonly Result[], sums: Sums): readonly Result[] {
  return results.map((result) => {
    if ('refused' in result) return result;
    if ('rows' in result) {
      sums.warnings += result.warnings ?? 0;
      return has('multi-warnings-stay') ? { ...result, warnings: sums.warnings } : result;
    }
    sums.warnings += Number(result.ok.warnings ?? 0);
    sums.affectedRows += Number(result.ok.affectedRows ?? 0);
    sums.lastInsertId = result.ok.lastInsertId || sums.lastInsertId;
    const affectedRows = has('multi-affected-rows-summed') && { affectedRows: sums.affectedRows };
    const lastInsertId = has('multi-insert-id-stays') && { lastInsertId: sums.lastInsertId };
    const warnings = has('multi-warnings-stay') && { warnings: sums.warnings };
    return { ...result, ok: { ...result.ok, ...affectedRows, ...lastInsertId, ...warnings } };
  });
}

/** Carries out one statement. Throws Refusal. */
export async function resultsOf(session: Session, statement: string): Promise<readonly Result[]> {
  if (statement === '') throw refuse.syntax(';');
  session.behindWith = /^with\b/i.test(statement);
  const literal = lengthOfLiteral(statement);
  if (literal) return [literal];
  insistOnLocked(session, statement);
  if (statement.length <= LONGEST_STATEMENT)
    for (const [pattern, answer] of statements) {
      const match = statement.match(pattern);
      if (!match) continue;
      const results = await answer(session, match);
      return withIndexFlag(session, statement, Array.isArray(results) ? (results as readonly Result[]) : [results as Result]);
    }
  throw refuse.syntax(session.has('syntax-error-shows-everything') ? statement : statement.slice(-80));
}

/** What a defect makes of a SELECT that reads no table. */
function withIndexFlag({ has }: Session, statement: string, results: readonly Result[]): readonly Result[] {
  if (!has('no-good-index-without-tables') || !/^select (?!.*\bfrom\b)/is.test(statement)) return results;
  return results.map((result) =>
    'rows' in result ? { ...result, statusFlags: (result.statusFlags ?? 0) | status.QUERY_NO_GOOD_INDEX_USED } : result,
  );
}

/** What it shows is not its own. */
const isDiagnostic = (statement: string): boolean => /^(?:show (?:warnings|errors)$|get diagnostics )/i.test(statement);

/** A statement without its comments, its blanks and the semicolon at its end. */
export function bareStatement(text: string): string {
  return withoutComments(text).trim().replace(/;$/, '').trimEnd();
}

/** A comment is a statement that does nothing: OK from both servers. */
function onlyComment(session: Session): readonly Uint8Array[] {
  if (session.has('comment-is-no-statement')) throw refuse.emptyQuery();
  return [okPacket(session)];
}

/** The ERR of a statement, with what two defects make of it. */
function told(session: Session, { errorCode, sqlState, message }: Refusal): Refusal {
  const { has } = session;
  if (has('err-ends-transaction')) session.status &= ~status.IN_TRANS;
  return new Refusal(
    errorCode,
    has('statement-err-hy000') ? 'HY000' : sqlState,
    has('statement-err-says-nothing') ? 'Something went wrong' : message,
  );
}

function nothingAsked(session: Session): readonly Uint8Array[] {
  const { has } = session;
  if (has('empty-query-closes')) throw new Departure('fin');
  if (has('empty-query-hangs')) return [];
  if (has('empty-query-ok')) return [okPacket(session)];
  throw refuse.emptyQuery();
}

function takesSeveral(session: Session): boolean {
  const agreed = session.agreed('MULTI_STATEMENTS') && (session.agreed('MULTI_RESULTS') || !session.has('statements-need-multi-results'));
  return agreed || session.has('multi-statements-unasked');
}

/** At the semicolons outside of quotes. An empty statement stands for itself between two, and not at all at the end. */
function split({ has }: Session, text: string): string[] {
  const separator = has('multi-cut-inside-strings') ? ';' : /;(?=(?:[^']*'[^']*')*[^']*$)/;
  const each = text.split(separator).map((one) => one.trim());
  if (!has('multi-semicolon-at-end-counts')) while (each.at(-1) === '') each.pop();
  return has('multi-empty-statement-skipped') ? each.filter((one) => one !== '') : each;
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
    // Between two blanks it leaves one.
    if (out.endsWith(' ') && text[at] === ' ') at++;
  }
}
