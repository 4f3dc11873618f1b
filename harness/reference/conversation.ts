import { HEADER_BYTES } from '../codec/frame.ts';
import { errPacket, okPacket } from './answer.ts';
import { gotIn, insistOnHost, leftWithoutLogin, waits } from './blocked-host.ts';
import { commands } from './command.ts';
import { leaveScramble, sendGreeting } from './greeting.ts';
import { greetedAgain } from './idle.ts';
import { login } from './login.ts';
import { Departure, Refusal, refuse } from './refusal.ts';
import type { Session } from './session.ts';

/** How long the defects of early data look for the client's first bytes, in ms. */
const EARLY_MS = 50;

/** One connection from the greeting to its end. Never rejects. */
export async function converse(session: Session): Promise<void> {
  const { channel, server, threadId } = session;
  server.sessions.set(threadId, session);
  const stopWaiting = patience(() => channel.expire(), server.connectTimeoutMs);
  let loggedIn = false;
  let why: unknown;
  try {
    insistOnHost(session);
    waits(session);
    const early = greetOrLookFirst(session);
    if (early) await early;
    if (session.has('commands-run-before-the-login')) await obeyAnyone(session);
    await login(session);
    loggedIn = true;
    gotIn(session);
    stopWaiting();
    await commands(session);
  } catch (error) {
    why = error;
    end(session, error, loggedIn);
  } finally {
    if (!session.has('locks-outlive-connection')) session.unlock();
    stopWaiting();
    if (!loggedIn) leftWithoutLogin(session, why);
    if (!session.has('keeps-closed-connections')) server.sessions.delete(threadId);
  }
}

/** A timer later than this, in ms, tells that the process stood still. */
const STOOD_STILL_MS = 50;
/** Gives up after so many ms, and waits anew where the process stood still meanwhile: what has come by then has not been looked at. */
function patience(giveUp: () => void, ms: number): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const due = performance.now() + ms;
    timer = setTimeout(() => (performance.now() - due > STOOD_STILL_MS ? wait() : giveUp()), ms).unref();
  };
  wait();
  return () => clearTimeout(timer);
}

/** Goes over to the command phase where the first packet has the sequence id of a command. */
async function obeyAnyone(session: Session): Promise<void> {
  await session.channel.arrived(HEADER_BYTES);
  if (session.channel.peek(HEADER_BYTES)[HEADER_BYTES - 1] === 0) await commands(session);
}

/** The greeting goes out at once: MySQL speaks first. Only the defects of early data wait, and return a promise. */
function greetOrLookFirst(session: Session): Promise<void> | undefined {
  if (!looksFirst.some((name) => session.has(name))) {
    sendGreeting(session);
    return session.has('silent-client-greeted-again') ? greetedAgain(session) : undefined;
  }
  return greetAfterLook(session);
}

const looksFirst = [
  'no-greeting-before-data',
  'early-data-resets-without-greeting',
  'early-data-closes-without-greeting',
  'early-quit-resets-without-greeting',
  'drops-early-data',
  'early-data-loses-second-packet',
  'early-data-answered-before-greeting',
] as const;

async function greetAfterLook(session: Session): Promise<void> {
  const { channel, has } = session;
  if (has('no-greeting-before-data')) await channel.arrived(1);
  else await channel.stirred(EARLY_MS);
  if (channel.waiting > 0) {
    if (has('early-data-resets-without-greeting')) throw new Departure('rst');
    if (has('early-data-closes-without-greeting')) throw new Departure('fin');
    const start = Buffer.from(channel.peek(5)).toString('hex');
    if (has('early-quit-resets-without-greeting') && start === '0100000001') throw new Departure('rst');
    if (has('drops-early-data')) channel.discard();
    if (has('early-data-loses-second-packet')) channel.keepFirstPacket();
    if (has('early-data-answered-before-greeting')) {
      channel.numberFrom(1);
      await login(session);
      sendGreeting(session);
      return commands(session);
    }
  }
  sendGreeting(session);
}

/** Leaves as the error says; anything else than Refusal and Departure is a bug of ours and must be seen. */
function end(session: Session, error: unknown, loggedIn: boolean): void {
  const { channel, has, server } = session;
  if (error instanceof Departure) return channel.leave(error.leave);
  if (!(error instanceof Refusal)) {
    channel.leave('rst');
    throw error;
  }
  if (has('broken-compression-stops-server') && error.errorCode === refuse.cannotUncompress().errorCode) server.die();
  if (has('close-without-err')) return channel.leave('fin');
  channel.send(errPacket(session, error));
  if (!loggedIn) leaveScramble(session);
  if (has('refused-client-is-answered') && !loggedIn && channel.waiting > 0) {
    channel.numberFrom(1);
    channel.send(okPacket(session));
  }
  const disorder = has('keeps-open-after-disorder') && error.errorCode === refuse.outOfOrder().errorCode;
  if (has('never-closes-after-err') || disorder) return channel.leave('stay');
  channel.leave(has('rst-after-err') ? 'rst' : 'fin');
}
