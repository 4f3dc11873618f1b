import type { Case } from '../../harness/case/case.ts';
import type { Step } from '../../harness/case/step.ts';
import { status } from '../../harness/codec/status.ts';
import { cursorSource, openedOr } from '../cursor-steps.ts';
import { manual } from '../manual.ts';
import { execute, fetch, prepared, unknownStatement, withCursor } from '../prepared-steps.ts';
import { done, error, query, rows, value } from '../query-steps.ts';
import { changed, changeUserState, reset, resetSource } from '../session-steps.ts';
import { greeting, loggedIn, ok, works } from '../steps.ts';
import { howMany } from '../word-steps.ts';

/** What a session has made for itself, and how it shows that this is gone. */
interface State {
  /** Of the case, behind `session/reset-` and `session/change-user-`; of the defect, behind `reset-keeps-`. */
  readonly name: string;
  readonly title: (by: string) => string;
  readonly level: Case['level'];
  readonly source: Case['source'];
  readonly needs: NonNullable<Case['needs']>;
  readonly made: readonly Step[];
  readonly gone: readonly Step[];
  /** A server that is wrong may go with it. */
  readonly perilous?: true;
}

const unknownHandler = [manual['mysql/error-1243-unknown-statement'], manual['mariadb/error-1243-unknown-statement']] as const;
const threeRows = query('SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3');
const asLogin = [greeting, { send: { message: 'HandshakeResponse41', account: 'login' } }, ok] as const;

const states: readonly State[] = [
  {
    name: 'statement-of-sql',
    title: (by) => `${by} drops a statement that PREPARE has made: EXECUTE gets ERR 1243`,
    level: 'MUST',
    source: [manual['mysql/prepare-of-sql'], manual['mariadb/prepare-of-sql'], manual['mariadb/deallocate-prepare'], ...unknownHandler],
    needs: ['check-account'],
    made: [...loggedIn, query("PREPARE mywire_left FROM 'SELECT 5'"), done(), query('EXECUTE mywire_left'), value('5')],
    gone: [query('EXECUTE mywire_left'), error(1243, 'HY000')],
  },
  {
    name: 'open-cursor',
    title: (by) => `${by} drops the statement of an open cursor: COM_STMT_FETCH gets ERR 1243`,
    level: 'MUST',
    source: [...cursorSource, ...unknownHandler],
    needs: ['check-account'],
    made: [
      ...loggedIn,
      ...prepared('SELECT 1 AS n UNION ALL SELECT 2 UNION ALL SELECT 3', 0, 1),
      { send: execute([], withCursor) },
      openedOr(3),
    ],
    gone: [{ send: fetch(1) }, unknownStatement],
    perilous: true,
  },
  {
    name: 'table-locks',
    title: (by) => `${by} releases the locks of LOCK TABLES: a table that was not among them, and got ERR 1100, can be read`,
    level: 'MUST',
    source: [
      manual['mysql/lock-tables'],
      manual['mariadb/lock-tables'],
      manual['mysql/error-1100-not-locked'],
      manual['mariadb/error-1100-not-locked'],
    ],
    needs: ['check-account', 'login-account', 'database', { feature: 'may-lock-tables' }, { feature: 'numbers' }, { feature: 'words' }],
    made: [...asLogin, query('LOCK TABLES mywire.numbers READ'), done(), howMany('mywire_locks'), error(1100, 'HY000')],
    gone: [howMany('mywire_locks'), value({ pattern: '^\\d+$' })],
  },
  {
    name: 'handler',
    title: (by) => `${by} closes what HANDLER has opened: READ gets ERR 1109`,
    // MariaDB's pages do not name it.
    level: 'SHOULD',
    source: [
      manual['mysql/handler'],
      manual['mariadb/handler'],
      manual['mysql/error-1109-unknown-table'],
      manual['mariadb/error-1109-unknown-table'],
    ],
    needs: ['check-account', { feature: 'numbers' }],
    made: [
      ...loggedIn,
      query('HANDLER mywire.numbers OPEN AS mywire_left'),
      done(),
      query('HANDLER mywire_left READ FIRST'),
      rows({ columns: 2, rows: 1 }),
    ],
    gone: [query('HANDLER mywire_left READ FIRST'), error(1109, '42S02')],
  },
  {
    name: 'select-limit',
    title: (by) => `${by} gives sql_select_limit the value of a new connection: as many rows come as before it was set`,
    level: 'MUST',
    source: [manual['mysql/sql-select-limit'], manual['mariadb/sql-select-limit']],
    needs: ['check-account'],
    made: [
      ...loggedIn,
      threeRows,
      { expect: [{ packet: 'TextResultset', as: 'before' }] },
      query('SET sql_select_limit = 1'),
      done(),
      threeRows,
      rows({ rows: 1 }),
    ],
    gone: [threeRows, rows({ rows: { sameAs: 'before.rows' } })],
  },
  {
    name: 'next-transaction',
    title: (by) => `${by} takes back SET TRANSACTION READ ONLY: the transaction behind it is none`,
    // No page names it among what is reset; both servers do so.
    level: 'SHOULD',
    source: [manual['mysql/set-transaction-next'], manual['mariadb/set-transaction-next'], manual['mysql/status-in-trans-readonly']],
    needs: ['check-account', { feature: 'writable' }],
    made: [...loggedIn, query('SET TRANSACTION READ ONLY'), done()],
    gone: [query('START TRANSACTION'), done({ statusFlags: { all: [{ bits: status.IN_TRANS }, { noBits: status.IN_TRANS_READONLY }] } })],
  },
];

const caseOf = (by: 'reset' | 'change-user', state: State): Case => {
  const [how, command, source] =
    by === 'reset' ? [reset, 'COM_RESET_CONNECTION', resetSource] : [changed, 'COM_CHANGE_USER', changeUserState];
  const { name, title, level, needs, made, gone, perilous } = state;
  return {
    id: `session/${by}-${name}`,
    title: title(command),
    level,
    source: [...source, ...state.source],
    needs,
    script: [...made, ...how, ...gone, ...works],
    ...(perilous && { perilous }),
    killedBy: [`${by}-keeps-${name}`],
  };
};

/** What must be gone behind COM_RESET_CONNECTION and COM_CHANGE_USER, beside what their own files ask. */
export const cases: readonly Case[] = (['reset', 'change-user'] as const).flatMap((by) => states.map((state) => caseOf(by, state)));
