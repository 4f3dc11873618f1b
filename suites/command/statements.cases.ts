import type { Case } from '../../harness/case/case.ts';
import { manual } from '../manual.ts';
import { err, loggedIn, works } from '../steps.ts';

const source = [manual['mysql/query-answers'], manual['mariadb/query-answers']] as const;
const toItsEnd = [...source, manual['mysql/query-is-the-rest'], manual['mariadb/query-is-the-rest']] as const;
const query = (text: string) => ({ send: { message: 'COM_QUERY', with: { query: text } } }) as const;

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
    script: [...loggedIn, query('SELECT 1 \0, 2'), { expect: [{ ...err(1064, '42000'), sequenceId: 1 }] }, ...works],
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
