import { setTimeout as pause } from 'node:timers/promises';
import type { BatchResult } from './batch.ts';
import type { CampaignOptions, CampaignResult, Player, Progress } from './campaign-options.ts';
import type { Entry } from './corpus.ts';
import { Deaths } from './deaths.ts';
import { FuzzError } from './error.ts';
import { type Finding, idOf, type Suspicion } from './finding.ts';
import type { Line } from './journal.ts';
import type { Violation } from './oracle.ts';
import { type Batch, type Path, Schedule } from './schedule.ts';

/** What comes of it, or undefined once the signal has come. */
function before<T>(cut: AbortSignal | undefined, what: Promise<T> | undefined): Promise<T | undefined> | undefined {
  if (!cut || !what) return what;
  if (cut.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    cut.addEventListener('abort', stop, { once: true });
    void what.then(resolve, reject).finally(() => cut.removeEventListener('abort', stop));
  });
}

const BATCHES = 2;
/** Suspicions that are looked into at the same time. */
const MOST_LOOKING = 3;
/** What has killed the target is searched for at the end for so many times its share of the time. */
const SHARES = 3;
/** ms that the others get to end when the target has died. */
const LAST_MS = 5000;
/** Findings that are looked into; further ones are only counted. */
const MOST_FINDINGS = 200;

/** Plays execs until the runs are done or the signal comes, and looks into everything suspicious. */
export async function campaign(options: CampaignOptions): Promise<CampaignResult> {
  return new Campaign(options).run();
}

class Campaign {
  readonly #options: CampaignOptions;
  readonly #schedule: Schedule;
  readonly #behaviours = new Set<string>();
  readonly #entries: Entry[] = [];
  readonly #suspected = new Map<string, number>();
  readonly #found = new Map<string, Finding>();
  readonly #queue: Suspicion[] = [];
  readonly #looking = new Set<Promise<void>>();
  /** Of this run, as all that it tells: what was reached before is not counted again. */
  #execs = 0;
  #connections = 0;
  #broken: string | undefined;
  readonly #deaths: Deaths;
  /** When the target was last known to live, as Date.now() tells. */
  #livedAt = 0;
  readonly #playing = new Set<Promise<unknown>>();
  #recovery: Promise<void> | undefined;

  constructor(options: CampaignOptions) {
    this.#options = options;
    const { reached } = options;
    this.#schedule = new Schedule({ runs: options.runs, shard: options.shard }, reached.blocks);
    this.#deaths = new Deaths(options.execs, options.usual ?? []);
    for (const { path, shows } of reached.shown) this.#showed(path, shows);
    this.#schedule.played(reached.followed);
    // What killed the target is looked for when it happens.
    for (const { path, atOnce, ...violation } of reached.suspicions)
      if (violation.oracle !== 'alive') this.#suspect({ path, violation, ...(atOnce === undefined ? {} : { atOnce }) });
  }

