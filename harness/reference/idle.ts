/** What the defects of defects/idle.ts make of a client that says nothing for a while. The clean server waits. */
import { setTimeout as pause } from 'node:timers/promises';
import { HEADER_BYTES } from '../codec/frame.ts';
import { okPacket } from './answer.ts';
import { sendGreeting } from './greeting.ts';
import { Departure, refuse } from './refusal.ts';
import type { Session } from './session.ts';

/** How long they wait, in ms: longer than an answer takes on a busy machine, shorter than a case listens to silence. */
const PATIENCE_MS = 100;
/** More does not arrive while nobody reads it, in bytes. */
const LONGEST = 0x8000;

/** Behind the greeting. */
export async function greetedAgain(session: Session): Promise<void> {
  if (await staysSilent(session)) sendGreeting(session);
}

/** The header of the first packet is there. Throws Refusal 1043, Departure. */
export async function insistOnWhole({ channel, has }: Session): Promise<void> {
  if (!has('unfinished-first-packet-refused') && !has('unfinished-first-packet-unheard')) return;
  const bytes = HEADER_BYTES + Buffer.from(channel.peek(HEADER_BYTES)).readUIntLE(0, 3);
  if (bytes > LONGEST) return;
  const until = performance.now() + PATIENCE_MS;
  while (channel.waiting < bytes && !channel.ended && performance.now() < until) await pause(5);
  if (channel.waiting >= bytes || channel.ended) return;
  if (has('unfinished-first-packet-unheard')) throw new Departure('stay');
  throw refuse.badHandshake();
}

/** Behind an SSLRequest. Throws Departure. */
export async function insistOnHello(session: Session): Promise<void> {
  if (session.has('late-tls-hello-unheard') && (await staysSilent(session))) throw new Departure('stay');
}

/** Before the next command; `done`: how many there were. Throws Departure. */
export async function bearIdling(session: Session, done: number): Promise<void> {
  const { channel, has } = session;
  const closes = has(done === 0 ? 'idle-behind-login-closes' : 'idle-client-closed');
  const speaks = done > 0 && has('idle-client-gets-ok');
  if (!(closes || speaks) || !(await staysSilent(session))) return;
  if (closes) throw new Departure('fin');
  channel.send(okPacket(session));
}

async function staysSilent({ channel }: Session): Promise<boolean> {
  await channel.stirred(PATIENCE_MS);
  return channel.waiting === 0 && !channel.ended;
}
