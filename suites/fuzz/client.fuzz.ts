/** Our client and the player of execs, against a server that says anything: they come back within their limits, and keep little. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Chance, seedOf } from '../../harness/fuzz/arbitrary/chance.ts';
import { changed } from '../../harness/fuzz/arbitrary/recorded.ts';
import { behavioursOf, observe } from '../../harness/fuzz/observe.ts';
import { type PlayContext, type Played, play } from '../../harness/fuzz/play.ts';
import type { ReferenceServer } from '../../harness/reference/index.ts';
import { type HostileServer, type Hostility, startHostile } from '../../harness/reference/testing/hostile-server.ts';
import { contextAt, execs, passedIn, playAll, reference } from './peers.ts';

const LIMIT_MS = 40;
/** Waits of one client: for the greeting, for each act, for the end; each may take the limit. */
const MOST_MS = 5_000;
const MOST_RECEIVED = 8 << 20;

let server: ReferenceServer;
/** What the built-in server said in many conversations, chunk by chunk. */
let said: readonly Uint8Array[][];
let hostile: HostileServer;
let seed = 0;
beforeAll(async () => {
  server = await reference();
  const played = await playAll(execs(3, 1), contextAt(server.endpoint, { keepsTranscript: true }));
  said = played.flatMap(passedIn).map((one) => one.filter(({ from }) => from === 'server').map(({ bytes }) => bytes));
  hostile = await startHostile(() => hostilityOf(seed++));
}, 30_000);
afterAll(async () => {
  await hostile.stop();
  await server.stop();
});

/** A true conversation, somewhere changed, cut or in disorder; now and then nothing but garbage. */
function hostilityOf(n: number): Hostility {
  const chance = new Chance(seedOf(7, n));
  const then = chance.weighted<Hostility['then']>([
    [2, 'silence'],
    [3, 'fin'],
    [3, 'rst'],
    [1, 'flood'],
    [2, 'half-close'],
  ]);
  if (chance.oneIn(8)) return { says: [Buffer.from(chance.hex(chance.below(80)), 'hex')], then };
  const recording = chance.of(said);
  const until = chance.oneIn(2) ? recording.length : chance.below(recording.length + 1);
  const says = recording.slice(0, until).map((bytes, i) => {
    // Most greetings stay: behind a broken one nothing else is tried.
    const spared = i === 0 ? !chance.oneIn(5) : chance.oneIn(2);
    return spared ? bytes : changed(chance, Buffer.from(bytes), Buffer.from(chance.of(recording)));
  });
  return { says, then };
}

const all = execs(4, 4);
const comesBack = (player: (exec: (typeof all)[number], context: PlayContext) => Promise<Played>) =>
  fc.asyncProperty(fc.nat(), async (which) => {
    const started = performance.now();
    const played = await player(all[which % all.length] as (typeof all)[number], contextAt(hostile.endpoint, { limitMs: LIMIT_MS }));
    expect(performance.now() - started).toBeLessThan(MOST_MS);
    expect(observe(played)).not.toBe('');
    expect(behavioursOf(played).length).toBeGreaterThan(0);
    for (const { packets } of played.clients) expect(packets.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(MOST_RECEIVED);
  });

describe('execs against a hostile server', () => {
  test('come back, whatever it says', async () => {
    const before = process.memoryUsage.rss();
    await fc.assert(comesBack(play), { numRuns: 60, seed: 4 });
    expect(process.memoryUsage.rss() - before).toBeLessThan(256 << 20);
    await expect.poll(() => hostile.open, { timeout: 3000 }).toBe(0);
  });

  test('a player that cannot bear the end of the connection is found out', async () => {
    const trusting = async (exec: (typeof all)[number], context: PlayContext): Promise<Played> => {
      const played = await play(exec, context);
      for (const { packets } of played.clients) if (packets.at(-1)?.from !== 'server') throw new TypeError('no answer');
      return played;
    };
    const { failed } = await fc.check(comesBack(trusting), { numRuns: 30, seed: 5 });
    expect(failed).toBe(true);
  });
});
