import type { Case } from './case.ts';
import { stimuliOf } from './script.ts';
import type { Step } from './step.ts';

/** Refused by every server that knows it: there is no such connection. */
const KILL = 'KILL 4294967290';
/** ER_NO_DB_ERROR, ER_TABLE_EXISTS_ERROR (a proxy that shares its sessions), ER_NO_SUCH_THREAD, ER_SIGNAL_EXCEPTION. */
const TOLD_BY_WHO_KNOWS: ReadonlySet<number> = new Set([1046, 1050, 1094, 1644]);

/** Does an ERR show that the server knows the word, and carries it out rightly or wrongly? Codes from 2000 on are those of clients. */
export const knowsTheWord = (code: number): boolean => TOLD_BY_WHO_KNOWS.has(code) || (code >= 2000 && code < 3000);

/**
 * What cases say in SQL that a server with another SQL than MySQL's may not know (a search engine, an analytic database, a mimic), and
 * the shortest statement that shows whether it does. It is asked in an ordinary session before the first case, so that a case which
 * needs the word for a question about something else is not asked.
 */
const words: readonly (readonly [said: RegExp, asks: string])[] = [
  [/\bREPEAT\(/i, "SELECT REPEAT('x', 3)"],
  [/\bLENGTH\(/i, "SELECT LENGTH('a')"],
  [/\bDATABASE\(\)/i, 'SELECT DATABASE()'],
  [/\bUSER\(\)/i, 'SELECT USER()'],
  [/\bCURRENT_USER\(\)/i, 'SELECT CURRENT_USER()'],
  [/\bVERSION\(\)/i, 'SELECT VERSION()'],
  [/\bCONNECTION_ID\(\)/i, 'SELECT CONNECTION_ID()'],
  [/\bLAST_INSERT_ID\(\)/i, 'SELECT LAST_INSERT_ID()'],
  [/\bFIND_IN_SET\(/i, "SELECT FIND_IN_SET('IGNORE_SPACE', @@global.sql_mode) > 0"],
  [/\bJSON_OBJECT\(/i, "SELECT JSON_OBJECT('a', 1)"],
  [
    /\bCONCAT_WS\(/i,
    "SELECT CONCAT_WS('/', @@character_set_client, @@character_set_connection, @@character_set_results, @@collation_connection)",
  ],
  [/\bGET_LOCK\(/i, "SELECT GET_LOCK(CONCAT('mywire_', CONNECTION_ID()), 0)"],
  [/\bCAST\(\S+ AS SIGNED\)/i, "SELECT CAST('x' AS SIGNED)"],
  [/\bSLEEP\(/i, 'SELECT SLEEP(0.01)'],
  [/\bUNION ALL\b/i, 'SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3'],
  [/\bUNION ALL\b.* ORDER BY id$/i, 'SELECT 1 AS id UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY id'],
  [/^SELECT (NULL|'[^']*', NULL)/i, 'SELECT NULL'],
  [/^SELECT ('[^']*'|[\d.]+), ?\S/i, 'SELECT 1, 2, 3'],
  [/^SELECT ('[^']*'|\d+) AS /i, 'SELECT 1 AS one'],
  [/ LIMIT 0$/i, 'SELECT 1 LIMIT 0'],
  [/^DO /i, 'DO 1'],
  [/^DO SLEEP/i, 'DO SLEEP(0.1)'],
  [/^USE /i, 'USE information_schema'],
  [/^SIGNAL /i, "SIGNAL SQLSTATE '01000' SET MESSAGE_TEXT = 'mywire warns'"],
  [/^SHOW WARNINGS/i, 'SHOW WARNINGS'],
  [/^START TRANSACTION/i, 'START TRANSACTION'],
  [/^SET (SESSION )?sql_mode/i, "SET sql_mode = ''"],
  [/^SET (SESSION )?[^']*('[^']*')?,? ?time_zone/i, "SET sql_mode = '', time_zone = '+00:00'"],
  [/^SET wait_timeout/i, 'SET wait_timeout = 28800'],
  [/^SET NAMES /i, 'SET NAMES utf8mb4'],
  [/^SET autocommit/i, 'SET autocommit = 1'],
  [/^(SET|SELECT) @\w/i, 'SET @mywire = 1'],
  [/^KILL /i, KILL],
  [/^(CREATE|DROP) TEMPORARY TABLE /i, 'CREATE TEMPORARY TABLE mywire_word (id INT)'],
  [/^CALL mywire\.(two_results|no_rows_first|one_out|fails_after_one)\b/i, 'CALL mywire.one_out(@mywire)'],
  // A proxy that shards has a catalogue of its own, and hands information_schema on to servers that have more.
  [/\bmywire\.numbers\b/i, 'SELECT * FROM mywire.numbers'],
  [/\bmywire\.types\b/i, 'SELECT id FROM mywire.types'],
  // One that no server has; this one all have.
  [/^SELECT @@mywire_/i, 'SELECT @@version'],
];
const variable = /^SELECT @@(?!mywire_)[\w.]+$/i;

/** A statement that shows whether a server knows a word, executed or prepared: a proxy may know more in one way than in the other. */
export type AskedSql = `${'COM_QUERY' | 'COM_STMT_PREPARE'} ${string}`;

/**
 * The statements that show whether a server knows the SQL of this case. What is said only behind one of several answers (`then`) does not
 * count: the case can be asked without it.
 */
export function sqlOf({ script }: Pick<Case, 'script'>): readonly AskedSql[] {
  const asked = straightOn(script)
    .flatMap(stimuliOf)
    .flatMap(({ message, with: fields = {} }) => {
      if (message !== 'COM_QUERY' && message !== 'COM_STMT_PREPARE') return [];
      const text = textOf(fields['query']);
      return wordsIn(text).flatMap((query): AskedSql[] => [
        `${message} ${query}`,
        // What prepares any text refuses it when it is executed.
        ...(carriedOut.test(query) ? [`COM_QUERY ${query}` as const] : []),
      ]);
    });
  return [...new Set(asked)];
}

/** Of tables and procedures: is it there at all? */
const carriedOut = /^CREATE|^CALL|\bmywire\./i;

const wordsIn = (text: string): readonly string[] => [
  ...words.flatMap(([said, asks]) => (said.test(text) ? [asks] : [])),
  ...(variable.test(text) ? [text] : []),
];

const straightOn = (script: readonly Step[]): readonly Step[] =>
  script.flatMap((step) => ('beside' in step ? straightOn(step.beside) : [step]));

function textOf(query: unknown): string {
  if (typeof query === 'object' && query !== null && 'before' in query) return String(query.before);
  return typeof query === 'string' ? query : '';
}
