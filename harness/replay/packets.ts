import { masked } from '../run/describe.ts';
import type { ServerPacket } from '../run/server-packet.ts';
import { type AnswerPacket, resultsOf, told } from './outcome.ts';
import { SHOWN } from './plan.ts';

/** What these hold must be the same to the byte; of the others, what a run observes of a packet. */
const byBytes = new Set(['ColumnCount', 'ColumnDefinition41', 'ColumnDefinition320', 'TextRow', 'BinaryRow', 'BinlogEvent']);
/** Text about how long the server has been up, and what it has done since. */
const ofTheMoment = new Set(['Statistics']);
/** How an identity is proved differs between servers, and on one server from login to login (a cache). */
const ofProof = new Set(['AuthMoreData']);

/** One line per packet, with what varies by its nature left out (scramble, thread id, version): equal lines are equal packets. */
export function lineOf({ name, value, payload, sequenceId = 0 }: AnswerPacket): string {
  if (ofTheMoment.has(name)) return `${sequenceId}:${name}`;
  // So is what cannot be read.
  if (value === undefined || byBytes.has(name)) return `${sequenceId}:${name} ${Buffer.from(payload ?? []).toString('hex')}`;
  return masked({ name, value, sequenceId, lastSequenceId: sequenceId, packets: 1 } as ServerPacket);
}

/** A packet of an answer that decides what it came to, with what of it is compared. */
interface Deciding<P> {
  readonly packet: P;
  readonly says: string;
}

/**
 * The first packet by which two answers came to something else. Definitions and ends of rows decide nothing, and neither do sequence ids:
 * where the two servers have agreed on other flags they differ in answers that are the same.
 */
export function firstDeciding<P extends AnswerPacket, Q extends AnswerPacket>(
  captured: readonly P[],
  replayed: readonly Q[],
  ids: boolean,
): { readonly captured?: P; readonly replayed?: Q } {
  const [then, now] = [decidingIn(captured, ids), decidingIn(replayed, ids)];
  for (let i = 0; i < Math.max(then.length, now.length); i++) {
    const [one, other] = [then[i], now[i]];
    if (one?.says === other?.says) continue;
    // Of a long answer the rest was not kept.
    if ((!one && captured.length >= SHOWN) || (!other && replayed.length >= SHOWN)) break;
    return { ...(one ? { captured: one.packet } : {}), ...(other ? { replayed: other.packet } : {}) };
  }
  return {};
}

function decidingIn<P extends AnswerPacket>(answer: readonly P[], ids: boolean): Deciding<P>[] {
  let rows = false;
  let definitions = false;
  return answer.flatMap((packet): Deciding<P>[] => {
    const { name, value, payload } = packet;
    switch (name) {
      case 'ColumnDefinition41':
      case 'ColumnDefinition320':
      case 'ProgressReport':
        return [];
      case 'ColumnCount':
        rows = definitions = true;
        return [{ packet, says: `${value?.['count']} columns` }];
      case 'TextRow':
      case 'BinaryRow':
        definitions = false;
        return [{ packet, says: Buffer.from(payload ?? []).toString('hex') }];
      case 'EOF':
      case 'OK':
        if (!rows) break;
        // Without DEPRECATE_EOF a first EOF ends the definitions.
        rows = name === 'EOF' && definitions;
        definitions = false;
        return [];
      case 'ERR':
        rows = definitions = false;
    }
    return [{ packet, says: name === 'EOF' ? name : told(resultsOf([packet]), { ids }) }];
  });
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
