import type { Session } from './session.ts';

/**
 * After a right HandshakeResponse41 an ERR carries '#' and five characters of SQLSTATE (mysql/page_protocol_basic_err_packet). One in place of the
 * greeting is none of these: who sent its response early has not been heard yet.
 */
export function missingSqlState(value: Readonly<Record<string, unknown>>, session: Session): string | undefined {
  if (session.phase === 'greeting' || !session.wellFormed || (session.context.capabilities & 0x200) === 0) return undefined;
  if (value['sqlStateMarker'] !== '#') return `no '#' and SQLSTATE, though the client declared PROTOCOL_41`;
  return /^[0-9A-Z]{5}$/.test(String(value['sqlState']))
    ? undefined
    : `SQLSTATE ${JSON.stringify(value['sqlState'])} is not five characters of 0-9 and A-Z`;
}
