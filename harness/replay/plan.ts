import type { Exchange, Wire, WireConnection } from '../scenario/wire.ts';
import type { Timed } from './gate.ts';
import { type Result, resultsOf } from './outcome.ts';

/** How a client of the capture came in. */
export interface Login {
  readonly user: string;
  readonly database?: string;
  readonly characterSet: number;
  /** What both sides had agreed on, as far as bytes of later commands depend on it. */
  readonly capabilities: number;
}

export type Action =
  | { readonly do: 'login'; readonly login: Login }
  /** The bytes of a command, as they were; `statementId`: of the capture's statement, to be replaced by the target's. */
  | { readonly do: 'send'; readonly payload: Uint8Array; readonly statementId?: number; readonly insertId?: string }
  | { readonly do: 'prepare'; readonly payload: Uint8Array; readonly statementId: number | undefined }
  | { readonly do: 'end' };

/** One thing that a client of the capture did. */
export interface Step extends Timed {
  readonly action: Action;
  readonly command: string;
  readonly sql?: string;
  /** What the captured answer came to; undefined: there was none. */
  readonly captured?: readonly Result[];
}

/** What is left out of a replay, and why. */
export interface LeftOut {
  readonly connection: string;
  readonly command: string;
  readonly why: string;
}

/** A capture, ready to be played: pure data, in the order in which it was sent. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Names of the connections, for reports: 'proxysql-primary 3'. */
  readonly connections: readonly string[];
  readonly leftOut: readonly LeftOut[];
}

/** Sent byte for byte. */
const asItIs = new Set([
  'COM_QUERY',
  'COM_INIT_DB',
  'COM_PING',
  'COM_STATISTICS',
  'COM_SET_OPTION',
  'COM_RESET_CONNECTION',
  'COM_FIELD_LIST',
  'COM_CREATE_DB',
  'COM_DROP_DB',
]);
/** The id of a prepared statement stands behind the command byte. */
const ofStatement = new Set([
  'COM_STMT_EXECUTE',
  'COM_STMT_CLOSE',
  'COM_STMT_RESET',
  'COM_STMT_FETCH',
  'COM_STMT_SEND_LONG_DATA',
  'COM_STMT_BULK_EXECUTE',
]);
/** Of the exchange only the end tells something: how it was proved who one is differs. */
const logsIn = new Set(['login', 'COM_CHANGE_USER']);
/** No answer comes. */
const unanswered = new Set(['COM_STMT_CLOSE', 'COM_STMT_SEND_LONG_DATA']);
const COM_RESET_CONNECTION = 0x1f;
const LAST_PREPARED = 0xffffffff;

/**
 * Makes a plan of what the clients did on a link.
 * Out of it stay connections whose login is not in the clear, and commands that a replay cannot or must not repeat.
 */
export function planOf({ connections }: Wire): Plan {
  const leftOut: LeftOut[] = [];
  const steps: Step[] = [];
  const names: string[] = [];
  for (const connection of connections) {
    const name = `${connection.link} ${connection.number}`;
    const leave = (command: string, why: string) => void leftOut.push({ connection: name, command, why });
    const login = loginOf(connection);
    if (!login) {
      // Who only looked whether the port is open, and said nothing, has nothing to be played.
      if (connection.sent.client.bytes > 0) leave('login', 'no login in the clear');
      continue;
    }
    const index = names.push(name) - 1;
    steps.push(...stepsOf(connection, login, index, leave));
  }
  steps.sort((a, b) => a.at - b.at);
  return { steps, connections: names, leftOut };
}

function loginOf({ packets }: WireConnection): Login | undefined {
  const value = packets.find(({ name }) => name === 'HandshakeResponse41')?.value;
  const greeting = packets.find(({ name }) => name === 'HandshakeV10')?.value;
  if (!value || !greeting || packets.some(({ name }) => name === 'TLS')) return undefined;
  const offered = ((Number(greeting['capabilitiesHigh'] ?? 0) << 16) | Number(greeting['capabilitiesLow'])) >>> 0;
  const database = value['database'];
  return {
    user: String(value['user']),
    ...(database === undefined || database === '' ? {} : { database: String(database) }),
    characterSet: Number(value['characterSet']),
    capabilities: (Number(value['capabilities']) & offered) >>> 0,
  };
}

