import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { execute, gives, prepared, text } from '../prepared-steps.ts';
import { err, loggedIn, ok, syntaxErrors, works } from '../steps.ts';

const source = [manual['mysql/query-answers'], manual['mariadb/query-answers']] as const;
const toItsEnd = [...source, manual['mysql/query-is-the-rest'], manual['mariadb/query-is-the-rest']] as const;
const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;

const inTheClientsSet = [
  ...source,
  manual['mysql/statements-in-character-set-client'],
  manual['mariadb/character-set-client'],
  manual['mysql/results-character-set'],
  manual['mysql/set-names'],
  manual['mariadb/set-names'],
] as const;
const fromLatin1ToUtf8 = [query('SET NAMES utf8mb4'), ok, query('SET character_set_client = latin1'), ok] as const;

/** Statements at the edge of what a statement is. */
export const cases = [
  {
    id: 'command/comment-alone',
    title: 'COM_QUERY with nothing but a comment is answered with OK, not as an empty statement',
    // The manuals take it for nothing, and nothing is an empty statement (ERR 1065); both servers say OK.
    level: 'OBSERVE',
    source: [...source, manual['mysql/comment-is-nothing'], manual['mariadb/comment-is-nothing']],
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query('/* mywire */'),
      { expect: [{ packet: 'OK', sequenceId: 1, where: { affectedRows: 0, warnings: 0 } }] },
      ...works,
    ],
    killedBy: ['comment-is-no-statement'],
  },
  {
    id: 'command/semicolon-alone',
    title: 'COM_QUERY with nothing but a semicolon gets ERR 1065 (42000)',
    level: 'SHOULD',
    source: [...source, manual['mysql/error-1065-empty-query'], manual['mariadb/error-1065-empty-query']],
    needs: ['check-account'],
    script: [...loggedIn, query(' ; '), { expect: [{ ...err(1065, '42000'), sequenceId: 1 }] }, ...works],
    killedBy: ['empty-query-ok', 'empty-query-closes', 'empty-query-hangs'],
  },
  {
    id: 'command/nul-between-words',
    title: 'a NUL between two words is a syntax error, not the end of the statement',
    level: 'SHOULD',
    source: [...toItsEnd, manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']],
    needs: ['check-account'],
    script: [...loggedIn, query('SELECT 1 \0, 2'), { expect: [{ ...err(syntaxErrors, '42000'), sequenceId: 1 }] }, ...works],
    killedBy: ['statement-cut-at-nul'],
  },
  {
    id: 'command/nul-in-a-string',
    title: 'a NUL in a string is a part of its value',
    level: 'SHOULD',
    source: toItsEnd,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query("SELECT 'a\0b'"),
      { expect: [{ packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1, first: 'a\0b' } }] },
      ...works,
    ],
    killedBy: ['statement-cut-at-nul'],
  },
  {
    id: 'command/statement-in-character-set-client',
    title: 'a string in a statement is read in character_set_client, and comes back in character_set_results: E9 as C3 A9',
    level: 'SHOULD',
    source: inTheClientsSet,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      ...fromLatin1ToUtf8,
      query("SELECT 'caf\xe9'"),
      { expect: [{ packet: 'TextResultset', where: { columns: 1, rows: 1, first: 'caf\xc3\xa9' } }] },
      ...prepared("SELECT 'caf\xe9', ?", 1, 2),
      { send: execute([text('th\xe9')]) },
      gives('caf\xc3\xa9', 'th\xc3\xa9'),
      ...works,
    ],
    killedBy: ['client-character-set-ignored', 'parameter-in-utf8-always'],
  },
  {
    id: 'command/bytes-of-no-character',
    title: 'a string with bytes that are no utf8mb4 gets its resultset or an ERR, and the connection goes on',
    level: 'SHOULD',
    source,
    needs: ['check-account'],
    script: [
      ...loggedIn,
      query("SELECT 'a\xff\xfeb'"),
      {
        expect: [
          { packet: 'TextResultset', sequenceId: 1, where: { columns: 1, rows: 1 } },
          { packet: 'ERR', sequenceId: 1 },
        ],
      },
      ...works,
    ],
    killedBy: ['invalid-characters-close'],
  },
] as const satisfies readonly Case[];
