import { CodecError } from '../codec/error.ts';
import { type ComChangeUser, comChangeUser } from '../codec/messages/com-change-user.ts';
import { type Ask, Asked, logsIn } from './asked.ts';
import { LAST_PREPARED, packetOf, queryPacket } from './command-bytes.ts';
import { withoutLeadingComments } from './leading-comments.ts';
import type { LockedTables } from './locked-tables.ts';
import { isAutocommit, resultsOf } from './outcome.ts';
import { roleOf } from './role-of.ts';
import type { End, Login } from './step.ts';
import type { StepList } from './step-list.ts';
import { isLater, type Moment, role } from './timed.ts';
import { what, whatEnd } from './what.ts';

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
/** Statements of which an error leaves nothing behind, alone in their command. */
const single = /^(?:SELECT|INSERT|UPDATE|DELETE|REPLACE)\b[^;]*;?\s*$/i;
/** Under SERIALIZABLE a SELECT in a transaction takes locks. */
const isolation = /^SET\b.*\b(?:ISOLATION\s+LEVEL\s+|(?:tx|transaction)_isolation\s*=\s*['"]?)(SERIALIZABLE|READ|REPEATABLE)/i;
/** ER_LOCK_DEADLOCK; ER_CHECKREAD of MariaDB under innodb_snapshot_isolation: the transaction has been rolled back. */
const ROLLED_BACK: ReadonlySet<number> = new Set([1213, 1020]);
/** ER_LOCK_WAIT_TIMEOUT: the statement has. */
const LOCK_WAIT_TIMEOUT = 1205;

/** Turns what one client said and got into steps of a list, question by question in the order in which they were asked. */
export class ClientScript {
  /** Nothing was left out. */
  whole = true;
  readonly #list: StepList;
  readonly #connection: number;
  readonly #locked: LockedTables;
  readonly #leave: (command: string, why: string) => void;
  readonly #prepared = new Map<number, string>();
  #login: Login | undefined;
  #ready: Moment = { at: 0 };
  #quit: Moment | undefined;
  #steps = 0;
  /** Each statement is a transaction of its own. */
  #autocommit = false;
  #serializable = false;

  constructor(list: StepList, connection: number, locked: LockedTables, leave: (command: string, why: string) => void) {
    this.#list = list;
    this.#connection = connection;
    this.#locked = locked;
    this.#leave = (command, why) => {
      this.whole = false;
      leave(command, why);
    };
  }

  asked(ask: Ask): Asked {
    return new Asked(ask, this.#list.reserve(this.#connection, ask.frame));
  }

  /** The answer is over, or will not come. `login`: how the client came in. */
  settle(asked: Asked, login: Login): void {
    if (this.#quit) return;
    this.#login = login;
    const { ask, slot, denied, answered, last } = asked;
    const alone = this.#autocommit;
    if (last) this.#autocommit = isAutocommit(last) ?? alone;
    const { command, payload } = ask;
    if (command === 'COM_QUIT') {
      this.#quit = ask;
      return;
    }
    // Nobody says anything before his login is done or his file is sent, though he may have in the capture.
    const sent = this.#notBeforeReady(ask);
    const sql = this.#sqlOf(ask);
    const kind = this.#kindOf(asked, sql);
    if (typeof kind === 'string') {
      this.#leave(command, kind);
      return;
    }
    const lost = this.#lostToALock(asked, sql);
    if (lost === LOCK_WAIT_TIMEOUT) {
      this.#leave(command, 'it waited in vain for a lock in the capture, and changed nothing');
      return;
    }
    if (lost !== undefined && ROLLED_BACK.has(lost)) {
      this.#leave(command, `ERR ${lost} ended its transaction in the capture: ROLLBACK is played in its place`);
      this.#steps++;
      this.#list.fill(slot, what.send, role.write, sent, queryPacket('ROLLBACK', this.#list.contextOf(this.#connection)), alone);
      if (answered) this.#list.answered(slot, answered);
      return;
    }
    const login_ = kind === what.changeUser ? changed(login, payload) : login;
    if (typeof login_ === 'string') {
      this.#leave(command, login_);
      return;
    }
    if (kind === what.login || kind === what.changeUser) this.#list.login(slot, denied ? { ...login_, denied } : login_);
    if (asked.file) this.#list.file(slot, asked.file);
    if (sql !== undefined) this.#locked.add(sql);
    const level = isolation.exec(sql ?? '')?.[1];
    if (level !== undefined) this.#serializable = level.toUpperCase() === 'SERIALIZABLE';
    const plain = roleOf(command, sql, last?.name);
    const is = plain === role.read && this.#serializable && !alone ? role.locks : plain;
    this.#steps++;
    this.#list.fill(slot, kind, is, sent, kind === what.login ? undefined : packetOf(payload), alone);
    if (!asked.isWhole || !answered) return;
    const inserts = command !== 'COM_STMT_PREPARE' && /^(INSERT|REPLACE)\b/i.test(sql ?? '') && asked.insertId !== '0';
    this.#list.answered(slot, answered, {
      results: logsIn.has(command) ? resultsOf(last ? [last] : []) : asked.outcome.results,
      insertId: inserts ? asked.insertId : undefined,
      statementId: kind === what.prepare ? asked.statementId : undefined,
      fingerprint: asked.fingerprint,
    });
    if (command === 'login' || asked.file) this.#ready = answered;
  }

  /** How it ended, where nobody said COM_QUIT. */
  end(first: (Moment & { readonly how: Exclude<End, 'quit'> }) | undefined): void {
    if (this.#steps === 0) return;
    const end = this.#quit ? { ...this.#quit, how: 'quit' as const } : first;
    if (!end) return;
    const over = this.#notBeforeReady(end);
    const slot = this.#list.reserve(this.#connection);
    this.#list.fill(slot, whatEnd(end.how), roleOf('end', undefined, undefined), over);
    this.#list.answered(slot, over);
  }

  #notBeforeReady(sent: Moment): Moment {
    return isLater(this.#ready, sent) ? this.#ready : sent;
  }

  /** What it does as a step, or why it is none. */
  #kindOf({ ask: { command, payload }, statementId: given }: Asked, sql: string | undefined): number | string {
    if (command === 'login') return what.login;
    if (command !== 'COM_STMT_PREPARE' && /^KILL\b/i.test(sql ?? '')) return 'it names a connection of the captured server';
    if (asItIs.has(command)) return what.send;
    if (command === 'COM_STMT_PREPARE') {
      if (given !== undefined) this.#prepared.set(given, sql ?? '');
      return what.prepare;
    }
    if (ofStatement.has(command) && payload.length >= 5) {
      const id = idOf(payload);
      return id === LAST_PREPARED || this.#prepared.has(id) ? what.send : 'its statement was prepared before the capture began';
    }
    return command === 'COM_CHANGE_USER' ? what.changeUser : 'a replay does not repeat it';
  }

  /**
   * The error of a statement that lost a lock to others. Which one loses is a matter of microseconds: played again it would win, or wait for
   * what the capture never gave it, and the others would wait for it.
   */
  #lostToALock(asked: Asked, sql: string | undefined): number | undefined {
    if (asked.last?.name !== 'ERR' || asked.file || sql === undefined || !single.test(sql)) return undefined;
    if (asked.ask.command === 'COM_STMT_BULK_EXECUTE') return undefined; // the rows before the one that lost may stay
    const last = asked.outcome.results.at(-1); // behind rows of a SELECT that came as far
    return last?.kind === 'err' ? last.code : undefined;
  }

  /** The statement that it sends, prepares or executes, from its first word on. */
  #sqlOf({ command, sql, payload }: Ask): string | undefined {
    if (command === 'COM_STMT_EXECUTE' || command === 'COM_STMT_BULK_EXECUTE')
      return payload.length < 5 ? undefined : this.#prepared.get(idOf(payload));
    return sql === undefined ? undefined : withoutLeadingComments(sql);
  }
}

/** The id of a prepared statement, behind the command byte. */
const idOf = (payload: Uint8Array): number => new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint32(1, true);

/** Who a COM_CHANGE_USER makes of the connection, or why nobody can tell. */
function changed(login: Login, payload: Uint8Array): Login | string {
  let read: Partial<ComChangeUser>;
  try {
    read = comChangeUser.decode(payload, { capabilities: login.capabilities }).value;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return `it cannot be read: ${error.message}`;
  }
  const { user, database, characterSet } = read;
  const { database: _, ...kept } = login;
  return { ...kept, user: user ?? '', ...(database ? { database } : {}), characterSet: characterSet ?? login.characterSet };
}
