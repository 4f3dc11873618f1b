/** Where we came too late, not the target: what then says nothing of it. */

/** What is seen this many limits behind a question for silence may have come behind the limit, and the silence have begun so much sooner. */
const LATE = 2;

/** Why silence that did not last may have lasted long enough all the same; all in ms. */
export function doubtOfSilence(limit: number, seen: number, answered: number): string | undefined {
  if (seen > LATE * limit)
    return `silence was to last ${limit} ms, and what came was seen behind ${Math.round(seen)} ms only: this machine is too busy for this case`;
  if (answered > LATE * limit)
    return `silence was to last ${limit} ms, and the answer before it had taken ${Math.round(answered)} ms: the server may have been silent for longer than was seen`;
  return undefined;
}

/** A server waits for a login so long as it has been told to, 10 s where nobody has (connect_timeout), and closes then. */
export const lateLogin = (greetedMs: number): string =>
  `the connection ended behind its greeting, which was seen ${Math.round(greetedMs)} ms late: the server may have given the login up, and this machine, or the path, is too busy for this case`;

/** Inside TLS each byte of its own takes a turn of the loop. */
export const slowLogin = (sentMs: number): string =>
  `the login took ${Math.round(sentMs)} ms to be sent: the server may have given it up, and this machine, or the path, is too busy for this case`;

/** Nobody was asked then what the case asks, whatever the answers are. */
export const tooLate = (ms: number): string =>
  `what was to be sent while the server was busy was sent ${Math.ceil(ms)} ms too late: this machine is too busy for this case`;

/** The same of a second connection, whose question was asked meanwhile. */
export const overLate = (ms: number): string =>
  `the second connection was over ${Math.ceil(ms)} ms too late to ask what the server does meanwhile: this machine, or the path, is too busy for this case`;

/**
 * Why a connection that ended may have been given up: its client was not heard for half the time that the server waits, and who is to run
 * waits, too.
 */
export const unheard = (silentMs: number, patienceMs: number): string | undefined =>
  silentMs < patienceMs / 2
    ? undefined
    : `the connection ended, and its client was not heard for up to ${Math.round(silentMs)} ms, where the server waits ${patienceMs / 1000} s (wait_timeout, net_read_timeout, connect_timeout or idle_transaction_timeout): raise it for a target under test, or run this on a machine that is less busy`;
