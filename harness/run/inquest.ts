import { within } from '../wire/within.ts';
import { DYING_MS, type Liveness, RECOVERY_MS } from './liveness.ts';
import { type Job, lately, type Ran } from './order.ts';

/** A case that takes longer than this waits for something; in ms. */
const WAITING_MS = 300;
/** So many suspects are named. */
const MOST_NAMED = 8;

/** What an inquest may do and must tell. */
export interface Court {
  readonly liveness: Liveness;
  /** Judges it (again). */
  run(job: Job): Promise<unknown>;
  /** Sends it for its effect alone. */
  repeat(job: Job): Promise<unknown>;
  /** The same of many at once. */
  repeatTogether(jobs: readonly Job[]): Promise<unknown>;
  /** It is not sent, for a reason that is its result. */
  unsent(job: Job): boolean;
  passed(job: Job): boolean;
  charge(job: Job, why: string): void;
  /** Nobody can tell whether it was this one. */
  doubt(job: Job, why: string): void;
  /** The target breaks of it. */
  condemn(job: Job, why: string): void;
  condemned(job: Job): boolean;
  /** What fails the target although no case does. */
  problem(says: string): void;
  /** Nothing more may be begun. */
  over(): boolean;
}

/** The target is not as before: which case was it? */
export class Inquest {
  readonly #it: Court;
  /** Lives of our own programs whose end nothing explains but what was sent side by side in them, or before. */
  readonly doubted = new Set<number>();
  /** What was sent to them in their present life. */
  #sent = { life: 0, jobs: new Set<Job>() };

  constructor(court: Court) {
    this.#it = court;
  }

