import type { Session } from '../session.ts';

/**
 * Answers one command: the packets to send. One that goes on with the client (a file, a login) sends and receives on
 * `session.channel` before that. Throws Refusal (an ERR, and the session goes on), Departure, CodecError (ERR 1835).
 */
export type Handler = (session: Session, payload: Uint8Array) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;
