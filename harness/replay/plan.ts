import type { Ending } from '../case/verdict.ts';
import { CodecError } from '../codec/error.ts';
import { type ComChangeUser, comChangeUser } from '../codec/messages/com-change-user.ts';
import type { Exchange, Wire, WireConnection, WirePacket } from '../scenario/wire.ts';
import { type Result, resultsOf } from './outcome.ts';
import type { Timed } from './timed.ts';

/** How a client of the capture came in. */
export interface Login {
  readonly user: string;
  readonly database?: string;
  readonly characterSet: number;
  /** It was refused for want of the right proof: the one who plays it must give a wrong one. */
  readonly denied?: boolean;
  /** It was over TLS. */
  readonly tls?: boolean;
  /** What both sides had agreed on, as far as bytes of later commands depend on it. */
  readonly capabilities: number;
}

export type Action =
  | { readonly do: 'login'; readonly login: Login }
  /** COM_CHANGE_USER: a login on a connection that has one. */
  | { readonly do: 'change-user'; readonly login: Login }
  /** The bytes of a command, as they were; `statementId`: of the capture's statement, to be replaced by the target's. */
  | {
      readonly do: 'send';
      readonly payload: Uint8Array;
      readonly statementId?: number;
      readonly insertId?: string;
      /** What the client's file held, where the server asked for one. */
      readonly file?: readonly Uint8Array[];
    }
  | { readonly do: 'prepare'; readonly payload: Uint8Array; readonly statementId: number | undefined }
  /** quit: COM_QUIT. server: it was the server that ended, and nobody had asked it to. */
  /** Somebody else plays the whole connection. */
  | { readonly do: 'other' }
  | { readonly do: 'end'; readonly how: 'quit' | 'fin' | 'rst' | 'server' };

/** One thing that a client of the capture did. */
export interface Step extends Timed {
  readonly action: Action;
  readonly command: string;
  readonly sql?: string;
  /** What the captured answer came to; undefined: there was none. */
  readonly captured?: readonly Result[];
  /** Of the capture: the frame that completed the command, and its answer. */
  readonly frame?: number;
  readonly answers?: readonly WirePacket[];
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
  /** How the server ended each of them, where the capture tells. */
  readonly endings?: readonly (Ending | undefined)[];
  readonly leftOut: readonly LeftOut[];
  /** The captured answer of a step that does not hold it itself. */
  readonly answersOf?: (step: Step) => readonly WirePacket[];
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
const LAST_PREPARED = 0xffffffff;
/** Packets of an answer that are kept, to be shown where it differs. */
export const SHOWN = 64;
/** ms: less than any two frames are apart. */
const A_MOMENT = 0.0005;

/** What a plan is made by, beside the wire. */
export interface PlanOptions {
  /** How the server ended a connection, where the capture tells. */
  readonly endingOf?: (connection: WireConnection) => Ending | undefined;
  /** Whether a connection is played otherwise than by its statements. */
  readonly isOther?: (connection: WireConnection) => boolean;
}

/**
 * Makes a plan of what the clients did on a link.
 * Out of it stay connections whose login is not in the clear, and commands that a replay cannot or must not repeat.
 */
export function planOf({ connections }: Wire, { endingOf, isOther }: PlanOptions = {}): Plan {
  const planner = new Planner();
  for (const connection of connections)
    planner.add(connection, { ending: endingOf?.(connection), isOther: isOther?.(connection) === true });
  return planner.plan();
}

/** Makes a plan of connections that are given one by one. */
export class Planner {
  readonly #leftOut: LeftOut[] = [];
  readonly #steps: Step[] = [];
  readonly #names: string[] = [];
  readonly #endings: (Ending | undefined)[] = [];
  readonly #answersOf: Plan['answersOf'];

  /** With `answersOf` no answer is kept: it is asked for what differs. */
  constructor(answersOf?: Plan['answersOf']) {
    this.#answersOf = answersOf;
  }

  add(
    connection: WireConnection,
    { ending, isOther = false }: { readonly ending?: Ending | undefined; readonly isOther?: boolean } = {},
  ): void {
    const name = `${connection.link} ${connection.number}`;
    let whole = true;
    const leave = (command: string, why: string) => {
      whole = false;
      this.#leftOut.push({ connection: name, command, why });
    };
    const login = loginOf(connection);
    if (!login && !isOther) {
      // Who only looked whether the port is open, and said nothing, has nothing to be played.
      if (connection.sent.client.bytes > 0) leave('login', 'no login in the clear');
      return;
    }
    const index = this.#names.push(name) - 1;
    const at = connection.openedAt;
    // Who came after it was over comes after it again.
    const over = connection.endings.at(-1)?.at;
    const answered = over === undefined ? {} : { answeredAt: over };
    if (isOther || !login) this.#steps.push({ connection: index, at, action: { do: 'other' }, command: 'connection', ...answered });
    else
      for (const { answers, ...step } of stepsOf(connection, login, index, leave))
        this.#steps.push(this.#answersOf || !answers ? step : { ...step, answers });
    // Of a connection that is not played whole the end tells nothing.
    this.#endings.push(whole ? ending : undefined);
  }