  /** It is about to be sent. */
  begins(job: Job): void {
    const { life } = this.#it.liveness;
    if (this.#sent.life !== life) this.#sent = { life, jobs: new Set() };
    this.#sent.jobs.add(job);
  }

  /**
   * The bracket failed while the suspects ran: alone, each shows whether it was the one. A program may answer for a while
   * with its death in it, so those that a bracket has lately cleared are not beyond doubt.
   * @returns what is no longer suspected once one is guilty, and is to be run side by side again
   */
  async oneByOne(suspects: readonly Job[], cleared: readonly Job[]): Promise<readonly Job[]> {
    const dead = await this.#it.liveness.death(DYING_MS);
    this.doubted.add(this.#it.liveness.life);
    if ((await this.#it.liveness.recover()) === 'gone') {
      this.#neverBack(suspects);
      return [];
    }
    // What got its answers is the least likely.
    const passed = (job: Job): number => Number(this.#it.passed(job));
    let rest = await this.#search([...suspects].sort((a, b) => passed(a) - passed(b)));
    // Those may be a thousand: alone each is asked only where all of them together are deadly once more.
    if (!rest && cleared.length > 0 && (await this.#deadlyTogether(cleared))) rest = await this.#search(cleared);
    if (!rest && dead && !this.#it.over())
      this.#it.problem(`while ${suspects.length} cases ran the target died, and did not when each ran again alone: ${dead}`);
    return rest ?? [];
  }

  /** One of these, and nobody can be asked which: only where there is one is it accused. */
  #neverBack(suspects: readonly Job[]): void {
    const { blocked } = this.#it.liveness;
    if (blocked !== undefined) {
      for (const job of suspects) this.#it.doubt(job, blocked);
      return;
    }
    const ran = (what: string): string => `the target stopped answering while ${what}, and did not come back within ${RECOVERY_MS} ms`;
    const [first, ...others] = [...suspects].sort((a, b) => Number(this.#it.passed(a)) - Number(this.#it.passed(b)));
    if (!first) return this.#it.problem(ran('no case ran'));
    if (others.length === 0) return this.#it.charge(first, ran('this case ran'));
    const named = [first, ...others].slice(0, MOST_NAMED).map(({ case: { id }, delivery }) => `${id} (${delivery})`);
    const more = suspects.length > MOST_NAMED ? ', …' : '';
    this.#it.problem(`${ran(`${suspects.length} cases ran`)}: ${named.join(', ')}${more}. --concurrency 1 shows which it is`);
    for (const job of suspects) this.#it.doubt(job, ran(`this and ${others.length} other cases ran`));
  }

  async #deadlyTogether(jobs: readonly Job[]): Promise<boolean> {
    await this.#it.repeatTogether(jobs);
    return (await this.#it.liveness.breaksWithin(DYING_MS)) !== undefined;
  }

  /** Runs each alone. What does the target die of, or change its mind about? */
  async accuse(jobs: readonly Job[], besideWaiting?: number): Promise<void> {
    let left: readonly Job[] | undefined = jobs;
    while (left && left.length > 0) left = await this.#search(left, besideWaiting);
  }

  /**
   * Runs each alone until one is what the target dies of, or changes its mind about. Beside one that only waits for something the next one
   * begins; where the target breaks when those end, they are run again: twice so, then each wholly alone.
   * @returns what is still to be run then; undefined where none was guilty
   */
  async #search(jobs: readonly Job[], besideWaiting = 2): Promise<readonly Job[] | undefined> {
    const ran: Ran[] = [];
    const waiting = new Map<Job, Promise<unknown>>();
    const settled = async (): Promise<Job[]> => {
      await Promise.all(waiting.values());
      return [...waiting.keys()];
    };
    for (const [i, job] of jobs.entries()) {
      if (this.#it.over()) break;
      const one = this.#it.run(job);
      // What is not sent is no suspect.
      if (this.#it.unsent(job)) continue;
      if (besideWaiting === 0 || (await within(one, WAITING_MS))) await one;
      else waiting.set(job, one);
      const after = await this.#it.liveness.holds();
      if (after === undefined) ran.push({ job, at: performance.now() });
      else {
        const disturbed = await settled();
        await this.#convict(
          job,
          [...new Set([...lately(ran, DYING_MS), ...disturbed])].filter((it) => it !== job),
          after,
        );
        return [...disturbed.filter((it) => it !== job && !this.#it.condemned(it)), ...jobs.slice(i + 1)];
      }
    }
    const last = await settled();
    if (last.length === 0 || (await this.#it.liveness.holds()) === undefined) return undefined;
    await this.#it.liveness.recover();
    return this.#search(last, besideWaiting - 1);
  }

  /**
   * The target broke while this one ran alone: of it, or of one before that it had yet to die of. Each half is asked again.
   * What none does again is nobody's: damage of long before.
   */
  async #convict(job: Job, before: readonly Job[], after: string): Promise<void> {
    const why = await this.#it.liveness.whatHappened(after);
    const { life, blocked } = this.#it.liveness;
    if (blocked !== undefined) {
      await this.#it.liveness.recover();
      return this.#it.doubt(job, blocked);
    }
    // A program that was sent nothing else died of it.
    const itself = this.#sent.life === life && this.#sent.jobs.size === 1 && this.#sent.jobs.has(job);
    if ((await this.#it.liveness.recover()) === 'gone' || (itself && this.#it.liveness.life > life) || (await this.#breaks([job])))
      return this.#it.condemn(job, why);
    this.doubted.add(life);
    let group = before;
    let again = before.length > 0 ? await this.#breaks(before) : undefined;
    if (!again) this.#it.problem(`while ${job.case.id} (${job.delivery}) ran alone ${why}; when it ran again, that did not happen`);
    else {
      while (group.length > 1 && !this.#it.over()) {
        const later = group.slice(Math.floor(group.length / 2));
        const broke = await this.#breaks(later);
        group = broke ? later : group.slice(0, Math.floor(group.length / 2));
        again = broke ?? again;
      }
      if (group[0]) this.#it.condemn(group[0], `${again} (it had gone on answering for a moment)`);
    }
    await this.#it.run(job);
  }

  /** Runs these once more, for their effect alone: what the target does within the time that a crash may take. It is back then. */
  async #breaks(jobs: readonly Job[]): Promise<string | undefined> {
    const waiting: Promise<unknown>[] = [];
    for (const job of jobs) {
      const one = this.#it.repeat(job);
      if (!(await within(one, WAITING_MS))) waiting.push(one);
    }
    await Promise.all(waiting);
    return this.#it.liveness.breaksWithin(DYING_MS);
  }
}
