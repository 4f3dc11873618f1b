import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BatchResult } from './batch.ts';
import { campaign } from './campaign.ts';
import type { CampaignResult, Player } from './campaign-options.ts';
import { FuzzError } from './error.ts';
import type { Exec } from './exec.ts';
import { type Finding, idOf, type Suspicion } from './finding.ts';
import { Journal } from './journal.ts';
import type { Batch } from './schedule.ts';
import type { Execs } from './source.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mywire-campaign-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const name = { target: 'none', seed: 1, shard: '', corpus: '' };
const exec: Exec = { clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] };
const execs = { of: () => exec } as unknown as Execs;
const violation = { oracle: 'answers', kind: 'silence', says: 'nothing came', client: 0 };
const found = ({ path, violation: of, atOnce = 0 }: Suspicion): Finding => ({
  id: idOf(of),
  ...of,
  path,
  exec,
  again: { shown: 10, of: 10 },
  seen: 1,
  atOnce,
});

/** Plays nothing: what each path shows and breaks is given. */
class Scripted implements Player {
  readonly batches: Batch[] = [];
  readonly #shows: (path: string) => string[];
  readonly #breaks: (path: string) => boolean;
  constructor(shows: (path: string) => string[], breaks: (path: string) => boolean = () => false) {
    this.#shows = shows;
    this.#breaks = breaks;
  }
  async play(batch: Batch): Promise<BatchResult> {
    this.batches.push(batch);
    const shown = batch.paths.map((path) => ({ path, behaviours: this.#shows(path) }));
    const violations = batch.paths.filter(this.#breaks).map((path) => ({ path, violation, at: Date.now(), atOnce: 8 }));
    return { batch, execs: batch.paths.length, connections: batch.paths.length, shown, violations };
  }
}

async function run(player: Player, more: Partial<Parameters<typeof campaign>[0]> = {}): Promise<CampaignResult> {
  const { journal, reached } = Journal.open(join(folder, 'journal.jsonl'), name);
  const investigate = async (suspicion: Suspicion): Promise<Finding> => found(suspicion);
  return campaign({
    execs,
    players: [player],
    runs: 128,
    batches: 1,
    journal,
    reached,
    investigate,
    signal: new AbortController().signal,
    ...more,
  });
}

describe('a campaign', () => {
  test('goes on from what shows something new, and keeps it', async () => {
    const player = new Scripted((path) => (path === '5' || path === '5.3' ? [`new ${path}`] : ['old']));
    const result = await run(player);
    const paths = player.batches.flatMap((batch) => batch.paths);
    expect(paths.filter((path) => path.startsWith('5.3.')).length).toBe(16);
    expect(result.entries.map(({ shows }) => shows)).toEqual([['old'], ['new 5'], ['new 5.3']]);
    expect(result.execs).toBe(paths.length);
  });

  test('that goes on counts what it plays itself', async () => {
    const first = await run(new Scripted(() => ['old']), { runs: 64 });
    const next = await run(new Scripted(() => ['old']));
    expect(first.connections).toBe(first.execs);
    expect(next.connections).toBe(next.execs);
  });

  test('looks into one of a kind, and counts the others', async () => {
    const looked: string[] = [];
    const result = await run(
      new Scripted(
        () => [],
        (path) => path.endsWith('7'),
      ),
      {
        investigate: async (suspicion) => {
          looked.push(suspicion.path);
          return found(suspicion);
        },
      },
    );
    expect(looked).toEqual(['7']);
    expect(result.found).toMatchObject([{ id: idOf(violation), seen: 13, again: { shown: 10, of: 10 }, atOnce: 8 }]);
  });

  test('is not kept by a target that does not tell whether it lives', async () => {
    const signal = AbortSignal.timeout(20);
    const alive = { name: 'alive', says: '', killedBy: ['nothing'] as const, check: () => new Promise<never>(() => {}) };
    expect(await run(new Scripted(() => []), { alive, signal, cut: AbortSignal.timeout(40) })).toMatchObject({ deaths: 0 });
  });

  test('goes on where it was ended, and finds again what it had not looked into', async () => {
    const stop = new AbortController();
    const first = new Scripted(
      (path) => (path === '5' ? ['new'] : []),
      (path) => path === '9',
    );
    const ending: Player = {
      async play(batch) {
        const result = await first.play(batch);
        stop.abort();
        return result;
      },
    };
    await run(ending, { signal: stop.signal, investigate: () => Promise.resolve(found({ path: '9', exec, violation, at: 0 })) });
    const second = new Scripted(
      () => [],
      () => false,
    );
    const result = await run(second);
    const paths = second.batches.flatMap((batch) => batch.paths);
    expect(paths.filter((path) => !path.includes('.'))).toEqual(Array.from({ length: 64 }, (_, i) => String(64 + i)));
    expect(paths.filter((path) => path.startsWith('5.')).length).toBe(16);
    expect(result.found.map(({ id }) => id)).toEqual([idOf(violation)]);
  });

  test('a batch that was cut in the middle is played again', async () => {
    const stop = new AbortController();
    const cut: Player = {
      async play(batch) {
        stop.abort();
        return { batch, execs: 3, connections: 3, shown: [], violations: [] };
      },
    };
    await run(cut, { signal: stop.signal });
    const again = new Scripted(() => []);
    await run(again);
    expect(again.batches[0]?.block).toBe(0);
  });

  test('a target that takes no connections ends it, with the reason', async () => {
    const dead: Player = {
      play: async (batch) => ({ batch, execs: 1, connections: 0, shown: [], violations: [], unreachable: 'ECONNREFUSED' }),
    };
    expect(await run(dead)).toMatchObject({ execs: 1, broken: 'the target takes no connections: ECONNREFUSED' });
  });

  test('a target that died lives again, and who did it is told', async () => {
    let alive = true;
    const player: Player = {
      async play(batch) {
        alive &&= batch.block !== 1;
        return { batch, execs: batch.paths.length, connections: 1, shown: [], violations: [] };
      },
    };
    const dead = { oracle: 'alive', kind: 'is not running', says: 'it ended with signal 11', client: 0 };
    const suspects: string[] = [];
    const result = await run(player, {
      runs: 256,
      alive: { name: 'alive', says: '', killedBy: ['x'], check: async () => (alive ? undefined : dead) },
      blame: async (recent, violation) => {
        suspects.push(...recent.map(({ path }) => path));
        alive = true;
        return { finding: found({ path: '70', exec, violation, at: 0 }) };
      },
    });
    expect(suspects).toEqual(Array.from({ length: 64 }, (_, i) => String(64 + i)));
    expect(result.found).toMatchObject([{ oracle: 'alive', path: '70', says: dead.says }]);
    expect(result.execs).toBe(256);
  });

  test('what a dying target showed, and never again, is not told; what comes again is', async () => {
    let alive = true;
    const told = async (shown: number) => {
      const player: Player = {
        async play(batch) {
          alive = false;
          const violations = batch.block === 0 ? [{ path: '3', violation, at: Date.now(), atOnce: 8 }] : [];
          return { batch, execs: batch.paths.length, connections: 1, shown: [], violations };
        },
      };
      const dead = { oracle: 'alive', kind: 'is not running', says: 'signal 11', client: 0 };
      rmSync(join(folder, 'journal.jsonl'), { force: true });
      const result = await run(player, {
        runs: 64,
        alive: { name: 'alive', says: '', killedBy: ['x'], check: async () => (alive ? undefined : dead) },
        blame: async () => {
          alive = true;
          return { finding: found({ path: '3', exec, violation: dead, at: 0 }) };
        },
        investigate: async (suspicion) => ({ ...found(suspicion), again: { shown, of: 10 } }),
      });
      return result.found.map(({ oracle }) => oracle).sort();
    };
    expect(await told(0)).toEqual(['alive']);
    expect(await told(1)).toEqual(['alive', 'answers']);
  });

  test('what a batch saw of a target that lived is kept when another batch has killed it meanwhile', async () => {
    let alive = true;
    let died = (): void => undefined;
    const death = new Promise<void>((resolve) => {
      died = resolve;
    });
    const dead = { oracle: 'alive', kind: 'is not running', says: 'signal 11', client: 0 };
    const late = { ...violation, kind: 'silence of a dead target' };
    const player: Player = {
      async play(batch) {
        const result = { batch, execs: 1, connections: 1, shown: [] };
        if (batch.block !== 1) {
          // After this one it lives, and the last one kills.
          alive = batch.block !== 3;
          if (!alive) setTimeout(died, 30);
          return { ...result, violations: [] };
        }
        const at = Date.now();
        await death;
        const violations = [
          { path: '70', violation, at, atOnce: 8 },
          { path: '71', violation: late, at: Date.now(), atOnce: 8 },
        ];
        return { ...result, violations };
      },
    };
    const { found: told } = await run(player, {
      runs: 256,
      batches: 2,
      alive: {
        name: 'alive',
        says: '',
        killedBy: ['x'],
        check: async () => {
          await pause(5);
          return alive ? undefined : dead;
        },
      },
      blame: async () => {
        await pause(10);
        alive = true;
        return { finding: found({ path: '200', exec, violation: dead, at: 0 }) };
      },
    });
    expect(told.map(({ kind }) => kind).sort()).toEqual([dead.kind, violation.kind].sort());
  });

  test('what was found before comes first, and by itself', async () => {
    let [now, most] = [0, 0];
    const alone: (number | undefined)[] = [];
    const player: Player = {
      async play(batch) {
        most = Math.max(most, ++now);
        await pause(5);
        if (now === 1 && most === 1) alone.push(batch.block);
        now--;
        return { batch, execs: batch.paths.length, connections: 1, shown: [], violations: [] };
      },
    };
    await run(player, { runs: 512, batches: 4 });
    expect({ alone, most }).toEqual({ alone: [0], most: 4 });
  });

  test('each death is counted, the search has a budget, and what kills is played rarely from then on', async () => {
    const killer: Exec = { clients: [{ acts: [{ send: [{ message: 'COM_PING' }] }], delivery: 'whole', leaves: 'quit' }] };
    const harmless: Exec = { clients: [{ acts: [], delivery: 'whole', leaves: 'quit' }] };
    const of = (path: string): Exec => (Number(path) % 2 === 1 ? killer : harmless);
    let alive = true;
    const player: Player = {
      async play(batch) {
        const deadly = batch.paths.find((path) => of(path) === killer);
        if (deadly === undefined) return { batch, execs: batch.paths.length, connections: 1, shown: [], violations: [] };
        alive = false;
        return { batch, execs: 2, connections: 1, shown: [], violations: [], unreachable: 'ECONNREFUSED', underway: ['0', deadly] };
      },
    };
    const dead = { oracle: 'alive', kind: 'is not running', says: 'signal 11', client: 0 };
    const searches: number[] = [];
    const result = await run(player, {
      execs: { of } as unknown as Execs,
      usual: [harmless],
      runs: 640,
      alive: { name: 'alive', says: '', killedBy: ['x'], check: async () => (alive ? undefined : dead) },
      blame: async (suspects, _, searchMs) => {
        alive = true;
        searches.push(searchMs);
        const one = suspects.find(({ exec }) => exec === killer);
        if (suspects.length !== 2 || !one) throw new Error('only what was under way is suspected');
        return { finding: { ...found({ path: one.path, exec: killer, violation: dead, at: 0 }), exec: killer }, searchedMs: 9500 };
      },
    });
    expect(result.deaths).toBe(searches.length);
    expect(result.leftOut).toBeGreaterThan(250);
    expect(result.found).toMatchObject([{ oracle: 'alive', seen: result.deaths }]);
    expect(searches[0]).toBeGreaterThan(5000);
    expect(searches.slice(1).every((ms) => ms === 0)).toBe(true);
  });

  test('a death that there was no time to search for is searched on at the end, among what was left of the smallest lot', async () => {
    let alive = true;
    const player: Player = {
      async play(batch) {
        alive = false;
        return { batch, execs: 64, connections: 1, shown: [], violations: [] };
      },
    };
    const dead = { oracle: 'alive', kind: 'is not running', says: 'signal 11', client: 0 };
    const suspected: string[][] = [];
    const result = await run(player, {
      runs: 192,
      alive: { name: 'alive', says: '', killedBy: ['x'], check: async () => (alive ? undefined : dead) },
      lastSearchMs: () => 1000,
      blame: async (suspects, _, ms) => {
        alive = true;
        suspected.push(suspects.map(({ path }) => path));
        const one = found({ path: suspects[0]?.path ?? '', exec, violation: dead, at: 0 });
        if (suspected.length === 4) return { finding: { ...one, path: '66' } };
        const left = suspected.length === 2 ? suspects.slice(1, 3) : suspects;
        return { finding: { ...one, again: { shown: 0, of: 1 } }, left, searchedMs: ms };
      },
    });
    expect(suspected.length).toBe(4);
    expect(suspected[3]).toEqual(suspected[1]?.slice(1, 3));
    expect(result.found).toMatchObject([{ oracle: 'alive', path: '66', again: { shown: 10, of: 10 } }]);
  });

  test('what an expectation names is looked into last', async () => {
    const looked: string[] = [];
    const player: Player = {
      async play(batch) {
        const kinds = ['a known', 'b known', 'c known', 'd known', 'e new'];
        const violations = kinds.map((kind) => ({ path: '0', violation: { ...violation, kind }, at: Date.now(), atOnce: 8 }));
        return { batch, execs: 64, connections: 1, shown: [], violations };
      },
    };
    await run(player, {
      runs: 64,
      isExpected: ({ kind }) => kind.endsWith('known'),
      investigate: async (suspicion) => {
        looked.push(suspicion.violation.kind);
        await pause(20);
        return found(suspicion);
      },
    });
    // Three are looked into at once.
    expect(looked).toEqual(['a known', 'b known', 'c known', 'e new', 'd known']);
  });

  test('a thread that is stuck ends it, with what it was at', async () => {
    const stuck: Player = { play: () => Promise.reject(new FuzzError('FUZZ_STUCK', '64 sessions (0, 1, 2 …) kept a thread busy')) };
    expect(await run(stuck)).toMatchObject({ execs: 0, broken: '64 sessions (0, 1, 2 …) kept a thread busy' });
  });
});
