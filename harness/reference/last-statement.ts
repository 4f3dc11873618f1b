/** What a session tells of the statement before: SHOW WARNINGS, ROW_COUNT() and FOUND_ROWS(). */
import { Refusal } from './refusal.ts';
import type { Result, Rows } from './result.ts';
import { number, string } from './resultset.ts';
import type { Session } from './session.ts';

/** A row of SHOW WARNINGS. */
type Told = readonly [level: 'Warning' | 'Error', code: number, message: string, sqlState?: string];

export interface LastStatement {
  told: readonly Told[];
  /** Of ROW_COUNT(): the affected rows, or -1 behind rows (mysql/row-count). */
  rowCount: number;
  foundRows: number;
}

export const noStatement = (): LastStatement => ({ told: [], rowCount: -1, foundRows: 0 });

/** Of all warnings but those of SIGNAL: what cases warn with is CAST of a string that is no number (mysql/error-1292-truncated-value). */
const NO_NUMBER: Told = ['Warning', 1292, "Truncated incorrect INTEGER value: 'x'"];

/** Keeps of a statement's results what the next statements may ask for. */
export function keepResults(session: Session, results: readonly (Result | Refusal)[], of: 'text' | 'execution' = 'text'): void {
  const { has, last } = session;
  const kept = { ...last };
  for (const result of results) {
    if (result instanceof Refusal) kept.told = [asTold(result)];
    else if ('refused' in result) kept.told = [asTold(result.refused)];
    else {
      const warnings = Number('ok' in result ? (result.ok.warnings ?? 0) : (result.warnings ?? 0));
      kept.told = session.warning === undefined ? Array.from({ length: warnings }, () => NO_NUMBER) : [['Warning', 1642, session.warning]];
      if ('ok' in result) kept.rowCount = has('row-count-always-of-rows') ? -1 : Number(result.ok.affectedRows ?? 0);
      else {
        if (!has('row-count-stays-behind-rows')) kept.rowCount = -1;
        kept.foundRows = has('found-rows-always-one') ? 1 : result.rows.length;
      }
    }
  }
  session.warning = undefined;
  const stays = (what: 'warnings' | 'row-count' | 'found-rows') => of === 'execution' && has(`execute-leaves-${what}-of-before`);
  session.last = {
    told: stays('warnings') ? last.told : kept.told,
    rowCount: stays('row-count') ? last.rowCount : kept.rowCount,
    foundRows: stays('found-rows') ? last.foundRows : kept.foundRows,
  };
}

/** The same of one that was refused. */
export function keepRefusal(session: Session, refusal: Refusal): void {
  session.last = { ...session.last, told: [asTold(refusal)], rowCount: -1 };
}

const asTold = ({ errorCode, message, sqlState }: Refusal): Told => ['Error', errorCode, message, sqlState];

/** SHOW WARNINGS, or SHOW ERRORS of what failed alone. Neither changes what it shows (mysql/show-warnings-keeps-them). */
export function showConditions(session: Session, errorsOnly: boolean): Rows {
  const { has, last } = session;
  const unseen = (level: string): boolean => has('warnings-not-shown') || (level === 'Error' ? has('err-not-among-warnings') : errorsOnly);
  const rows = last.told.filter(([level]) => !unseen(level)).map(([level, code, message]) => [level, String(code), message]);
  if (has('warnings-shown-once')) session.last = { ...last, told: [] };
  return { columns: [string('Level', 28), number('Code', 4), string('Message', 2048)], rows };
}
