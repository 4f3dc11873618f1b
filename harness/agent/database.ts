import { lookup } from 'node:dns/promises';
import type { Connection } from 'mysql2';
import { DatabaseError } from './error.ts';
import type { Row } from './judge.ts';
import type { Login } from './login.ts';

/** The one connection to the server. */
export interface Database {
  /** Connects and logs in unless that is done. @throws DatabaseError */
  ready(): Promise<void>;
  /**
   * Asks in the first spelling that this server knows, on the connection that is there; where the server has closed that
   * one while it was idle, on a new one.
   * @throws DatabaseError
   */
  ask(spellings: readonly string[]): Promise<readonly Row[]>;
  /** Throws the connection away, whatever it is doing; the next question makes a new one. */
  drop(): void;
}

/** What a server says to a statement that it cannot parse. */
const syntaxError = 1064;
/** What it says when it ends the connection: shutdown, killed, idle for too long. */
const lastWords: ReadonlySet<number> = new Set([1053, 1079, 1927, 3169, 4031]);
const dropped = 'dropped';
/** Bytes that a login, or an answer, may have: the longest that the agent asks for has some 20 kB. mysql2 knows no limit. */
const mostBytes = 1 << 20;

/** mysql2 is loaded when it is needed: that takes longer than all else at the start, and must not count as the server's time. */
export async function loadDriver(): Promise<typeof import('mysql2')> {
  const driver = await import('mysql2');
  // Where a packet makes no sense it prints a stack, and then throws what we tell in our own words.
  console.trace = () => undefined;
  return driver;
}

/** Nothing is connected before the first question. */
export function openDatabase(login: Login): Database {
  let link: Link | undefined;
  const current = () => {
    if (!link || link.isGone()) link = makeLink(login);
    return link;
  };
  return {
    ready: () => current().ready,
    ask: async (spellings) => {
      const before = current();
      try {
        return await askOn(before, spellings);
      } catch (error) {
        if (!(error instanceof DatabaseError) || !error.fatal || error.kind === dropped || !before.hasAnswered()) throw error;
        return askOn(current(), spellings);
      }
    },
    drop: () => {
      link?.drop(new DatabaseError('the connection was thrown away', { errno: 0, kind: dropped, fatal: true }));
      link = undefined;
    },
  };
}

async function askOn(link: Link, spellings: readonly string[]): Promise<readonly Row[]> {
  await link.ready;
  const known = link.knownSpelling(spellings);
  for (const sql of known === undefined ? spellings : [known]) {
    try {
      const rows = await link.query(sql);
      link.knowsSpelling(spellings, sql);
      return rows;
    } catch (error) {
      if (!(error instanceof DatabaseError) || error.errno !== syntaxError || sql === spellings.at(-1)) throw error;
    }
  }
  throw new DatabaseError('there is nothing to ask', { errno: 0, kind: 'no question', fatal: false });
}

interface Link {
  readonly ready: Promise<void>;
  query(sql: string): Promise<readonly Row[]>;
  drop(why: DatabaseError): void;
  isGone(): boolean;
  hasAnswered(): boolean;
  knownSpelling(spellings: readonly string[]): string | undefined;
  knowsSpelling(spellings: readonly string[], sql: string): void;
}