  plan(): Plan {
    const steps = this.#steps.sort((a, b) => a.at - b.at);
    const kept = this.#answersOf ? { answersOf: this.#answersOf } : {};
    return { steps, connections: this.#names, endings: this.#endings, leftOut: this.#leftOut, ...kept };
  }
}

function loginOf({ packets }: WireConnection): Login | undefined {
  const value = packets.find(({ name }) => name === 'HandshakeResponse41')?.value;
  const greeting = packets.find(({ name }) => name === 'HandshakeV10')?.value;
  if (!value || !greeting) return undefined;
  const tls = packets.some(({ name }) => name === 'SSLRequest');
  const offered = ((Number(greeting['capabilitiesHigh'] ?? 0) << 16) | Number(greeting['capabilitiesLow'])) >>> 0;
  const database = value['database'];
  return {
    user: String(value['user']),
    ...(database === undefined || database === '' ? {} : { database: String(database) }),
    characterSet: Number(value['characterSet']),
    ...(tls ? { tls } : {}),
    capabilities: (Number(value['capabilities']) & offered) >>> 0,
  };
}

function stepsOf(wire: WireConnection, login: Login, connection: number, leave: (command: string, why: string) => void): Step[] {
  const steps: Step[] = [];
  const prepared = new Map<number, string>();
  let ready = 0;
  for (const exchange of wire.exchanges) {
    const action = actionOf(exchange, login, prepared);
    if ('why' in action) {
      leave(exchange.command, action.why);
      continue;
    }
    if (action.do === 'end') break;
    const { at, answeredAt, command, sql, answers, frame } = exchange;
    const whole = isWhole(exchange) && answeredAt !== undefined;
    steps.push({
      connection,
      // Nobody says anything before his login is done or his file is sent, though he may have in the capture.
      at: Math.max(at, ready),
      action,
      command,
      ...(sql === undefined ? {} : { sql }),
      // What needs no answer counts as answered when it is sent.
      ...(whole
        ? { answeredAt, captured: resultsOf(logsIn.has(command) ? answers.slice(-1) : answers), answers: answers.slice(0, SHOWN) }
        : {}),
      ...kindOf(command, command === 'COM_STMT_EXECUTE' ? prepared.get(idOf(exchange.payload)) : sql, answers),
      ...(frame === undefined ? {} : { frame }),
    });
    if (whole && (command === 'login' || exchange.file)) ready = answeredAt + A_MOMENT;
  }
  const end = endOf(wire);
  const over = Math.max(end?.at ?? 0, ready);
  if (steps.length > 0 && end) steps.push({ connection, at: over, answeredAt: over, action: { do: 'end', how: end.how }, command: 'end' });
  return steps;
}

/** When the connection was over for its client, and by whom. */
function endOf({ endings, exchanges }: WireConnection): { at: number; how: Extract<Action, { do: 'end' }>['how'] } | undefined {
  const quit = exchanges.find(({ command }) => command === 'COM_QUIT');
  if (quit) return { at: quit.at, how: 'quit' };
  const first = endings[0];
  if (!first) return undefined;
  return { at: first.at, how: first.from !== 'client' ? 'server' : first.kind === 'rst' ? 'rst' : 'fin' };
}

function actionOf(
  { command, payload, sql, answers, file }: Exchange,
  login: Login,
  prepared: Map<number, string>,
): Action | { readonly why: string } {
  if (command === 'login') return { do: 'login', login: { ...login, ...(wasDenied(answers) ? { denied: true } : {}) } };
  if (command === 'COM_QUIT') return { do: 'end', how: 'quit' };
  if (command === 'COM_QUERY' && /^\s*KILL\b/i.test(sql ?? '')) return { why: 'it names a connection of the captured server' };
  if (asItIs.has(command)) return { do: 'send', payload, ...insertIdOf(sql, answers), ...(file ? { file } : {}) };
  if (command === 'COM_STMT_PREPARE') {
    const id = answers.find(({ name }) => name === 'StmtPrepareOK')?.value?.['statementId'];
    if (id !== undefined) prepared.set(Number(id), sql ?? '');
    return { do: 'prepare', payload, statementId: id === undefined ? undefined : Number(id) };
  }
  if (ofStatement.has(command) && payload.length >= 5) {
    const statementId = idOf(payload);
    if (statementId !== LAST_PREPARED && !prepared.has(statementId)) return { why: 'its statement was prepared before the capture began' };
    return {
      do: 'send',
      payload,
      ...(statementId === LAST_PREPARED ? {} : { statementId }),
      ...insertIdOf(prepared.get(statementId), answers),
    };
  }
  if (command === 'COM_CHANGE_USER') return changed({ ...login, ...(wasDenied(answers) ? { denied: true } : {}) }, payload);
  return { why: 'a replay does not repeat it' };
}

/** After these more must follow: the capture ended in the middle of the answer. */
const followed = new Set(['AuthSwitchRequest', 'AuthMoreData', 'AuthNextFactor', 'ProgressReport', 'ColumnCount', 'TextRow', 'BinaryRow']);

function isWhole({ command, answers }: Exchange): boolean {
  const last = answers.at(-1)?.name;
  if (last === undefined || followed.has(last)) return false;
  return last !== 'ColumnDefinition41' || command === 'COM_STMT_PREPARE' || command === 'COM_FIELD_LIST';
}

/** They say nothing of data, and change nothing that others see. */
const neutral = new Set([
  'COM_PING',
  'COM_INIT_DB',
  'COM_SET_OPTION',
  'COM_STMT_CLOSE',
  'COM_STMT_RESET',
  'COM_STMT_SEND_LONG_DATA',
  'COM_STATISTICS',
]);
const reading = new Set(['COM_FIELD_LIST', 'COM_STMT_PREPARE']);
const ofSession =
  /^\s*(?:(?:START\s+TRANSACTION|BEGIN)(?!.*\bSNAPSHOT\b)|USE|SET\s+(?!.*\b(?:GLOBAL|PERSIST|PERSIST_ONLY|PASSWORD|ROLE)\b))/i;
const endsTransaction = /^\s*(?:COMMIT|ROLLBACK)\b/i;

/**
 * What a command is to others. Reads without locks see what was there when they were sent; ends of transactions wait for nobody.
 * Several statements in one count as a write that locks.
 */
function kindOf(command: string, sql: string | undefined, answers: Exchange['answers']): Pick<Timed, 'kind' | 'locks'> {
  if (neutral.has(command)) return { kind: 'neutral' };
  if (reading.has(command)) return { kind: 'read' };
  const executes = command === 'COM_STMT_EXECUTE' || command === 'COM_STMT_BULK_EXECUTE';
  if (executes && sql === undefined) return { locks: true };
  if ((command !== 'COM_QUERY' && !executes) || sql === undefined) return {};
  if (/;\s*\S/.test(sql)) return { locks: true };
  if (ofSession.test(sql)) return { kind: 'neutral' };
  if (endsTransaction.test(sql)) return {};
  if (/^\s*(?:SHOW|DESC|DESCRIBE|EXPLAIN)\b/i.test(sql)) return { kind: 'read' };
  if (/^\s*SELECT\b/i.test(sql) && !locking.test(sql)) return { kind: 'read' };
  return { locks: onlyInserts(sql) && answers.at(-1)?.name === 'OK' ? 'insert' : true };
}

const locking = /\bFOR\s+UPDATE\b|\bLOCK\s+IN\b|\bFOR\s+SHARE\b|\b(?:GET|RELEASE)_LOCK\b|\bINTO\s+OUTFILE\b|\b(?:NEXTVAL|SETVAL)\b/i;

/** It adds rows of values, and neither reads nor changes one. */
const onlyInserts = (sql: string): boolean =>
  /^\s*INSERT\b/i.test(sql) && /\bVALUES?\b/i.test(sql) && !/\bSELECT\b|\bDUPLICATE\b/i.test(sql);

/** The id of a prepared statement, behind the command byte. */
const idOf = (payload: Uint8Array): number => new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(1, true);

/** Access denied: nobody proved who he is. */
export const isDenial = (code: unknown): boolean => code === 1045 || code === 1698;
const wasDenied = (answers: Exchange['answers']): boolean =>
  answers.some(({ name, value }) => name === 'ERR' && isDenial(value?.['errorCode']));

/** Who a COM_CHANGE_USER makes of the connection. */
function changed(login: Login, payload: Uint8Array): Action | { readonly why: string } {
  let read: Partial<ComChangeUser>;
  try {
    read = comChangeUser.decode(payload, { capabilities: login.capabilities }).value;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { why: `it cannot be read: ${error.message}` };
  }
  const { user, database, characterSet } = read;
  const { database: _, ...kept } = login;
  return {
    do: 'change-user',
    login: { ...kept, user: user ?? '', ...(database ? { database } : {}), characterSet: characterSet ?? login.characterSet },
  };
}

export const needsNoAnswer = (command: string): boolean => unanswered.has(command);

/** The number that the captured server gave: told to the target as the binary log tells it to a replica. */
function insertIdOf(sql: string | undefined, answers: Exchange['answers']): { insertId?: string } {
  if (sql === undefined || !/^\s*(INSERT|REPLACE)\b/i.test(sql)) return {};
  const id = String(answers.find(({ name }) => name === 'OK')?.value?.['lastInsertId'] ?? 0);
  return id === '0' ? {} : { insertId: id };
}
