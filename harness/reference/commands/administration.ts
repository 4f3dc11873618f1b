import { capability } from '../../codec/capability.ts';
import { comFieldList } from '../../codec/messages/com-field-list.ts';
import { comProcessKill } from '../../codec/messages/com-process-kill.ts';
import { comRefresh } from '../../codec/messages/com-refresh.ts';
import { comSetOption } from '../../codec/messages/com-set-option.ts';
import { status } from '../../codec/status.ts';
import { ENDS_ROWS, eofPacket, okPacket } from '../answer.ts';
import { fieldList } from '../field-list.ts';
import { kill } from '../kill.ts';
import { Departure, refuse } from '../refusal.ts';
import { packetsOf } from '../result.ts';
import { number, string } from '../resultset.ts';
import type { Session } from '../session.ts';
import type { Handler } from './handler.ts';

/** The accounts may do nothing that they would need one of these privileges for. MySQL 9 has half of these commands no longer. */
export const administrationCommands: Readonly<Record<number, Handler>> = {
  /* COM_FIELD_LIST */ 0x04: (session, payload) => fieldList(session, comFieldList.decode(payload, session.context).value),
  /* COM_CREATE_DB */ 0x05: (session) => removed(session, 'create-db-ok'),
  /* COM_DROP_DB */ 0x06: (session) => removed(session, 'drop-db-ok'),
  /* COM_REFRESH */ 0x07: (session, payload) => onMariadb(session, () => refresh(session, payload)),
  /* COM_SHUTDOWN */ 0x08: (session) => onMariadb(session, () => privileged(session, 'SHUTDOWN', 'shutdown-without-privilege')),
  /* COM_PROCESS_INFO */ 0x0a: (session) => onMariadb(session, () => processInfo(session)),
  /* COM_PROCESS_KILL */ 0x0c: (session, payload) => onMariadb(session, () => processKill(session, payload)),
  /* COM_DEBUG */ 0x0d: (session) => privileged(session, 'SUPER', 'debug-without-privilege'),
  /* COM_SET_OPTION */ 0x1b: (session, payload) => setOption(session, payload),
  /* COM_CLONE */ 0x20: (session) => {
    if (session.server.dialect === 'mariadb') throw refuse.unknownCommand();
    return privileged(session, 'BACKUP_ADMIN', 'clone-without-privilege');
  },
  /* COM_SUBSCRIBE_GROUP_REPLICATION_STREAM */ 0x21: (session) => {
    if (session.has('subscribe-stream-ok')) return [okPacket(session)];
    if (session.server.dialect === 'mariadb') throw refuse.unknownCommand();
    // As MySQL 9.7, which names no privilege, and ends the connection.
    session.interruption.isKilled = true;
    throw refuse.privilege('');
  },
};
type Packets = readonly Uint8Array[];

/** MySQL 9 does not know the command (mysql/error-1047-unknown-command). */
function onMariadb(session: Session, answer: () => Packets): Packets {
  if (session.server.dialect === 'mariadb' || session.has('removed-command-answered')) return answer();
  throw refuse.unknownCommand();
}

function removed(session: Session, defect: 'create-db-ok' | 'drop-db-ok'): Packets {
  if (session.has(defect)) return [okPacket(session)];
  throw refuse.unknownCommand();
}

function privileged(
  session: Session,
  name: string,
  defect: 'shutdown-without-privilege' | 'debug-without-privilege' | 'clone-without-privilege',
): Packets {
  if (session.has(defect)) return [eofPacket(session)];
  throw refuse.privilege(name);
}

/** The account with a password may flush; what it asks for is not looked at, as nothing here could be. */
function refresh(session: Session, payload: Uint8Array): Packets {
  if (session.has('truncated-refresh-closes') && payload.length === 1) throw new Departure('fin');
  const mayFlush = session.server.accounts.get(session.user)?.password !== '';
  if (!mayFlush && !session.has('refresh-without-privilege')) throw refuse.privilege('RELOAD');
  comRefresh.decode(payload, session.context);
  if (session.has('refresh-answers-eof')) return [eofPacket(session)];
  return [okPacket(session)];
}

/** The sessions of the same user. */
function processInfo(session: Session): Packets {
  const mine = [...session.server.sessions.values()].filter(({ user }) => user === session.user);
  const rows = mine.map(({ threadId, user, peer, database }) => {
    const schema = database === '' ? null : database;
    return [String(threadId), user, peer, schema, 'Processlist', '0', 'starting', null, '0.000'];
  });
  const columns = [
    number('Id', 11),
    string('User', 512),
    string('Host', 256),
    string('db', 512),
    string('Command', 64),
    number('Time', 7),
    string('State', 120),
    string('Info', 400),
    { ...number('Progress', 7), type: 0x05, flags: 0x01, decimals: 3 },
  ];
  const named = session.has('process-info-as-the-table') ? columns.map((one) => ({ ...one, name: one.name.toUpperCase() })) : columns;
  const { context } = session;
  if (session.has('process-info-eof-in-spite-of-deprecate-eof')) session.loseCapabilities(capability.DEPRECATE_EOF);
  const packets = packetsOf(session, { columns: named, rows: session.has('process-info-empty') ? [] : rows }, 'text');
  session.context = context;
  return packets;
}

function processKill(session: Session, payload: Uint8Array): Packets {
  kill(session, comProcessKill.decode(payload, session.context).value.connectionId, 'connection');
  return [okPacket(session)];
}

/** Multi-statements, 0 on and 1 off: the only option (mysql/page_protocol_com_set_option). */
function setOption(session: Session, payload: Uint8Array): Packets {
  const { has, context } = session;
  const sent = comSetOption.decode(payload, context).value.option;
  const option = has('set-option-read-in-one-byte') ? sent & 0xff : sent;
  if (payload.length > 3 && has('long-set-option-unanswered')) return [];
  if (option > 1 && !has('set-option-takes-any')) throw refuse.unknownCommand();
  if (!has('set-option-ignored')) {
    const others = context.capabilities & ~capability.MULTI_STATEMENTS;
    session.context = { ...context, capabilities: (option === 0 ? others | capability.MULTI_STATEMENTS : others) >>> 0 };
  }
  if (has('set-option-answers-ok')) return [okPacket(session)];
  const deprecated = session.agreed('DEPRECATE_EOF') && !has('set-option-eof-for-ok');
  const shown = has('set-option-hides-transaction') ? { statusFlags: session.status & ~status.IN_TRANS } : {};
  return [deprecated ? okPacket(session, { header: ENDS_ROWS, ...shown }) : eofPacket(session, shown)];
}
