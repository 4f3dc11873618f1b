/** A host that is refused for what its connections did: ERR 1129, as defects of three tables have it. The clean server blocks nobody. */
import { Refusal } from './refusal.ts';
import type { Server, Session } from './session.ts';

/** Errors that a host may make. */
const MOST_ERRORS = 12;
const errorsOf = new WeakMap<Server, number>();

export const countError = (server: Server): void => void errorsOf.set(server, (errorsOf.get(server) ?? 0) + 1);

/** Before the greeting. Throws Refusal 1129. */
export function insistOnHost({ server }: Session): void {
  if ((errorsOf.get(server) ?? 0) >= MOST_ERRORS) throw new Refusal(1129, 'HY000', 'Host is blocked because of many connection errors');
}

/** A login sets the count of errors in a row back. */
export function gotIn({ has, server }: Session): void {
  if (has('silent-clients-block-host') || has('denied-logins-block-host')) errorsOf.delete(server);
}

/** A connection has ended before its login was done. */
export function leftWithoutLogin({ channel, has, server }: Session, why: unknown): void {
  const denied = why instanceof Refusal && why.errorCode === 1045;
  const counts =
    has('unfinished-logins-block-host') ||
    (has('silent-clients-block-host') && !channel.heard) ||
    (has('denied-logins-block-host') && denied);
  if (counts) countError(server);
}
