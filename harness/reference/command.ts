/** The command phase (mysql/page_protocol_command_phase). */
import { setTimeout as pause } from 'node:timers/promises';
import { CodecError } from '../codec/error.ts';
import { errPacket, okPacket } from './answer.ts';
import { keepInSandbox } from './auth/sandbox.ts';
import { borneAsProxy, faultAskedFor } from './backend-fault.ts';
import { brokenAnswer } from './broken-answer.ts';
import type { Handler } from './commands/handler.ts';
import { handlers } from './commands/index.ts';
import { isUnknownCommand, unknownCommand } from './commands/unknown.ts';
import { disturb } from './disturbance.ts';
import { bearIdling } from './idle.ts';
import { numberAnswer } from './numbering.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import { oddAnswer, oddQuit } from './regression.ts';
import { otherAnswer, quitsRightAway } from './regression-other.ts';
import { type Session, SLOW_MS } from './session.ts';

const QUIT = 0x01;
const QUERY = 0x03;
/** COM_STMT_CLOSE */
const CLOSE = 0x19;

/** How long a connection lives on behind a fault that a case has asked for: it must not stay in a proxy's pool, in ms. */
const TAINTED_MS = 150;

/** How long a defect looks for the FIN of a client that has quit, in ms. */
const HALF_CLOSE_MS = 50;

/** COM_INIT_DB, COM_FIELD_LIST, COM_PROCESS_KILL, COM_SET_OPTION. */
const takesArguments: ReadonlySet<number> = new Set([0x02, 0x04, 0x0c, 0x1b]);

/** Answers commands in the order of their arrival until the client quits or goes. Throws Departure, and Refusal where the framing is broken. */
export async function commands(session: Session): Promise<never> {
  const { channel, has } = session;
  /** The answer that waits behind the next one. */
  let held: readonly Uint8Array[] = [];
  for (let done = 0; ; done++) {
    await bearIdling(session, done);
    const payload = await nextCommand(session);
    if (payload[0] === QUIT && payload.length > 1 && has('quit-with-more-ignored')) continue;
    if (payload[0] === QUIT) await quit(session, done);
    const told = await answer(session, payload);
    disturb(session, payload, told);
    if (has('quit-overtakes-answer') && channel.waiting > 4 && channel.peek(5)[4] === QUIT) throw new Departure('fin');
    if (payload[0] === CLOSE && channel.compressed && has('compressed-close-answered-with-empty-frame')) channel.write(new Uint8Array(0));
    const packets = payload[0] === QUERY ? await brokenAnswer(session, told) : told;
    if (has('slow-answer')) await pause(SLOW_MS, undefined, { ref: false });
    const more = channel.waiting > 0;
    if (has('merges-two-answers-losing-one') && more) continue;
    if (has('swaps-pipelined-answers') && more && held.length === 0) {
      held = packets;
      continue;
    }
    numberAnswer(session, payload[0], packets);
    if (packets.length > 0) channel.send(...packets);
    if (held.length > 0) {
      channel.startCommand();
      channel.numberFrom(1);
      channel.send(...held);
      held = [];
    }
    if (has('closes-after-first-pipelined') && more) throw new Departure('fin');
    if (has('syntax-error-closes') && packets[0]?.[0] === 0xff && payload[0] === QUERY) throw new Departure('fin');
    if (has('unknown-command-err-closes') && isUnknownCommand(packets[0])) throw new Departure('fin');
    if (session.fault && session.server.behindProxy) setTimeout(() => channel.expire(), TAINTED_MS).unref();
    if (session.interruption.isKilled || session.released) throw new Departure('fin');
    await channel.drained();
  }
}

/** Waits for a command, at most as long as the session may be idle. Throws Departure and Refusal. */
async function nextCommand(session: Session): Promise<Uint8Array> {
  const { channel, has, waitTimeoutMs } = session;
  if (has('backlog-of-commands-closes') && channel.waiting > 500) throw new Departure('fin');
  if (waitTimeoutMs === undefined || has('wait-timeout-ignored')) {
    channel.startCommand();
    return channel.receive();
  }
  if (!has('wait-timeout-err-counts-on')) channel.startCommand();
  const afterMs = has('wait-timeout-of-a-tenth') ? waitTimeoutMs / 10 : waitTimeoutMs;
  const limit = setTimeout(() => endIdle(session), has('wait-timeout-at-once') ? 0 : afterMs);
  try {
    await channel.arrived(1);
  } finally {
    clearTimeout(limit);
  }
  channel.startCommand();
  return channel.receive();
}

/** MySQL tells the client, from 8.0.24 on, in a packet that answers nothing; MariaDB closes without a word. */
function endIdle(session: Session): void {
  if (session.server.dialect === 'mysql' && !session.has('wait-timeout-silent'))
    session.channel.send(errPacket(session, refuse.waitTimeout()));
  session.channel.expire();
}

/** The server closes and says nothing (mysql/page_protocol_com_quit). */
async function quit(session: Session, done: number): Promise<never> {
  const { channel, has } = session;
  quitsRightAway(session, done);
  const again = channel.waiting > 4 && channel.peek(5)[4] === QUIT;
  oddQuit(session, again);
  if (has('second-quit-refused') && again) channel.send(errPacket(session, refuse.unknownCommand()));
  if (has('sandbox-refuses-quit') && session.sandboxed) channel.send(errPacket(session, refuse.mustChangePassword()));
  if (has('answers-com-quit')) channel.send(okPacket(session));
  if (has('quit-ends-with-rst')) throw new Departure('rst');
  if (has('quit-and-half-close-ends-with-rst')) {
    await channel.stirred(HALF_CLOSE_MS);
    if (channel.ended) throw new Departure('rst');
  }
  const stays =
    has('quit-keeps-open') ||
    (channel.compressed && has('compressed-quit-keeps-open')) ||
    (channel.secure && has('tls-quit-keeps-open')) ||
    (done === 0 && has('quit-as-first-command-keeps-open'));
  throw new Departure(stays ? 'stay' : 'fin');
}

/** The packets of the answer: an ERR in place of a Refusal, and the session goes on. */
async function answer(session: Session, payload: Uint8Array): Promise<readonly Uint8Array[]> {
  try {
    return await execute(session, payload);
  } catch (error) {
    if (error instanceof CodecError) return [errPacket(session, refuse.malformedPacket())];
    if (!(error instanceof Refusal)) throw error;
    return [errPacket(session, error)];
  }
}

function execute(session: Session, payload: Uint8Array): ReturnType<Handler> {
  const byte = payload[0];
  const other = otherAnswer(session, payload);
  if (other) return other;
  const odd = oddAnswer(session, payload);
  if (odd) return odd;
  if (byte === undefined) {
    if (session.has('empty-command-closes')) throw new Departure('fin');
    throw refuse.unknownCommand();
  }
  if (byte === QUERY) session.server.questions++;
  session.fault = byte === QUERY ? faultAskedFor(payload) : undefined;
  const obeys = session.server.behindProxy || session.has('backend-faults-reach-the-client');
  if (session.fault && !obeys) {
    const borne = borneAsProxy(session, session.fault);
    if (borne) return borne;
  }
  keepInSandbox(session, payload);
  if (session.has('truncated-commands-close') && payload.length === 1 && takesArguments.has(byte)) throw new Departure('fin');
  return (handlers[byte] ?? unknownCommand)(session, payload);
}
