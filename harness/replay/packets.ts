import { masked } from '../run/describe.ts';
import type { ServerPacket } from '../run/server-packet.ts';
import type { AnswerPacket } from './outcome.ts';

/** What these hold must be the same to the byte; of the others, what a run observes of a packet. */
const byBytes = new Set(['ColumnCount', 'ColumnDefinition41', 'ColumnDefinition320', 'TextRow', 'BinaryRow', 'BinlogEvent']);
/** How an identity is proved differs between servers, and on one server from login to login (a cache). */
const ofProof = new Set(['AuthMoreData']);

/** One line per packet, with what varies by its nature left out (scramble, thread id, version): equal lines are equal packets. */
export function lineOf({ name, value, payload, sequenceId = 0 }: AnswerPacket): string {
  // So is what cannot be read.
  if (value === undefined || byBytes.has(name)) return `${sequenceId}:${name} ${Buffer.from(payload ?? []).toString('hex')}`;
  return masked({ name, value, sequenceId, lastSequenceId: sequenceId, packets: 1 } as ServerPacket);
}

/** The first place where two answers part, with what stands there on each side. */
export function firstDifferent<P extends AnswerPacket, Q extends AnswerPacket>(
  captured: readonly P[],
  replayed: readonly Q[],
  line: (packet: P | Q) => string = lineOf,
): { readonly captured?: P; readonly replayed?: Q } {
  const [then, now] = [captured, replayed].map((list) => list.filter(({ name }) => !ofProof.has(name))) as [P[], Q[]];
  for (let i = 0; i < Math.max(then.length, now.length); i++) {
    const [one, other] = [then[i], now[i]];
    if (one && other && line(one) === line(other)) continue;
    return { ...(one ? { captured: one } : {}), ...(other ? { replayed: other } : {}) };
  }
  return {};
}
