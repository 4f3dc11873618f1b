import { atLimit } from './at-limit.ts';
import { NO_CONNECTION, type TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

/**
 * The sanity bracket: a conversation whose outcome is known from this same target. It is held against its own first
 * answer, not against the manual, so that a target with a fault in its greeting is still judged, and a target that died
 * or changed its mind is seen.
 */
export class Bracket {
  readonly #context: TryContext;
  #known: string | undefined;
  /** Why it lets nobody in from here any more, if it has blocked this host. */
  blocked: string | undefined;
  /** What the first answer took, in ms. */
  firstMs = 0;

  constructor(context: TryContext) {
    this.#context = context;
  }

  /** Undefined: the target answers as it did at first. Else what it did instead. */
  async holds(): Promise<string | undefined> {
    const account = this.#context.accounts.check ? 'check' : 'unknown';
    const script = [
      {
        expect: [
          { packet: 'HandshakeV10', sequenceId: 'any' },
          { packet: 'ERR', sequenceId: 'any', then: [] },
        ],
      },
      { send: { message: 'HandshakeResponse41', account } },
      {
        expect: [
          { packet: 'OK', sequenceId: 'any' },
          { packet: 'ERR', sequenceId: 'any', then: [] },
        ],
      },
    ] as const;
    const from = performance.now();
    const got = await tryCase({ script }, 'whole', this.#context);
    // No answer of the target: what it does at first is still to be seen.
    if (this.#known === undefined && got.observation === NO_CONNECTION) return `there is ${got.inconclusive}`;
    const seen = got.inconclusive ?? got.observation.replace(/ \| [^|]*$/, '');
    if (this.#known === undefined) {
      this.#known = seen;
      this.firstMs = performance.now() - from;
    }
    if (seen === this.#known) return undefined;
    const last = got.packets.at(-1);
    const limit = last && atLimit(last, this.#context);
    if (limit !== undefined && limit === this.#context.blocks) this.blocked = limit;
    return `a plain login now shows "${seen}", at first it was "${this.#known}"${limit ? `: ${limit}` : ''}`;
  }
}