function stepsOf(wire: WireConnection, login: Login, connection: number, leave: (command: string, why: string) => void): Step[] {
  const steps: Step[] = [];
  const prepared = new Map<number, string>();
  for (const exchange of wire.exchanges) {
    const action = actionOf(exchange, login, prepared);
    if ('why' in action) {
      leave(exchange.command, action.why);
      continue;
    }
    if (action.do === 'end') break;
    const { at, answeredAt, command, sql, answers } = exchange;
    const whole = isWhole(exchange) && answeredAt !== undefined;
    steps.push({
      connection,
      at,
      action,
      command,
      ...(sql === undefined ? {} : { sql }),
      // What needs no answer counts as answered when it is sent.
      ...(whole ? { answeredAt, captured: resultsOf(logsIn.has(command) ? answers.slice(-1) : answers) } : {}),
      ...(takesLocks(command, sql) ? { locks: true } : {}),
    });
  }
  const last = steps.at(-1);
  const gone = wire.endings[0]?.at ?? wire.exchanges.find(({ command }) => command === 'COM_QUIT')?.at;
  if (last && gone !== undefined) steps.push({ connection, at: gone, answeredAt: gone, action: { do: 'end' }, command: 'end' });
  return steps;
}

function actionOf(
  { command, payload, sql, answers }: Exchange,
  login: Login,
  prepared: Map<number, string>,
): Action | { readonly why: string } {
  if (command === 'login') return { do: 'login', login };
  if (command === 'COM_QUIT') return { do: 'end' };
  if (command === 'COM_QUERY' && /^\s*KILL\b/i.test(sql ?? '')) return { why: 'it names a connection of the captured server' };
  if (answers.some(({ name }) => name === 'LocalInfileRequest')) return { why: 'the file of the client is not sent' };
  if (asItIs.has(command)) return { do: 'send', payload, ...insertIdOf(sql, answers) };
  if (command === 'COM_STMT_PREPARE') {
    const id = answers.find(({ name }) => name === 'StmtPrepareOK')?.value?.['statementId'];
    if (id !== undefined) prepared.set(Number(id), sql ?? '');
    return { do: 'prepare', payload, statementId: id === undefined ? undefined : Number(id) };
  }
  if (ofStatement.has(command) && payload.length >= 5) {
    const statementId = Buffer.from(payload).readUInt32LE(1);
    if (statementId !== LAST_PREPARED && !prepared.has(statementId)) return { why: 'its statement was prepared before the capture began' };
    return {
      do: 'send',
      payload,
      ...(statementId === LAST_PREPARED ? {} : { statementId }),
      ...insertIdOf(prepared.get(statementId), answers),
    };
  }
  // The same without logging in again, and all that a replay as one account can do.
  if (command === 'COM_CHANGE_USER') return { do: 'send', payload: Uint8Array.of(COM_RESET_CONNECTION) };
  return { why: 'a replay does not repeat it' };
}

/** After these more must follow: the capture ended in the middle of the answer. */
const followed = new Set(['AuthSwitchRequest', 'AuthMoreData', 'AuthNextFactor', 'ProgressReport', 'ColumnCount', 'TextRow', 'BinaryRow']);

function isWhole({ command, answers }: Exchange): boolean {
  const last = answers.at(-1)?.name;
  if (last === undefined || followed.has(last)) return false;
  return last !== 'ColumnDefinition41' || command === 'COM_STMT_PREPARE' || command === 'COM_FIELD_LIST';
}

/** Reads without locks see what was there when they were sent; ends of transactions wait for nobody. */
function takesLocks(command: string, sql: string | undefined): boolean {
  if (command === 'COM_STMT_EXECUTE' || command === 'COM_STMT_BULK_EXECUTE') return true;
  if (command !== 'COM_QUERY' || sql === undefined) return false;
  if (/^\s*(COMMIT|ROLLBACK|START|BEGIN|SET|SHOW|USE)\b/i.test(sql)) return false;
  return !/^\s*SELECT\b/i.test(sql) || /\bFOR\s+UPDATE\b|\bLOCK\s+IN\b|\bFOR\s+SHARE\b/i.test(sql);
}

export const needsNoAnswer = (command: string): boolean => unanswered.has(command);

/** The number that the captured server gave: told to the target as the binary log tells it to a replica. */
function insertIdOf(sql: string | undefined, answers: Exchange['answers']): { insertId?: string } {
  if (sql === undefined || !/^\s*(INSERT|REPLACE)\b/i.test(sql)) return {};
  const id = String(answers.find(({ name }) => name === 'OK')?.value?.['lastInsertId'] ?? 0);
  return id === '0' ? {} : { insertId: id };
}
