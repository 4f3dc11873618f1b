/** The codec reads whatever execs and servers say, and what is left of it when bytes are changed: it names every byte, and never throws. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Conversation, type LabelledPacket } from '../../harness/codec/conversation.ts';
import { Chance } from '../../harness/fuzz/arbitrary/chance.ts';
import { changed } from '../../harness/fuzz/arbitrary/recorded.ts';
import type { ReferenceServer } from '../../harness/reference/index.ts';
import { contextAt, execs, type Passed, passedIn, playAll, reference } from './peers.ts';

let server: ReferenceServer;
let recordings: readonly Passed[][];
beforeAll(async () => {
  server = await reference();
  const played = await playAll(execs(1, 2), contextAt(server.endpoint, { keepsTranscript: true }));
  recordings = played.flatMap(passedIn).filter((one) => one.length > 2);
}, 30_000);
afterAll(() => server.stop());

type Reads = Pick<Conversation, 'fromClient' | 'fromServer' | 'finish'>;
const LIMIT = 1 << 20;

/** Chunks with some bytes changed, and cut in other places, as the seed has it. */
function hostile(recording: readonly Passed[], seed: number): Passed[] {
  const chance = new Chance(seed);
  return recording.flatMap(({ from, bytes }) => {
    const whole = chance.oneIn(3) ? changed(chance, Buffer.from(bytes), Buffer.from(bytes)) : Buffer.from(bytes);
    if (!chance.oneIn(3)) return [{ from, bytes: whole }];
    const at = chance.below(whole.length + 1);
    return [whole.subarray(0, at), whole.subarray(at)].map((part) => ({ from, bytes: part }));
  });
}

/** Reads it all; the bytes of each side that packets account for. */
function accountedFor(chunks: readonly Passed[], conversation: Reads): Record<'client' | 'server', number> {
  const packets: LabelledPacket[] = [];
  for (const { from, bytes } of chunks)
    packets.push(...(from === 'client' ? conversation.fromClient(bytes) : conversation.fromServer(bytes)));
  packets.push(...conversation.finish());
  const sum = { client: 0, server: 0 };
  let at = { client: -1, server: -1 };
  for (const { from, offset, size, carrier } of packets) {
    // Packets that share a compressed packet lie in the same place.
    if (carrier && offset === at[from]) continue;
    at = { ...at, [from]: offset };
    sum[from] = Math.max(sum[from], offset + size);
  }
  return sum;
}

const lengths = (chunks: readonly Passed[]) => {
  const sum = { client: 0, server: 0 };
  for (const { from, bytes } of chunks) sum[from] += bytes.length;
  return sum;
};

/** Every byte is in a packet or a run of bytes with a name, in less than a second. */
const holds = (make: () => Reads) =>
  fc.property(fc.nat(), fc.nat(), (which, seed) => {
    const chunks = hostile(recordings[which % recordings.length] as Passed[], seed);
    const started = process.cpuUsage();
    expect(accountedFor(chunks, make())).toEqual(lengths(chunks));
    expect(process.cpuUsage(started).user).toBeLessThan(1_000_000);
  });

describe('Conversation, of bytes that were changed on their way', () => {
  test('accounts for every byte of both sides', () => {
    fc.assert(
      holds(() => new Conversation({ limit: LIMIT })),
      { numRuns: 1500, seed: 1 },
    );
  });

  test('a reader that forgets the rest at the end is found out', () => {
    class Forgetful extends Conversation {
      override finish(): LabelledPacket[] {
        return [];
      }
    }
    expect(
      fc.check(
        holds(() => new Forgetful({ limit: LIMIT })),
        { numRuns: 1500, seed: 1 },
      ).failed,
    ).toBe(true);
  });

  test('tells the same of it, wherever it is cut', () => {
    const told = (chunks: readonly Passed[], step: number) => {
      const conversation = new Conversation({ limit: LIMIT });
      const packets: LabelledPacket[] = [];
      for (const { from, bytes } of chunks)
        for (let at = 0; at < bytes.length; at += step) {
          const part = bytes.slice(at, at + step);
          packets.push(...(from === 'client' ? conversation.fromClient(part) : conversation.fromServer(part)));
        }
      packets.push(...conversation.finish());
      // What is behind an SSLRequest, or no client of a database says, is told as it comes.
      const lengths = new Map<string, number>();
      const lines = packets.flatMap(({ from, name, length, problem }) => {
        if (name !== 'TLS' && name !== 'HTTP request') return [`${from} ${name} ${length} ${problem ?? ''}`];
        lengths.set(`${from} ${name}`, (lengths.get(`${from} ${name}`) ?? 0) + length);
        return [];
      });
      return [...lines, ...[...lengths].map(([what, length]) => `${what} ${length}`)].join('\n');
    };
    // Of recordings as they are: where bytes are no packets, how long a run of them is depends on when they came.
    for (const recording of recordings) {
      const whole = told(recording, Number.POSITIVE_INFINITY);
      if (whole.includes('unknown') || whole.includes('cut')) continue;
      expect(told(recording, 3)).toBe(whole);
    }
  });
});
