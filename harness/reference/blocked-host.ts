/** A host that is refused for what its connections did: ERR 1129, as defects of three tables have it. The clean server blocks nobody. */
import { Refusal } from './refusal.ts';
import type { Server, Session } from './session.ts';

/** Errors that a host may make. */
const MOST_ERRORS = 12;
const errorsOf = new WeakMap<Server, number>();

/** Clients that have been greeted and have not logged in, each with how many others have gone without a byte meanwhile. */
const waiting = new WeakMap<Server, Map<Session, number>>();

export const countError = (server: Server): void => void errorsOf.set(server, (errorsOf.get(server) ?? 0) + 1);

/** Before the greeting. Throws Refusal 1129. */
export function insistOnHost({ server }: Session): void {
  const seen = Math.max(errorsOf.get(server) ?? 0, ...(waiting.get(server)?.values() ?? []));
  if (seen >= MOST_ERRORS) throw new Refusal(1129, 'HY000', 'Host is blocked because of many connection errors');
}

/** It is about to be greeted. */
export function waits(session: Session): void {
  const { has, server } = session;
  if (!has('silent-clients-block-host')) return;
  const others = waiting.get(server) ?? new Map<Session, number>();
  waiting.set(server, others.set(session, 0));
}

/** A login sets the count of errors in a row back. */
export function gotIn(session: Session): void {
  const { has, server } = session;
  waiting.get(server)?.delete(session);
  if (has('denied-logins-block-host')) errorsOf.delete(server);
}

/** A connection has ended before its login was done. */
export function leftWithoutLogin(session: Session, why: unknown): void {
  const { channel, has, server } = session;
  const others = waiting.get(server);
  others?.delete(session);
  if (!channel.heard) for (const [other, gone] of others ?? []) others?.set(other, gone + 1);
  const denied = why instanceof Refusal && why.errorCode === 1045;
  if (has('unfinished-logins-block-host') || (has('denied-logins-block-host') && denied)) countError(server);
}
