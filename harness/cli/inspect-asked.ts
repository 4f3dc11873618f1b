import type { PassedPacket } from '../inspect/follower.ts';
import type { Inspected } from '../inspect/inspected.ts';
import { count } from '../report/layout.ts';
import { wireText } from '../report/wire-text.ts';
import type { InspectArguments } from './inspect.ts';

type Asked = Pick<InspectArguments, 'user' | 'error' | 'ending' | 'frames' | 'connection'>;

/** Whether a connection is what the options ask for. */
export function isMeant(one: Inspected, { user, error, ending, frames }: Asked): boolean {
  if (user !== undefined && userOf(one) !== user) return false;
  if (error !== undefined && !(error === true ? one.errorCount > 0 : one.errors.some(({ code }) => code === error))) return false;
  if (ending !== undefined && one.ending.how !== ending) return false;
  return frames === undefined || (one.frames.first <= frames.to && one.frames.last >= frames.from);
}

export function inFrames({ packet }: PassedPacket, { frames }: Asked): boolean {
  const at = packet.at ?? 0;
  return frames === undefined || (at >= frames.from && at <= frames.to);
}

const userOf = ({ user = '' }: Inspected): string => Buffer.from(user, 'latin1').toString('utf8');

/** Different ones of a kind that are told, and kept. */
const MOST = 8;

/** The connections that were not asked for: whoever has named none of them learns what can be named. */
export class Others {
  #connections = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = 0;
  readonly #users = new Set<string>();
  readonly #errors = new Set<string>();
  readonly #endings = new Set<string>();

  add(one: Inspected): void {
    this.#connections++;
    this.#first = Math.min(this.#first, one.frames.first);
    this.#last = Math.max(this.#last, one.frames.last);
    keep(this.#users, one.user ?? '');
    keep(this.#endings, one.ending.how);
    for (const { code } of one.errors) keep(this.#errors, String(code));
  }

  /** ' (there are 12: user app, root)'; nothing where nothing was seen of others. */
  inWords({ user, error, ending, frames, connection }: Asked): string {
    if (this.#connections === 0) return connection === undefined ? '' : ' (without --connection all are shown)';
    const there = [
      ...(user === undefined ? [] : [`user ${listed(this.#users)}`]),
      ...(error === undefined ? [] : [this.#errors.size === 0 ? 'no ERR' : `ERR ${listed(this.#errors)}`]),
      ...(ending === undefined ? [] : [`ending ${listed(this.#endings)}`]),
      ...(frames === undefined ? [] : [`frames ${this.#first} to ${this.#last}`]),
    ];
    return ` (there ${this.#connections === 1 ? 'is' : 'are'} ${count(this.#connections, 'other')}: ${there.join('; ')})`;
  }
}

function keep(kept: Set<string>, value: string): void {
  if (kept.size <= MOST) kept.add(value);
}

function listed(kept: ReadonlySet<string>): string {
  const words = [...kept].slice(0, MOST).map((word) => (word === '' ? '(empty)' : wireText(word, 80)));
  return [...words, ...(kept.size > MOST ? ['…'] : [])].join(', ');
}
