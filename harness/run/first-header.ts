import type { Case } from '../case/case.ts';
import type { Delivery } from '../case/delivery.ts';
import { answersQuit, answersQuitNote, isAboutQuit, mayBeAnsweredQuit } from './answered-quit.ts';
import { check } from './check.ts';
import { Patience } from './patience.ts';
import type { CheckResult } from './result.ts';
import type { TryContext } from './try.ts';
import { tryCase } from './try-case.ts';

const note =
  'The target loses the header of the first packet when it comes alone (framing/first-header-apart). In the cases that are not about framing it travels in one segment with the byte behind it.';

/**
 * Checks cases. ProxySQL before 3.0 loses a byte of its client's first packet when the header is there and nothing behind
 * it; under `bytes` and `fields` that hits any case, by chance. It is told once, and kept out of the cases that ask about
 * something else.
 */
export class Checks {
  readonly #target: string;
  readonly #context: TryContext;
  readonly #notes: string[];
  readonly #patience: Patience;
  /** Those that waited less long than an answer may take. */
  readonly hurried = new WeakSet<CheckResult>();
  #asked: Promise<boolean | undefined> | undefined;
  #quits: Promise<boolean> | undefined;
  #answersQuit = false;
  #kept: TryContext | undefined;

  constructor(target: string, context: TryContext, notes: string[], patience = new Patience()) {
    this.#patience = patience;
    this.#target = target;
    this.#context = context;
    this.#notes = notes;
  }

  /** @param patience how long it waits; default: as long as is left of it */
  async check(one: Case, delivery: Delivery, patience = this.#patience): Promise<CheckResult> {
    const aboutFraming = one.id.startsWith('framing/');
    const usual = this.#overlooking(one, (!aboutFraming && this.#kept) || this.#context);
    const context = { ...usual, limits: patience.within(usual.limits) };
    const hurried = patience.hurries(usual.limits);
    const result = await check(patience.of(one, usual.limits), delivery, this.#target, context);
    patience.saw(result);
    if (hurried) this.hurried.add(result);
    if (!context.answersQuit && !isAboutQuit(one) && mayBeAnsweredQuit(result)) {
      this.#quits ??= answersQuit(this.#context);
      if (await this.#quits) {
        if (!this.#answersQuit) this.#notes.push(answersQuitNote);
        this.#answersQuit = true;
        return this.check(one, delivery, patience);
      }
    }
    if (aboutFraming || context.firstHeader || !mayBeLostHeader(result)) return result;
    this.#asked ??= losesFirstHeader(this.#context);
    const asked = this.#asked;
    const loses = await asked;
    // Asked while it died, it has not said: the next that may have lost its header asks again.
    if (loses === undefined && this.#asked === asked) this.#asked = undefined;
    if (!loses) return result;
    if (!this.#kept) this.#notes.push(note);
    this.#kept = { ...this.#context, firstHeader: 'kept' };
    return check(one, delivery, this.#target, this.#overlooking(one, this.#kept));
  }

  #overlooking(one: Case, context: TryContext): TryContext {
    return this.#answersQuit && !isAboutQuit(one) ? { ...context, answersQuit: true } : context;
  }

  /** What is to be told when all are done. */
  get patience(): string | undefined {
    return this.#patience.note(this.#context.limits);
  }
}

/** Could this be why a check failed? It was sent in pieces, and got nothing but the greeting. */
function mayBeLostHeader({ delivery, verdict, deviation, observation }: CheckResult): boolean {
  if (verdict !== 'fail' || (delivery !== 'bytes' && delivery !== 'fields')) return false;
  return /^(silence for|TLS handshake: )/.test(deviation?.got ?? '') && /^\d+:HandshakeV\d+ \| [^|]*$/.test(observation);
}

/**
 * Asks: a login whose payload comes a moment later than its header gets no answer, and one in one segment gets one. Undefined where
 * the target gives neither an answer nor silence: it may be dying.
 */
async function losesFirstHeader(context: TryContext): Promise<boolean | undefined> {
  const any = 'any' as const;
  const script = [
    { expect: [{ packet: 'HandshakeV10', sequenceId: any }] },
    { send: { message: 'HandshakeResponse41', account: 'unknown' } },
    {
      expect: [
        { packet: 'ERR', sequenceId: any },
        { packet: 'AuthSwitchRequest', sequenceId: any },
        { packet: 'OK', sequenceId: any },
      ],
    },
  ] as const;
  const answers = async (how: TryContext): Promise<boolean | undefined> => {
    const { deviation, inconclusive } = await tryCase({ script, limitMs: PROBE_MS }, 'whole', how);
    if (inconclusive !== undefined) return undefined;
    return deviation === undefined || (deviation.got.startsWith('silence for') ? false : undefined);
  };
  const apart = await answers({ ...context, firstHeader: 'apart' });
  if (apart === undefined) return undefined;
  return apart ? false : answers(context);
}

const PROBE_MS = 2000;
