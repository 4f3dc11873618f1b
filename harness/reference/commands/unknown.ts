import { okPacket } from '../answer.ts';
import { Departure, refuse } from '../refusal.ts';
import type { Session } from '../session.ts';

const UNKNOWN = 1047;

/** A command that the server does not know, or that its dialect does not have. Throws Refusal 1047. */
export function unknownCommand(session: Session): readonly Uint8Array[] {
  const { has } = session;
  if (has('unknown-command-closes-silently')) throw new Departure('fin');
  if (has('unknown-command-hangs')) return [];
  if (has('unknown-command-ok')) return [okPacket(session)];
  throw refuse.unknownCommand();
}

/** Is this packet the ERR for such a command? */
export const isUnknownCommand = (packet: Uint8Array | undefined): boolean =>
  packet?.[0] === 0xff && packet[1] === (UNKNOWN & 0xff) && packet[2] === UNKNOWN >> 8;