  async run(): Promise<CampaignResult> {
    const { players, batches = BATCHES } = this.#options;
    // What was found before comes first, and by itself: of a target that dies at once nothing else would be seen.
    const [first] = players;
    if (first) await this.#work(first, 1);
    await Promise.all(players.flatMap((player) => Array.from({ length: batches }, () => this.#work(player))));
    await Promise.all(this.#looking);
    await this.#searchOn();
    for (const watch of this.#options.watches ?? []) this.#watched(await watch.check());
    return {
      ...this.#progress(),
      found: [...this.#found.values()].map((one) => ({ ...one, seen: this.#suspected.get(one.id) ?? 1 })),
      entries: this.#entries,
      deaths: this.#deaths.count,
      leftOut: this.#deaths.leftOut,
      ...(this.#broken === undefined ? {} : { broken: this.#broken }),
    };
  }

  async #work(player: Player, batches = Number.POSITIVE_INFINITY): Promise<void> {
    const { signal } = this.#options;
    const underWay = new Set<Promise<void>>();
    for (let i = 0; i < batches; i++) {
      await this.#recovery;
      if (signal.aborted || this.#broken !== undefined) break;
      const batch = this.#schedule.next();
      if (batch)
        await new Promise<void>((room, failed) => {
          const one = this.#batch(player, batch, room);
          underWay.add(one);
          one.then(() => underWay.delete(one)).then(() => room(), failed);
        });
      // What is still under way may bring more.
      else if (underWay.size > 0) await Promise.race(underWay);
      else break;
    }
    await Promise.all(underWay);
  }

  async #batch(player: Player, whole: Batch, onRoom: () => void): Promise<void> {
    const batch = this.#deaths.spared(whole);
    const result = await this.#play(player, batch, onRoom);
    if (!result) return;
    this.#deaths.played(batch, result);
    // Another player's execs have killed it meanwhile: what was seen of a dead target is nobody's fault, and all else is kept.
    if (this.#recovery) return this.#take(this.#seenAlive(result), true);
    const died = await this.#death(result);
    if (died) this.#recovery ??= this.#recover(died);
    this.#take(result, result.execs < batch.paths.length);
  }

  async #play(player: Player, batch: Batch, onRoom: () => void): Promise<BatchResult | undefined> {
    const playing = player.play(batch, this.#options.signal, onRoom).catch((error: unknown) => {
      if (!(error instanceof FuzzError)) throw error;
      this.#broken ??= error.message;
      return undefined;
    });
    this.#playing.add(playing);
    return playing.finally(() => this.#playing.delete(playing));
  }

  /** What was seen of the target before it was last known to live. */
  #seenAlive({ violations, ...result }: BatchResult): BatchResult {
    return { ...result, violations: violations.filter(({ at }) => at <= this.#livedAt), shown: [] };
  }

  async #death({ unreachable }: BatchResult): Promise<Violation | undefined> {
    const { alive, cut } = this.#options;
    const asked = Date.now();
    const violation = await before(cut, alive?.check());
    // A connection did not come about, and the next one did: a busy machine.
    if (alive && !violation) {
      if (!this.#recovery) {
        this.#deaths.lives();
        this.#livedAt = asked;
      }
      return undefined;
    }
    if (violation || unreachable === undefined) return violation;
    const says = `the target takes no connections: ${unreachable}`;
    return { oracle: 'alive', client: 0, kind: 'takes no connections', says };
  }

  async #recover(violation: Violation): Promise<void> {
    const { blame, signal, journal } = this.#options;
    this.#deaths.died();
    // What the others still play would be in the way of who looks for the culprit; most of it is over by now.
    await Promise.race([Promise.allSettled([...this.#playing]), pause(LAST_MS)]);
    if (blame) {
      const suspects = this.#deaths.suspects();
      // What is known to do it is not searched for again: the time is for the others.
      const isBlamed = (this.#found.get(idOf(violation))?.again.shown ?? 0) > 0;
      const searchMs = signal.aborted || isBlamed ? 0 : this.#deaths.searchMs;
      const { finding, left, gone, searchedMs } = await blame(suspects, violation, searchMs);
      this.#deaths.searched(searchedMs ?? 0, finding);
      const { id, path, oracle, kind, says } = finding;
      if (!this.#suspected.has(id)) journal.add({ path, oracle, kind, says, client: 0 });
      this.#suspected.set(id, (this.#suspected.get(id) ?? 0) + 1);
      const known = this.#found.get(id);
      if (!known) this.#tell(finding);
      else if (known.again.shown === 0 && finding.again.shown > 0) this.#found.set(id, finding);
      this.#deaths.unblamed(id, violation, finding.again.shown > 0 ? [] : (left ?? suspects));
      this.#broken = gone;
    } else this.#broken = violation.says;
    this.#recovery = undefined;
  }

  /** Of which exec the target has died, where the campaign had no time to find out. */
  async #searchOn(): Promise<void> {
    const { blame, lastSearchMs } = this.#options;
    if (!blame || !lastSearchMs || this.#broken !== undefined) return;
    const until = performance.now() + lastSearchMs();
    const open = this.#deaths.open;
    for (const [i, { id, violation, suspects }] of open.entries()) {
      const ms = until - performance.now();
      if (ms <= 0) return;
      const { finding, gone } = await blame(suspects, violation, (SHARES * ms) / (open.length - i + SHARES - 1));
      if (finding.again.shown > 0) this.#tell({ ...finding, id });
      this.#broken = gone;
      if (gone !== undefined) return;
    }
  }

  /** @param cut the batch was stopped in the middle: it is played again when the campaign goes on */
  #take(result: BatchResult, cut: boolean): void {
    const { batch, connections, shown, violations } = result;
    this.#execs += result.execs;
    this.#connections += connections;
    const lines: Line[] = [];
    for (const { path, behaviours } of shown) {
      const fresh = this.#showed(path, behaviours);
      if (fresh.length > 0) lines.push({ path, shows: fresh });
    }
    for (const { path, violation, atOnce } of violations)
      if (this.#suspect({ path, violation, atOnce })) {
        const { oracle, kind, says, client } = violation;
        lines.push({ path, oracle, kind, says, client, atOnce });
      }
    if (!cut) lines.push(batch.block === undefined ? { paths: batch.paths } : { block: batch.block });
    this.#options.journal.add(...lines);
    this.#options.onProgress?.(this.#progress());
  }

  /** Of what an exec showed, what nobody had seen. */
  #showed(path: Path, behaviours: readonly string[]): string[] {
    const fresh = behaviours.filter((one) => !this.#behaviours.has(one));
    if (fresh.length === 0) return fresh;
    for (const one of fresh) this.#behaviours.add(one);
    this.#schedule.showedNew(path);
    this.#entries.push({ exec: this.#options.execs.of(path), shows: fresh });
    return fresh;
  }

  /** True where it is the first of its kind. */
  #suspect(met: Pick<Suspicion, 'path' | 'violation' | 'atOnce'>): boolean {
    const id = idOf(met.violation);
    const seen = this.#suspected.get(id) ?? 0;
    this.#suspected.set(id, seen + 1);
    if (seen > 0 || this.#suspected.size > MOST_FINDINGS) return false;
    this.#queue.push({ ...met, exec: this.#options.execs.of(met.path), at: performance.now() });
    if (this.#looking.size < MOST_LOOKING) {
      const looking = this.#look().finally(() => this.#looking.delete(looking));
      this.#looking.add(looking);
    }
    return true;
  }

  #watched(violation: Violation | undefined): void {
    if (!violation) return;
    const id = idOf(violation);
    this.#suspected.set(id, (this.#suspected.get(id) ?? 0) + 1);
    if (this.#found.has(id)) return;
    const { oracle, kind, says } = violation;
    this.#tell({ id, oracle, kind, says, path: '', exec: { clients: [] as never }, again: { shown: 0, of: 0 }, seen: 1 });
  }

  /** One suspicion after the other, while the campaign goes on; what is shown by silence takes longest, and others are not kept waiting. */
  async #look(): Promise<void> {
    for (let one = this.#next(); one; one = this.#next()) {
      const finding = await this.#options.investigate(one, async () => this.#recovery);
      // What a dying target showed once, and never again, was its death.
      if (this.#deaths.isNear(one.at) && finding.again.shown === 0) this.#suspected.delete(finding.id);
      else if (!this.#found.has(finding.id) || finding.id === idOf(one.violation)) this.#tell(finding);
    }
  }

  #next(): Suspicion | undefined {
    const { isExpected } = this.#options;
    const at = isExpected ? this.#queue.findIndex(({ violation }) => !isExpected(violation)) : 0;
    return this.#queue.splice(Math.max(0, at), 1)[0];
  }

  #tell(finding: Finding): void {
    this.#found.set(finding.id, finding);
    this.#options.onFinding?.(finding);
  }

  #progress(): Progress {
    return {
      execs: this.#execs,
      connections: this.#connections,
      behaviours: this.#behaviours.size,
      corpus: this.#entries.length,
      findings: this.#found.size,
      suspicions: this.#queue.length + this.#looking.size,
    };
  }
}
