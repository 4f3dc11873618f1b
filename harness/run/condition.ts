import type { Condition } from '../case/step.ts';
import { capability } from '../codec/capability.ts';

/** Does a decoded value meet what the case asks? Strings of the codec are binary strings. */
export function meets(value: unknown, condition: Condition): boolean {
  if (condition === null) return value === null;
  if (typeof condition === 'string' || typeof condition === 'number') return same(value, condition);
  if ('oneOf' in condition) return condition.oneOf.some((one) => same(value, one));
  if ('not' in condition) return !same(value, condition.not);
  if ('pattern' in condition) return typeof value === 'string' && new RegExp(condition.pattern, 's').test(value);
  if ('length' in condition) return lengthOf(value) === condition.length;
  if ('min' in condition) return isNumber(value) && value >= condition.min;
  if ('max' in condition) return isNumber(value) && value <= condition.max;
  if ('bits' in condition) return typeof value === 'number' && (value & condition.bits) === condition.bits;
  if ('noBits' in condition) return typeof value === 'number' && (value & condition.noBits) === 0;
  if ('absent' in condition) return value === undefined;
  if ('all' in condition) return condition.all.every((one) => meets(value, one));
  if ('set' in condition) return typeof value === 'number' && condition.set.every((name) => (value & capability[name]) !== 0);
  if ('clear' in condition) return typeof value === 'number' && condition.clear.every((name) => (value & capability[name]) === 0);
  if ('sameAs' in condition || 'differsFrom' in condition)
    throw new TypeError('sameAs and differsFrom ask about an earlier packet: the matcher looks that up');
  const bytes = value instanceof Uint8Array ? value : undefined;
  if (!bytes) return false;
  if (condition.bytes === 'zero') return bytes.every((b) => b === 0);
  return bytes.every((b) => b !== 0 && (condition.bytes === 'nonzero' || b < 0x80));
}

/** The condition in words, for a report. */
export function inWords(condition: Condition): string {
  if (condition === null) return 'NULL';
  if (typeof condition === 'string') return JSON.stringify(condition);
  if (typeof condition === 'number') return `${condition}`;
  if ('oneOf' in condition) return condition.oneOf.join(' or ');
  if ('not' in condition) return `not ${condition.not}`;
  if ('pattern' in condition) return `like ${condition.pattern}`;
  if ('length' in condition) return `${condition.length} long`;
  if ('min' in condition) return `at least ${condition.min}`;
  if ('max' in condition) return `at most ${condition.max}`;
  if ('bits' in condition) return `with the bits 0x${condition.bits.toString(16)}`;
  if ('noBits' in condition) return `without the bits 0x${condition.noBits.toString(16)}`;
  if ('absent' in condition) return 'not there';
  if ('all' in condition) return condition.all.map(inWords).join(' and ');
  if ('differsFrom' in condition) return `other than ${condition.differsFrom}`;
  if ('sameAs' in condition) return `the same as ${condition.sameAs}`;
  if ('set' in condition) return `with ${condition.set.join(', ')}`;
  if ('clear' in condition) return `without ${condition.clear.join(', ')}`;
  if (condition.bytes === 'zero') return 'all zero bytes';
  return condition.bytes === 'nonzero' ? 'no zero byte' : 'bytes 0x01 to 0x7f only';
}

function same(value: unknown, wanted: string | number): boolean {
  if (value instanceof Uint8Array && typeof wanted === 'string')
    return Buffer.from(value).toString('hex') === wanted.replaceAll(' ', '').toLowerCase();
  if (typeof value === 'bigint') return value === BigInt(wanted);
  return value === wanted;
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint';

function lengthOf(value: unknown): number | undefined {
  return typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value) ? value.length : undefined;
}
