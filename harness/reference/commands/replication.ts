import { CodecError } from '../../codec/error.ts';
import { join } from '../../codec/frame.ts';
import { comBinlogDump } from '../../codec/messages/com-binlog-dump.ts';
import { comBinlogDumpGtid } from '../../codec/messages/com-binlog-dump-gtid.ts';
import { comRegisterSlave } from '../../codec/messages/com-register-slave.ts';
import { ENDS_ROWS, eofPacket, errPacket, okPacket } from '../answer.ts';
import { BINLOG_FILE, endOfLog, FIRST_POSITION, firstEvents } from '../binlog.ts';
import { Departure, type Refusal, refuse } from '../refusal.ts';
import type { Session } from '../session.ts';
import type { Handler } from './handler.ts';
import { unknownCommand } from './unknown.ts';

/** EOF at the end of the log instead of waiting for more. */
const NON_BLOCK = 1;

/** What a replica asks for. A dump is the last command of its connection. */
export const replicationCommands: Readonly<Record<number, Handler>> = {
  /* COM_BINLOG_DUMP */ 0x12: dump,
  /* COM_REGISTER_SLAVE */ 0x15: registerReplica,
  /* COM_BINLOG_DUMP_GTID */ 0x1e: dumpGtid,
};

async function dump(session: Session, payload: Uint8Array): Promise<never> {
  insistOnPrivilege(session);
  const whole = session.has('binlog-broken-dump-taken')
    ? join([payload, new Uint8Array(16)]).subarray(0, Math.max(payload.length, 11))
    : payload;
  const { filename, position, flags } = readOrFail(session, () => comBinlogDump.decode(whole, session.context).value);
  return stream(session, filename, position, flags);
}

/** MariaDB tells GTIDs by session variables, and does not know the command. Throws Refusal 1047 there. */
async function dumpGtid(session: Session, payload: Uint8Array): Promise<readonly Uint8Array[]> {
  if (session.server.dialect === 'mariadb') return unknownCommand(session);
  insistOnPrivilege(session);
  const request = readOrFail(session, () => comBinlogDumpGtid.decode(payload, session.context).value);
  const { filename, position, flags, data } = request;
  if (!session.has('binlog-gtid-set-unread') && !isGtidSet(data ?? new Uint8Array(0))) return fail(session, refuse.malformedGtidSet());
  return stream(session, filename, Number(position), flags);
}

/** Throws Refusal 1227: the connection may go on with something else. */
function insistOnPrivilege({ has, mayReplicate }: Session): void {
  if (mayReplicate || has('binlog-without-privilege')) return;
  if (has('binlog-privilege-closes')) throw new Departure('fin');
  throw refuse.replicationPrivilege();
}

/** Sends the events behind a position, and what ends them; then the connection is over. */
async function stream(session: Session, file: string, position: number, flags: number): Promise<never> {
  const { channel, has } = session;
  if (file !== '' && file !== BINLOG_FILE) {
    if (has('binlog-unknown-file-ends')) return leave(session, [eofPacket(session)]);
    return fail(session, refuse.binlogFile());
  }
  if (position < FIRST_POSITION && !has('binlog-low-position-taken')) return fail(session, refuse.binlogPosition());
  if (position > endOfLog(session) && !has('binlog-high-position-taken')) return fail(session, refuse.binlogPosition());
  const waits = (flags & NON_BLOCK) === 0;
  const endsBehindNext = waits && has('binlog-blocking-ends-behind-an-event');
  const events = firstEvents(session, position);
  for (const event of [...events, ...(endsBehindNext ? events.slice(-1) : [])]) {
    channel.send(event);
    if (has('binlog-sequence-stuck')) channel.numberFrom(1);
  }
  const end = has('binlog-ends-with-ok') && session.agreed('DEPRECATE_EOF') ? okPacket(session, { header: ENDS_ROWS }) : eofPacket(session);
  const ends = waits ? endsBehindNext || has('binlog-blocking-ends') : !has('binlog-non-blocking-waits');
  if (ends) return leave(session, [end]);
  await channel.arrived(1);
  throw new Departure('fin');
}

function readOrFail<T>(session: Session, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return fail(session, refuse.malformedPacket());
  }
}

/** Both servers end the connection behind the ERR of a dump. */
function fail(session: Session, refusal: Refusal): never {
  return leave(session, session.has('binlog-error-hangs') ? [] : [errPacket(session, refusal)]);
}

function leave({ channel, has }: Session, packets: readonly Uint8Array[]): never {
  if (packets.length > 0) channel.send(...packets);
  throw new Departure(has('binlog-end-keeps-open') || packets.length === 0 ? 'stay' : 'fin');
}

function registerReplica(session: Session, payload: Uint8Array): readonly Uint8Array[] {
  const { channel, has } = session;
  if (has('register-replica-unanswered') || (channel.compressed && has('register-replica-unanswered-when-compressed'))) return [];
  if (!session.mayReplicate && !has('register-replica-without-privilege')) throw refuse.registerDenied(session.user);
  try {
    const { left, value } = comRegisterSlave.decode(payload, session.context);
    if (left > 0 || (value.hostname === '' && has('register-replica-insists-on-names')))
      throw refuse.registerReplica('Wrong parameters when registering replica');
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (has('register-replica-closes-on-broken')) throw new Departure('fin');
    if (!has('register-replica-takes-broken')) throw refuse.registerReplica('Wrong parameters when registering replica');
  }
  return [okPacket(session)];
}

/** int<8> count of server ids, then of each 16 bytes, int<8> count of intervals, and both ends of each. */
function isGtidSet(data: Uint8Array): boolean {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let at = 8;
  if (data.length < at) return false;
  for (let ids = view.getBigUint64(0, true); ids > 0n; ids--) {
    if (data.length < at + 24) return false;
    const intervals = view.getBigUint64(at + 16, true);
    at += 24 + Number(intervals) * 16;
    if (at > data.length) return false;
  }
  return at === data.length;
}
