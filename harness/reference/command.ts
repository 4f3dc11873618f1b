/** The command phase (mysql/page_protocol_command_phase). */
import { setTimeout as pause } from 'node:timers/promises';
import { CodecError } from '../codec/error.ts';
import { comInitDb } from '../codec/messages/com-init-db.ts';
import { comQuery } from '../codec/messages/com-query.ts';
import { status } from '../codec/status.ts';
import { eofPacket, errPacket, okPacket, schemaChanged } from './answer.ts';
import { queries } from './query.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import { type Session, SLOW_MS } from './session.ts';

const QUIT = 0x01;
const INIT_DB = 0x02;
const QUERY = 0x03;
const STATISTICS = 0x09;
const PING = 0x0e;
const RESET_CONNECTION = 0x1f;

/** Answers commands in the order of their arrival until the client quits or goes. Throws Departure, and Refusal where the framing is broken. */
export async function commands(session: Session): Promise<never> {
  const { channel, has } = session;
  /** The answer that waits behind the next one. */
  let held: readonly Uint8Array[] = [];
  for (;;) {
    channel.startCommand();
    const payload = await channel.receive();
    if (payload[0] === QUIT) quit(session);
    const packets = answer(session, payload);
    if (has('slow-answer')) await pause(SLOW_MS, undefined, { ref: false });
    const more = channel.waiting > 0;
    if (has('merges-two-answers-losing-one') && more) continue;
    if (has('swaps-pipelined-answers') && more && held.length === 0) {
      held = packets;
      continue;
    }
    if (packets.length > 0) channel.send(...packets);
    if (held.length > 0) {
      channel.startCommand();
      channel.numberFrom(1);
      channel.send(...held);
      held = [];
    }
    if (has('closes-after-first-pipelined') && more) throw new Departure('fin');
    if (has('syntax-error-closes') && packets[0]?.[0] === 0xff && payload[0] === QUERY) throw new Departure('fin');
    await channel.drained();
  }
}

/** The server closes and says nothing (mysql/page_protocol_com_quit). */
function quit(session: Session): never {
  const { channel, has } = session;
  if (has('answers-com-quit')) channel.send(okPacket(session));
  if (has('quit-ends-with-rst')) throw new Departure('rst');
  throw new Departure(has('quit-keeps-open') ? 'stay' : 'fin');
}

/** The packets of the answer: an ERR in place of a Refusal, and the session goes on. */
function answer(session: Session, payload: Uint8Array): readonly Uint8Array[] {
  try {
    return execute(session, payload);
  } catch (error) {
    if (error instanceof CodecError) return [errPacket(session, refuse.malformedPacket())];
    if (!(error instanceof Refusal)) throw error;
    return [errPacket(session, error)];
  }
}

function execute(session: Session, payload: Uint8Array): readonly Uint8Array[] {
  const { context, has } = session;
  switch (payload[0]) {
    case INIT_DB:
      return [initDb(session, comInitDb.decode(payload, context).value.schema)];
    case QUERY:
      return queries(session, statementOf(session, payload));
    case STATISTICS:
      return [has('statistics-answers-ok') ? okPacket(session) : Buffer.from('Uptime: 1  Threads: 1  Questions: 1  Slow queries: 0')];
    case PING:
      return ping(session);
    case RESET_CONNECTION:
      session.status = status.AUTOCOMMIT;
      return [okPacket(session)];
    case undefined:
      if (has('empty-command-closes')) throw new Departure('fin');
      throw refuse.unknownCommand();
    default:
      return unknownCommand(session);
  }
}

/** The text of COM_QUERY; query attributes are refused, as nothing here would read them. */
function statementOf({ context }: Session, payload: Uint8Array): string {
  const { parameterCount, query } = comQuery.decode(payload, context).value;
  if (parameterCount) throw refuse.malformedPacket();
  return query;
}

function ping(session: Session): readonly Uint8Array[] {
  const { has } = session;
  if (has('ping-unanswered')) return [];
  if (has('ping-answers-eof')) return [eofPacket(session)];
  return has('ping-answers-twice') ? [okPacket(session), okPacket(session)] : [okPacket(session)];
}

function initDb(session: Session, schema: string): Uint8Array {
  const { has, server } = session;
  if (schema === '') throw refuse.noDatabase();
  if (!server.databases.has(schema) && !has('init-db-unknown-accepted')) throw refuse.unknownDatabase(schema);
  if (!has('init-db-ignored')) session.database = schema;
  return schemaChanged(session, schema);
}

function unknownCommand(session: Session): readonly Uint8Array[] {
  const { has } = session;
  if (has('unknown-command-closes-silently')) throw new Departure('fin');
  if (has('unknown-command-hangs')) return [];
  if (has('unknown-command-ok')) return [okPacket(session)];
  throw refuse.unknownCommand();
}
