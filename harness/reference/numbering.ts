/** What defects make of the sequence id that an answer begins with. The clean server passes through here untouched. */
import type { Session } from './session.ts';

const PING = 0x0e;
/** ERR 1064, as it begins. */
const SYNTAX_ERROR = Buffer.of(0xff, 0x28, 0x04);
const lastWasErr = new WeakSet<Session>();
const lastWasPing = new WeakSet<Session>();

/** Before the answer to a command goes out. */
export function numberAnswer(session: Session, command: number | undefined, [first]: readonly Uint8Array[]): void {
  const { channel, has } = session;
  const isErr = first?.[0] === 0xff;
  if (isErr && lastWasErr.has(session) && has('err-behind-err-sequence-zero')) channel.numberFrom(0);
  remember(lastWasErr, session, isErr);
  if (isErr && has('syntax-error-sequence-zero') && SYNTAX_ERROR.equals(first.subarray(0, 3))) channel.numberFrom(0);
  const isPing = command === PING;
  if (isPing && lastWasPing.has(session) && has('pings-in-a-row-count-on')) channel.numberFrom(2);
  remember(lastWasPing, session, isPing);
}

function remember(those: WeakSet<Session>, session: Session, is: boolean): void {
  if (is) those.add(session);
  else those.delete(session);
}
