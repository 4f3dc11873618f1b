import type { Case } from '../../harness/case/case.ts';
import { THREE } from '../../harness/case/probe.ts';
import type { Step, Stimulus } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { cursorSource, fetched, noCursorSource, noOpenCursor, openedOr } from '../cursor-steps.ts';
import { manual } from '../manual.ts';
import {
  close,
  execute,
  fetch,
  gives,
  loggedInWith,
  prepare,
  prepared,
  query,
  reset,
  unknownStatement,
  withCursor,
} from '../prepared-steps.ts';
import { anyErr, loggedIn, ok, ping, works } from '../steps.ts';

const source = cursorSource;
const exhausted = [...source, manual['mysql/status-last-row-sent']] as const;
const noCursor = noCursorSource;
const needs = ['check-account'] as const;

const opened = openedOr(3);
/** Of this statement of three rows, where there are several. */
const openCursorOf = (statement?: string) => [...prepared(THREE, 0, 1, statement), { send: execute([], withCursor) }, opened] as const;
const openCursor = openCursorOf();
const fetchOf = (statement: 'opened' | 'first' | 'second', rows: number) =>
  ({ message: 'COM_STMT_FETCH', with: { statementId: { from: `${statement}.statementId` }, rows } }) as const satisfies Stimulus;
const ofNoCursor = { noBits: status.CURSOR_EXISTS | status.LAST_ROW_SENT } as const;
const pingOutsideCursor = [{ send: { message: 'COM_PING' } }, { expect: [{ packet: 'OK', where: { statusFlags: ofNoCursor } }] }] as const;

/** A cursor of three rows, the first of which has been fetched. */
const oneRowOf = (statement: string) =>
  [...openCursorOf(statement), { send: fetch(1) }, { expect: [fetched(['1'], false)] }] as const satisfies readonly Step[];

