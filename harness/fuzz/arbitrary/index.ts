import fc from 'fast-check';
import type { Exec } from '../exec.ts';
import type { About } from './about.ts';
import { Chance, seedOf } from './chance.ts';
import { execOf, honestExecOf } from './session.ts';
import { smallerThan } from './shrink.ts';

export type { About } from './about.ts';
export { canaryOf } from './session.ts';

/** Execs in a block: what one call of `execsOf` makes, and what is given out and split over shards together. */
export const BLOCK = 64;

/**
 * Execs by chance for a target: honest sessions, sessions with one lie, recorded bytes changed; deliveries, cuts, leavings;
 * several clients side by side. Plain data; it shrinks by leaving things out.
 */
export const execArbitrary = (about: About): fc.Arbitrary<Exec> => new ExecArbitrary((chance) => execOf(chance, about));

/** The execs of one block under a seed, always the same. */
export const execsOf = (about: About, seed: number, block: number): Exec[] =>
  Array.from({ length: BLOCK }, (_, i) => execOf(new Chance(seedOf(seed, block * BLOCK + i)), about));
export const honestExecsOf = (about: About, seed: number, block: number): Exec[] =>
  Array.from({ length: BLOCK }, (_, i) => honestExecOf(new Chance(seedOf(seed, block * BLOCK + i)), about));

/** fast-check draws a seed, `Chance` grows the exec from it (see there), and a smaller exec is one with something left out. */
class ExecArbitrary extends fc.Arbitrary<Exec> {
  readonly #grow: (chance: Chance) => Exec;

  constructor(grow: (chance: Chance) => Exec) {
    super();
    this.#grow = grow;
  }
  override generate(random: fc.Random): fc.Value<Exec> {
    return new fc.Value(this.#grow(new Chance(random.nextInt(0, 0x7fffffff))), undefined);
  }
  override canShrinkWithoutContext(value: unknown): value is Exec {
    return typeof value === 'object' && value !== null && 'clients' in value;
  }
  override shrink(value: Exec): fc.Stream<fc.Value<Exec>> {
    return fc.stream(smallerThan(value)).map((one) => new fc.Value(one, undefined));
  }
}
