/** A question to a proxy that splits reads from writes: where does this go? */
export interface Route {
  /** Stands as a comment in the statement that it is about. */
  readonly name: string;
  /** What the client says before. */
  readonly before?: readonly string[];
  readonly sql: string;
  /** By COM_STMT_PREPARE and COM_STMT_EXECUTE. */
  readonly prepared?: true;
  /** With COM_RESET_CONNECTION right before. */
  readonly reset?: true;
  /** The server that it reaches: a is written to, b is read from. 'none': the Router answers itself. */
  readonly to: 'a' | 'b' | 'none';
  /** Number of the error that the client gets. */
  readonly error?: number;
  /** Whether the manual says so. */
  readonly said?: true;
}

const read = 'SELECT amount FROM account WHERE id = 1';
const refused = 4501; // ER_ROUTER_NOT_ALLOWED_WITH_CONNECTION_SHARING
const rejected = 3566; // ER_NATIVE_FUNCTION_DISALLOWED: what it reads may be another session's
const readOnly = 1290; // ER_OPTION_PREVENTS_STATEMENT

/** Measured on MySQL Router 9.7.4, 2026-11-26. */
export const routes: readonly Route[] = [
  { name: 'SELECT', sql: read, to: 'b', said: true },
  { name: 'SELECT in parentheses', sql: `(${read})`, to: 'b' },
  { name: 'WITH', sql: `WITH one AS (${read}) SELECT amount FROM one`, to: 'b' },
  { name: 'VALUES', sql: 'VALUES ROW(1)', to: 'b' },
  { name: 'SELECT FOR UPDATE', sql: `${read} FOR UPDATE`, to: 'a', said: true },
  { name: 'SELECT FOR SHARE', sql: `${read} FOR SHARE`, to: 'a', said: true },
  { name: 'GET_LOCK', sql: "SELECT GET_LOCK('route', 0)", to: 'a', said: true },
  { name: 'SHOW VARIABLES', sql: "SHOW VARIABLES LIKE 'server_id'", to: 'a', said: true },
  { name: 'UPDATE', sql: 'UPDATE account SET amount = amount WHERE id = 1', to: 'a', said: true },
  { name: 'read after a write', before: ['UPDATE account SET amount = amount WHERE id = 1'], sql: read, to: 'b' },
  { name: 'read in a transaction', before: ['START TRANSACTION'], sql: read, to: 'a', said: true },
  { name: 'read in READ ONLY', before: ['START TRANSACTION READ ONLY'], sql: read, to: 'b' },
  { name: 'read after SET TRANSACTION READ ONLY', before: ['SET TRANSACTION READ ONLY', 'START TRANSACTION'], sql: read, to: 'a' },
  { name: 'read without autocommit', before: ['SET autocommit = 0'], sql: read, to: 'a' },
  { name: 'read after COMMIT', before: ['START TRANSACTION', 'COMMIT'], sql: read, to: 'b' },
  { name: 'read after SET NAMES', before: ['SET NAMES latin1'], sql: read, to: 'b' },
  { name: 'read after a user variable', before: ['SET @a = 1'], sql: read, to: 'a' },
  { name: 'SELECT INTO a variable', sql: 'SELECT amount INTO @b FROM account WHERE id = 1', to: 'a' },
  { name: 'read after a temporary table', before: ['CREATE TEMPORARY TABLE held (i INT)'], sql: read, to: 'a' },
  { name: 'read after GET_LOCK', before: ["SELECT GET_LOCK('route', 0)"], sql: read, to: 'a' },
  { name: 'read by COM_STMT_PREPARE', prepared: true, sql: read, to: 'a' },
  { name: 'read after COM_STMT_PREPARE', before: [], sql: read, to: 'b' },
  { name: 'PREPARE', sql: "PREPARE p FROM 'SELECT 1'", to: 'none', error: refused },
  { name: 'LOCK TABLES', sql: 'LOCK TABLES account READ', to: 'none', error: refused },
  { name: 'KILL', sql: 'KILL QUERY 4294967295', to: 'none', error: refused },
  { name: 'LAST_INSERT_ID', sql: 'SELECT LAST_INSERT_ID()', to: 'none', error: rejected },
  {
    name: 'read of a session that reads and writes',
    before: ["ROUTER SET access_mode = 'read_write'"],
    sql: read,
    to: 'a',
    said: true,
  },
  {
    name: 'read after COM_RESET_CONNECTION',
    before: ["ROUTER SET access_mode = 'read_write'"],
    reset: true,
    sql: read,
    to: 'b',
    said: true,
  },
  {
    name: 'write of a session that only reads',
    before: ["ROUTER SET access_mode = 'read_only'"],
    sql: 'UPDATE account SET amount = amount WHERE id = 1',
    to: 'b',
    error: readOnly,
    said: true,
  },
];