function makeLink(login: Login): Link {
  let gone: DatabaseError | undefined;
  let answered = false;
  let connection: Connection | undefined;
  let received = 0;
  const known = new Map<string, string>();
  // mysql2 leaves a command without an answer when its connection is thrown away: whoever waits is told here.
  const waiting = new Set<(why: DatabaseError) => void>();
  const drop = (why: DatabaseError) => {
    gone ??= why;
    for (const reject of waiting) reject(gone);
    waiting.clear();
    connection?.destroy();
    // destroy() of mysql2 sends a FIN and waits for the server's: of a frozen server for ever.
    (connection as unknown as { stream: { destroy(): void } } | undefined)?.stream.destroy();
  };
  const untilGone = <T>(start: (resolve: (value: T) => void, reject: (why: DatabaseError) => void) => void) =>
    new Promise<T>((resolve, reject) => {
      if (gone) return reject(gone);
      waiting.add(reject);
      const once =
        <V>(settle: (value: V) => void) =>
        (value: V) => {
          waiting.delete(reject);
          settle(value);
        };
      start(once(resolve), once(reject));
    });
  const connect = async () => {
    const { createConnection } = await loadDriver();
    if (!login.socketPath) await found(login.host);
    await untilGone<void>((resolve, reject) => {
      connection = createConnection(settingsOf(login));
      catchParser(connection, {
        mayTake: (bytes) => {
          received += bytes;
          return received <= mostBytes;
        },
        onError: (error) => drop(errorOf(error, true)),
      });
      // Stays for good: an error of an idle connection has no other listener, and would end the process.
      connection.on('error', (error) => drop(errorOf(error, true)));
      connection.connect((error) => {
        if (!error) return resolve();
        drop(errorOf(error, true));
        reject(errorOf(error, true));
      });
    });
  };
  const ready = connect().catch((error: unknown) => {
    const why = error instanceof DatabaseError ? error : errorOf(error, true);
    drop(why);
    throw why;
  });
  ready.catch(() => {}); // whoever asks gets it too
  return {
    ready,
    query: (sql) =>
      untilGone((resolve, reject) => {
        received = 0;
        connection?.query(sql, (error, rows) => {
          if (error) {
            const why = errorOf(error, false);
            if (why.fatal) drop(why);
            return reject(why);
          }
          answered = true;
          resolve(Array.isArray(rows) ? (rows as Row[]) : []);
        });
      }),
    drop,
    isGone: () => gone !== undefined,
    hasAnswered: () => answered,
    knownSpelling: (spellings) => known.get(spellings.join()),
    knowsSpelling: (spellings, sql) => void known.set(spellings.join(), sql),
  };
}

function settingsOf({ host, port, socketPath, user, password }: Login) {
  return {
    ...(socketPath ? { socketPath } : { host, port }),
    user,
    password,
    connectTimeout: 0, // whoever waits has a limit of its own, and drops
    supportBigNumbers: true,
    bigNumberStrings: true,
    charset: 'utf8mb4_general_ci',
    connectAttributes: { program_name: 'mywire agent' },
    // Accounts that are known by the user of this process: nothing has to be sent.
    authPlugins: Object.fromEntries(['unix_socket', 'auth_socket'].map((name) => [name, () => () => Buffer.alloc(0)])),
  };
}

interface Caught {
  readonly mayTake: (bytes: number) => boolean;
  readonly onError: (error: unknown) => void;
}

/** mysql2 throws out of the socket's listener where a packet makes no sense; nothing else could catch that. Nor does it say when too much comes. */
function catchParser(connection: Connection, { mayTake, onError }: Caught): void {
  const { stream } = connection as unknown as { stream: NodeJS.ReadableStream };
  for (const listener of stream.listeners('data') as ((chunk: Buffer) => void)[]) {
    stream.removeListener('data', listener);
    stream.on('data', (chunk: Buffer) => {
      if (!mayTake(chunk.length)) return onError(new Error(`more than ${mostBytes} bytes came where an answer of a few thousand was due`));
      try {
        listener(chunk);
      } catch (error) {
        onError(error);
      }
    });
  }
}

/** A look-up cannot be given up, and holds one of the process's four threads: never more than one at a time for a host. */
const lookups = new Map<string, Promise<unknown>>();
function found(host: string): Promise<unknown> {
  const running = lookups.get(host) ?? lookup(host).finally(() => lookups.delete(host));
  lookups.set(host, running);
  return running;
}

function errorOf(error: unknown, connecting: boolean): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const { message, code, errno, fatal, sqlState } = error as Error & {
    code?: string;
    errno?: number;
    fatal?: boolean;
    sqlState?: string;
  };
  // errno is an ERR packet's where there is an SQLSTATE with it, else the system's.
  const number = sqlState === undefined ? 0 : (errno ?? 0);
  const says = message || code || 'no reason given'; // an AggregateError of two refused addresses has no message
  return new DatabaseError(number > 0 ? `ERR ${number}: ${says}` : says, {
    errno: number,
    kind: number > 0 ? `ERR ${number}` : (code ?? 'fault'),
    fatal: connecting || fatal === true || number === 0 || lastWords.has(number),
  });
}
