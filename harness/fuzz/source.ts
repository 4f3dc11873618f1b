import { type About, BLOCK, execsOf } from './arbitrary/index.ts';
import type { Exec } from './exec.ts';
import { mutate } from './mutate.ts';
import type { Path } from './schedule.ts';

/** What all execs of a campaign follow from. */
export interface Source {
  readonly seed: number;
  readonly about: About;
  /** The corpus that the campaign began with; what it finds itself joins only the next one. */
  readonly corpus: readonly Exec[];
}

/** A number from a seed and a name: the same everywhere (FNV-1a, 32 bits). */
export function seedOf(seed: number, name: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 0;
}

/** Execs by their names; those of a block are made together, and the last blocks are kept. */
export class Execs {
  readonly #source: Source;
  readonly #blocks = new Map<number, readonly Exec[]>();

  constructor(source: Source) {
    this.#source = source;
  }

  of(path: Path): Exec {
    const at = path.lastIndexOf('.');
    const { seed, corpus } = this.#source;
    if (at >= 0) return mutate(this.of(path.slice(0, at)), seedOf(seed, path), corpus);
    const number = Number(path);
    // Of the first execs some are those of the corpus as they are: what was found before is looked for again.
    if (number < corpus.length) return corpus[number] as Exec;
    return this.#block(Math.floor(number / BLOCK))[number % BLOCK] as Exec;
  }

  /** One of the corpus, as it is. */
  isOfCorpus(path: Path): boolean {
    return !path.includes('.') && Number(path) < this.#source.corpus.length;
  }

  #block(block: number): readonly Exec[] {
    const known = this.#blocks.get(block);
    if (known) return known;
    const made = execsOf(this.#source.about, this.#source.seed, block);
    if (this.#blocks.size > 8) this.#blocks.delete(this.#blocks.keys().next().value as number);
    this.#blocks.set(block, made);
    return made;
  }
}
