import { afterLimit } from '../wire/within.ts';
import type { Endpoint } from './target.ts';

/** How a client logs in. */
export interface SqlLogin {
  readonly at: Endpoint | { readonly socketPath: string };
  readonly user: string;
  readonly password?: string;
  readonly database?: string;
  /** Character set of the connection; default utf8mb4. */
  readonly charset?: string;
  /** More capability flags of mysql2, '-NAME' to leave one out: ['COMPRESS', '-FOUND_ROWS']. */
  readonly flags?: readonly string[];
  /** ms for connecting and for each statement; default 10000. */
  readonly limitMs?: number;
}

export type Row = Readonly<Record<string, unknown>>;

/** What a statement came to. The client never throws for what a server says. */
export type SqlAnswer =
  | {
      readonly ok: true;
      readonly rows: readonly Row[];
      readonly affectedRows: number;
      readonly insertId: number | string;
      readonly warnings: number;
    }
  /** `errno` 2013 and 2006 as in the C client where the connection is lost; 'LATE' when the limit passed. */
  | { readonly ok: false; readonly errno: number; readonly code: string; readonly sqlState: string; readonly says: string };

/** A well-behaved client: mysql2. */
export interface SqlClient {
  /** The connection id in the greeting. */
  readonly threadId: number;
  /** By COM_QUERY. */
  query(sql: string, values?: readonly unknown[]): Promise<SqlAnswer>;
  /** By COM_STMT_PREPARE and COM_STMT_EXECUTE. */
  execute(sql: string, values?: readonly unknown[]): Promise<SqlAnswer>;
  /** COM_RESET_CONNECTION. */
  reset(): Promise<SqlAnswer>;
  /** COM_CHANGE_USER to the same account. */
  changeUser(): Promise<SqlAnswer>;
  ping(): Promise<SqlAnswer>;
  /** COM_QUIT, and waits until the connection is closed (at most 1 s). */
  quit(): Promise<void>;
  /** Closes the socket without COM_QUIT, as the kernel does for a client that is killed; or with RST. */
  vanish(how?: 'fin' | 'rst'): void;
  /** Sends FIN behind what was sent, and goes on reading. */
  halfClose(): void;
}

/** A login that failed, in the client's words. */
class SqlLoginError extends Error {
  override readonly name = 'SqlLoginError';
  readonly answer: SqlAnswer & { ok: false };
  constructor(answer: SqlAnswer & { ok: false }) {
    super(answer.says);
    this.answer = answer;
  }
}

/** @throws SqlLoginError when the login fails or takes longer than the limit */
export async function openSqlClient({ at, user, password, database, charset, flags, limitMs = 10_000 }: SqlLogin): Promise<SqlClient> {
  // Loaded here: most runs never need it.
  const { createConnection } = await import('mysql2/promise');
  const config = {
    ...at,
    user,
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    charset: charset ?? 'utf8mb4',
    ...(flags ? { flags: [...flags] } : {}),
    connectTimeout: limitMs,
    // Numbers that do not fit a double come as text, never rounded.
    supportBigNumbers: true,
  };
  const connection = await late(createConnection(config), limitMs).catch((error: unknown) => {
    throw new SqlLoginError(answerOfError(error));
  });
  // Without a listener a lost connection between two statements would end the process.
  connection.on('error', () => {});
  const closed = new Promise<void>((resolve) => connection.on('end', resolve));
  const asked = async (act: () => Promise<unknown>): Promise<SqlAnswer> => {
    try {
      return answerOf(await late(act(), limitMs));
    } catch (error) {
      return answerOfError(error);
    }
  };
  return {
    threadId: connection.threadId,
    query: (sql, values = []) => asked(async () => (await connection.query(sql, [...values]))[0]),
    execute: (sql, values = []) => asked(async () => (await connection.execute(sql, [...values] as never[]))[0]),
    reset: () => asked(async () => (connection as unknown as { reset(): Promise<void> }).reset()),
    changeUser: () => asked(() => connection.changeUser({ user, ...(password ? { password } : {}), ...(database ? { database } : {}) })),
    ping: () => asked(() => connection.ping()),
    async quit() {
      await late(Promise.all([connection.end(), closed]), 1000).catch(() => {});
      connection.destroy();
    },
    vanish(how = 'fin') {
      if (how === 'rst') socketOf(connection).resetAndDestroy();
      connection.destroy();
    },
    halfClose: () => void socketOf(connection).end(),
  };
}

/** mysql2 does not tell of it. */
function socketOf(connection: object): { end(): unknown; resetAndDestroy(): unknown } {
  return (connection as { connection: { stream: { end(): unknown; resetAndDestroy(): unknown } } }).connection.stream;
}

function answerOf(result: unknown): SqlAnswer {
  if (Array.isArray(result)) return { ok: true, rows: result as Row[], affectedRows: 0, insertId: 0, warnings: 0 };
  const {
    affectedRows = 0,
    insertId = 0,
    warningStatus = 0,
  } = (result ?? {}) as { affectedRows?: number; insertId?: number; warningStatus?: number };
  return { ok: true, rows: [], affectedRows, insertId, warnings: warningStatus };
}

/** The numbers of the C client for a connection that was lost: https://dev.mysql.com/doc/mysql-errors/9.4/en/client-error-reference.html */
const lost: Readonly<Record<string, number>> = { PROTOCOL_CONNECTION_LOST: 2013, ECONNRESET: 2013, EPIPE: 2006, ECONNREFUSED: 2003 };

function answerOfError(error: unknown): SqlAnswer & { ok: false } {
  const {
    errno,
    code = '',
    sqlState = '',
    message = String(error),
  } = error as { errno?: number; code?: string; sqlState?: string; message?: string };
  const gone = lost[code] ?? (/closed state/.test(message) ? 2006 : undefined);
  return { ok: false, errno: gone ?? (errno !== undefined && errno > 0 ? errno : 0), code, sqlState, says: message };
}

async function late<T>(act: Promise<T>, limitMs: number): Promise<T> {
  let forget = (): void => {};
  const passed = new Promise<never>((_, reject) => {
    forget = afterLimit(limitMs, () => reject(Object.assign(new Error(`no answer in ${limitMs} ms`), { code: 'LATE' })));
  });
  try {
    return await Promise.race([act, passed]);
  } finally {
    forget();
    act.catch(() => {});
  }
}