/** Cursors: COM_STMT_EXECUTE with CURSOR_TYPE_READ_ONLY, and COM_STMT_FETCH. */
export const cases = [
  {
    id: 'prepared/cursor-rows-in-pieces',
    title: 'COM_STMT_FETCH brings as many rows as it asks for, and the next one those behind them',
    level: 'MUST',
    source: exhausted,
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: fetch(2) },
      { expect: [fetched(['1', '2'], false)] },
      { send: fetch(2) },
      { expect: [fetched(['3'], true)] },
      ...works,
    ],
    killedBy: ['fetch-ignores-row-count', 'fetch-without-last-row-flag', 'fetch-starts-anew', 'binary-row-header-wrong'],
  },
  {
    id: 'prepared/fetch-of-257-rows',
    title: 'the number of rows that COM_STMT_FETCH asks for has four bytes',
    level: 'MUST',
    source: exhausted,
    needs,
    script: [...loggedIn, ...openCursor, { send: fetch(0x101) }, { expect: [fetched(['1', '2', '3'], true)] }, ...works],
    killedBy: ['fetch-row-count-in-one-byte'],
  },
  {
    id: 'prepared/cursor-with-deprecate-eof',
    title: 'with DEPRECATE_EOF an OK with header 0xFE carries the flags of a cursor, behind the definitions and behind the rows',
    // MariaDB's pages of COM_STMT_EXECUTE and COM_STMT_FETCH have an EOF packet there.
    level: 'SHOULD',
    source: [
      ...exhausted,
      manual['mysql/binary-resultset-end'],
      manual['mysql/ok-as-eof-only-with-deprecate-eof'],
      manual['mariadb/ok-layout'],
    ],
    needs: ['check-account', { offers: 'DEPRECATE_EOF' }],
    script: [
      ...loggedInWith({ add: ['DEPRECATE_EOF'] }),
      ...openCursor,
      { send: fetch(2) },
      { expect: [fetched(['1', '2'], false)] },
      { send: fetch(2) },
      { expect: [fetched(['3'], true)] },
      ...works,
    ],
    killedBy: ['fetch-ends-with-eof', 'cursor-opens-with-eof'],
  },
  {
    id: 'prepared/cursor-exhausted-exists-no-longer',
    title: 'the fetch that ends a cursor has SERVER_STATUS_LAST_ROW_SENT and no longer SERVER_STATUS_CURSOR_EXISTS',
    // MySQL's page says of neither flag that it leaves the other out.
    level: 'SHOULD',
    source: exhausted,
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: fetch(4) },
      {
        expect: [
          {
            packet: 'FetchedRows',
            where: { rows: 3, statusFlags: { all: [{ bits: status.LAST_ROW_SENT }, { noBits: status.CURSOR_EXISTS }] } },
          },
        ],
      },
      ...works,
    ],
    // A client that asks for the first of the two flags alone goes on fetching.
    link: 'https://github.com/pingcap/tidb/pull/18364',
    killedBy: ['fetch-ends-with-both-flags', 'fetch-without-last-row-flag'],
  },
  {
    id: 'prepared/cursor-last-row-with-the-next-fetch',
    title: 'a fetch that takes exactly the rows that are left ends the cursor, or the next one does, which has no row',
    level: 'SHOULD',
    source: [...exhausted, ...noCursor],
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: fetch(3) },
      {
        expect: [
          fetched(['1', '2', '3'], false),
          { ...fetched(['1', '2', '3'], true), then: [{ send: fetch(1) }, noOpenCursor, ...works] },
        ],
      },
      { send: fetch(1) },
      { expect: [fetched([], true)] },
      ...works,
    ],
    killedBy: ['fetch-without-last-row-flag', 'fetch-starts-anew'],
  },
  {
    id: 'prepared/cursor-without-rows',
    title: 'a cursor over no rows opens as any other, and the first fetch ends it',
    level: 'SHOULD',
    source: exhausted,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1 LIMIT 0', 0, 1),
      { send: execute([], withCursor) },
      openedOr(0),
      { send: fetch(1) },
      { expect: [fetched([], true)] },
      ...works,
    ],
    killedBy: ['fetch-of-no-row-hangs', 'cursor-without-flag', 'fetch-without-last-row-flag'],
  },
  {
    id: 'prepared/fetch-no-rows',
    title: 'a fetch of no rows brings none and leaves the cursor where it is',
    level: 'SHOULD',
    source,
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: fetch(0) },
      { expect: [fetched([], false)] },
      { send: fetch(1) },
      { expect: [fetched(['1'], false)] },
      ...works,
    ],
    killedBy: ['fetch-ignores-row-count'],
  },
  {
    id: 'prepared/fetch-behind-last-row',
    title: 'behind the last row there is no cursor: COM_STMT_FETCH is refused with ERR 1421',
    level: 'SHOULD',
    source: [...noCursor, manual['mysql/status-last-row-sent']],
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: fetch(9) },
      { expect: [fetched(['1', '2', '3'], true)] },
      { send: fetch(1) },
      noOpenCursor,
      ...works,
    ],
    killedBy: ['cursor-stays-open-behind-last-row'],
  },
  {
    id: 'prepared/fetch-without-cursor',
    title: 'COM_STMT_FETCH of a statement that was executed without a cursor, or not at all, is refused with ERR 1421',
    level: 'MUST',
    source: noCursor,
    needs,
    script: [
      ...loggedIn,
      ...prepared('SELECT 1', 0, 1),
      { send: fetch(1) },
      noOpenCursor,
      { send: execute() },
      gives('1'),
      { send: fetch(1) },
      noOpenCursor,
      ...works,
    ],
    killedBy: ['fetch-without-cursor-hangs', 'fetch-without-cursor-gives-no-rows'],
  },
  {
    id: 'prepared/cursor-among-other-commands',
    title: 'a cursor stays open while other commands come and go',
    level: 'SHOULD',
    source,
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: fetch(1) },
      { expect: [fetched(['1'], false)] },
      query('SELECT 5'),
      { expect: [{ packet: 'TextResultset', where: { first: '5' } }] },
      ...ping,
      { send: fetch(1) },
      { expect: [fetched(['2'], false)] },
      ...works,
    ],
    killedBy: ['query-closes-cursors'],
  },
  {
    id: 'prepared/cursor-behind-an-error',
    title: 'a cursor stays open while other commands fail',
    level: 'SHOULD',
    source: [...source, manual['mysql/error-of-statements'], manual['mariadb/error-of-statements']],
    needs,
    script: [
      ...loggedIn,
      ...oneRowOf('opened'),
      query('SELECT * FROM information_schema.mywire_no_such_table'),
      { expect: [anyErr] },
      { send: prepare('SELEC') },
      { expect: [anyErr] },
      { send: fetchOf('opened', 1) },
      { expect: [fetched(['2'], false)] },
      ...works,
    ],
    killedBy: ['error-closes-cursors'],
  },
  {
    id: 'prepared/cursor-behind-a-refused-command',
    title: 'a cursor stays open when COM_SLEEP, which is for the server itself, is refused',
    level: 'SHOULD',
    source: [...source, manual['mysql/com-sleep-is-refused'], manual['mariadb/com-sleep-gets-err']],
    needs,
    script: [
      ...loggedIn,
      ...oneRowOf('opened'),
      { send: { message: 'COM_RAW', with: { command: 0x00 } } },
      { expect: [anyErr] },
      { send: fetchOf('opened', 1) },
      { expect: [fetched(['2'], false)] },
      ...works,
    ],
    killedBy: ['sleep-refused-closes-cursors'],
  },
  {
    id: 'prepared/cursor-beside-another-execution',
    title: 'a cursor stays open while another statement is executed',
    level: 'SHOULD',
    source,
    needs,
    script: [
      ...loggedIn,
      ...oneRowOf('first'),
      ...prepared('SELECT 7', 0, 1),
      { send: execute() },
      gives('7'),
      { send: fetchOf('first', 1) },
      { expect: [fetched(['2'], false)] },
      ...works,
    ],
    killedBy: ['execute-closes-all-cursors'],
  },
  {
    id: 'prepared/two-cursors',
    title: 'two cursors of a connection bring their rows each in its turn; what becomes of one statement leaves the cursor of the other',
    level: 'SHOULD',
    source: [...source, manual['mysql/reset'], manual['mysql/close-has-no-answer']],
    needs,
    script: [
      ...loggedIn,
      ...oneRowOf('first'),
      ...openCursorOf('second'),
      { send: fetchOf('second', 2) },
      { expect: [fetched(['1', '2'], false)] },
      { send: fetchOf('first', 1) },
      { expect: [fetched(['2'], false)] },
      { send: { message: 'COM_STMT_RESET', with: { statementId: { from: 'second.statementId' } } } },
      ok,
      { send: { message: 'COM_STMT_CLOSE', with: { statementId: { from: 'second.statementId' } } } },
      { send: fetchOf('first', 2) },
      { expect: [fetched(['3'], true)] },
      ...works,
    ],
    killedBy: ['cursors-share-position', 'close-closes-all-cursors', 'reset-closes-all-cursors', 'execute-closes-all-cursors'],
  },
  {
    id: 'prepared/flags-of-a-cursor-elsewhere',
    title: 'SERVER_STATUS_CURSOR_EXISTS and SERVER_STATUS_LAST_ROW_SENT belong to the answers of a cursor: other OKs have neither',
    level: 'SHOULD',
    source: exhausted,
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      ...pingOutsideCursor,
      { send: fetch(1) },
      { expect: [fetched(['1'], false)] },
      ...pingOutsideCursor,
      { send: fetch(3) },
      { expect: [fetched(['2', '3'], true)] },
      ...pingOutsideCursor,
      query('SELECT 5'),
      { expect: [{ packet: 'TextResultset', where: { first: '5', statusFlags: ofNoCursor } }] },
      ...works,
    ],
    killedBy: ['cursor-exists-stays', 'last-row-sent-stays'],
  },
  {
    id: 'prepared/cursor-execute-again',
    title: 'an execution closes the cursor of the one before, and its rows begin anew',
    level: 'SHOULD',
    source: [...source, manual['mysql/execute-closes-cursor']],
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: fetch(2) },
      { expect: [fetched(['1', '2'], false)] },
      { send: execute([], withCursor) },
      opened,
      { send: fetch(1) },
      { expect: [fetched(['1'], false)] },
      ...works,
    ],
    killedBy: ['execute-keeps-cursor'],
  },
  {
    id: 'prepared/cursor-then-without',
    title: 'an execution without a cursor behind one with a cursor gives its rows at once, and the cursor is gone: ERR 1421',
    // That an execution closes it MySQL's manual alone says.
    level: 'SHOULD',
    source: [...source, ...noCursor, manual['mysql/execute-closes-cursor']],
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: execute() },
      {
        expect: [
          { packet: 'BinaryResultset', where: { columns: 1, rows: 3, 'row.2.0': '3', statusFlags: { noBits: status.CURSOR_EXISTS } } },
        ],
      },
      { send: fetch(1) },
      noOpenCursor,
      ...works,
    ],
    killedBy: ['execute-keeps-cursor'],
  },
  {
    id: 'prepared/reset-closes-cursor',
    title: 'COM_STMT_RESET closes the cursor: COM_STMT_FETCH is refused with ERR 1421',
    level: 'MUST',
    source: [...noCursor, manual['mysql/reset'], manual['mariadb/reset']],
    needs,
    script: [...loggedIn, ...openCursor, { send: reset }, ok, { send: fetch(1) }, noOpenCursor, ...works],
    killedBy: ['reset-keeps-cursor'],
  },
  {
    id: 'prepared/reset-cursor-then-execute',
    title: 'an execution without a cursor behind COM_STMT_RESET of one with a cursor gives its rows',
    level: 'MUST',
    source: [...source, manual['mysql/reset'], manual['mariadb/reset'], manual['mysql/execute-answer'], manual['mariadb/execute-answer']],
    needs,
    script: [
      ...loggedIn,
      ...openCursor,
      { send: reset },
      ok,
      { send: execute() },
      {
        expect: [
          {
            packet: 'BinaryResultset',
            where: { columns: 1, rows: 3, 'row.0.0': '1', 'row.2.0': '3', statusFlags: { noBits: status.CURSOR_EXISTS } },
          },
        ],
      },
      ...works,
    ],
    killedBy: ['execute-behind-reset-gives-no-rows'],
  },
  {
    id: 'prepared/close-with-cursor',
    title: 'COM_STMT_CLOSE of a statement with an open cursor closes both',
    level: 'MUST',
    source: [
      manual['mysql/close-has-no-answer'],
      manual['mariadb/close-has-no-answer'],
      manual['mysql/error-1243-unknown-statement'],
      manual['mariadb/error-1243-unknown-statement'],
    ],
    needs,
    script: [...loggedIn, ...openCursor, { send: close }, { send: fetch(1) }, unknownStatement, ...works],
    killedBy: ['closed-statement-lives', 'close-keeps-cursor'],
  },
] as const satisfies readonly Case[];
