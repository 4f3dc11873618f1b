import type { Difference } from './difference.ts';
import type { Seen } from './seen.ts';

/**
 * Where the two sides first part, without what they share: 'OK 0/0/0x0/0' and 'OK 3/0/0x2/0' part as 'OK …/…/0x0/…'. One change of a
 * server shows in hundreds of cases, and parts in all of them alike.
 */
export function partingOf({ before, after }: Difference): string {
  const [left, right] = [partsOf(before), partsOf(after)];
  const at = left.findIndex((part, i) => part !== right[i]);
  const [one, other] = at < 0 ? [undefined, right[left.length]] : [left[at], right[at]];
  if (one === undefined || other === undefined) return `${one ?? 'nothing more'} -> ${other ?? 'nothing more'}`;
  return unshared(one, other).join(' -> ');
}

/** Its first observation, packet by packet, the sequence ids left out; or why there is none. */
function partsOf({ stand, shown, observations }: Seen): string[] {
  if (stand === 'skipped') return [`not asked: ${shown.reason ?? ''}`];
  if (stand === 'unjudged') return [`not judged: ${shown.reason ?? ''}`];
  const [first = ''] = observations;
  return first.split(' | ').map((part) => part.replace(/^\d+:/, ''));
}

function unshared(one: string, other: string): [string, string] {
  const [left, right] = [one.split(/(?<=[ /])/), other.split(/(?<=[ /])/)];
  if (left.length !== right.length || left[0] !== right[0]) return [one, other];
  const without = (parts: string[], those: string[]): string =>
    parts.map((part, i) => (i > 0 && part === those[i] ? part.replace(/[^ /]+/, '…') : part)).join('');
  return [without(left, right), without(right, left)];
}
