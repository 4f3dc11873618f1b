import { type Client, type Exec, isLie, stimuliIn } from './exec.ts';
import { seedOf } from './source.ts';

/** Of the execs that look like one which has killed the target, one in so many is played. */
const RARELY = 32;
/** A shape that more of the execs have says nothing about what kills. */
const MOST_SHARE = 0.5;

/** What an exec that kills looks like: words of what its client sends, in this order, and how it sends and leaves where that matters. */
interface Shape {
  readonly words: readonly string[];
  readonly delivery?: Client['delivery'];
  readonly leaves?: Client['leaves'];
}

/**
 * What has killed the target is known by then, and each start costs time in which nothing is found: execs that hold the
 * smallest one that killed, between whatever else they say, are played rarely from then on. Which they are follows from the
 * deaths, so a campaign on a target that dies sends other execs than one on a target that lives.
 */
export class Avoided {
  readonly #shapes: Shape[] = [];
  readonly #usual: readonly Exec[];

  /** @param usual execs as the campaign makes them: what most of them are is not avoided */
  constructor(usual: readonly Exec[]) {
    this.#usual = usual;
  }

  /** @param exec the smallest that kills */
  add({ clients: [client, ...others] }: Exec): void {
    if (others.length > 0) return;
    const shape = shapeOf(client);
    if (shape.words.length === 0 || this.#usual.filter((one) => holds(one, shape)).length > this.#usual.length * MOST_SHARE) return;
    this.#shapes.push(shape);
  }

  /** The same answer for the same name. */
  has(path: string, exec: Exec): boolean {
    return this.#shapes.some((shape) => holds(exec, shape)) && seedOf(0, path) % RARELY !== 0;
  }
}

function shapeOf(client: Client): Shape {
  const { delivery, leaves } = client;
  return { words: wordsOf(client), ...(delivery !== 'whole' && { delivery }), ...(leaves !== 'quit' && { leaves }) };
}

const holds = ({ clients }: Exec, { words, delivery, leaves }: Shape): boolean =>
  clients.some((client) => {
    if ((delivery ?? client.delivery) !== client.delivery || (leaves ?? client.leaves) !== client.leaves) return false;
    let found = 0;
    for (const word of wordsOf(client)) if (word === words[found]) found++;
    return found === words.length;
  });

/** The message, that it lies, and the first two words of a statement. */
const wordsOf = (client: Client): string[] =>
  stimuliIn(client).map((stimulus) => {
    const { message = 'bytes', with: given } = stimulus;
    const query = typeof given?.['query'] === 'string' ? given['query'].toLowerCase().split(/\W+/).slice(0, 2).join(' ') : '';
    return `${message}${isLie(stimulus) ? '!' : ''} ${query}`;
  });
