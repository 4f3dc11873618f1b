/** What the defects of defects/regression.ts make of a command. The clean server passes through here untouched. */
import { okPacket } from './answer.ts';
import { faultAskedFor } from './backend-fault.ts';
import { Departure, Refusal } from './refusal.ts';
import type { Server, Session } from './session.ts';

const [QUERY, PROCESS_INFO, PROCESS_KILL, PING] = [0x03, 0x0a, 0x0c, 0x0e];
const [CHANGE_USER, BINLOG_DUMP, STMT_EXECUTE] = [0x11, 0x12, 0x17];

/** What a defect has to remember: of a session, and of all of them. */
interface Memory {
  queries: number;
  pingsBehindBinary: number | undefined;
}
const memories = new WeakMap<Session, Memory>();
const heldUp = new WeakSet<Server>();
const brokenByQuit = new WeakSet<Server>();

/** The answer of a defect; undefined where the command goes its usual way. Throws Departure and Refusal. */
export function oddAnswer(session: Session, payload: Uint8Array): readonly Uint8Array[] | undefined {
  const { has, server } = session;
  const memory = memoryOf(session);
  busy.add(session);
  switch (payload[0]) {
    case undefined:
      if (has('empty-command-stops-server')) server.die();
      break;
    case QUERY:
      return oddQuery(session, payload, memory);
    case PROCESS_INFO:
      if (has('process-info-closes')) throw new Departure('fin');
      break;
    case PROCESS_KILL:
      if (has('process-kill-stops-server')) server.die();
      // 0xFF, 1094, the marker, and five characters of "#HY000".
      if (has('process-kill-doubled-marker')) return [Buffer.from('\xff\x46\x04##HY00Unknown thread id', 'latin1')];
      break;
    case PING:
      if (memory.pingsBehindBinary !== undefined && ++memory.pingsBehindBinary > 1) return [];
      break;
    case CHANGE_USER:
      if (payload.indexOf(0) === payload.length - 1) {
        if (has('change-user-cut-off-stops-server')) server.die();
        if (has('change-user-cut-off-hangs')) return [];
      }
      if (has('change-user-password-refused') && (payload[payload.indexOf(0) + 1] ?? 0) > 0)
        throw new Refusal(1045, '28000', 'Access denied');
      break;
    case STMT_EXECUTE:
      if (payload.length >= 0xffffff && has('execute-in-two-packets-stops-server')) server.die();
      break;
    case BINLOG_DUMP:
      if (has('binlog-dump-closes')) throw new Departure('fin');
      if (memory.queries > 0 && has('binlog-dump-behind-query-stops-server')) server.die();
  }
  return undefined;
}

function oddQuery(session: Session, payload: Uint8Array, memory: Memory): readonly Uint8Array[] | undefined {
  const { has, server } = session;
  const first = memory.queries++ === 0;
  if (has('set-names-binary-silences-pings') && text(payload).startsWith("SET NAMES 'binary'")) memory.pingsBehindBinary = 0;
  if (has('quit-breaks-next-session') && first && brokenByQuit.delete(server)) throw new Departure('fin');
  if (has('slow-answer-holds-up-others')) {
    if (faultAskedFor(payload) === 'slow-answer') heldUp.add(server);
    if (heldUp.has(server)) throw new Departure('stay');
  }
  if (has('infile-takes-own-file') && /^load data local infile/i.test(text(payload))) return [okPacket(session, { affectedRows: 1 })];
  return undefined;
}

/** The client has sent COM_QUIT; `again`: and once more behind it. */
export function oddQuit(session: Session, again: boolean): void {
  const { has, server } = session;
  if (has('quits-of-others-end-session')) wearOut(session);
  if (has('quit-breaks-next-session')) brokenByQuit.add(server);
  if (has('second-quit-stops-server') && again) server.die();
}

/** Quits of others before the first command of a session. */
const quitsBeside = new WeakMap<Session, number>();
const busy = new WeakSet<Session>();
const MOST_QUITS = 10;

function wearOut(session: Session): void {
  for (const other of session.server.sessions.values()) {
    if (other === session || busy.has(other)) continue;
    const quits = (quitsBeside.get(other) ?? 0) + 1;
    quitsBeside.set(other, quits);
    if (quits >= MOST_QUITS) other.channel.expire();
  }
}

/** One pooled connection for all: what this client has agreed to about EOF holds for the others as well. */
export function shareEndOfRows({ has, server, context }: Session): void {
  if (!has('deprecate-eof-of-the-last-login')) return;
  const bit = context.capabilities & DEPRECATE_EOF;
  for (const other of server.sessions.values())
    other.context = { ...other.context, capabilities: ((other.context.capabilities & ~DEPRECATE_EOF) | bit) >>> 0 };
}
const DEPRECATE_EOF = 0x1000000;

function memoryOf(session: Session): Memory {
  const known = memories.get(session);
  if (known) return known;
  const fresh = { queries: 0, pingsBehindBinary: undefined };
  memories.set(session, fresh);
  return fresh;
}

/** The beginning of a statement. */
const text = (payload: Uint8Array): string => Buffer.from(payload.subarray(1, 200)).toString('latin1');
